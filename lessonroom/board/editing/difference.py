"""The difference of two boards, as operations: how a version is restored (PROTOCOL BD-12)."""

from typing import Any, Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    PatchLayer,
    PatchPage,
    PutBack,
    Remove,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ReorderPages,
    ServerOperation,
)
from lessonroom.board.model.page import Page

LAYER_FIELDS: Final = tuple(name for name in Layer.__struct_fields__ if name != "id")
"""What of a layer can be patched."""
PAGE_FIELDS: Final = tuple(name for name in Page.__struct_fields__ if name != "id")
"""What of a page can be patched."""


def difference(current: Board, target: Board) -> list[ServerOperation]:
    """Return the operations that turn `current` into a board with the digest of `target`.

    They are to be applied by `replay_ops`: elements keep their creators, and locked layers are
    changed too. What is the same on both boards is not touched; equal boards give no operations.
    """
    kept = [layer_id for layer_id in current.layers if layer_id in target.layers]
    added = [layer_id for layer_id in target.layers if layer_id not in current.layers]
    new_pages = [page_id for page_id in target.pages if page_id not in current.pages]
    with_pages = _first_layers(target, new_pages, added)
    added = [layer_id for layer_id in added if layer_id not in with_pages]
    ops: list[ServerOperation] = [
        AddPage(target.pages[target.layers[layer_id].page_id], target.layers[layer_id])
        for layer_id in with_pages
    ]
    ops += [AddLayer(target.layers[layer_id]) for layer_id in added]
    for layer_id in kept:
        changes = layer_changes(current.layers[layer_id], target.layers[layer_id])
        if changes:
            ops.append(PatchLayer(layer_id, changes))
    # A page that comes with none but layers which lie elsewhere now came with the first of them.
    moved_there = {*new_pages} - {target.layers[layer_id].page_id for layer_id in with_pages}
    for page_id, page in target.pages.items():
        if page_id in current.pages or page_id in moved_there:
            changes = page_changes(current.pages.get(page_id, Page(id=page_id)), page)
            if changes:
                ops.append(PatchPage(page_id, changes))
    for element_id, stored in target.elements.items():
        if not stored.is_same(current.elements.get(element_id)):
            ops.append(PutBack(stored))
    gone = [element_id for element_id in current.elements if element_id not in target.elements]
    if gone:
        ops.append(Remove(gone))
    ops += [
        RemoveLayer(layer.id)
        for layer in current.layers.values()
        if layer.id not in target.layers and layer.page_id in target.pages
    ]
    ops += [RemovePage(page_id) for page_id in current.pages if page_id not in target.pages]
    if [*kept, *with_pages, *added] != list(target.layers):
        ops.append(ReorderLayers(list(target.layers)))
    pages = [page_id for page_id in current.pages if page_id in target.pages]
    if moved_there or [*pages, *new_pages] != list(target.pages):
        ops.append(ReorderPages(list(target.pages)))
    return ops


def _first_layers(target: Board, pages: list[str], layers: list[str]) -> list[str]:
    """Return, of those `layers` that are new, one for each page that has such a one."""
    firsts: dict[str, str] = {}
    for layer_id in layers:
        firsts.setdefault(target.layers[layer_id].page_id, layer_id)
    return [firsts[page_id] for page_id in pages if page_id in firsts]


def page_changes(page: Page, wanted: Page) -> dict[str, Any]:
    """Return the fields, with their values as JSON has them, in which `wanted` differs."""
    return {
        name: msgspec.json.decode(msgspec.json.encode(getattr(wanted, name)))
        for name in PAGE_FIELDS
        if getattr(wanted, name) != getattr(page, name)
    }


def layer_changes(layer: Layer, wanted: Layer) -> dict[str, Any]:
    """Return the fields, with their values, in which `wanted` differs from `layer`."""
    return {
        name: getattr(wanted, name)
        for name in LAYER_FIELDS
        if getattr(wanted, name) != getattr(layer, name)
    }
