"""Squashing: what has never been sent becomes as few submissions as say the same.

A stroke with its pieces is one `put`, several patches of an element are one, an element that was
put and removed again is nothing. A submission goes, whole, into the last one before it that
touches the same elements, or stays. So nothing passes an operation that it depends on: those of
layers and `clear` are passed by nothing, and a submission is never split over two (BD-1).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.board.model.stored import merged
from lessonroom.limits import Limits
from lessonroom.replica.packing import bytes_for_ops, bytes_of
from lessonroom.replica.pending import Op, Ops, Pending


class Absorbed(msgspec.Struct, frozen=True, tag="absorbed"):
    """Another submission says it, too, and is acknowledged in its place.

    `by` is None where nothing is left to be said.
    """

    id: str
    by: str | None


class Squashed(msgspec.Struct, frozen=True):
    """What submissions come to."""

    kept: Sequence[Pending]
    absorbed: Sequence[Absorbed]


_OF_ELEMENTS: Final = frozenset({"put", "patch", "append", "remove"})


def squashed(unsent: Sequence[Pending], below: Board, author: int, limits: Limits) -> Squashed:
    """Return what `unsent` comes to.

    Args:
        unsent: what was never sent, in its order.
        below: the board below it: confirmed, with what was sent before.
        author: whose submissions these are.
        limits: of the room.

    """
    squashing = _Squashing(below, author, limits)
    for pending in unsent:
        squashing.take(pending)
    return squashing.result()


class _Kept:
    """A submission that stays. What is merged takes no more bytes than both parts did."""

    __slots__ = ("pending", "size_bytes")

    def __init__(self, pending: Pending) -> None:
        self.pending = pending
        self.size_bytes = bytes_of(pending.ops)


_IN_PARTS: Final = ("style", "cells")
"""Fields that a patch changes in part."""


class _Squashing:
    def __init__(self, below: Board, author: int, limits: Limits) -> None:
        self._below = below
        self._author = author
        self._limits = limits
        self._most_bytes = min(bytes_for_ops(limits), limits.element_bytes)
        self._kept: list[_Kept | None] = []
        self._absorbed: list[Absorbed] = []
        # Since the last operation that nothing passes: where in `kept` each element was touched, in
        # order, and which elements were put that no board had before.
        self._touched: dict[str, list[int]] = {}
        self._born: set[str] = set()

    def result(self) -> Squashed:
        kept = [one.pending for one in self._kept if one is not None]
        return Squashed(kept, self._absorbed)

    def take(self, pending: Pending) -> None:
        if pending.saying is not None:
            self._kept.append(_Kept(pending))
            return
        if any(_is_passed_by_nothing(op) for op in pending.ops):
            self._kept.append(_Kept(pending))
            self._touched = {}
            self._born = set()
            return
        left = self._without_stillborn(pending)
        if left is None or self._goes_into_earlier(left):
            return
        self._note(left)
        self._kept.append(_Kept(left))

    def _without_stillborn(self, pending: Pending) -> Pending | None:
        """Take away what was put and is removed now; None where nothing is left to be said."""
        removed = [one for op in pending.ops if op["op"] == "remove" for one in op["ids"]]
        gone = [one for one in dict.fromkeys(removed) if one in self._born]
        if not gone or any(op["op"] != "remove" for op in pending.ops):
            return pending
        ids = [one for one in removed if one not in gone]
        by = pending.id if ids else None
        for element_id in gone:
            for at in dict.fromkeys(self._touched.pop(element_id, ())):
                self._drop(element_id, at, by)
            self._born.discard(element_id)
        if by is None:
            self._absorbed.append(Absorbed(pending.id, by))
            return None
        return Pending(pending.id, [{"op": "remove", "ids": ids}])

    def _drop(self, element_id: str, at: int, by: str | None) -> None:
        kept = self._kept[at]
        if kept is None:
            return
        ops = [op for op in kept.pending.ops if element_id not in _ids_of(op)]
        if ops:
            kept.pending = Pending(kept.pending.id, ops)
        else:
            self._kept[at] = None
            self._absorbed.append(Absorbed(kept.pending.id, by))

    def _goes_into_earlier(self, pending: Pending) -> bool:
        touched = [self._touched.get(one) for op in pending.ops for one in _ids_of(op)]
        places = {found[-1] if found else None for found in touched}
        if len(places) != 1:
            return False
        (at,) = places
        kept = None if at is None else self._kept[at]
        if kept is None:
            return False
        size_bytes = kept.size_bytes + bytes_of(pending.ops)
        if size_bytes > self._most_bytes:
            return False
        ops = self._joined(list(kept.pending.ops), pending.ops)
        if ops is None:
            return False
        self._absorbed.append(Absorbed(pending.id, kept.pending.id))
        kept.pending = Pending(kept.pending.id, ops)
        kept.size_bytes = size_bytes
        return True

    def _joined(self, ops: list[Op], later: Ops) -> list[Op] | None:
        for op in later:
            element_id = next(iter(_ids_of(op)))
            last = max(at for at, one in enumerate(ops) if element_id in _ids_of(one))
            one = self._merged(ops[last], op)
            if one is None:
                return None
            ops[last] = one
        return ops

    def _merged(self, earlier: Op, later: Op) -> Op | None:
        match earlier, later:
            case {"op": "append"}, {"op": "append"}:
                if later.get("at") != _end_of(earlier):
                    return None
                return {**earlier, "points": [*earlier["points"], *later["points"]]}
            case {"op": "put", "element": {"type": "stroke"} as element}, {"op": "append"}:
                points = [*element["points"], *later["points"]]
                fits = len(points) // 4 <= self._limits.points_per_stroke
                is_next = later.get("at") == len(element["points"]) // 4
                if not (fits and is_next and self._is_own(element["id"])):
                    return None
                return {**earlier, "element": {**element, "points": points}}
            case {"op": "put", "element": element}, {"op": "patch"}:
                unset = later.get("unset", ())
                # A field without a default cannot be unset: such a patch is refused, and the put
                # is not.
                if _moves_layer(later) or not all(path.startswith("style.") for path in unset):
                    return None
                return {**earlier, "element": _patched(element, later.get("set", {}), unset)}
            case {"op": "patch"}, {"op": "patch"} if not (
                _moves_layer(earlier) or _moves_layer(later)
            ):
                return _both_patches(earlier, later)
            case _:
                return None

    def _is_own(self, element_id: str) -> bool:
        """Only the author of a stroke appends to it; a put over another's leaves it theirs."""
        below = self._below.elements.get(element_id)
        return below is None or below.by == self._author

    def _note(self, pending: Pending) -> None:
        at = len(self._kept)
        for op in pending.ops:
            for element_id in _ids_of(op):
                places = self._touched.get(element_id)
                is_new = places is None and element_id not in self._below.elements
                if op["op"] == "put" and is_new:
                    self._born.add(element_id)
                self._touched[element_id] = [*(places or ()), at]


