"""Sign-ins on their way through the provider: bound to one browser, short-lived, used once.

The browser has a cookie of 32 random bytes; the state, the nonce and the PKCE verifier are made of
it and of the server's own secret, and made again when the answer comes.
"""

import hashlib
import secrets
from typing import Final

import msgspec

from actors.runtime.clock import Clock
from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.tickets import Tickets, decoded, encoded
from gateway.identity.tokens import Tokens

LIFETIME_S: Final = 600
COOKIE: Final = "lessonroom-sign-in"
_SECRET_BYTES: Final = 32


class Attempt(msgspec.Struct, frozen=True):
    """What the provider is told of a sign-in, and what it has to say back."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The PKCE challenge of the verifier (RFC 7636, S256)."""
        return encoded(hashlib.sha256(self.verifier.encode()).digest())


class Attempts:
    """Begins sign-ins, and knows them again."""

    def __init__(self, tokens: Tokens, clock: Clock) -> None:
        self._tokens = tokens
        self._tickets = Tickets(tokens, clock, purpose=b"oidc state", lasts_s=LIFETIME_S)

    def begin(self, cookie: str | None) -> tuple[str, Attempt]:
        """Return the browser's cookie, which several of its tabs share, and an attempt."""
        secret = decoded(cookie, _SECRET_BYTES) or secrets.token_bytes(_SECRET_BYTES)
        return encoded(secret), self._attempt(secret, self._tickets.give(to=secret))

    def resume(self, cookie: str | None, state: str) -> Attempt:
        """Return the attempt that an answer belongs to; of each one answer is taken.

        Raises:
            FederationRefused: `expired`, it was begun elsewhere or too long ago; `replayed`.

        """
        secret = decoded(cookie, _SECRET_BYTES)
        if secret is None:
            raise FederationRefused(Fault.EXPIRED, "no sign-in was begun in this browser")
        self._tickets.use(state, to=secret)
        return self._attempt(secret, state.rstrip("="))

    def _attempt(self, secret: bytes, state: str) -> Attempt:
        def made(purpose: bytes) -> str:
            return encoded(self._tokens.mac(purpose, secret + state.encode()))

        return Attempt(state=state, nonce=made(b"oidc nonce"), verifier=made(b"oidc verifier"))
