"""In which order a client's submissions may be accepted after one was refused (PROTOCOL BD-6).

A client has many submissions on their way. Where one of them is refused because of the moment, not
for what it says, it comes again, and those behind it must not get ahead: an `append` without its
`put` would be nothing.
"""

from typing import Final

from lessonroom.codes import ErrorCode, Refused

_CLIENTS_MOST: Final = 64
"""A page sends under its own client_id, and under those of page loads whose work it found."""
_BEHIND_MOST: Final = 256
"""So many refused ones of a client are known by their number: twice what our clients have out."""
_RETRY_MS: Final = 1_000


class Gates:
    """The gates of one connection: of each client_id, the submission that has to come first.

    A new connection has none. What is kept is bounded: past 64 gates all other client_ids of the
    connection wait as well, until the last gate is open.
    """

    __slots__ = ("_gates", "_overflow")

    def __init__(self) -> None:
        self._gates: dict[str, _Gate] = {}
        self._overflow: _Gate | None = None

    def check(self, client_id: str, n: int, *, newest: int) -> None:
        """Let submission `n` through, or refuse it because an earlier one has to come again first.

        Args:
            client_id: who submits.
            n: its number; that of the gate opens it, lower ones pass.
            newest: the highest number of this client that was accepted, on whatever connection.

        Raises:
            Refused: with the code that the earlier one was refused with.

        """
        gate = self._gates.get(client_id)
        if gate is None:
            if self._overflow is not None:
                raise self._overflow.refusal()
            return
        if n > gate.n <= newest:
            # It was sent on an earlier connection as well, arrived late, and was accepted: its
            # author hears of it as an event, and has no reason to send it here again. What was
            # refused behind it is still to come.
            gate.pass_on(newest)
        if n > gate.n > newest:
            raise gate.refusal()
        if n >= gate.n:
            del self._gates[client_id]
            if not self._gates:
                self._overflow = None

    def note(self, client_id: str, n: int, refused: Refused) -> None:
        """Have submission `n` come again before later ones, if it was refused for the moment.

        The lowest is the gate: a commit that is lost takes many with it.
        """
        if not refused.code.is_passing:
            return
        gate = self._gates.get(client_id)
        if gate is not None:
            gate.note(n, refused)
        elif len(self._gates) < _CLIENTS_MOST:
            self._gates[client_id] = _Gate(client_id, n, refused)
        elif self._overflow is None:
            self._overflow = _Gate(client_id, n, refused)


class _Gate:
    __slots__ = ("_behind", "_client_id", "_code", "_retry_after_ms", "n")

    def __init__(self, client_id: str, n: int, refused: Refused) -> None:
        self.n = n
        self._client_id = client_id
        self._behind: set[int] = set()
        self._refused_with(refused)

    def note(self, n: int, refused: Refused) -> None:
        lower, higher = sorted((n, self.n))
        if higher > lower and len(self._behind) < _BEHIND_MOST:
            self._behind.add(higher)
        if n < self.n:
            self.n = n
            self._refused_with(refused)

    def pass_on(self, newest: int) -> None:
        """Stand at the next one that was refused and not accepted since, if there is one."""
        self._behind = {n for n in self._behind if n > newest}
        self.n = min(self._behind, default=self.n)
        self._behind.discard(self.n)

    def refusal(self) -> Refused:
        return Refused(
            self._code,
            f"{self._client_id}:{self.n} was refused and has to be sent again first",
            retry_after_ms=self._retry_after_ms,
        )

    def _refused_with(self, refused: Refused) -> None:
        self._code: ErrorCode = refused.code
        self._retry_after_ms = refused.retry_after_ms or _RETRY_MS
