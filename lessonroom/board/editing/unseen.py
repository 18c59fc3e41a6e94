"""What somebody's change comes to on the whole board, of which they see a part (PROTOCOL AU-5)."""

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from lessonroom.board.editing.difference import difference
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.operations import PutBack, ServerOperation
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused

_encode: Final = msgspec.json.Encoder().encode
_T = TypeVar("_T")


def on_whole(board: Board, view: Board, change: BoardChange) -> BoardChange:
    """Return what a change that was drafted on `view` comes to on `board`.

    What the view lacks stays as it is: where order counts, behind what it was behind. The log has
    operations that mean the same on the whole board.

    Raises:
        Refused: `conflict`, an id is taken by what the view lacks.

    """
    if view is board:
        return change
    for element_id in change.elements:
        there = board.elements.get(element_id)
        if there is not None and there.layer not in view.layers:
            raise taken(element_id)
    if change.layers is None and change.pages is None and not change.is_clear:
        return change
    whole = msgspec.structs.replace(
        change,
        layers=_merged(board.layers, view.layers, change.layers),
        pages=_merged(board.pages, view.pages, change.pages),
    )
    return msgspec.structs.replace(whole, logged=logged(touched_difference(board, whole)))


def taken(of_id: str) -> Refused:
    """Return what is answered where something has the id already."""
    return Refused(ErrorCode.CONFLICT, f"the id {of_id} is taken", field="ops")


def touched_difference(board: Board, change: BoardChange) -> list[ServerOperation]:
    """Return operations that turn `board` into what `change` makes of it, by what that touches."""
    there = board.elements
    before = (there[each] for each in change.elements if each in there)
    after = (stored for stored in change.elements.values() if stored is not None)
    layers = board.layers if change.layers is None else change.layers
    pages = board.pages if change.pages is None else change.pages
    return difference(
        Board(board.layers.values(), before, board.pages.values()),
        Board(layers.values(), after, pages.values()),
    )


def logged(ops: list[ServerOperation]) -> list[bytes | StoredElement]:
    """Return operations as logs have them."""
    return [op.stored if isinstance(op, PutBack) else _encode(op) for op in ops]


def _merged(
    whole: Mapping[str, _T], view: Mapping[str, _T], changed: Mapping[str, _T] | None
) -> Mapping[str, _T] | None:
    if changed is None:
        return None
    behind: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for key in whole:
        if key in view:
            anchor = key if key in changed else anchor
        elif key in changed:
            raise taken(key)
        else:
            behind.setdefault(anchor, []).append(key)
    merged = {key: whole[key] for key in behind.get(None, ())}
    for key, value in changed.items():
        merged[key] = value
        merged.update((each, whole[each]) for each in behind.get(key, ()))
    return merged
