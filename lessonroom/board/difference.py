"""The difference of two boards, as operations: how a version is restored (PROTOCOL BD-12)."""

from typing import Any, Final

from lessonroom.board.board import Board
from lessonroom.board.elements import Layer
from lessonroom.board.operations import (
    AddLayer,
    PatchLayer,
    PutBack,
    Remove,
    RemoveLayer,
    ReorderLayers,
    ServerOperation,
)

LAYER_FIELDS: Final = tuple(name for name in Layer.__struct_fields__ if name != "id")
"""What of a layer can be patched."""


def difference(current: Board, target: Board) -> list[ServerOperation]:
    """Return the operations that turn `current` into a board with the digest of `target`.

    They are to be applied by `replay_ops`: elements keep their creators, and locked layers are
    changed too. What is the same on both boards is not touched; equal boards give no operations.
    """
    kept = [layer_id for layer_id in current.layers if layer_id in target.layers]
    added = [layer_id for layer_id in target.layers if layer_id not in current.layers]
    ops: list[ServerOperation] = [AddLayer(target.layers[layer_id]) for layer_id in added]
    for layer_id in kept:
        changes = layer_changes(current.layers[layer_id], target.layers[layer_id])
        if changes:
            ops.append(PatchLayer(layer_id, changes))
    for element_id, stored in target.elements.items():
        if not stored.is_same(current.elements.get(element_id)):
            ops.append(PutBack(stored))
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
