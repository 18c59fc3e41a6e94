"""In which order a client's submissions may be accepted after one was refused (PROTOCOL BD-6).

A client has many submissions on their way. Where one of them is refused because of the moment, not
for what it says, it comes again, and those behind it must not get ahead: an `append` without its
`put` would be nothing.
"""

from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused

_CLIENTS_MOST: Final = 64
"""A page sends under its own client_id, and under those of page loads whose work it found."""
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
        # What was sent on an earlier connection can arrive late, and be accepted: then it is told
        # as an event, and its author has no reason to send it here again.
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
        if gate is not None and gate.n <= n:
            return
        gate = _Gate(client_id, n, refused.code, refused.retry_after_ms or _RETRY_MS)
        if client_id in self._gates or len(self._gates) < _CLIENTS_MOST:
            self._gates[client_id] = gate
        elif self._overflow is None:
            self._overflow = gate


class _Gate(msgspec.Struct, frozen=True):
    client_id: str
    n: int
    code: ErrorCode
    retry_after_ms: int

    def refusal(self) -> Refused:
        return Refused(
            self.code,
            f"{self.client_id}:{self.n} was refused and has to be sent again first",
            retry_after_ms=self.retry_after_ms,
        )
