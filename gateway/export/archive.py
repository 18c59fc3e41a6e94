"""A ZIP that is made while it is read: no more of it is in memory than one file."""

import asyncio
import io
import zipfile
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from functools import partial
from pathlib import Path
from typing import Final

_PIECE_BYTES: Final = 256 * 1024
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""Of a file in a ZIP: when it was made is in what it says."""


class _Drain(io.RawIOBase):
    """Takes what is written, until it is taken away; cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Say that one can write to it."""
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        """Take bytes."""
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what came since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


class Archive:
    """Files are added one after the other; each call hands on the bytes that are ready.

    Compressing and reading is done in threads: a lesson's board may be many megabytes.
    """

    def __init__(self) -> None:
        self._drain = _Drain()
        self._zip = zipfile.ZipFile(self._drain, "w", zipfile.ZIP_DEFLATED)

    async def add(self, name: str, content: bytes) -> bytes:
        """Add a file, compressed; return what can be sent."""
        info = zipfile.ZipInfo(name, _EARLIEST)
        info.compress_type = zipfile.ZIP_DEFLATED
        return await self._done(lambda: self._zip.writestr(info, content))

    async def add_file(self, name: str, path: Path) -> AsyncGenerator[bytes]:
        """Add a file of this machine as it is, in pieces; one that is gone is left out."""
        try:
            source = await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError:
            return
        info = zipfile.ZipInfo(name, _EARLIEST)
        with source, self._zip.open(info, "w", force_zip64=True) as target:
            while piece := await asyncio.to_thread(source.read, _PIECE_BYTES):
                target.write(piece)
                yield self._drain.taken()
        yield self._drain.taken()

    async def add_parts(
        self, name: str, parts: AsyncIterable[bytes], *, is_compressed: bool
    ) -> AsyncGenerator[bytes]:
        """Add a file that is made meanwhile."""
        info = zipfile.ZipInfo(name, _EARLIEST)
        info.compress_type = zipfile.ZIP_DEFLATED if is_compressed else zipfile.ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as target:
            async for part in parts:
                yield await self._done(partial(target.write, part))
        yield self._drain.taken()

    async def finish(self) -> bytes:
        """Return the end: the directory of all that is in it."""
        return await self._done(self._zip.close)

    async def _done(self, work: Callable[[], object]) -> bytes:
        await asyncio.to_thread(work)
        return self._drain.taken()
