"""The operator's calls about what people keep on their shelves."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

_PAGE: Final = 100


class ShelfLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something on somebody's shelf."""

    item_id: str
    name: str
    kind: str
    pages: int
    elements: int
    user_id: int
    owner: str
    is_shared: bool


class _Shelf(msgspec.Struct, frozen=True):
    items: list[ShelfLine]
    next_cursor: str | None


class ShelfCalls:
    """Calls by `ask`, which is given a method, a path, the type of the answer and a body."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def items(self, *, user_id: int | None, is_shared: bool | None) -> list[ShelfLine]:
        """Return what is on all shelves, or on one person's, newest first."""
        wanted = {"user_id": user_id, "shared": None if is_shared is None else str(is_shared)}
        items: list[ShelfLine] = []
        cursor: str | None = None
        while True:
            query = {**wanted, "limit": _PAGE, "cursor": cursor}
            given = {name: value for name, value in query.items() if value is not None}
            page: _Shelf = self._ask("GET", f"/shelf/?{urlencode(given)}", _Shelf)
            items += page.items
            cursor = page.next_cursor
            if cursor is None:
                return items

    def share(self, item_id: str, *, is_shared: bool) -> ShelfLine:
        """Have everyone use an item, or its owner alone."""
        path = f"/shelf/{quote(item_id, safe='')}/"
        shared: ShelfLine = self._ask("PUT", path, ShelfLine, {"is_shared": is_shared})
        return shared
