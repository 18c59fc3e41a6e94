"""What a change did to a board, kept so that it can be taken back where it still has effect."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from lessonroom.board.editing.difference import LAYER_FIELDS
from lessonroom.board.editing.pages_back import PagesBack, order_back
from lessonroom.board.editing.patching import sides
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    Patch,
    PatchLayer,
    PutBack,
    Remove,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ServerOperation,
)
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement

Layers = Mapping[str, Layer]
Pages = Mapping[str, Page]

_MISSING: Final = object()
_TABLE: Final = "table"
_CELLS: Final = "cells."
"""Before the cells of a table: what somebody else wrote into another one stays."""
_FIELD_BY_FIELD_MOST: Final = 200
"""A change of more elements is no edit, which has so many operations, but a restore: it put them
whole, and what nobody has touched since is put back whole."""


class Trace(msgspec.Struct, frozen=True):
    """One element before and after a change; None where it was not there."""

    before: StoredElement | None
    after: StoredElement | None

    def is_change(self) -> bool:
        """Whether the element is another one after it."""
        before, after = self.before, self.after
        return after is not None if before is None else not before.is_same(after)

    def size_bytes(self) -> int:
        """Return what is kept alive for the sake of this trace, at most."""
        before, after = self.before, self.after
        return (len(before.encoded) if before else 0) + (len(after.encoded) if after else 0)


class Footprint(msgspec.Struct):
    """The elements that a change touched, and all layers or pages where it touched one.

    `strokes` are those that the change began or went on drawing: appends to them belong to it.
    """

    elements: dict[str, Trace]
    layers: tuple[Layers, Layers] | None = None
    pages: tuple[Pages, Pages] | None = None
    strokes: set[str] = set()

    @classmethod
    def of(cls, board: Board, change: BoardChange) -> "Footprint":
        """Return what `change` will do to `board`; to be called before it is applied."""
        there = board.elements
        elements: dict[str, Trace] = {}
        # A loop: what is drawn is mostly one element, and a comprehension is a frame of its own.
        for element_id, after in change.elements.items():
            trace = Trace(there.get(element_id), after)
            if trace.is_change():
                elements[element_id] = trace
        layers = pages = None
        if change.layers is not None and list(change.layers.items()) != list(board.layers.items()):
            layers = (board.layers, change.layers)
        if change.pages is not None and list(change.pages.items()) != list(board.pages.items()):
            pages = (board.pages, change.pages)
        return cls(elements, layers, pages)

    def is_empty(self) -> bool:
        """Whether the change does nothing."""
        return not self.elements and self.layers is None and self.pages is None

    def size_bytes(self) -> int:
        """Return what is kept alive for the sake of this footprint, at most."""
        size_bytes = 0
        for trace in self.elements.values():
            size_bytes += trace.size_bytes()
        return size_bytes

    def inverse(self, board: Board) -> list[ServerOperation]:
        """Return the operations that take the change back where `board` still shows it.

        What somebody changed since is left as they made it: an element field by field, the order
        of the layers and of the pages as a whole. Layers and pages that the change added go only
        if nothing is left on them. Empty where nothing is left of the change.
        """
        before, after = self.layers or ({}, {})
        pages = PagesBack.of(self.pages, self.layers, board)
        returning = [
            layer
            for layer_id, layer in before.items()
            if layer_id not in after
            and layer_id not in board.layers
            and (layer.page_id in board.pages or layer.page_id in pages.returning)
        ]
        unlocking, other = _layer_patches(before, after, board.layers, pages.there)
        there = {*board.layers, *(layer.id for layer in returning)}
        on_elements = list(self._element_inverses(board, there))
        empty = self._left_empty(board, on_elements)
        leaving_pages = pages.leaving(empty)
        gone = {layer.id for layer in board.layers.values() if layer.page_id in leaving_pages}
        leaving = _all_but_one_of_each_page(
            [layer_id for layer_id in empty if layer_id not in gone], board.layers
        )
        ops: list[ServerOperation] = [
            *pages.coming(leaving_pages),
            *(
                AddLayer(replace(layer, locked=False))
                for layer in returning
                if layer.id not in pages.first_layers()
            ),
            *unlocking,
            *self._loosening(board, empty, on_elements),
            *on_elements,
            *other,
            # What was locked when it went is so again once all that lies on it is back.
            *(PatchLayer(layer.id, {"locked": True}) for layer in returning if layer.locked),
            *map(RemoveLayer, leaving),
            *map(RemovePage, leaving_pages),
        ]
        now = [each for each in board.layers if each not in leaving and each not in gone]
        now += pages.first_layers()
        now += [layer.id for layer in returning if layer.id not in now]
        order = order_back(list(before), list(after), now)
        if order != now:
            ops.append(ReorderLayers(order))
        return [*ops, *pages.reordering(leaving_pages)]

    def _element_inverses(self, board: Board, layers: set[str]) -> Iterator[ServerOperation]:
        # Of a whole board field by field would take seconds, in which every lesson stands still.
        is_large = len(self.elements) > _FIELD_BY_FIELD_MOST
        removed = []
        for element_id, trace in self.elements.items():
            now = board.elements.get(element_id)
            if trace.before is None:
                if now is not None and trace.after is not None and _is_as_left(now, trace.after):
                    removed.append(element_id)
            elif now is None or trace.after is None:
                if now is None and trace.after is None and trace.before.layer in layers:
                    yield PutBack(trace.before)
            elif is_large and now.is_same(trace.after) and trace.before.layer in layers:
                yield PutBack(trace.before)
            else:
                yield from _fields_back(trace.before, trace.after, now, layers)
        if removed:
            yield Remove(removed)

    def _loosening(
        self, board: Board, empty: list[str], on_elements: list[ServerOperation]
    ) -> Iterator[ServerOperation]:
        """Unlock what goes as it came: locked, as a page's copy has layers and elements."""
        for layer_id in empty:
            if board.layers[layer_id].locked:
                yield PatchLayer(layer_id, {"locked": False})
        for op in on_elements:
            if isinstance(op, Remove):
                for element_id in op.ids:
                    if board.elements[element_id].locked:
                        yield Patch(element_id, {"locked": False})

    def _left_empty(self, board: Board, ops: list[ServerOperation]) -> list[str]:
        """Return the layers that the change added and that nothing lies on after `ops`."""
        before, after = self.layers or ({}, {})
        candidates = [
            layer_id
            for layer_id, layer in after.items()
            if layer_id not in before and board.layers.get(layer_id) == layer
        ]
        if not candidates:
            return []
        lies_on = {element.id: element.layer for element in board.elements.values()}
        for op in ops:
            match op:
                case PutBack(stored=stored):
                    lies_on[stored.id] = stored.layer
                case Patch():
                    lies_on[op.id] = op.set.get("layer", lies_on[op.id])
                case Remove():
                    for element_id in op.ids:
                        del lies_on[element_id]
                case _:
                    pass
        occupied = set(lies_on.values())
        return [layer_id for layer_id in candidates if layer_id not in occupied]


