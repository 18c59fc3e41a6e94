"""The log of a stranger is taken up by the rules of a room, and told anew with other numbers.

Tests also: lessonroom/log/renumbering.py.
"""

from pathlib import Path

import msgspec
import pytest

from lessonroom.codes import Refused
from lessonroom.limits import Limits
from lessonroom.log.events import Event, EventType
from lessonroom.log.renumbering import Renumbering
from lessonroom.log.unproven import UnprovenLog
from lessonroom.session.session import Session
from tests.lessonroom.lesson import folded
from tests.lessonroom.log.test_golden_logs import each_golden_log, lines_of

HOUR_MS = 3_600_000


def golden(path: Path) -> tuple[Session, list[Event], bytes]:
    head, *rest = lines_of(path)
    assert head.session is not None
    return head.session, [line.event() for line in rest if not line.snapshot], bytes(head.board)


def taken(session: Session, log: list[Event], limits: Limits | None = None) -> UnprovenLog:
    unproven = UnprovenLog(session, limits or Limits(), now_ms=log[-1].at_ms + HOUR_MS)
    for event in log:
        unproven.take(event)
    return unproven


@each_golden_log
def test_what_rooms_have_written_is_taken_up(path: Path) -> None:
    """[LP-6] The logs of earlier versions, too; they come to the same board and the same seats."""
    session, log, board = golden(path)
    unproven = taken(session, log)
    assert unproven.state.board.encode() == board
    assert unproven.state.participants == folded(session, log).participants
    assert {event.user_id for event in log} - {None} <= unproven.people


@each_golden_log
def test_told_anew_it_is_the_same_of_other_people(path: Path) -> None:
    """[LP-7] And told back, byte for byte what it was."""
    session, log, board = golden(path)
    people = {user_id: 1_000 + user_id for user_id in taken(session, log).people}
    there = Renumbering(people=people, takes={}, files=())
    back = Renumbering(people={new: old for old, new in people.items()}, takes={}, files=())
    told = [there.of(event) for event in log]
    assert [(each.seq, each.type, each.at_ms) for each in told] == [
        (each.seq, each.type, each.at_ms) for each in log
    ]
    moved = msgspec.structs.replace(session, host_id=people[session.host_id])
    assert folded(moved, told).board.encode() != board or b'"by":' not in board
    returned = [back.of(event) for event in told]
    assert folded(session, returned).board.encode() == board
    assert [each.user_id for each in returned] == [each.user_id for each in log]


@each_golden_log
def test_what_no_room_would_have_is_refused(path: Path) -> None:
    """[LP-6] Out of time or order, more than may be, and of somebody without a seat."""
    session, log, _ = golden(path)
    replace = msgspec.structs.replace
    later = replace(log[1], at_ms=log[-1].at_ms + 2 * HOUR_MS)
    with pytest.raises(Refused, match=r"event 2: at: is before the last event, or to come"):
        taken(session, [log[0], later, *log[2:]])
    with pytest.raises(Refused, match="begins with session_created"):
        taken(session, [replace(log[0], type=EventType.SESSION_START), *log[1:]])
    with pytest.raises(Refused, match="at most 1 elements"):
        taken(session, log, Limits(elements_per_board=1))
    with pytest.raises(Refused, match="more than 1 people"):
        taken(session, log, Limits(seats_per_session=1))
    nobody = replace(
        log[1],
        type=EventType.CONNECTION_QUALITY,
        data=b'{"user_id":4711,"quality":"bad"}',
        submission=None,
    )
    with pytest.raises(Refused, match="event 2: is about somebody who has no seat"):
        taken(session, [log[0], nobody])
    deep = replace(log[1], data=b'{"ops":' + b"[" * 100_000, type=EventType.BOARD_OP)
    with pytest.raises(Refused, match="event 2: cannot be read"):
        taken(session, [log[0], deep])
