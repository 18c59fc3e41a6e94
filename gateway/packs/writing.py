"""Writing a lesson pack while it is sent: of what goes into it little is in memory."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterable
from typing import IO, BinaryIO, Final

from gateway.export.archive import Archive
from gateway.packs.layout import MANIFEST, Entry

_PIECE_BYTES: Final = 256 * 1024


class PackWriter:
    """A ZIP archive, entry by entry; remembers what it wrote.

    Each call hands on the bytes that can be sent. Hashing and compressing is done in threads.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        """What was written, in its order."""
        self.size_bytes = 0
        """Of all of them together, unpacked."""
        self._archive = Archive()

    async def add(self, name: str, content: bytes) -> bytes:
        """Add an entry."""
        digest = await asyncio.to_thread(hashlib.sha256, content)
        self._note(name, len(content), digest.hexdigest())
        return await self._archive.add(name, content)

    async def add_parts(
        self, name: str, parts: AsyncIterable[bytes], *, is_compressed: bool = True
    ) -> AsyncGenerator[bytes]:
        """Add an entry that is made meanwhile."""
        digest, size_bytes = hashlib.sha256(), 0

        async def counted() -> AsyncGenerator[bytes]:
            nonlocal size_bytes
            async for part in parts:
                await asyncio.to_thread(digest.update, part)
                size_bytes += len(part)
                yield part

        async for ready in self._archive.add_parts(name, counted(), is_compressed=is_compressed):
            yield ready
        self._note(name, size_bytes, digest.hexdigest())

    async def add_open(self, name: str, source: BinaryIO) -> AsyncGenerator[bytes]:
        """Add a file as it is, and close it."""
        async for ready in self.add_parts(name, pieces_of(source), is_compressed=False):
            yield ready

    async def finish(self, manifest: bytes) -> bytes:
        """Add the manifest, which is no entry of its own, and return the end."""
        return await self._archive.add(MANIFEST, manifest) + await self._archive.finish()

    def _note(self, name: str, size_bytes: int, sha256: str) -> None:
        self.size_bytes += size_bytes
        self.entries.append(Entry(name, size_bytes, sha256))


async def pieces_of(source: IO[bytes]) -> AsyncGenerator[bytes]:
    """Yield what is in a file, and close it."""
    with source:
        while piece := await asyncio.to_thread(source.read, _PIECE_BYTES):
            yield piece
