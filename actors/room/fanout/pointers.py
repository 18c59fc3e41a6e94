"""Where everybody points: the newest of each person, for all or for those who see the page."""

from collections.abc import Iterable

import msgspec


class _Private(msgspec.Struct):
    viewers: frozenset[int]
    row: bytes
    view: bytes | None = None


class Pointers:
    """What was pointed at and not sent yet; a newer pointer of somebody replaces it (FC-3)."""

    def __init__(self) -> None:
        self._rows: dict[int, bytes] = {}
        self._views: dict[int, bytes] = {}
        self._private: dict[int, _Private] = {}

    def __bool__(self) -> bool:
        return bool(self._rows or self._private)

    def point(self, user_id: int, row: bytes) -> None:
        """Note where a pointer is now."""
        self._rows[user_id] = row
        if self._private:
            # It has come from a private page since the last flush, and is there no more.
            self._private.pop(user_id, None)

    def see(self, user_id: int, row: bytes) -> None:
        """Note what somebody who points sees now (BD-14)."""
        self._views[user_id] = row

    def point_for(
        self, viewers: frozenset[int], user_id: int, row: bytes, view: bytes | None
    ) -> None:
        """Note where a pointer is on a page that only `viewers` see, and what is seen there."""
        self._rows.pop(user_id, None)
        self._views.pop(user_id, None)
        self._private[user_id] = _Private(viewers, row, view)

    def take(self) -> "Pointed":
        """Return what is to be sent, and begin anew."""
        pointed = Pointed(self._rows, self._views, list(self._private.values()))
        self._rows, self._views, self._private = {}, {}, {}
        return pointed


class Pointed:
    """What one flush tells of pointers: to all the same, to some more."""

    def __init__(
        self, rows: dict[int, bytes], views: dict[int, bytes], private: list[_Private]
    ) -> None:
        self._rows, self._views, self._private = rows, views, private
        self.message = _message(rows.values(), views.values()) if rows else b""
        self.viewers: frozenset[int] = frozenset()
        for each in private:
            self.viewers |= each.viewers

    def message_for(self, user_id: int) -> bytes:
        """Return the message for one of `viewers`; empty where there is nothing for them."""
        own = [each for each in self._private if user_id in each.viewers]
        rows = [*self._rows.values(), *(each.row for each in own)]
        views = [*self._views.values(), *(each.view for each in own if each.view is not None)]
        return _message(rows, views) if rows else b""


def _message(rows: Iterable[bytes], views: Iterable[bytes]) -> bytes:
    seen = b",".join(views)
    also = b',"views":[%b]' % seen if seen else b""
    shown = b",".join(rows)
    return b'{"ch":"board","type":"pointer_move","data":{"pointers":[%b]%b}}' % (shown, also)