def _all_but_one_of_each_page(leaving: list[str], layers: Layers) -> list[str]:
    """Return `leaving` without as many as each page needs to keep a layer."""
    left = Counter(layer.page_id for layer in layers.values())
    left.subtract(layers[layer_id].page_id for layer_id in leaving)
    kept = set()
    for layer_id in leaving:
        page_id = layers[layer_id].page_id
        if left[page_id] == 0:
            left[page_id] += 1
            kept.add(layer_id)
    return [layer_id for layer_id in leaving if layer_id not in kept]


def _fields_back(
    before: StoredElement, after: StoredElement, now: StoredElement, layers: set[str]
) -> Iterator[ServerOperation]:
    """Give back the fields that `now` still has as `after` left them."""
    if before.type != after.type or before.by != after.by:
        if now.is_same(after) and before.layer in layers:
            yield PutBack(before)
        return
    if now.type != after.type or now.by != after.by:
        return
    # Where all have the same bulk there is nothing to say of it.
    was, left, is_now = map(_flat, sides(before, after, now))
    changes: dict[str, Any] = {}
    unset: list[str] = []
    for name in was | left:
        old = was.get(name, _MISSING)
        new = left.get(name, _MISSING)
        if (
            old == new
            or is_now.get(name, _MISSING) != new
            or (name == "layer" and old not in layers)
        ):
            continue
        if old is _MISSING:
            if name.startswith(_CELLS):
                changes.setdefault("cells", {})[name.removeprefix(_CELLS)] = ""
            else:
                unset.append(name)
        elif name.startswith("style."):
            changes.setdefault("style", {})[name.removeprefix("style.")] = old
        elif name.startswith(_CELLS):
            changes.setdefault("cells", {})[name.removeprefix(_CELLS)] = old
        else:
            changes[name] = old
    if changes or unset:
        yield Patch(now.id, changes, unset)


def _is_as_left(now: StoredElement, left: StoredElement) -> bool:
    """Whether an element is what a change left: a cell that is empty is one that is not there."""
    if now.is_same(left):
        return True
    if not now.type == left.type == _TABLE:
        return False
    filled = [
        {
            name: value
            for name, value in _flat(each.encoded).items()
            if value or not name.startswith(_CELLS)
        }
        for each in (now, left)
    ]
    return filled[0] == filled[1]


def _flat(encoded: bytes) -> dict[str, Any]:
    """Return an element's fields, those of its style as `style.color`, its cells likewise."""
    fields: dict[str, Any] = msgspec.json.decode(encoded)
    style: dict[str, Any] = fields.pop("style", {})
    cells: dict[str, Any] = fields.pop("cells", {})
    fields |= {f"style.{name}": value for name, value in style.items()}
    return fields | {f"{_CELLS}{name}": value for name, value in cells.items()}


def _layer_patches(
    before: Layers, after: Layers, now: Layers, pages: Container[str]
) -> tuple[list[ServerOperation], list[ServerOperation]]:
    """Return the patches that unlock, which come first, and those that come last."""
    unlocking: list[ServerOperation] = []
    other: list[ServerOperation] = []
    for layer_id, old in before.items():
        new, present = after.get(layer_id), now.get(layer_id)
        if new is None or present is None:
            continue
        changes = {
            name: getattr(old, name)
            for name in LAYER_FIELDS
            if getattr(old, name) != getattr(new, name) == getattr(present, name)
            and (name != "page" or old.page_id in pages)
        }
        if changes:
            (unlocking if changes.get("locked") is False else other).append(
                PatchLayer(layer_id, changes)
            )
    return unlocking, other
