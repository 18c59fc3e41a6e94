"""The board as its author sees it: what is not confirmed, on top of what is."""

from collections.abc import Sequence

import msgspec

from lessonroom.board.editing.changes import stamped
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Element, Stroke
from lessonroom.board.model.operations import LoggedAppend, LoggedOperation, Put
from lessonroom.codes import Refused
from lessonroom.replica.pending import Ops


def show(board: Board, ops: Ops, author: int) -> None:
    """Apply operations that are not confirmed to a board, as far as they are possible.

    They may have been taken, and the answer lost: a piece of a stroke that the board holds already
    is not doubled, and a stroke that has grown since it was put does not shrink.
    """
    for op in typed(ops):
        shown = _grown(board, op, author)
        if shown is None:
            continue
        try:
            board.apply(stamped(board, [shown], author=author))
        except Refused:
            continue  # the room will say so as well


def typed(ops: Ops) -> Sequence[LoggedOperation]:
    """Return operations as the core has them; what is none of them is left out."""
    try:
        return msgspec.convert(ops, list[LoggedOperation])
    except msgspec.ValidationError:
        return []


def _grown(board: Board, op: LoggedOperation, author: int) -> LoggedOperation | None:
    """Return `op` as it is shown; None where the board shows it already."""
    match op:
        case Put(element=Stroke() as stroke):
            before = _stroke(board, stroke.id)
            if before is None or len(stroke.points) >= len(before.points):
                return op
            is_beginning = before.points[: len(stroke.points)] == stroke.points
            points = before.points if is_beginning else stroke.points
            return Put(msgspec.structs.replace(stroke, points=points))
        case LoggedAppend(at=int() as at):
            known = board.elements.get(op.id)
            if known is None or known.by != author or at >= known.points:
                return LoggedAppend(op.id, op.points)
            before = _stroke(board, op.id)
            if before is None or at + len(op.points) // 4 <= known.points:
                return None
            points = [*before.points[: at * 4], *op.points]
            return Put(msgspec.structs.replace(before, points=points))
        case _:
            return op


def _stroke(board: Board, element_id: str) -> Stroke | None:
    stored = board.elements.get(element_id)
    if stored is None or stored.type != "stroke":
        return None
    element = msgspec.json.decode(stored.encoded, type=Element)
    return element if isinstance(element, Stroke) else None
