"""The file that a take's chunks are appended to, as they come (RC-14).

One frame follows the other: `length, n, at, received_at, crc32`, 28 bytes, the highest first, and
then so many bytes. The checksum is of the four numbers and the bytes. Nothing is ever changed; what
a crash cut off at the end is cut away when the file is opened again, and was not acknowledged.

Everything here blocks: it belongs into a thread.
"""

import contextlib
import errno
import fcntl
import os
import stat
import struct
import threading
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Self

import msgspec

from gateway.disk import FULL

CHUNK_MOST_BYTES: Final = 16 * 1024 * 1024
"""More is no chunk, whatever is configured."""

_HEAD: Final = struct.Struct(">IIqq")
_CHECKSUM: Final = struct.Struct(">I")
_FRAME_HEAD_BYTES: Final = _HEAD.size + _CHECKSUM.size
_NEVER_A_LINK: Final = os.O_NOFOLLOW | os.O_CLOEXEC


class ChunksUnwritable(OSError):  # noqa: N818 - says what happened
    """A chunk could not be put on the disk. What was acknowledged before is there.

    `is_full`: because there is no room on it. The file is closed, and may be opened again.
    """

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause.errno, cause.strerror)
        self.is_full = cause.errno in FULL


class ChunksDamaged(Exception):  # noqa: N818 - says what happened
    """What was on the disk is not what was written, in the middle of the file."""


class TakeInUse(Exception):  # noqa: N818 - says what happened
    """Somebody else writes the chunks of this take."""


class Conflict(Exception):  # noqa: N818 - says what happened
    """This is not the chunk that is to come next; `next` says which is.

    `is_other`: there is one with this number, and it has other bytes.
    """

    def __init__(self, following: int, *, is_other: bool) -> None:
        super().__init__(f"the next chunk is {following}")
        self.next = following
        self.is_other = is_other


class Chunk(msgspec.Struct, frozen=True):
    """One chunk as it was stored; both times are room time, in ms."""

    n: int
    at_ms: int
    received_at_ms: int
    data: bytes


class ChunkFile:
    """The chunks of one take, open for appending, by one writer.

    Any thread may call; one is served after the other.
    """

    def __init__(self, fd: int) -> None:
        """Take over a descriptor that `opened` has looked at."""
        self._fd: int | None = fd
        self._lock = threading.Lock()
        # Where each chunk's frame begins, and where the last one ends.
        self._offsets = array("Q", [0])

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Open the file of a take, or make it, and cut off what a crash left half-written.

        Its directory and what is in that are for this user alone. A link is not followed, whether
        it is the file or the directory.

        Raises:
            TakeInUse: somebody writes it.
            ChunksDamaged: it is not what was written; nothing is cut off.
            OSError: it cannot be opened, or is no plain file.

        """
        fd = _opened(path)
        try:
            _be_the_only_one(fd)
            found = cls(fd)
            found._find_chunks()
        except BaseException:
            os.close(fd)
            raise
        return found

    @property
    def next(self) -> int:
        """The number of the chunk that is to come next, from 0: as many are there."""
        return len(self._offsets) - 1

    @property
    def size_bytes(self) -> int:
        """How much of the disk they take."""
        return self._offsets[-1]

    def append(self, chunk: Chunk) -> int:
        """Put a chunk on the disk; return the number of the next once it is there for good.

        The same chunk again changes nothing; its times may differ.

        Raises:
            Conflict: it is not the next, nor one of those that are there.
            ChunksUnwritable: it could not be written, and is not there.
            ValueError: it is empty, or too large.

        """
        if not 0 < len(chunk.data) <= CHUNK_MOST_BYTES:
            raise ValueError(f"a chunk has 1 to {CHUNK_MOST_BYTES} bytes")
        with self._lock:
            if self._fd is None:
                raise ChunksUnwritable(OSError(errno.EBADF, "the file is closed"))
            if chunk.n < self.next and self._read(chunk.n) == chunk.data:
                return self.next
            if chunk.n != self.next:
                raise Conflict(self.next, is_other=chunk.n < self.next)
            try:
                _write(self._fd, _framed(chunk), self.size_bytes)
                os.fdatasync(self._fd)
            except OSError as error:
                self._give_up()
                raise ChunksUnwritable(error) from error
            self._offsets.append(self.size_bytes + _FRAME_HEAD_BYTES + len(chunk.data))
            return self.next

    def has(self, n: int, data: bytes) -> bool:
        """Whether there is a chunk of this number, with these bytes.

        Raises:
            Conflict: it has others, or is after the next.

        """
        with self._lock:
            if n == self.next:
                return False
            if n > self.next or self._fd is None or self._read(n) != data:
                raise Conflict(self.next, is_other=n < self.next)
            return True

    def close(self) -> None:
        """Let others write it. Safe to call twice."""
        with self._lock:
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None

    def _give_up(self) -> None:
        """Take back what may be half there, and close: what the kernel holds is not to be trusted.

        Where even that fails the next to open it finds a frame that is not whole.
        """
        assert self._fd is not None  # noqa: S101 - it is open where something is written
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, self.size_bytes)
            os.fdatasync(self._fd)
        os.close(self._fd)
        self._fd = None

    def _read(self, n: int) -> bytes:
        assert self._fd is not None  # noqa: S101 - asked before
        begin = self._offsets[n] + _FRAME_HEAD_BYTES
        return os.pread(self._fd, self._offsets[n + 1] - begin, begin)

    def _find_chunks(self) -> None:
        assert self._fd is not None  # noqa: S101 - just opened
        with os.fdopen(os.dup(self._fd), "rb") as file:
            for chunk in _chunks_of(file):
                self._offsets.append(self.size_bytes + _FRAME_HEAD_BYTES + len(chunk.data))
            if os.fstat(self._fd).st_size > self.size_bytes:
                _check_is_torn(file, self.size_bytes, self.next)
                os.ftruncate(self._fd, self.size_bytes)
                os.fdatasync(self._fd)


def chunks_in(path: Path) -> Iterator[Chunk]:
    """Yield the chunks of a take in order, up to where the file ends or is not whole.

    It may be written meanwhile. A link is not followed.
    """
    fd = os.open(path, os.O_RDONLY | _NEVER_A_LINK)
    with os.fdopen(fd, "rb") as file:
        yield from _chunks_of(file)


def sync_directory(path: Path) -> None:
    """Have what was made, renamed or deleted in a directory on the disk."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _NEVER_A_LINK)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _opened(path: Path) -> int:
    directory = path.parent
    for made in (directory.parent, directory):
        if not made.is_dir():
            made.mkdir(mode=0o700, exist_ok=True)
            sync_directory(made.parent)
    within = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | _NEVER_A_LINK)
    try:
        flags = os.O_RDWR | os.O_NONBLOCK | _NEVER_A_LINK
        try:
            fd = os.open(path.name, flags | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=within)
            os.fsync(within)
        except FileExistsError:
            fd = os.open(path.name, flags, dir_fd=within)
    finally:
        os.close(within)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "this is no plain file", str(path))
    return fd


