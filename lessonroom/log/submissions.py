"""What each client has had accepted, so that nothing is accepted twice (PROTOCOL BD-6)."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Final

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import Submission

CLIENTS_MOST: Final = 1_000
"""Page loads of one person in one session: each takes as much memory as fifty submissions."""


class Submissions:
    """The accepted submissions of a session: 12 bytes for each, found by binary search.

    It is all that grows with a lesson for as long as it is open, whatever its board looks like. The
    key holds the user, so nobody can use up another's ids.
    """

    __slots__ = ("_clients", "_clients_of")

    def __init__(self, accepted: Iterable[tuple[int, str, int, int, int]] = ()) -> None:
        """Take up what was accepted before.

        Args:
            accepted: user_id, client_id, n, seq and digest of each, by rising `seq`.

        """
        self._clients: dict[tuple[int, str], _Client] = {}
        self._clients_of: Counter[int] = Counter()
        for user_id, client_id, n, seq, digest in accepted:
            self.add(user_id, Submission(client_id, n, digest), seq=seq)

    def add(self, user_id: int, submission: Submission, *, seq: int) -> None:
        """Remember that `submission` became event `seq`."""
        key = (user_id, submission.client_id)
        client = self._clients.get(key)
        if client is None:
            client = self._clients[key] = _Client()
            self._clients_of[user_id] += 1
        client.add(submission.n, seq, submission.digest)

    def newest(self, user_id: int, client_id: str) -> int:
        """Return the highest `n` of a client that was accepted, 0 where there is none."""
        client = self._clients.get((user_id, client_id))
        return 0 if client is None else client.newest

    def seq_of(self, user_id: int, submission: Submission) -> int | None:
        """Return the `seq` it was given when it was accepted before, None where it is new.

        Raises:
            Refused: `conflict` where the id was used for another content, or is below the newest
                accepted one without having been accepted itself; `too_large` where the person has
                had `CLIENTS_MOST` other clients.

        """
        client = self._clients.get((user_id, submission.client_id))
        if client is None and self._clients_of[user_id] >= CLIENTS_MOST:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"one person sends under at most {CLIENTS_MOST} client ids in a session",
                field="id",
            )
        if client is None or submission.n > client.newest:
            return None
        at = client.index_of(submission.n)
        if at is None:
            raise Refused(
                ErrorCode.CONFLICT,
                f"{submission} was not accepted, and {client.newest} was; ids count up",
                field="id",
            )
        if client.digests[at] != submission.digest:
            raise Refused(
                ErrorCode.CONFLICT, f"{submission} was accepted with another content", field="id"
            )
        return client.seqs[at]


class _Client:
    """The accepted numbers of one client in order, as runs without a gap.

    A client counts up by one, and leaves a number out where a submission was refused: of each run
    its first number is enough, and where it begins in `seqs` and `digests`.
    """

    __slots__ = ("begins", "digests", "firsts", "newest", "seqs")

    def __init__(self) -> None:
        self.newest = 0
        self.seqs = array("Q")
        self.digests = array("I")
        self.firsts = array("Q")
        self.begins = array("Q")

    def add(self, n: int, seq: int, digest: int) -> None:
        if not self.seqs or n != self.newest + 1:
            self.firsts.append(n)
            self.begins.append(len(self.seqs))
        self.newest = n
        self.seqs.append(seq)
        self.digests.append(digest)

    def index_of(self, n: int) -> int | None:
        run = bisect_right(self.firsts, n) - 1
        if run < 0:
            return None
        at = self.begins[run] + n - self.firsts[run]
        is_last = run + 1 == len(self.begins)
        end = len(self.seqs) if is_last else self.begins[run + 1]
        return at if at < end else None
