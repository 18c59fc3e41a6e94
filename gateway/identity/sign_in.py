"""Links that sign somebody in, once, as Jupyter does."""

import hashlib
from typing import Final, NamedTuple, Protocol

import msgspec

from actors.runtime.clock import Clock
from gateway.identity.claims import Scope
from gateway.identity.tokens import ProviderSession

LIFETIME_S: Final = 3600.0
OPERATOR_SUBJECT: Final = "operator"
OPERATOR_NAME: Final = "Operator"
"""Until they give themself another."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a code signs in: a person who is made at the first use if missing."""

    subject: str = OPERATOR_SUBJECT
    name: str = OPERATOR_NAME
    scope: Scope = Scope.OPERATOR
    provider: ProviderSession | None = None
    """Who vouches for them, if not this server, and names them anew each time."""
    role: str | None = None
    """What that one makes them, each time anew."""


class _Waiting(NamedTuple):
    until_s: float
    sign_in: SignIn


class SignInCodes(Protocol):
    """Codes that were printed and not yet used.

    A code is 144 random bits: guessing needs no limit, and has none that could keep out whoever
    has the right one. A digest stands for a code, so that looking it up tells nothing by its time.
    """

    async def add(self, code: str, sign_in: SignIn, *, lasts_s: float = LIFETIME_S) -> None:
        """Accept `code` once, within the next hour, or in `lasts_s`."""
        ...

    async def redeem(self, code: str) -> SignIn | None:
        """Return whom `code` signs in; from now on it is not valid. Of two at once one is told."""
        ...


class CodesInMemory:
    """`SignInCodes` of this process: a restart ends them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[bytes, _Waiting] = {}

    async def add(self, code: str, sign_in: SignIn, *, lasts_s: float = LIFETIME_S) -> None:
        """Accept a code; see `SignInCodes`."""
        now_s = self._clock.monotonic_s()
        self._waiting = {known: one for known, one in self._waiting.items() if now_s < one.until_s}
        self._waiting[_digest(code)] = _Waiting(now_s + lasts_s, sign_in)

    async def redeem(self, code: str) -> SignIn | None:
        """Use a code; see `SignInCodes`."""
        found = self._waiting.pop(_digest(code), None)
        if found is None or self._clock.monotonic_s() >= found.until_s:
            return None
        return found.sign_in


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
