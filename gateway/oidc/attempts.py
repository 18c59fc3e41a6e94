"""Sign-ins on their way through the provider: bound to one browser, short-lived, used once.

Nothing is kept of one that was begun, so that strangers can begin as many as they like. The browser
has a cookie of 32 random bytes; the state, the nonce and the PKCE verifier are made of it and of
the server's own secret, and made again when the answer comes.
"""

import base64
import binascii
import hashlib
import secrets
from typing import Final

import msgspec

from actors.runtime.clock import Clock
from gateway.identity.tokens import Tokens
from gateway.oidc.oidc_config import Fault, OidcRefused

LIFETIME_S: Final = 600
COOKIE: Final = "lessonroom-sign-in"
_SECRET_BYTES: Final = 32
_RANDOM_BYTES: Final = 16
_TIME_BYTES: Final = 6
_MAC_BYTES: Final = 16
_STATE_BYTES: Final = _RANDOM_BYTES + _TIME_BYTES + _MAC_BYTES
_USED_MOST: Final = 10_000
"""States that are remembered. Whoever fills this up can bring back answers of their own alone: a
state is good in the browser that it was made for."""


class Attempt(msgspec.Struct, frozen=True):
    """What the provider is told of a sign-in, and what it has to say back."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The PKCE challenge of the verifier (RFC 7636, S256)."""
        return _encoded(hashlib.sha256(self.verifier.encode()).digest())


class Attempts:
    """Begins sign-ins, and knows them again."""

    def __init__(self, tokens: Tokens, clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._used: dict[str, float] = {}

    def begin(self, cookie: str | None) -> tuple[str, Attempt]:
        """Return the browser's cookie, which several of its tabs share, and an attempt."""
        secret = _decoded(cookie, _SECRET_BYTES) or secrets.token_bytes(_SECRET_BYTES)
        until_s = self._clock.now_ms() // 1000 + LIFETIME_S
        told = secrets.token_bytes(_RANDOM_BYTES) + until_s.to_bytes(_TIME_BYTES)
        mac = self._tokens.mac(b"oidc state", secret + told)[:_MAC_BYTES]
        return _encoded(secret), self._attempt(secret, _encoded(told + mac))

    def resume(self, cookie: str | None, state: str) -> Attempt:
        """Return the attempt that an answer belongs to; of each one answer is taken.

        Raises:
            OidcRefused: `expired`, it was begun elsewhere or too long ago; `replayed`.

        """
        secret = _decoded(cookie, _SECRET_BYTES)
        raw = _decoded(state, _STATE_BYTES)
        if secret is None or raw is None:
            raise OidcRefused(Fault.EXPIRED, "no sign-in was begun in this browser")
        told, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not self._tokens.has_made(b"oidc state", secret + told, mac):
            raise OidcRefused(Fault.EXPIRED, "the state was not made for this browser")
        now_s = self._clock.now_ms() / 1000
        until_s = int.from_bytes(told[_RANDOM_BYTES:])
        if now_s >= until_s:
            raise OidcRefused(Fault.EXPIRED, f"it was begun more than {LIFETIME_S} s ago")
        # As it is written here: base64 has several spellings of some bytes.
        name = _encoded(raw)
        if name in self._used:
            raise OidcRefused(Fault.REPLAYED, "the state was used already")
        self._remember(name, until_s, now_s)
        return self._attempt(secret, name)

    def _attempt(self, secret: bytes, state: str) -> Attempt:
        def made(purpose: bytes) -> str:
            return _encoded(self._tokens.mac(purpose, secret + state.encode()))

        return Attempt(state=state, nonce=made(b"oidc nonce"), verifier=made(b"oidc verifier"))

    def _remember(self, name: str, until_s: float, now_s: float) -> None:
        if len(self._used) >= _USED_MOST:
            self._used = {known: end for known, end in self._used.items() if now_s < end}
        if len(self._used) >= _USED_MOST:
            del self._used[next(iter(self._used))]
        self._used[name] = until_s


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str | None, length: int) -> bytes | None:
    """Return the bytes that a text stands for; None where it is no text of so many."""
    if text is None or len(text) > 2 * length:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == length else None