def _patched(element: Op, changes: dict[str, Any], unset: Sequence[str]) -> Op:
    """Return an element after a patch; its id and type stay."""
    fields = {name: value for name, value in changes.items() if name not in {"by", "id", "type"}}
    parts = {name: {**element[name]} for name in _IN_PARTS if name in element}
    styled = {**element, **parts}
    return merged(styled, fields, unset)


def _both_patches(earlier: Op, later: Op) -> Op | None:
    """Return both patches as one; None where one cannot say it.

    That is where the whole style is unset, and fields of it are set again. A patch sets, then
    unsets: what is set and unset says no more than the latter.
    """
    first, second = earlier.get("set", {}), later.get("set", {})
    changes = {**first, **second}
    for name in _IN_PARTS:
        if first.get(name) and second.get(name):
            changes[name] = {**first[name], **second[name]}
    unset = dict.fromkeys(earlier.get("unset", ()))
    if any(second.get(name) and name in unset for name in _IN_PARTS):
        return None
    after = second.get("style")
    for name in (*second, *(f"style.{name}" for name in after or ())):
        unset.pop(name, None)
    unset |= dict.fromkeys(later.get("unset", ()))
    patch: dict[str, Any] = {"op": "patch", "id": earlier["id"]}
    if changes:
        patch["set"] = changes
    if unset:
        patch["unset"] = list(unset)
    return patch


def _end_of(piece: Op) -> int | None:
    at = piece.get("at")
    return None if at is None else int(at) + len(piece["points"]) // 4


def _is_passed_by_nothing(op: Op) -> bool:
    return op["op"] not in _OF_ELEMENTS


def _moves_layer(op: Op) -> bool:
    """Whether it goes into a layer that may be gone or locked by then: it is refused alone."""
    return "layer" in op.get("set", {})


def _ids_of(op: Op) -> Iterator[str]:
    match op:
        case {"op": "put", "element": {"id": element_id}}:
            yield element_id
        case {"op": "patch" | "append", "id": element_id}:
            yield element_id
        case {"op": "remove", "ids": ids}:
            yield from ids
        case _:
            pass
