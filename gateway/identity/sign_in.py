"""Links that sign the operator in, once, as Jupyter does."""

import hmac
from typing import Final

from actors.runtime.clock import Clock

_LIFETIME_S: Final = 3600.0


class SignInCodes:
    """Codes that were printed and not yet used. They live in memory: a restart ends them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, float] = {}

    def add(self, code: str) -> None:
        """Accept `code` once, within the next hour."""
        self._codes[code] = self._clock.monotonic_s() + _LIFETIME_S

    def redeem(self, code: str) -> bool:
        """Return whether `code` is valid; from now on it is not."""
        now_s = self._clock.monotonic_s()
        found = None
        for known, until_s in self._codes.items():
            # Every code is compared, so that the time taken tells nothing.
            if hmac.compare_digest(known.encode(), code.encode()) and now_s < until_s:
                found = known
        if found is None:
            return False
        del self._codes[found]
        return True
