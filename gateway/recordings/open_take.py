"""A take while it comes: what is looked at, and then put on the disk."""

import threading
from pathlib import Path
from typing import Self

from gateway.recordings.chunk_file import Chunk, ChunkFile, ChunksUnwritable, chunks_in
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.stream import TakeChecker
from gateway.recordings.webm.track import Track


class OpenTake:
    """One take that chunks come for. Any thread may call; one is served after the other.

    It blocks, so each call belongs into a thread. A call whose caller has gone finishes all the
    same: the chunk sent again is one that is there.
    """

    def __init__(self, file: ChunkFile, checker: TakeChecker) -> None:
        """Take over a file and a checker that has seen all that is in it."""
        self._file = file
        self._checker = checker
        self._lock = threading.Lock()
        self._is_stale = False
        self.newest_at_ms: int | None = None
        """Room time of the end of what has come last; None before anything has."""
        self.newest_came_ms = 0
        """When that came."""

    @classmethod
    def opened(cls, path: Path, checker: TakeChecker) -> Self:
        """Open the chunks of a take, or begin with none, and show the checker what is there.

        Args:
            path: `TakeFiles.chunks_of`.
            checker: new.

        Raises:
            TakeInUse: it is open already.
            ChunksDamaged: the disk has changed it.
            OSError: it cannot be opened.

        """
        file = ChunkFile.opened(path)
        take = cls(file, checker)
        try:
            for chunk in chunks_in(path):
                take._note(chunk)
                checker.feed(chunk.data, at_ms=chunk.at_ms, received_at_ms=chunk.received_at_ms)
        except BreachOfTake:
            # The checker says so again to the next that comes.
            pass
        except BaseException:
            file.close()
            raise
        return take

    @property
    def next(self) -> int:
        """The number of the chunk that is to come next: so many are on the disk."""
        return self._file.next

    @property
    def size_bytes(self) -> int:
        """How much of the disk they take."""
        return self._file.size_bytes

    @property
    def track(self) -> Track | None:
        """What is recorded, once its header has come."""
        return self._checker.track

    def put(self, chunk: Chunk) -> int:
        """Look at a chunk and put it on the disk; return the number of the next, then.

        The same chunk again changes nothing. After any of these errors but `Conflict` the take is
        to be closed; after `ChunksUnwritable` it may be opened again.

        Raises:
            Conflict: it is not the next, nor one of those that are there.
            BreachOfTake: it is no take, or no longer; nothing of the chunk is kept.
            ChunksUnwritable: it could not be written, and nothing of it is kept.
            ValueError: it is empty, or larger than any chunk.

        """
        with self._lock:
            if not self._is_stale:
                if self._file.has(chunk.n, chunk.data):
                    return self._file.next
                self._checker.feed(
                    chunk.data, at_ms=chunk.at_ms, received_at_ms=chunk.received_at_ms
                )
            try:
                following = self._file.append(chunk)
            except ChunksUnwritable:
                # The checker knows of a chunk that is not there.
                self._is_stale = True
                raise
            self._note(chunk)
            return following

    def _note(self, chunk: Chunk) -> None:
        self.newest_at_ms, self.newest_came_ms = chunk.at_ms, chunk.received_at_ms

    def close(self) -> None:
        """Let go of it; what was acknowledged stays. Safe to call twice."""
        with self._lock:
            self._is_stale = True
            self._file.close()
