"""Strokes in pieces: where a piece goes, and what is put whole where one is missing (BD-15)."""

import re
from typing import Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.replica.messages import Fault
from lessonroom.replica.pending import Op, Ops
from lessonroom.replica.seeing import show

_AT: Final = re.compile(r"ops\[(\d+)\]\.at\Z")


def placed(ops: Ops, board: Board, author: int, *, is_known: bool = True) -> Ops:
    """Return `ops` with the place of each piece that names none: where its stroke ends on `board`.

    Args:
        ops: what is to be sent.
        board: as it is seen before them; it is not changed.
        author: whose they are.
        is_known: whether `board` is the room's. Otherwise a stroke that is not there may be there:
            its pieces are placed later, before they are sent.

    """
    if all(map(is_placed, ops)):
        return ops
    now = board.copy()
    found: list[Op] = []
    for edit in ops:
        op = edit
        if not is_placed(edit) and (is_known or points_of(now, edit["id"])):
            op = {**edit, "at": points_of(now, edit["id"])}
        show(now, [op], author)
        found.append(op)
    return found


def is_placed(op: Op) -> bool:
    """Whether an operation says where it goes, or need not."""
    return op["op"] != "append" or "at" in op


def points_of(board: Board, element_id: str) -> int:
    """Return how many points a stroke has; 0 where there is none."""
    stored = board.elements.get(element_id)
    return 0 if stored is None else stored.points


def stroke_in_conflict(ops: Ops, fault: Fault) -> str | None:
    """Return the stroke of which the room has another number of points than `ops` say."""
    found = _AT.search(fault.field or "")
    if fault.code != "conflict" or found is None or int(found[1]) >= len(ops):
        return None
    op = ops[int(found[1])]
    return str(op["id"]) if op["op"] == "append" else None


def putting(board: Board, element_id: str) -> Op | None:
    """Return the operation that puts a stroke as it is on `board`; whose it is, the room knows."""
    stored = board.elements.get(element_id)
    if stored is None or stored.type != "stroke":
        return None
    element = msgspec.json.decode(stored.encoded)
    element.pop("by", None)
    return {"op": "put", "element": element}


def without_pieces(ops: Ops, stroke_id: str) -> Ops:
    """Return `ops` without the pieces of a stroke."""
    return [op for op in ops if op["op"] != "append" or op["id"] != stroke_id]


def missing(ops: Ops, board: Board) -> Ops:
    """Return what of an acknowledged submission is shown where the room may have lost it (BD-7)."""
    return [
        op
        for op in ops
        if op["op"] == "append" or (op["op"] == "put" and op["element"]["id"] not in board.elements)
    ]
