"""Links that sign the operator in, once, as Jupyter does."""

import hashlib
from typing import Final, Protocol

from actors.runtime.clock import Clock

LIFETIME_S: Final = 3600.0


class SignInCodes(Protocol):
    """Codes that were printed and not yet used.

    A code is 144 random bits: guessing needs no limit, and has none that could keep out whoever
    has the right one. A digest stands for a code, so that looking it up tells nothing by its time.
    """

    async def add(self, code: str) -> None:
        """Accept `code` once, within the next hour."""
        ...

    async def redeem(self, code: str) -> bool:
        """Return whether `code` is valid; from now on it is not. Of two at once one is told so."""
        ...


class CodesInMemory:
    """`SignInCodes` of this process: a restart ends them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[bytes, float] = {}

    async def add(self, code: str) -> None:
        """Accept a code; see `SignInCodes`."""
        now_s = self._clock.monotonic_s()
        self._until_s = {known: until for known, until in self._until_s.items() if now_s < until}
        self._until_s[_digest(code)] = now_s + LIFETIME_S

    async def redeem(self, code: str) -> bool:
        """Use a code; see `SignInCodes`."""
        return self._clock.monotonic_s() < self._until_s.pop(_digest(code), 0.0)


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
