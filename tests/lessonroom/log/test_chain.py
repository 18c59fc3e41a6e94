"""The log as lines that hold hashes of one another."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonroom.codes import Refused
from lessonroom.log.chain import Chain
from lessonroom.log.events import Event, EventType, Submission

SESSION = "019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"
EVENTS = [
    Event(seq=1, type=EventType.SESSION_CREATED, at_ms=5, data=b'{"status":"scheduled"}'),
    Event(
        seq=2,
        type=EventType.CHAT_MESSAGE,
        at_ms=6,
        data='{"text":"Привіт\\n"}'.encode(),
        user_id=7,
        submission=Submission("page", 3, 99),
    ),
    Event(seq=3, type=EventType.BOARD_OP, at_ms=7, data=b'{"ops":[]}', user_id=7, board_schema=2),
]


def lines(session_id: str = SESSION) -> list[bytes]:
    chain = Chain(session_id)
    return [chain.line_of(event) for event in EVENTS]


def test_what_was_written_is_read_again_with_the_same_head() -> None:
    """[LP-2] Each field, and bytes as they were stored."""
    written, read = Chain(SESSION), Chain(SESSION)
    assert [read.event_of(written.line_of(event)) for event in EVENTS] == EVENTS
    assert (read.seq, read.head) == (3, written.head)


def test_anyone_can_work_it_out() -> None:
    """[LP-2] By the words of the protocol, with nothing of ours."""
    head = hashlib.sha256(b"lessonroom.log/1 " + SESSION.encode()).hexdigest()
    for line in lines():
        body, told = line[:-75] + b"}", line[-66:-2].decode()
        head = hashlib.sha256(head.encode() + body).hexdigest()
        assert head == told


@given(st.integers(0, 2), st.integers(0), st.integers(0, 7))
def test_a_bit_that_is_another_one_is_told_at_its_event(n: int, place: int, bit: int) -> None:
    """[LP-2] Wherever it is."""
    written, read = lines(), Chain(SESSION)
    changed = bytearray(written[n])
    changed[place % len(changed)] ^= 1 << bit
    for line in written[:n]:
        read.event_of(line)
    with pytest.raises(Refused):
        read.event_of(bytes(changed))


def test_neither_order_nor_a_gap_nor_another_lesson_goes_unnoticed() -> None:
    """[LP-2] Two that were exchanged, one that is gone, one of somebody else's."""
    first, second, third = lines()
    for behind, line in (([], second), ([first], third), ([first], first)):
        chain = Chain(SESSION)
        for each in behind:
            chain.event_of(each)
        with pytest.raises(Refused, match="stands behind"):
            chain.event_of(line)
    with pytest.raises(Refused, match="event 1 is not as it was written"):
        Chain(SESSION).event_of(lines("another")[0])
