"""Drafting a change: the operations of one event, applied to an overlay, all or none (BD-1)."""

from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from typing import Any, Final, assert_never, cast

import msgspec
from msgspec import UNSET

from lessonroom.board.editing.arrangement import Arrangement
from lessonroom.board.editing.element_limits import check_element, check_points
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.elements import Element
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Clear,
    LoggedAppend,
    LoggedOperation,
    Operation,
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
    needed,
)
from lessonroom.board.model.stored import StoredElement, merged
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import Permission, PermissionSet
from lessonroom.scalars import check_free
from lessonroom.validation import refusal

_FIXED: Final = frozenset({"id", "type"})
_STAMPED: Final = "by"
_ARRANGING: Final = (PatchLayer, ReorderLayers, PatchPage, ReorderPages)
"""What shows the work of others in another way, and takes nothing of it away."""
_encode = msgspec.json.Encoder().encode


def draft(
    board: Board,
    ops: Sequence[Operation],
    *,
    author: int,
    permissions: PermissionSet,
    limits: Limits,
) -> BoardChange:
    """Return what `ops` by `author` come to, leaving the board as it is.

    Raises:
        Refused: one operation is not possible; its path (`ops[3].element.style`) is in `field`.

    """
    if len(ops) > limits.ops_per_event:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"at most {limits.ops_per_event} operations in one event",
            field="ops",
        )
    overlay = _Draft(board, author, limits, may_edit_others=Permission.EDIT_OTHERS in permissions)
    return _checked(overlay, ops, permissions)


def revert(
    board: Board,
    ops: Sequence[ServerOperation],
    *,
    author: int,
    permissions: PermissionSet,
    limits: Limits,
    minds_locks: bool = True,
) -> BoardChange:
    """Return what `ops` come to that take back an earlier change of `author` (PROTOCOL BD-11).

    They need the permissions of any operation; what they put has its creator already, and there
    may be any number of them.

    Raises:
        Refused: one operation is not possible now.

    """
    overlay = _Draft(
        board,
        author,
        limits,
        stamps=False,
        minds_locks=minds_locks,
        may_edit_others=Permission.EDIT_OTHERS in permissions,
    )
    return _checked(overlay, ops, permissions)


def replay_ops(board: Board, ops: Sequence[ServerOperation], *, author: int) -> BoardChange:
    """Return what operations come to that need no check: logged ones, or those of a restore.

    Raises:
        Refused: they were not made on this board: a layer is missing, or points of a stroke.

    """
    overlay = _Draft(board, author, None, stamps=False, minds_locks=False)
    return overlay.change([overlay.apply(op) for op in ops])


def replay_in_pieces(
    board: Board, pieces: Iterable[Sequence[ServerOperation]], *, author: int
) -> Generator[None, None, BoardChange]:
    """Return what `replay_ops` does of all pieces together, but for `ops`, which are known already.

    Raises:
        Refused: they were not made on this board.

    """
    overlay = _Draft(board, author, None, stamps=False, minds_locks=False)
    for ops in pieces:
        for op in ops:
            overlay.apply(op)
        yield
    return overlay.change([])


def stamped(board: Board, ops: Sequence[LoggedOperation], *, author: int) -> BoardChange:
    """Return what the room makes of its author's operations, for the author's own copy.

    The room has accepted them or will decide: permissions, limits and locks are not looked at.

    Raises:
        Refused: they were not made on this board: a layer is missing, or points of a stroke.

    """
    overlay = _Draft(board, author, None, minds_locks=False)
    return overlay.change([overlay.apply(op) for op in ops])


def _checked(
    overlay: "_Draft", ops: Sequence[ServerOperation], permissions: PermissionSet
) -> BoardChange:
    logged: list[bytes] = []
    for n, op in enumerate(ops):
        overlay.field = f"ops[{n}]"
        for permission in needed(op):
            if permission not in permissions:
                raise Refused(
                    ErrorCode.PERMISSION_DENIED, f"this needs {permission}", field=overlay.field
                )
        logged.append(overlay.apply(op))
    overlay.check_totals()
    return overlay.change(logged)


