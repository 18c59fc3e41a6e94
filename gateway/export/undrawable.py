"""What could not be drawn is remembered, so that asking again costs nobody a process."""

import hashlib
from collections import OrderedDict
from typing import Final

import msgspec

_KEPT: Final = 1_000
_FOR_S: Final = 600.0
"""What failed may have failed for want of time on a busy machine."""


class Drawing(msgspec.Struct, frozen=True):
    """A drawing that was asked for. The board stands for its version: others may look the same."""

    session_id: str
    board: bytes
    format: str
    page: str | None

    @classmethod
    def of(cls, session_id: str, board: bytes, *, kind: str, page: str | None) -> "Drawing":
        """Return what tells a drawing of an encoded board from others; takes 1 ms for a MB."""
        return cls(session_id, hashlib.blake2b(board, digest_size=16).digest(), kind, page)


class Undrawable:
    """The drawings that could not be made, and why, for ten minutes. Bounded: the oldest go."""

    def __init__(self, *, keeps_at_most: int = _KEPT) -> None:
        self._keeps_at_most = keeps_at_most
        self._reasons: OrderedDict[Drawing, tuple[str, float]] = OrderedDict()

    def reason(self, drawing: Drawing, now_s: float) -> str | None:
        """Return why a drawing cannot be made, as far as is known; `now_s` is monotonic."""
        reason, until_s = self._reasons.get(drawing, (None, 0.0))
        return reason if now_s < until_s else None

    def add(self, drawing: Drawing, reason: str, now_s: float) -> None:
        """Remember why a drawing could not be made."""
        self._reasons.pop(drawing, None)
        self._reasons[drawing] = (reason, now_s + _FOR_S)
        while len(self._reasons) > self._keeps_at_most:
            self._reasons.popitem(last=False)
