"""What each client has had accepted, so that nothing is accepted twice (PROTOCOL BD-6)."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

from lessonroom.codes import ErrorCode, Refused
from lessonroom.events import Submission


class Submissions:
    """The accepted submissions of a session: 24 bytes for each, found by binary search.

    The key holds the user, so nobody can use up another's ids.
    """

    __slots__ = ("_clients",)

    def __init__(self, accepted: Iterable[tuple[int, str, int, int, int]] = ()) -> None:
        """Take up what was accepted before.

        Args:
            accepted: user_id, client_id, n, seq and digest of each, by rising `seq`.

        """
        self._clients: dict[tuple[int, str], _Client] = {}
        for user_id, client_id, n, seq, digest in accepted:
            self.add(user_id, Submission(client_id, n, digest), seq=seq)

    def add(self, user_id: int, submission: Submission, *, seq: int) -> None:
        """Remember that `submission` became event `seq`."""
        key = (user_id, submission.client_id)
        client = self._clients.get(key)
        if client is None:
            client = self._clients[key] = _Client()
        client.numbers.append(submission.n)
        client.seqs.append(seq)
        client.digests.append(submission.digest)

    def seq_of(self, user_id: int, submission: Submission) -> int | None:
        """Return the `seq` it was given when it was accepted before, None where it is new.

        Raises:
            Refused: `conflict` where the id was used for another content, or is below the newest
                accepted one without having been accepted itself.

        """
        client = self._clients.get((user_id, submission.client_id))
        if client is None or submission.n > client.numbers[-1]:
            return None
        at = bisect_left(client.numbers, submission.n)
        if client.numbers[at] != submission.n:
            raise Refused(
                ErrorCode.CONFLICT,
                f"{submission} was not accepted, and {client.numbers[-1]} was; ids count up",
                field="id",
            )
        if client.digests[at] != submission.digest:
            raise Refused(
                ErrorCode.CONFLICT, f"{submission} was accepted with another content", field="id"
            )
        return client.seqs[at]


class _Client:
    __slots__ = ("digests", "numbers", "seqs")

    def __init__(self) -> None:
        self.numbers = array("Q")
        self.seqs = array("Q")
        self.digests = array("Q")
