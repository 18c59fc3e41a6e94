"""Undoing and redoing in a lesson, as its tests do."""

from typing import Any

import msgspec

from lessonroom.board.model.operations import Operation
from lessonroom.commands import Redo, Undo
from lessonroom.log.events import BoardChanged, EventType
from tests.lessonroom.lesson import Lesson, fingerprint, folded

_decode_ops = msgspec.json.Decoder(list[Operation]).decode


def undo(lesson: Lesson, user_id: int) -> list[Operation]:
    """Undo, and return the operations that this came to."""
    return _taken_back(lesson, Undo(by=user_id))


def redo(lesson: Lesson, user_id: int) -> list[Operation]:
    """Redo, and return the operations that this came to."""
    return _taken_back(lesson, Redo(by=user_id))


def _taken_back(lesson: Lesson, command: Undo | Redo) -> list[Operation]:
    outcome = lesson.do(command)
    (event,) = outcome.events
    assert (event.type, event.user_id, event.submission) == (
        EventType.BOARD_OP,
        command.by,
        None,
    )
    assert outcome.result == {"seq": event.seq}
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)
    body = event.body()
    assert isinstance(body, BoardChanged)
    ops: list[Operation] = _decode_ops(body.ops)
    return ops


def fields(lesson: Lesson, element_id: str = "r1") -> dict[str, Any]:
    """Return the fields of an element."""
    return lesson.state.board.elements[element_id].fields()
