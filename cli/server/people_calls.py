"""The operator's calls about people."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

_PAGE: Final = 100


class UserLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom the server knows."""

    user_id: int
    name: str
    kind: str
    issuer: str
    role: str | None
    is_barred: bool


class _Users(msgspec.Struct, frozen=True):
    items: list[UserLine]
    next_cursor: str | None


class PeopleCalls:
    """Calls by `ask`, which is given a method, a path, the type of the answer and a body."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def users(self, **wanted: str | None) -> list[UserLine]:
        """Return the people whom the server knows, newest first."""
        users: list[UserLine] = []
        query = {name: text for name, text in wanted.items() if text is not None}
        query["limit"] = str(_PAGE)
        while True:
            page = self._ask("GET", f"/users/?{urlencode(query)}", _Users)
            users += page.items
            if page.next_cursor is None:
                return users
            query["cursor"] = page.next_cursor

    def add(self, name: str, *, role: str) -> UserLine:
        """Have somebody teach here, or run the server."""
        added: UserLine = self._ask("POST", "/users/", UserLine, {"name": name, "role": role})
        return added

    def change(self, user_id: int, **changes: str | bool) -> UserLine:
        """Change what somebody is, or whether they may come in."""
        changed: UserLine = self._ask("PATCH", f"/users/{user_id}/", UserLine, changes)
        return changed
