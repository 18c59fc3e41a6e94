"""What a change did to a board, kept so that it can be taken back where it still has effect."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from lessonroom.board.board import Board, BoardChange
from lessonroom.board.difference import LAYER_FIELDS
from lessonroom.board.elements import Layer
from lessonroom.board.operations import (
    AddLayer,
    Patch,
    PatchLayer,
    PutBack,
    Remove,
    RemoveLayer,
    ReorderLayers,
    ServerOperation,
)
from lessonroom.board.stored import StoredElement

Layers = Mapping[str, Layer]

_MISSING: Final = object()
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
    """The elements that a change touched, and all layers where it touched one.

    `strokes` are those that the change began or went on drawing: appends to them belong to it.
    """

    elements: dict[str, Trace]
    layers: tuple[Layers, Layers] | None = None
    strokes: set[str] = set()

    @classmethod
    def of(cls, board: Board, change: BoardChange) -> "Footprint":
        """Return what `change` will do to `board`; to be called before it is applied."""
        elements = {
            element_id: trace
            for element_id, after in change.elements.items()
            if (trace := Trace(board.elements.get(element_id), after)).is_change()
        }
        layers = None
        if change.layers is not None and list(change.layers.items()) != list(board.layers.items()):
            layers = (board.layers, change.layers)
        return cls(elements, layers)

    def is_empty(self) -> bool:
        """Whether the change does nothing."""
        return not self.elements and self.layers is None

    def size_bytes(self) -> int:
        """Return what is kept alive for the sake of this footprint, at most."""
        return sum(trace.size_bytes() for trace in self.elements.values())

    def inverse(self, board: Board) -> list[ServerOperation]:
        """Return the operations that take the change back where `board` still shows it.

        What somebody changed since is left as they made it: an element field by field, the order
        of the layers as a whole. Layers that the change added go only if nothing is left on them.
        Empty where nothing is left of the change.
        """
        before, after = self.layers or ({}, {})
        returning = [
            layer
            for layer_id, layer in before.items()
            if layer_id not in after and layer_id not in board.layers
        ]
        unlocking, other = _layer_patches(before, after, board.layers)
        there = {*board.layers, *(layer.id for layer in returning)}
        on_elements = list(self._element_inverses(board, there))
        leaving = self._leaving(board, on_elements)
        ops: list[ServerOperation] = [
            *map(AddLayer, returning), *unlocking, *on_elements, *other, *map(RemoveLayer, leaving)
        ]  # fmt: skip
        now = [layer_id for layer_id in board.layers if layer_id not in leaving]
        now += [layer.id for layer in returning]
        order = _order(list(before), list(after), now)
        return ops if order == now else [*ops, ReorderLayers(order)]

    def _element_inverses(self, board: Board, layers: set[str]) -> Iterator[ServerOperation]:
        # Of a whole board field by field would take seconds, in which every lesson stands still.
        is_large = len(self.elements) > _FIELD_BY_FIELD_MOST
        removed = []
        for element_id, trace in self.elements.items():
            now = board.elements.get(element_id)
            if trace.before is None:
                if now is not None and now.is_same(trace.after):
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

    def _leaving(self, board: Board, ops: list[ServerOperation]) -> list[str]:
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
        leaving = [layer_id for layer_id in candidates if layer_id not in occupied]
        is_one_left = len(leaving) < len(board.layers)
        return leaving if is_one_left else leaving[1:]


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
    was, left, is_now = (_flat(stored) for stored in (before, after, now))
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
            unset.append(name)
        elif name.startswith("style."):
            changes.setdefault("style", {})[name.removeprefix("style.")] = old
        else:
            changes[name] = old
    if changes or unset:
        yield Patch(now.id, changes, unset)


def _flat(stored: StoredElement) -> dict[str, Any]:
    """Return an element's fields, those of its style as `style.color`."""
    fields = stored.fields()
    style: dict[str, Any] = fields.pop("style", {})
    return fields | {f"style.{name}": value for name, value in style.items()}


def _layer_patches(
    before: Layers, after: Layers, now: Layers
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
        }
        if changes:
            (unlocking if changes.get("locked") is False else other).append(
                PatchLayer(layer_id, changes)
            )
    return unlocking, other


def _order(before: list[str], after: list[str], now: list[str]) -> list[str]:
    """Return the order of `before` for the layers that are there `now`.

    Layers that `before` does not know stay behind the one they are behind now. Where somebody
    has put the layers of `after` in another order since, `now` stays.
    """
    if [each for each in now if each in after] != [each for each in after if each in now]:
        return now
    order = [layer_id for layer_id in before if layer_id in now]
    for n, layer_id in enumerate(now):
        if layer_id not in before:
            order.insert(order.index(now[n - 1]) + 1 if n else 0, layer_id)
    return order
