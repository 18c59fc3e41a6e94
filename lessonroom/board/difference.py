"""The difference of two boards, as operations: how a version is restored (PROTOCOL BD-12)."""

from typing import Any, Final

import msgspec

from lessonroom.board.board import Board
from lessonroom.board.elements import Layer
from lessonroom.board.operations import (
    AddLayer,
    Operation,
    PatchLayer,
    Put,
    Remove,
    RemoveLayer,
    ReorderLayers,
)
from lessonroom.board.stored import StoredElement

LAYER_FIELDS: Final = tuple(name for name in Layer.__struct_fields__ if name != "id")
"""What of a layer can be patched."""


def difference(current: Board, target: Board) -> list[Operation]:
    """Return the operations that turn `current` into a board with the digest of `target`.

    They are to be applied by `redo`: elements keep their creators, and locked layers are changed
    too. What is the same on both boards is not touched; equal boards give no operations.
    """
    kept = [layer_id for layer_id in current.layers if layer_id in target.layers]
    added = [layer_id for layer_id in target.layers if layer_id not in current.layers]
    ops: list[Operation] = [AddLayer(target.layers[layer_id]) for layer_id in added]
    for layer_id in kept:
        changes = layer_changes(current.layers[layer_id], target.layers[layer_id])
        if changes:
            ops.append(PatchLayer(layer_id, changes))
    for element_id, stored in target.elements.items():
        if not stored.is_same(current.elements.get(element_id)):
            ops.append(put_of(stored))
    gone = [element_id for element_id in current.elements if element_id not in target.elements]
    if gone:
        ops.append(Remove(gone))
    ops += [RemoveLayer(layer_id) for layer_id in current.layers if layer_id not in target.layers]
    if [*kept, *added] != list(target.layers):
        ops.append(ReorderLayers(list(target.layers)))
    return ops


def layer_changes(layer: Layer, wanted: Layer) -> dict[str, Any]:
    """Return the fields, with their values, in which `wanted` differs from `layer`."""
    return {
        name: getattr(wanted, name)
        for name in LAYER_FIELDS
        if getattr(wanted, name) != getattr(layer, name)
    }


def put_of(stored: StoredElement) -> Put:
    """Return the operation that puts an element as it was stored."""
    return msgspec.convert({"op": "put", "element": stored.fields()}, Put)
