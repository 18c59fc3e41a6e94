"""Beginning a session with a board from elsewhere, such as an export."""

import contextlib
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from lessonroom.board.editing.assets import check_quota, check_references
from lessonroom.board.editing.changes import draft
from lessonroom.board.editing.difference import layer_changes, page_changes
from lessonroom.board.model.board import FIRST_LAYER, Board, BoardChange
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Operation,
    PatchLayer,
    PatchPage,
    Put,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ReorderPages,
)
from lessonroom.board.model.page import FIRST_PAGE, Page
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import ImportBoard
from lessonroom.limits import Limits
from lessonroom.log.events import EventType
from lessonroom.people.permissions import ALL_PERMISSIONS
from lessonroom.turn import Turn

_AT_OPERATION: Final = re.compile(
    r"ops\[(\d+)\](?:\.(element|layer|page|order|set))?(.*)", re.DOTALL
)
_ALL: Final = "board"


def begin(turn: Turn, command: ImportBoard) -> None:
    """Put everything on the empty board, checked as if it were drawn, by whoever imports it.

    It is one event of the log, however large, and its elements are the importer's: who made them
    elsewhere is a number that may mean nobody here. Of those of whom it is known they stay theirs.

    Raises:
        Refused: something is not possible; `field` is its path in the imported board.

    """
    steps = _steps(command)
    assets = {added.asset: added.size_bytes for added in command.assets}
    with _telling_where(steps):
        check_quota(assets, turn.limits)
        change = _draft(turn.state.board, steps, command, turn.limits)
        check_references([step.op for step in steps], assets)
        turn.require_space(command.by, change.ops_bytes())
    for added in command.assets:
        turn.emit(EventType.ASSET_ADD, added, by=command.by)
    turn.emit_board(change, by=command.by)


def checked(command: ImportBoard, *, limits: Limits) -> Board:
    """Return the board that comes of an import into an empty one, whatever it shows.

    Raises:
        Refused: as `begin`.

    """
    board = Board()
    steps = _steps(command)
    with _telling_where(steps):
        board.apply(_draft(board, steps, command, limits))
    return board


def _draft(board: Board, steps: "list[_Step]", command: ImportBoard, limits: Limits) -> BoardChange:
    return draft(
        board,
        [step.op for step in steps],
        author=command.by,
        creators=command.creators,
        permissions=ALL_PERMISSIONS,
        limits=msgspec.structs.replace(limits, ops_per_event=len(steps)),
    )


@contextlib.contextmanager
def _telling_where(steps: "list[_Step]") -> Iterator[None]:
    """Have a refusal name the path in the imported board, not the operation."""
    try:
        yield
    except Refused as refused:
        found = _AT_OPERATION.fullmatch(refused.field or "")
        refused.field = steps[int(found[1])].path_of(found[2]) + found[3] if found else _ALL
        raise


class _Step(msgspec.Struct, frozen=True):
    """An operation, and the path in the imported board of what it says, and of its layer."""

    op: Operation
    path: str
    layer_path: str = ""

    def path_of(self, part: str | None) -> str:
        return self.layer_path if part == "layer" and self.layer_path else self.path


def _steps(command: ImportBoard) -> list[_Step]:
    """Return the operations that make the board of a new one.

    Layers are locked last: nothing can be put on a locked one.
    """
    layers = [msgspec.structs.replace(layer, locked=False) for layer in command.layers]
    base = next((n for n, layer in enumerate(layers) if layer.id == FIRST_LAYER.id), None)
    is_new_page_kept = any(page.id == FIRST_PAGE for page in command.pages) and (
        base is None or layers[base].page_id == FIRST_PAGE
    )
    placed: set[int] = set()
    steps: list[_Step] = []
    # Otherwise what a new board has makes way, which needs a page that stays meanwhile.
    spare = _unused({page.id for page in command.pages} | {layer.id for layer in layers})
    if not is_new_page_kept:
        steps += [_Step(AddPage(Page(id=spare)), _ALL), _Step(RemovePage(FIRST_PAGE), _ALL)]
    for n, page in enumerate(command.pages):
        path = f"board.pages[{n}]"
        if is_new_page_kept and page.id == FIRST_PAGE:
            steps.append(_Step(PatchPage(page.id, page_changes(Page(id=page.id), page)), path))
            continue
        first = next((n for n, layer in enumerate(layers) if layer.page_id == page.id), None)
        if first is None:
            raise Refused(ErrorCode.INVALID, "a page has a layer at least", field=path)
        placed.add(first)
        steps.append(_Step(AddPage(page, layers[first]), path, f"board.layers[{first}]"))
    for n, layer in enumerate(layers):
        if n == base and is_new_page_kept:
            fields = layer_changes(FIRST_LAYER, layer)
            steps.append(_Step(PatchLayer(layer.id, fields), f"board.layers[{n}]"))
        elif n not in placed:
            steps.append(_Step(AddLayer(layer), f"board.layers[{n}]"))
    if not is_new_page_kept:
        steps.append(_Step(RemovePage(spare), _ALL))
    elif base is None:
        steps.append(_Step(RemoveLayer(FIRST_LAYER.id), _ALL))
    steps.append(_Step(ReorderLayers([layer.id for layer in layers]), "board.layers"))
    steps.append(_Step(ReorderPages([page.id for page in command.pages]), "board.pages"))
    steps += (_Step(Put(each), f"board.elements.{each.id}") for each in command.elements)
    steps += (
        _Step(PatchLayer(layer.id, {"locked": True}), f"board.layers[{n}]")
        for n, layer in enumerate(command.layers)
        if layer.locked
    )
    return steps


def _unused(ids: set[str]) -> str:
    return next(each for n in range(len(ids) + 1) if (each := f"spare-{n}") not in ids)
