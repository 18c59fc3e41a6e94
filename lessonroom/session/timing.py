"""The countdown that everyone in a lesson sees (PROTOCOL TI-1)."""

from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import MoveTimer, SetTimer
from lessonroom.log.events import EventType, TimerChanged
from lessonroom.scalars import without_direction_controls
from lessonroom.session.session import Timer, TimerMove
from lessonroom.turn import Turn

_replace = msgspec.structs.replace

MOST_SECONDS: Final = 24 * 60 * 60
"""A countdown is for a part of a lesson."""


def begin(turn: Turn, command: SetTimer) -> None:
    """Begin a countdown; one that is there gives way to it."""
    _require(turn, command.by)
    title = without_direction_controls(command.title).strip()
    ends_at = turn.now_ms + command.seconds * 1000
    _put(turn, Timer(seconds=command.seconds, title=title, ends_at=ends_at), by=command.by)


def move(turn: Turn, command: MoveTimer) -> None:
    """Stop the countdown, have it go on, lengthen it, or put it away.

    Raises:
        Refused: `conflict`, there is none, or it would be longer than a day.

    """
    _require(turn, command.by)
    timer = turn.state.session.timer
    if timer is None:
        if command.move is TimerMove.STOP:
            return
        raise Refused(ErrorCode.CONFLICT, "there is no timer")
    moved = _moved(timer, command, now_ms=turn.now_ms)
    if moved == timer:
        turn.outcome.result = timer
    else:
        _put(turn, moved, by=command.by)


def _moved(timer: Timer, command: MoveTimer, *, now_ms: int) -> Timer | None:
    left_ms = _left_ms(timer, now_ms=now_ms)
    match command.move:
        case TimerMove.PAUSE if timer.ends_at is not None:
            return _replace(timer, ends_at=None, left_ms=left_ms)
        case TimerMove.RESUME if timer.ends_at is None:
            return _replace(timer, ends_at=now_ms + left_ms, left_ms=None)
        case TimerMove.EXTEND:
            left_ms += command.seconds * 1000
            if left_ms > MOST_SECONDS * 1000:
                message = f"a timer is {MOST_SECONDS} seconds at most"
                raise Refused(ErrorCode.CONFLICT, message, field="seconds")
            longer = _replace(timer, seconds=min(MOST_SECONDS, timer.seconds + command.seconds))
            if timer.ends_at is None:
                return _replace(longer, left_ms=left_ms)
            return _replace(longer, ends_at=now_ms + left_ms)
        case TimerMove.STOP:
            return None
        case _:
            return timer


def _left_ms(timer: Timer, *, now_ms: int) -> int:
    return timer.left_ms or 0 if timer.ends_at is None else max(0, timer.ends_at - now_ms)


def _require(turn: Turn, by: int | None) -> None:
    turn.require_open()
    turn.require_host(by)
    turn.require_space(by, from_reserve=True)


def _put(turn: Turn, timer: Timer | None, *, by: int | None) -> None:
    turn.emit(EventType.TIMER, TimerChanged(timer), by=by)
    turn.outcome.result = timer
