"""How often an access code may be guessed."""

from lessonroom.rates import Backoff


class GuessLimits:
    """Wrong access codes: by address, by session, and over all.

    One address has a few, a session ten times as many, the server a hundred times: so that one
    pupil who guesses locks out neither the class nor the school, while guessing from everywhere
    stays hopeless: at 1,000 a minute the 39.6 bits of one code last for centuries.
    """

    def __init__(self, free_per_min: int) -> None:
        self._by_address = Backoff(free_per_min)
        self._by_session = Backoff(free_per_min * 10)
        self._overall = Backoff(free_per_min * 100)

    def wait_s(self, address: str, session_id: str, now_s: float) -> float:
        """Return how long to wait before a code is looked at; 0 where it may be now."""
        return max(
            self._by_address.wait_s(address, now_s),
            self._by_session.wait_s(session_id, now_s),
            self._overall.wait_s("", now_s),
        )

    def failed(self, address: str, session_id: str, now_s: float) -> None:
        """Count a wrong code."""
        self._by_address.failed(address, now_s)
        self._by_session.failed(session_id, now_s)
        self._overall.failed("", now_s)
