"""What returning clients are given again, and what it takes to hold it."""

import pytest

from actors.room.fanout.recent import EncodedEvent, RecentEvents
from lessonroom.log.events import Event, EventType
from lessonroom.protocol.encoding import encode_event

MIB = 1024 * 1024


def event(seq: int, n_bytes: int) -> Event:
    data = b'{"ops":"%b"}' % (b"x" * n_bytes)
    return Event(seq=seq, type=EventType.BOARD_OP, at_ms=2, data=data, user_id=7)


@pytest.mark.parametrize("n_bytes", [9, MIB - 20, MIB, 3 * MIB])
def test_an_event_is_the_same_message_whatever_its_size(n_bytes: int) -> None:
    """[EN-1] [BD-4] What is large is not held twice until it is sent."""
    one = event(3, n_bytes)
    encoded = EncodedEvent.of(one)
    assert encoded.message() == encode_event(one)
    assert (encoded.payload == b"") is (len(one.data) > MIB)
    assert encoded.size_bytes >= n_bytes


def test_so_many_bytes_of_events_are_held_and_no_more() -> None:
    """[P16] Large ones count like all others; what is held is a gapless end of the log."""
    recent = RecentEvents(most=100, most_bytes=4 * MIB)
    for seq, n_bytes in enumerate((9, 2 * MIB, 9, 3 * MIB, 9), 1):
        recent.add(EncodedEvent.of(event(seq, n_bytes)))
    assert recent.since(1, head=5) is None
    held = recent.since(2, head=5)
    assert held is not None
    assert [each.seq for each in held] == [3, 4, 5]