def _be_the_only_one(fd: int) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise TakeInUse from None


def _framed(chunk: Chunk) -> bytes:
    head = _HEAD.pack(len(chunk.data), chunk.n, chunk.at_ms, chunk.received_at_ms)
    checksum = zlib.crc32(chunk.data, zlib.crc32(head))
    return b"".join([head, _CHECKSUM.pack(checksum), chunk.data])


def _write(fd: int, content: bytes, at: int) -> None:
    left = memoryview(content)
    while left:
        written = os.pwrite(fd, left, at)
        left, at = left[written:], at + written


def _chunks_of(file: BinaryIO) -> Iterator[Chunk]:
    n = 0
    while (chunk := _chunk_of(file, n)) is not None:
        yield chunk
        n += 1


def _chunk_of(file: BinaryIO, n: int) -> Chunk | None:
    head = file.read(_FRAME_HEAD_BYTES)
    if len(head) < _FRAME_HEAD_BYTES:
        return None
    length, number, at_ms, received_at_ms = _HEAD.unpack_from(head)
    if number != n or not 0 < length <= CHUNK_MOST_BYTES:
        return None
    data = file.read(length)
    (checksum,) = _CHECKSUM.unpack_from(head, _HEAD.size)
    if len(data) < length or zlib.crc32(data, zlib.crc32(head[: _HEAD.size])) != checksum:
        return None
    return Chunk(n, at_ms, received_at_ms, data)


def _check_is_torn(file: BinaryIO, at: int, n: int) -> None:
    """Check that what is left is one frame that was not written to its end.

    Each is on the disk before the next is begun. So where another follows, or more is left than one
    could be, what was acknowledged is damaged.
    """
    file.seek(at)
    left = file.read(_FRAME_HEAD_BYTES + CHUNK_MOST_BYTES + 1)
    if len(left) > _FRAME_HEAD_BYTES + CHUNK_MOST_BYTES:
        raise ChunksDamaged(f"chunk {n} is damaged")
    # By its number, which stands behind its length.
    mark = (n + 1).to_bytes(4)
    found = left.find(mark)
    while found >= 0:
        begin = found - 4
        if begin >= 0:
            file.seek(at + begin)
            if _chunk_of(file, n + 1) is not None:
                raise ChunksDamaged(f"chunk {n} is damaged")
        found = left.find(mark, found + 1)