class _Draft:
    """The board as it would be, as an overlay over the board as it is."""

    def __init__(
        self,
        board: Board,
        author: int,
        limits: Limits | None,
        *,
        stamps: bool = True,
        minds_locks: bool = True,
        may_edit_others: bool = True,
    ) -> None:
        self._board = board
        self._author = author
        self._limits = limits
        self._stamps = stamps
        self._minds_locks = minds_locks
        self._may_edit_others = may_edit_others
        self._changed: dict[str, StoredElement | None] = {}
        self._arrangement = Arrangement(
            board, is_checked=limits is not None, minds_locks=minds_locks
        )
        self._by_layer: dict[str, dict[str, StoredElement]] | None = None
        self._size_bytes = board.size_bytes
        self._text_chars = board.text_chars
        self._count = len(board.elements)
        self._is_clear = False
        self.field = ""

    def change(self, logged: list[bytes]) -> BoardChange:
        return BoardChange(
            elements=self._changed,
            layers=self._arrangement.changed_layers(),
            pages=self._arrangement.changed_pages(),
            size_bytes=self._size_bytes,
            text_chars=self._text_chars,
            ops=b"[%b]" % b",".join(logged),
            is_clear=self._is_clear,
        )

    def apply(self, op: ServerOperation) -> bytes:
        """Apply one operation and return it as it is logged."""
        arrangement = self._arrangement
        if not self._may_edit_others and isinstance(op, _ARRANGING):
            return self._arrange_own(op)
        return self._applied(op, arrangement)

    def _applied(self, op: ServerOperation, arrangement: Arrangement) -> bytes:
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
                self._remove(op)
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
        limits = self._limits
        if limits is None:
            return
        if self._count > limits.elements_per_board and self._count > len(self._board.elements):
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"a board holds at most {limits.elements_per_board} elements",
                field="ops",
            )
        if self._size_bytes > limits.board_bytes and self._size_bytes > self._board.size_bytes:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"a board holds at most {limits.board_bytes} bytes",
                field="ops",
            )
        if (
            self._text_chars > limits.text_chars_per_board
            and self._text_chars > self._board.text_chars
        ):
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"the texts of a board have at most {limits.text_chars_per_board} characters",
                field="ops",
            )
        layers, pages = self._arrangement.layers, self._arrangement.pages
        if len(layers) > limits.layers and len(layers) > len(self._board.layers):
            raise Refused(
                ErrorCode.TOO_LARGE, f"a board has at most {limits.layers} layers", field="ops"
            )
        if len(pages) > limits.pages and len(pages) > len(self._board.pages):
            raise Refused(
                ErrorCode.TOO_LARGE, f"a board has at most {limits.pages} pages", field="ops"
            )

    # -- elements

    def _put(self, op: Put) -> bytes:
        element = op.element
        self._arrangement.need_writable(element.layer, f"{self.field}.element.layer")
        previous = self._element(element.id)
        if previous is not None:
            self._arrangement.need_writable(previous.layer, f"{self.field}.element.id")
            self._may_change(previous, f"{self.field}.element.id")
            self._need_unlocked(previous, f"{self.field}.element.id")
        if self._stamps:
            self._check_element(element, f"{self.field}.element", previous)
            creator = self._creator_of_part(op) if previous is None else previous.by
            element = msgspec.structs.replace(element, by=creator)
        stored = StoredElement.of(element)
        self._set(stored)
        return b'{"op":"put","element":%b}' % stored.encoded

    def _creator_of_part(self, op: Put) -> int:
        """Return whose a new element is: of what it is a part of, or its author's (BD-20)."""
        whole = None if op.of is None else self._element(op.of)
        if whole is None:
            return self._author
        self._may_change(whole, f"{self.field}.of")
        return whole.by

    def _put_back(self, stored: StoredElement) -> bytes:
        self._arrangement.need_writable(stored.layer, f"{self.field}.element.layer")
        # What somebody else made is theirs also where it comes back.
        self._may_change(stored, f"{self.field}.element")
        previous = self._element(stored.id)
        if previous is not None:
            self._arrangement.need_writable(previous.layer, f"{self.field}.element.id")
            self._need_unlocked(previous, f"{self.field}.element.id")
        self._set(stored)
        return b'{"op":"put","element":%b}' % stored.encoded

    def _patch(self, op: Patch) -> bytes:
        check_free(op.set, f"{self.field}.set")
        stored = self._element(op.id)
        if stored is None:
            return _encode(op)
        self._arrangement.need_writable(stored.layer, f"{self.field}.id")
        self._may_change(stored, f"{self.field}.id")
        changes = {name: value for name, value in op.set.items() if name != _STAMPED}
        unset = [name for name in op.unset if name != _STAMPED]
        for name in (*changes, *unset):
            if name in _FIXED:
                raise Refused(
                    ErrorCode.INVALID,
                    f"{name} cannot be patched; put the element anew",
                    field=f"{self.field}.set.{name}",
                )
        element = self._converted(merged(stored.fields(), changes, unset))
        if element.layer != stored.layer:
            self._arrangement.need_writable(element.layer, f"{self.field}.set.layer")
        self._check_element(element, f"{self.field}.set", stored)
        patched = StoredElement.of(element)
        if patched.locked and not patched.is_same(stored):
            self._need_unlocked(stored, f"{self.field}.id")
        self._set(patched)
        return _encode(Patch(op.id, changes, unset))

    def _converted(self, fields: dict[str, Any]) -> Element:
        try:
            return cast("Element", msgspec.convert(fields, Element))
        except msgspec.ValidationError as error:
            raise refusal(error, f"{self.field}.set") from None

    def _append(self, op: LoggedAppend) -> None:
        stored = self._element(op.id)
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
        self._set(stored.extended(op.points))

    def _remove(self, op: Remove) -> None:
        for n, element_id in enumerate(op.ids):
            stored = self._element(element_id)
            if stored is not None:
                self._arrangement.need_writable(stored.layer, f"{self.field}.ids[{n}]")
                self._may_change(stored, f"{self.field}.ids[{n}]")
                self._need_unlocked(stored, f"{self.field}.ids[{n}]")
                self._drop(stored)

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
        by_layer = self._elements_by_layer()
        for layer_id in layer_ids:
            for stored in list(by_layer.get(layer_id, {}).values()):
                if keeps_locked and stored.locked:
                    continue
                self._may_change(stored, self.field)
                self._drop(stored)

    # -- what the overlay shows

    def _element(self, element_id: str) -> StoredElement | None:
        if element_id in self._changed:
            return self._changed[element_id]
        return self._board.elements.get(element_id)

    def _elements_by_layer(self) -> dict[str, dict[str, StoredElement]]:
        """Return what lies on each layer; looked for once, however many operations ask."""
        if self._by_layer is None:
            self._by_layer = defaultdict(dict)
            for element_id, stored in self._board.elements.items():
                if element_id not in self._changed:
                    self._by_layer[stored.layer][element_id] = stored
            for element_id, changed in self._changed.items():
                if changed is not None:
                    self._by_layer[changed.layer][element_id] = changed
        return self._by_layer

    def _may_change(self, stored: StoredElement, field: str) -> None:
        """Refuse a change of what somebody else made, where that is not permitted (BD-17)."""
        if not self._may_edit_others and stored.by != self._author:
            raise Refused(
                ErrorCode.PERMISSION_DENIED,
                f"this needs {Permission.EDIT_OTHERS}: somebody else made it",
                field=field,
            )

    def _need_unlocked(self, stored: StoredElement, field: str) -> None:
        """Refuse a change of a locked element (BD-18)."""
        if stored.locked and self._minds_locks:
            raise Refused(ErrorCode.CONFLICT, "the element is locked; unlock it first", field=field)

    def _arrange_own(self, op: ServerOperation) -> bytes:
        """Apply what shows layers or pages differently, if others' work does not lie on them."""
        arrangement = self._arrangement
        shown = arrangement.shown()
        logged = self._applied(op, arrangement)
        for layer_id in arrangement.shown_differently(shown):
            for stored in self._elements_by_layer().get(layer_id, {}).values():
                self._may_change(stored, self.field)
        return logged

    def _set(self, stored: StoredElement) -> None:
        if self._limits is not None and len(stored.encoded) > self._limits.element_bytes:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"an element takes at most {self._limits.element_bytes} bytes",
                field=self.field,
            )
        if self._limits is not None and stored.points > self._limits.points_per_stroke:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"a stroke has at most {self._limits.points_per_stroke} points",
                field=self.field,
            )
        previous = self._element(stored.id)
        if self._by_layer is not None:
            if previous is not None:
                del self._by_layer[previous.layer][stored.id]
            self._by_layer[stored.layer][stored.id] = stored
        self._count += previous is None
        self._size_bytes += len(stored.encoded) - (len(previous.encoded) if previous else 0)
        self._text_chars += stored.text_chars - (previous.text_chars if previous else 0)
        self._changed[stored.id] = stored

    def _drop(self, stored: StoredElement) -> None:
        if self._by_layer is not None:
            del self._by_layer[stored.layer][stored.id]
        self._count -= 1
        self._size_bytes -= len(stored.encoded)
        self._text_chars -= stored.text_chars
        self._changed[stored.id] = None

    def _check_element(self, element: Element, field: str, previous: StoredElement | None) -> None:
        if self._limits is not None:
            check_element(element, self._limits, field=field, previous=previous)
