"""A change in the making: operations one after another, and what each may do (BD-1)."""

from collections.abc import Collection
from typing import Any, Final, assert_never, cast

import msgspec
from msgspec import UNSET

from lessonroom.board.editing.arrangement import Arrangement
from lessonroom.board.editing.element_limits import check_element, check_points
from lessonroom.board.editing.overlay import Overlay, check_totals
from lessonroom.board.editing.patching import fields_apart, patch
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.elements import Element
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Clear,
    LoggedAppend,
    Patch,
    PatchLayer,
    PatchPage,
    Put,
    PutBack,
    Remove,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ReorderPages,
    ServerOperation,
)
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import Permission
from lessonroom.scalars import check_free
from lessonroom.validation import refusal

_FIXED: Final = frozenset({"id", "type"})
_STAMPED: Final = "by"
_ARRANGING: Final = frozenset({PatchLayer, ReorderLayers, PatchPage, ReorderPages})
"""What shows the work of others in another way, and takes nothing of it away."""
MOVED: Final = frozenset({"x", "y", "x1", "y1", "x2", "y2", "rotation", "z"})
"""What of others' elements everyone may change on an open layer (BD-27)."""
DECODED_MOST: Final = 1024 * 1024
"""What one event may have taken apart to patch it: 25 ms of the lesson's time at the most, which is
what 15 tables take that are as full as they may be. One such table 200 times took 330."""
_encode = msgspec.json.Encoder().encode


