"""How pages come back, go and change when a change of them is taken back (PROTOCOL BD-11)."""

from collections.abc import Iterable, Mapping

import msgspec

from lessonroom.board.editing.difference import page_changes
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddPage, PatchPage, ReorderPages, ServerOperation
from lessonroom.board.model.page import Page

_Pages = Mapping[str, Page]
_Layers = Mapping[str, Layer]


class PagesBack(msgspec.Struct, frozen=True):
    """The pages before and after a change, and as `board` has them now.

    `returning` are those that the change took away and that come back, each with a first layer.
    """

    before: _Pages
    after: _Pages
    board: Board
    returning: dict[str, Layer]

    @classmethod
    def of(
        cls,
        pages: tuple[_Pages, _Pages] | None,
        layers: tuple[_Layers, _Layers] | None,
        board: Board,
    ) -> "PagesBack":
        """Look at what a change did to pages and layers, beside a board."""
        before, after = pages or ({}, {})
        layers_before, layers_after = layers or ({}, {})
        returning: dict[str, Layer] = {}
        for layer_id, layer in layers_before.items():
            page_id = layer.page_id
            is_gone = page_id in before and page_id not in after and page_id not in board.pages
            if is_gone and layer_id not in layers_after and layer_id not in board.layers:
                returning.setdefault(page_id, layer)
        return cls(before, after, board, returning)

    @property
    def there(self) -> set[str]:
        """The pages that there are, with those that come back."""
        return {*self.board.pages, *self.returning}

    def first_layers(self) -> list[str]:
        """Return the ids of the layers that pages come back with."""
        return [self.returning[page_id].id for page_id in self._in_order()]

    def leaving(self, empty: Iterable[str]) -> list[str]:
        """Return the pages that the change added, as it left them, with `empty` layers alone."""
        free = set(empty)
        held = {layer.page_id for layer in self.board.layers.values() if layer.id not in free}
        leaving = [
            page_id
            for page_id, page in self.after.items()
            if page_id not in self.before
            and self.board.pages.get(page_id) == page
            and page_id not in held
        ]
        is_one_left = len(leaving) < len(self.board.pages)
        return leaving if is_one_left else leaving[1:]

    def coming(self, leaving: list[str]) -> list[ServerOperation]:
        """Return what puts pages back, each in its place, and gives fields back."""
        ops: list[ServerOperation] = []
        order = self._order_back(leaving)
        there = [page_id for page_id in order if page_id in self.board.pages]
        now = [page_id for page_id in self.board.pages if page_id not in leaving]
        is_in_place = there == now and not leaving
        for page_id in self._in_order():
            at = order.index(page_id) if is_in_place else None
            layer = msgspec.structs.replace(self.returning[page_id], locked=False)
            ops.append(AddPage(self.before[page_id], layer, at))
        for page_id, old in self.before.items():
            new, present = self.after.get(page_id), self.board.pages.get(page_id)
            if new is None or present is None:
                continue
            theirs = page_changes(new, present)
            mine = page_changes(new, old)
            changes = {name: value for name, value in mine.items() if name not in theirs}
            if changes:
                ops.append(PatchPage(page_id, changes))
        return ops

    def reordering(self, leaving: list[str]) -> list[ServerOperation]:
        """Return what puts the pages in order, where they do not come back in their places."""
        order = self._order_back(leaving)
        now = [page_id for page_id in self.board.pages if page_id not in leaving]
        if [page_id for page_id in order if page_id in self.board.pages] == now and not leaving:
            return []
        return [] if [*now, *self._in_order()] == order else [ReorderPages(order)]

    def _in_order(self) -> list[str]:
        return [page_id for page_id in self.before if page_id in self.returning]

    def _order_back(self, leaving: list[str]) -> list[str]:
        now = [page_id for page_id in self.board.pages if page_id not in leaving]
        return order_back(list(self.before), list(self.after), [*now, *self._in_order()])


def order_back(before: list[str], after: list[str], now: list[str]) -> list[str]:
    """Return the order of `before` for the layers, or pages, that are there `now`.

    Those that `before` does not know stay behind the one they are behind now. Where somebody has
    put those of `after` in another order since, `now` stays.
    """
    if [each for each in now if each in after] != [each for each in after if each in now]:
        return now
    order = [layer_id for layer_id in before if layer_id in now]
    for n, layer_id in enumerate(now):
        if layer_id not in before:
            order.insert(order.index(now[n - 1]) + 1 if n else 0, layer_id)
    return order
