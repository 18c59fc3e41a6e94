"""The pages and layers of a board in the making, as operations change them."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    PatchLayer,
    PatchPage,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ReorderPages,
)
from lessonroom.board.model.page import Page, number_of
from lessonroom.codes import ErrorCode, Refused
from lessonroom.scalars import check_free, check_name, check_text
from lessonroom.validation import refusal

_T = TypeVar("_T")
_PAGE_FIELDS: Final = frozenset(Page.__struct_fields__)


class Arrangement:
    """Pages and layers over those that a board has, which stay as they are.

    Where it `is_checked`, every layer names a page that is there, and no page loses its last
    layer. Logs from before pages had ids know nothing of that (PROTOCOL PG-3): then a page comes
    with the first layer that names it, and is gone at the end of the change that leaves it none.

    Where it `minds_names`, they are not ones that mislead (`check_name`); older ones stay.

    Every method takes the path of the operation in its event, for what it refuses.
    """

    def __init__(
        self, board: Board, *, is_checked: bool, minds_locks: bool, minds_names: bool
    ) -> None:
        self._board = board
        self._is_checked = is_checked
        self._minds_locks = minds_locks
        self._check_name = check_name if minds_names else check_text
        self.layers: Mapping[str, Layer] = board.layers
        self.pages: Mapping[str, Page] = board.pages

    def changed_layers(self) -> Mapping[str, Layer] | None:
        """Return the layers where they are others than the board's."""
        return None if self.layers is self._board.layers else self.layers

    def changed_pages(self) -> Mapping[str, Page] | None:
        """Return the pages where they are others than the board's."""
        if not self._is_checked and self.layers is not self._board.layers:
            held = {layer.page_id for layer in self.layers.values()}
            if any(page_id not in held for page_id in self.pages):
                self.pages = _without(self.pages, lambda page_id: page_id not in held)
        return None if self.pages is self._board.pages else self.pages

    # -- layers

    def add_layer(self, op: AddLayer, field: str) -> None:
        """Add a layer on top of all."""
        self._add(op.layer, f"{field}.layer")

    def patch_layer(self, op: PatchLayer, field: str) -> None:
        """Change fields of a layer; one that is gone is passed over."""
        check_free(op.set, f"{field}.set")
        layer = self.layers.get(op.id)
        if layer is None:
            return
        if "id" in op.set:
            raise Refused(ErrorCode.INVALID, "id cannot be patched", field=f"{field}.set.id")
        try:
            patched = msgspec.convert(msgspec.to_builtins(layer) | op.set, Layer)
        except msgspec.ValidationError as error:
            raise refusal(error, f"{field}.set") from None
        if "name" in op.set:
            self._check_name(patched.name, f"{field}.set.name")
        if patched.page_id != layer.page_id:
            self._need_page(patched.page_id, f"{field}.set.page")
            self._need_another(layer, f"{field}.set.page")
        self.layers = {**self.layers, op.id: patched}

    def remove_layer(self, op: RemoveLayer, field: str) -> list[str]:
        """Remove a layer, and return its id if it was there."""
        layer = self.layers.get(op.id)
        if layer is None:
            return []
        self.need_writable(op.id, f"{field}.id")
        if len(self.layers) == 1:
            raise Refused(
                ErrorCode.CONFLICT, "the last layer cannot be removed", field=f"{field}.id"
            )
        self._need_another(layer, f"{field}.id")
        self.layers = _without(self.layers, lambda layer_id: layer_id == op.id)
        return [op.id]

    def reorder_layers(self, op: ReorderLayers, field: str) -> None:
        """Put the layers in another order."""
        self.layers = _reordered(self.layers, op.order, "layer", f"{field}.order")

    def need_writable(self, layer_id: str, field: str) -> None:
        """Refuse a layer that is not there, or is locked where that counts."""
        layer = self.layers.get(layer_id)
        if layer is None:
            raise Refused(
                ErrorCode.NOT_FOUND,
                f"there is no layer {layer_id}; there are: {', '.join(self.layers)}",
                field=field,
            )
        if layer.locked and self._minds_locks:
            raise Refused(ErrorCode.CONFLICT, f"the layer {layer_id} is locked", field=field)

    def is_open(self, layer_id: str) -> bool:
        """Return whether everyone who may draw moves what lies there (BD-27)."""
        layer = self.layers.get(layer_id)
        if layer is None:
            return False
        page = self.pages.get(layer.page_id)
        return layer.open or (page is not None and page.open)

    def layers_of(self, page_id: str) -> list[str]:
        """Return the ids of the layers of a page."""
        return [layer.id for layer in self.layers.values() if layer.page_id == page_id]

    # -- pages

    def add_page(self, op: AddPage, field: str) -> None:
        """Add a page with its first layer."""
        page = op.page
        self._check_name(page.title, f"{field}.page.title")
        if page.id in self.pages:
            raise Refused(
                ErrorCode.CONFLICT, f"there is a page {page.id} already", field=f"{field}.page.id"
            )
        at = len(self.pages) if op.at is None else op.at
        self._insert(page, at)
        self._add(op.first_layer(), f"{field}.layer")

    def patch_page(self, op: PatchPage, field: str) -> None:
        """Change fields of a page; one that is gone is passed over."""
        check_free(op.set, f"{field}.set")
        page = self.pages.get(op.id)
        if page is None:
            return
        if "id" in op.set:
            raise Refused(ErrorCode.INVALID, "id cannot be patched", field=f"{field}.set.id")
        for n, name in enumerate(op.unset):
            if name == "id" or name not in _PAGE_FIELDS:
                raise Refused(
                    ErrorCode.INVALID, f"{name} cannot be unset", field=f"{field}.unset[{n}]"
                )
        fields: dict[str, Any] = msgspec.to_builtins(page) | op.set
        for name in op.unset:
            fields.pop(name, None)
        try:
            patched = msgspec.convert(fields, Page)
        except msgspec.ValidationError as error:
            raise refusal(error, f"{field}.set") from None
        if "title" in op.set:
            self._check_name(patched.title, f"{field}.set.title")
        pages = {**self.pages, op.id: patched}
        self._need_one_for_everyone(pages, f"{field}.set.audience")
        self.pages = pages

    def remove_page(self, op: RemovePage, field: str) -> list[str]:
        """Remove a page with its layers, and return their ids."""
        if op.id not in self.pages:
            return []
        gone = self.layers_of(op.id)
        for layer_id in gone:
            self.need_writable(layer_id, f"{field}.id")
        if len(self.pages) == 1:
            raise Refused(
                ErrorCode.CONFLICT, "the last page cannot be removed", field=f"{field}.id"
            )
        pages = _without(self.pages, lambda page_id: page_id == op.id)
        self._need_one_for_everyone(pages, f"{field}.id")
        self.pages = pages
        self.layers = _without(self.layers, lambda layer_id: layer_id in gone)
        return gone

    def reorder_pages(self, op: ReorderPages, field: str) -> None:
        """Put the pages in another order."""
        self.pages = _reordered(self.pages, op.order, "page", f"{field}.order")

    # -- what holds of both

    def shown(self) -> dict[str, tuple[object, ...]]:
        """Return, for each layer, all that decides how what lies on it is shown: but no names."""
        places = {page_id: n for n, page_id in enumerate(self.pages)}
        looks = {
            page.id: (places[page.id], msgspec.structs.replace(page, title=""))
            for page in self.pages.values()
        }
        return {
            layer.id: (
                n,
                layer.visible,
                layer.locked,
                layer.open,
                layer.page_id,
                looks.get(layer.page_id),
            )
            for n, layer in enumerate(self.layers.values())
        }

    def shown_differently(self, before: Mapping[str, tuple[object, ...]]) -> list[str]:
        """Return the layers that are shown in another way than `shown` said before."""
        return [layer_id for layer_id, how in self.shown().items() if before.get(layer_id) != how]

    def _add(self, layer: Layer, field: str) -> None:
        self._check_name(layer.name, f"{field}.name")
        if layer.id in self.layers:
            raise Refused(
                ErrorCode.CONFLICT, f"there is a layer {layer.id} already", field=f"{field}.id"
            )
        self._need_page(layer.page_id, f"{field}.page")
        self.layers = {**self.layers, layer.id: layer}

    def _insert(self, page: Page, at: int) -> None:
        in_order = list(self.pages.values())
        in_order.insert(at, page)
        self.pages = {each.id: each for each in in_order}

    def _need_page(self, page_id: str, field: str) -> None:
        if page_id in self.pages:
            return
        if self._is_checked:
            raise Refused(
                ErrorCode.NOT_FOUND,
                f"there is no page {page_id}; there are: {', '.join(self.pages)}",
                field=field,
            )
        number = number_of(page_id) or 0
        in_order = list(self.pages)
        behind = (n for n, each in enumerate(in_order) if (number_of(each) or 0) > number)
        self._insert(Page(id=page_id), next(behind, len(in_order)))

    def _need_one_for_everyone(self, pages: Mapping[str, Page], field: str) -> None:
        """Refuse what would leave somebody without a page (AU-5)."""
        if self._is_checked and all(page.audience is not None for page in pages.values()):
            raise Refused(
                ErrorCode.CONFLICT, "one page at least is for everyone: add one first", field=field
            )

    def _need_another(self, layer: Layer, field: str) -> None:
        if self._is_checked and self.layers_of(layer.page_id) == [layer.id]:
            raise Refused(
                ErrorCode.CONFLICT,
                f"the page {layer.page_id} has no other layer; remove_page removes both",
                field=field,
            )


def _without(of: Mapping[str, _T], is_gone: Callable[[str], bool]) -> dict[str, _T]:
    return {key: value for key, value in of.items() if not is_gone(key)}


def _reordered(of: Mapping[str, _T], order: list[str], what: str, field: str) -> dict[str, _T]:
    if len(order) != len(of) or set(order) != set(of):
        raise Refused(
            ErrorCode.CONFLICT,
            f"order must name each {what} once; there are: " + ", ".join(of),
            field=field,
        )
    return {key: of[key] for key in order}
