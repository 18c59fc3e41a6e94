"""Beginning a session with a board from elsewhere, such as an export."""

import re
from typing import Final

import msgspec

from lessonroom.board.assets import check_quota, check_references
from lessonroom.board.board import FIRST_LAYER
from lessonroom.board.draft import draft
from lessonroom.board.operations import (
    AddLayer,
    Operation,
    PatchLayer,
    Put,
    RemoveLayer,
    ReorderLayers,
)
from lessonroom.codes import Refused
from lessonroom.commands import ImportBoard
from lessonroom.log.events import EventType
from lessonroom.people.permissions import ALL_PERMISSIONS
from lessonroom.turn import Turn

_AT_OPERATION: Final = re.compile(
    r"ops\[(\d+)\](?:\.element|\.layer|\.order|\.set)?(.*)", re.DOTALL
)


def begin(turn: Turn, command: ImportBoard) -> None:
    """Put everything on the empty board, checked as if it were drawn, by whoever imports it.

    It is one event of the log, however large, and its elements are the importer's: who made them
    elsewhere is a number of another session.

    Raises:
        Refused: something is not possible; `field` is its path in the imported board.

    """
    steps = _steps(command)
    ops = [op for op, _ in steps]
    assets = {added.asset: added.size_bytes for added in command.assets}
    try:
        check_quota(assets, turn.limits)
        change = draft(
            turn.state.board,
            ops,
            author=command.by,
            permissions=ALL_PERMISSIONS,
            limits=msgspec.structs.replace(turn.limits, ops_per_event=len(ops)),
        )
        check_references(ops, assets)
        turn.require_space(command.by, len(change.ops))
    except Refused as refused:
        found = _AT_OPERATION.fullmatch(refused.field or "")
        refused.field = steps[int(found[1])][1] + found[2] if found else "board"
        raise
    for added in command.assets:
        turn.emit(EventType.ASSET_ADD, added, by=command.by)
    turn.emit_board(change, by=command.by)


def _steps(command: ImportBoard) -> list[tuple[Operation, str]]:
    """Return the operations that make the board of an empty one, each with the path it is for.

    Layers are locked last: nothing can be put on a locked one.
    """
    layers = [(layer, f"board.layers[{n}]") for n, layer in enumerate(command.layers)]
    steps: list[tuple[Operation, str]] = []
    for layer, path in layers:
        unlocked = msgspec.structs.replace(layer, locked=False)
        if layer.id == FIRST_LAYER.id:
            fields = msgspec.structs.asdict(unlocked)
            del fields["id"]
            steps.append((PatchLayer(layer.id, fields), path))
        else:
            steps.append((AddLayer(unlocked), path))
    if all(layer.id != FIRST_LAYER.id for layer in command.layers):
        steps.append((RemoveLayer(FIRST_LAYER.id), "board.layers"))
    steps.append((ReorderLayers([layer.id for layer in command.layers]), "board.layers"))
    steps += ((Put(element), f"board.elements.{element.id}") for element in command.elements)
    steps += (
        (PatchLayer(layer.id, {"locked": True}), path) for layer, path in layers if layer.locked
    )
    return steps
