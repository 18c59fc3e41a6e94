"""Tickets: what this server gave away and knows again, for a while, and each once.

Nothing is kept of one that was given, so that strangers can have as many as they like. A ticket
holds random bytes, when it ends, and what it is about, with a MAC by the server's own secret. Those
that were used are remembered until they end.
"""

import base64
import binascii
import secrets
from typing import Final

from actors.runtime.clock import Clock
from gateway.federation.faults import Fault, FederationRefused
from gateway.identity.tokens import Tokens

_RANDOM_BYTES: Final = 16
_TIME_BYTES: Final = 6
_MAC_BYTES: Final = 16
_LEAST_BYTES: Final = _RANDOM_BYTES + _TIME_BYTES + _MAC_BYTES
_USED_MOST: Final = 10_000
"""Tickets that are remembered. Whoever fills this up has used as many of their own."""


class Tickets:
    """Gives tickets of one purpose, and knows them again.

    Args:
        tokens: the server's own, of whose secret they are made.
        clock: the time.
        purpose: what they are for; a ticket of another purpose is none.
        lasts_s: how long each is good.
        outlives_restart: whether one of an earlier process is good: which of those were used is not
            known any more.

    """

    def __init__(
        self,
        tokens: Tokens,
        clock: Clock,
        *,
        purpose: bytes,
        lasts_s: int,
        outlives_restart: bool = True,
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self._purpose = purpose
        self._lasts_s = lasts_s
        self._since_s = 0 if outlives_restart else clock.now_ms() // 1000
        self._used: dict[str, float] = {}

    def give(self, about: bytes = b"", *, to: bytes = b"") -> str:
        """Return a ticket about something, which is in it, for who has `to`, which is not."""
        until_s = self._clock.now_ms() // 1000 + self._lasts_s
        told = secrets.token_bytes(_RANDOM_BYTES) + until_s.to_bytes(_TIME_BYTES) + about
        return encoded(told + self._tokens.mac(self._purpose, to + told)[:_MAC_BYTES])

    def use(self, ticket: str, *, to: bytes = b"", about_bytes: int | None = 0) -> bytes:
        """Return what a ticket is about; it is good no more.

        Args:
            ticket: as it came back.
            to: what it was given for.
            about_bytes: how long what it is about is; None: of any length.

        Raises:
            FederationRefused: `expired`, it was not given, or too long ago; `replayed`.

        """
        about, name, until_s = self._opened(ticket, to, about_bytes)
        if name in self._used:
            raise FederationRefused(Fault.REPLAYED, "the state was used already")
        self._remember(name, until_s)
        return about

    def read(self, ticket: str, *, to: bytes = b"", about_bytes: int | None = 0) -> bytes:
        """Return what a ticket is about, which stays as good as it was.

        Raises:
            FederationRefused: as `use` does.

        """
        about, name, _ = self._opened(ticket, to, about_bytes)
        if name in self._used:
            raise FederationRefused(Fault.REPLAYED, "the state was used already")
        return about

    def _opened(self, ticket: str, to: bytes, about_bytes: int | None) -> tuple[bytes, str, int]:
        raw = decoded(ticket, None if about_bytes is None else _LEAST_BYTES + about_bytes)
        if raw is None or len(raw) < _LEAST_BYTES:
            raise FederationRefused(Fault.EXPIRED, "the state is none of this server's")
        told, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not self._tokens.has_made(self._purpose, to + told, mac):
            raise FederationRefused(Fault.EXPIRED, "the state was not made for this browser")
        until_s = int.from_bytes(told[_RANDOM_BYTES : _RANDOM_BYTES + _TIME_BYTES])
        if self._clock.now_ms() / 1000 >= until_s:
            raise FederationRefused(Fault.EXPIRED, f"it was begun more than {self._lasts_s} s ago")
        if until_s - self._lasts_s < self._since_s:
            raise FederationRefused(Fault.EXPIRED, "it was begun before this server was started")
        # As it is written here: base64 has several spellings of some bytes.
        return told[_RANDOM_BYTES + _TIME_BYTES :], encoded(raw), until_s

    def _remember(self, name: str, until_s: float) -> None:
        now_s = self._clock.now_ms() / 1000
        if len(self._used) >= _USED_MOST:
            self._used = {known: end for known, end in self._used.items() if now_s < end}
        if len(self._used) >= _USED_MOST:
            del self._used[next(iter(self._used))]
        self._used[name] = until_s


def encoded(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str | None, length: int | None) -> bytes | None:
    """Return the bytes that a text stands for; None where it is no text of so many."""
    if text is None or (length is not None and len(text) > 2 * length):
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if length is None or len(raw) == length else None
