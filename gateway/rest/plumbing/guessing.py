"""How often an access code may be guessed, and who waits for it (decision 12).

Whoever knows the code is never refused for what others guessed elsewhere.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from lessonroom.rates import Backoff

_OF_GROUPS: Final = (1, 2, 4)
"""What an address may do, and the larger networks that it is part of: each is some of the smaller
ones, and far fewer than it holds."""
_OF_A_SESSION: Final = 10
_OF_ALL: Final = 100
_NARROWED: Final = 0.3
_DELAY_S_MOST: Final = 30.0


class GuessLimits:
    """Wrong access codes: what is blocked, and what only makes guessing slower.

    *Blocked*, for 2 to 30 s, is one origin at one session: a pupil who guesses at their own lesson
    keeps nobody out of another one. *Slowed* is everything that guesses while an address, a session
    or the server has had too many wrong codes: a third as many are free then, before the block. A
    right code is never among them, so it passes.

    Args:
        free_per_min: wrong codes of one origin at one session without a wait, at once and a minute.
            A session has ten times as many before all who guess at it are slowed, the server a
            hundred times.

    """

    def __init__(self, free_per_min: int) -> None:
        self._free = free_per_min
        self._pairs = self._backoffs(1)
        self._narrow_pairs = self._backoffs(_NARROWED)
        self._origins = self._backoffs(1)
        self._sessions = Backoff(free_per_min * _OF_A_SESSION)
        self._all = Backoff(free_per_min * _OF_ALL)

    def _backoffs(self, part: float) -> list[Backoff]:
        return [
            Backoff(max(1, round(self._free * factor * part)), delay_s_most=_DELAY_S_MOST)
            for factor in _OF_GROUPS
        ]

    def wait_s(self, origin: Sequence[str], session_id: str, now_s: float) -> float:
        """Return how long to wait before a code is looked at; 0 where it may be now.

        Args:
            origin: who tries: a person, or an address and the networks around it, smallest first.
            session_id: what they name, whether there is such a session or not.
            now_s: a monotonic time.

        """
        session = _short(session_id)
        return max(
            kept.wait_s(f"{key} {session}", now_s)
            for backoffs in self._pairs_for(origin, session, now_s)
            for kept, key in zip(backoffs, origin, strict=False)
        )

    def failed(self, origin: Sequence[str], session_id: str, now_s: float) -> None:
        """Count a wrong code."""
        session = _short(session_id)
        for backoffs in self._pairs_for(origin, session, now_s):
            for kept, key in zip(backoffs, origin, strict=False):
                kept.failed(f"{key} {session}", now_s)
        for kept, key in zip(self._origins, origin, strict=False):
            kept.failed(key, now_s)
        self._sessions.failed(session, now_s)
        self._all.failed("", now_s)

    def _pairs_for(
        self, origin: Sequence[str], session: str, now_s: float
    ) -> tuple[list[Backoff], ...]:
        """Return what an origin is measured by at a session: more narrowly where it is slowed."""
        is_slowed = (
            any(kept.wait_s(key, now_s) for kept, key in zip(self._origins, origin, strict=False))
            or self._sessions.wait_s(session, now_s) > 0
            or self._all.wait_s("", now_s) > 0
        )
        return (self._pairs, self._narrow_pairs) if is_slowed else (self._pairs,)


def _short(session_id: str) -> str:
    """Return a key of one length: what a path names may be as long as a request line."""
    return hashlib.blake2b(session_id.encode(errors="replace"), digest_size=12).hexdigest()