class Draft:
    """Operations of one author, one after another, laid over a board that stays as it is.

    `field` is the path of the operation at hand, and begins the field of every refusal. Whether
    the author has the permission that an operation needs is asked before (`changes.py`).
    """

    def __init__(
        self,
        board: Board,
        author: int,
        limits: Limits | None,
        *,
        stamps: bool = True,
        minds_locks: bool = True,
        may_edit_others: bool = True,
        creators: frozenset[int] = frozenset(),
        tells_effects: bool = False,
    ) -> None:
        """Begin with the board as it is.

        Args:
            board: stays as it is.
            author: who draws, and whose new elements are.
            limits: None where they do not count, as in what was logged.
            stamps: elements get their creator; what is put back has one.
            minds_locks: locked layers and elements refuse to be changed.
            may_edit_others: what others made may be changed, too (BD-17).
            creators: whose new elements stay theirs, as they say in `by`.
            tells_effects: what is removed already is not named (AU-1).

        """
        self._author = author
        self._limits = limits
        self._stamps = stamps
        self._minds_locks = minds_locks
        self._may_edit_others = may_edit_others
        self._creators = creators
        self._tells_effects = tells_effects
        self._overlay = Overlay(board, limits)
        self._arrangement = Arrangement(
            board,
            is_checked=limits is not None,
            minds_locks=minds_locks,
            # What is put back has the name that it had.
            minds_names=limits is not None and stamps,
        )
        self._is_clear = False
        self._decoded_bytes = self._copied_bytes = 0
        self._own_layers: set[str] = set()
        self.field = ""

    def change(self, logged: list[bytes | StoredElement]) -> BoardChange:
        """Return what all came to, with the operations as they are logged."""
        overlay = self._overlay
        return BoardChange(
            elements=overlay.changed,
            layers=self._arrangement.changed_layers(),
            pages=self._arrangement.changed_pages(),
            size_bytes=overlay.size_bytes,
            text_chars=overlay.text_chars,
            logged=logged,
            layers_written=overlay.layers_written,
            is_clear=self._is_clear,
            decoded_bytes=self._decoded_bytes,
            copied_bytes=self._copied_bytes,
        )

    def mark(self) -> tuple[object, ...]:
        """Return another value whenever something was written or arranged."""
        return self._overlay.writes, self._arrangement.layers, self._arrangement.pages

    def apply(self, op: ServerOperation) -> bytes | StoredElement:
        """Apply one operation and return it as it is logged: encoded, or what it has put.

        Raises:
            Refused: it is not possible, and this draft is of no use any more.

        """
        arrangement = self._arrangement
        if not self._may_edit_others:
            # What one takes back is one's own.
            if self._stamps and isinstance(op, RemovePage | PatchPage):
                self._may_change_page(op)
            if type(op) in _ARRANGING:
                return self._arrange_own(op)
        return self._applied(op, arrangement)

    def _applied(self, op: ServerOperation, arrangement: Arrangement) -> bytes | StoredElement:
        match op:
            case Put():
                return self._put(op)
            case PutBack(stored=stored):
                return self._put_back(stored)
            case Patch():
                return self._patch(op)
            case LoggedAppend():
                self._append(op)
            case Remove():
                op = self._remove(op)
            case Clear():
                self._clear(op)
            case AddLayer():
                arrangement.add_layer(op, self.field)
            case PatchLayer():
                arrangement.patch_layer(op, self.field)
            case RemoveLayer():
                self._drop_layers(arrangement.remove_layer(op, self.field))
            case ReorderLayers():
                arrangement.reorder_layers(op, self.field)
            case AddPage():
                arrangement.add_page(op, self.field)
            case PatchPage():
                arrangement.patch_page(op, self.field)
            case RemovePage():
                self._drop_layers(arrangement.remove_page(op, self.field))
            case ReorderPages():
                arrangement.reorder_pages(op, self.field)
            case _:
                assert_never(op)
        return _encode(op)

    def check_totals(self) -> None:
        """Refuse a change after which the board would be too large (PROTOCOL BD-9)."""
        if self._limits is not None:
            check_totals(self._overlay, self._arrangement, self._limits)

    # -- elements

    def _put(self, op: Put) -> StoredElement:
        element = op.element
        self._arrangement.need_writable(element.layer, f"{self.field}.element.layer")
        previous = self._overlay.element(element.id)
        if previous is not None:
            self._arrangement.need_writable(previous.layer, f"{self.field}.element.id")
            self._may_change(previous, f"{self.field}.element.id")
            self._need_unlocked(previous, f"{self.field}.element.id")
        if self._stamps:
            self._check_element(element, f"{self.field}.element", previous)
            creator = self._creator_of_part(op) if previous is None else previous.by
            element = msgspec.structs.replace(element, by=creator)
        stored = StoredElement.of(element)
        self._overlay.set(stored, self.field)
        return stored

    def _creator_of_part(self, op: Put) -> int:
        """Return whose a new element is: of what it is a part of, or its author's (BD-20)."""
        if op.element.by in self._creators:
            return op.element.by
        whole = None if op.of is None else self._overlay.element(op.of)
        if whole is None:
            return self._author
        self._may_change(whole, f"{self.field}.of")
        return whole.by

    def _put_back(self, stored: StoredElement) -> StoredElement:
        self._arrangement.need_writable(stored.layer, f"{self.field}.element.layer")
        previous = self._overlay.element(stored.id)
        if not self._may_edit_others:
            # What somebody else made is theirs also where it comes back. Looked at only then: of
            # a whole board to tell what is apart takes half a second.
            apart = fields_apart(stored, previous)
            self._may_change(stored, f"{self.field}.element", fields=apart)
        if previous is not None:
            self._arrangement.need_writable(previous.layer, f"{self.field}.element.id")
            self._need_unlocked(previous, f"{self.field}.element.id")
        self._overlay.set(stored, self.field)
        return stored

    def _patch(self, op: Patch) -> bytes:
        check_free(op.set, f"{self.field}.set")
        stored = self._overlay.element(op.id)
        if stored is None:
            return _encode(op)
        self._arrangement.need_writable(stored.layer, f"{self.field}.id")
        changes = {name: value for name, value in op.set.items() if name != _STAMPED}
        unset = [name for name in op.unset if name != _STAMPED]
        self._may_change(stored, f"{self.field}.id", fields=(*changes, *unset))
        for name in (*changes, *unset):
            if name in _FIXED:
                raise Refused(
                    ErrorCode.INVALID,
                    f"{name} cannot be patched; put the element anew",
                    field=f"{self.field}.set.{name}",
                )
        made = patch(stored, changes, unset)
        self._decoded_bytes += made.decoded_bytes
        # What is taken back is worked out beside the lesson where it is much.
        if self._decoded_bytes > DECODED_MOST and self._limits is not None and self._stamps:
            raise Refused(
                ErrorCode.TOO_LARGE,
                "these operations have more of tables and texts looked through than one event may:"
                " say several changes of one element in one patch, or send fewer at once",
                field=f"{self.field}.id",
            )
        self._copied_bytes += made.copied_bytes
        element = self._converted(made.fields)
        if element.layer != stored.layer:
            self._arrangement.need_writable(element.layer, f"{self.field}.set.layer")
        self._check_element(element, f"{self.field}.set", stored)
        patched = StoredElement.of(element)
        if made.kept:
            patched = patched.with_bulk(made.kept, stored)
        if patched.locked and not patched.is_same(stored):
            self._need_unlocked(stored, f"{self.field}.id")
        self._overlay.set(patched, self.field)
        return _encode(Patch(op.id, changes, unset))

    def _converted(self, fields: dict[str, Any]) -> Element:
        try:
            return cast("Element", msgspec.convert(fields, Element))
        except msgspec.ValidationError as error:
            raise refusal(error, f"{self.field}.set") from None

    def _append(self, op: LoggedAppend) -> None:
        stored = self._overlay.element(op.id)
        if self._limits is not None:
            check_points(op.points, f"{self.field}.points")
        if stored is None:
            return
        self._arrangement.need_writable(stored.layer, f"{self.field}.id")
        self._need_unlocked(stored, f"{self.field}.id")
        if stored.type != "stroke":
            raise Refused(
                ErrorCode.INVALID, "only a stroke can be appended to", field=f"{self.field}.id"
            )
        if stored.by != self._author:
            raise Refused(
                ErrorCode.PERMISSION_DENIED,
                "only the author of a stroke appends to it",
                field=f"{self.field}.id",
            )
        if op.at is not UNSET and op.at != stored.points:
            raise Refused(
                ErrorCode.CONFLICT,
                f"the stroke has {stored.points} points; put it whole",
                field=f"{self.field}.at",
            )
        self._overlay.set(stored.extended(op.points), self.field)

    def _remove(self, op: Remove) -> Remove:
        there: list[str] = []
        for n, element_id in enumerate(op.ids):
            stored = self._overlay.element(element_id)
            if stored is not None:
                there.append(element_id)
                self._arrangement.need_writable(stored.layer, f"{self.field}.ids[{n}]")
                self._may_change(stored, f"{self.field}.ids[{n}]")
                self._need_unlocked(stored, f"{self.field}.ids[{n}]")
                self._overlay.drop(stored)
        return Remove(there) if self._tells_effects and there else op

    def _clear(self, op: Clear) -> None:
        """Remove all elements but locked ones; without a layer named, locked layers stay."""
        arrangement = self._arrangement
        if op.layer is not None and op.page is not None and self._limits is not None:
            raise Refused(
                ErrorCode.INVALID, "name a layer or a page, not both", field=f"{self.field}.page"
            )
        if op.layer is not None:
            if op.layer not in arrangement.layers:
                return
            arrangement.need_writable(op.layer, f"{self.field}.layer")
            self._drop_layers([op.layer], keeps_locked=True)
        else:
            self._drop_layers(
                [
                    layer.id
                    for layer in arrangement.layers.values()
                    if not layer.locked and op.page in {None, layer.page_id}
                ],
                keeps_locked=True,
            )
        self._is_clear = True

    def _drop_layers(self, layer_ids: list[str], *, keeps_locked: bool = False) -> None:
        for layer_id in layer_ids:
            for stored in self._overlay.elements_on(layer_id):
                if keeps_locked and stored.locked:
                    continue
                self._may_change(stored, self.field)
                self._overlay.drop(stored)

    # -- who may

    def _may_change(
        self, stored: StoredElement, field: str, *, fields: Collection[str] | None = None
    ) -> None:
        """Refuse a change of what somebody else made, where that is not permitted (BD-17).

        Args:
            stored: what is changed.
            field: the path of what names it.
            fields: what of it is changed; None for more than that.

        """
        if not self._may_edit_others and stored.by != self._author:
            if fields is not None and self._arrangement.is_open(stored.layer):
                if MOVED.issuperset(fields):
                    return
                raise Refused(
                    ErrorCode.PERMISSION_DENIED,
                    f"somebody else made it: it is moved here by {', '.join(sorted(MOVED))};"
                    f" more needs {Permission.EDIT_OTHERS}",
                    field=field,
                )
            raise Refused(
                ErrorCode.PERMISSION_DENIED,
                f"this needs {Permission.EDIT_OTHERS}: somebody else made it",
                field=field,
            )

    def _may_change_page(self, op: RemovePage | PatchPage) -> None:
        """Refuse to take away or to lay otherwise what somebody brought as a page (BD-17).

        A background has no creator: it is held to be somebody else's.
        """
        page = self._arrangement.pages.get(op.id)
        if page is None or page.background is None:
            return
        if isinstance(op, PatchPage) and op.set.keys() <= {"title"} and not op.unset:
            return
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            f"this needs {Permission.EDIT_OTHERS}: the page is one that somebody brought",
            field=self.field,
        )

    def _need_unlocked(self, stored: StoredElement, field: str) -> None:
        """Refuse a change of a locked element (BD-18)."""
        if stored.locked and self._minds_locks:
            raise Refused(ErrorCode.CONFLICT, "the element is locked; unlock it first", field=field)

    def _arrange_own(self, op: ServerOperation) -> bytes | StoredElement:
        """Apply what shows layers or pages differently, if others' work does not lie on them."""
        arrangement = self._arrangement
        shown = arrangement.shown()
        logged = self._applied(op, arrangement)
        for layer_id in arrangement.shown_differently(shown):
            # Looked through once: nobody who may not change others' work brings any of it there.
            if layer_id not in self._own_layers:
                for stored in self._overlay.elements_on(layer_id):
                    self._may_change(stored, self.field)
                self._own_layers.add(layer_id)
        return logged

    def _check_element(self, element: Element, field: str, previous: StoredElement | None) -> None:
        if self._limits is not None:
            check_element(element, self._limits, field=field, previous=previous)
