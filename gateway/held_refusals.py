"""Refusals that wait: who is refused again and again hears of it later, and so asks later.

A refusal costs the server as much as many an answer, and whoever gets it at once asks at once
again. Where it comes late, a client that takes its answers before it goes on is slowed down by
that alone, with no work on either side. Who keeps to `Retry-After` never meets it.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

from actors.runtime.clock import Clock
from lessonroom.rates import Buckets

_AT_ONCE: Final = 20
"""Refusals that nobody is held for."""
_PER_MIN: Final = 60
_HELD_S_MOST: Final = 2.0
_HELD_EACH: Final = 16
_HELD_MOST: Final = 1_000
"""Each is a request or a handshake that is kept, some 20 KB; past it they are told at once."""


class HeldRefusals:
    """Has refusals wait, by whom they are for, and bounds how many do.

    Args:
        clock: the time.

    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pace = Buckets(_PER_MIN, burst=_AT_ONCE)
        self._held: Counter[str] = Counter()

    def tell(self, key: str, refuse: Callable[[], None]) -> None:
        """Call `refuse`, now or in up to two seconds.

        Args:
            key: who is refused: a person, or an address.
            refuse: tells them; it may find that they are gone.

        """
        wait_s = self._pace.take(key, self._clock.monotonic_s())
        if not wait_s or self._held[key] >= _HELD_EACH or self._held.total() >= _HELD_MOST:
            refuse()
            return
        # Those that wait beside each other wait longer: what they come to is a rate, too.
        self._pace.charge(key, self._clock.monotonic_s(), 1)
        self._held[key] += 1

        def let_go() -> None:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
            refuse()

        self._clock.call_later(min(wait_s, _HELD_S_MOST), let_go)

    @property
    def held(self) -> int:
        """How many refusals wait."""
        return self._held.total()
