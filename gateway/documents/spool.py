"""Documents on the disk while they are on their way to the board, and how far each was.

What is sent is written as it comes, so that no document is held in memory. A server that stops,
however it does, finds what it left behind when it starts: it says of each import that it was
stopped, and deletes the files.
"""

import asyncio
import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, BinaryIO, Final

import msgspec

from gateway.disk import refusing_when_full
from gateway.documents.document_import import DocumentImport

_WRITTEN_AT_ONCE_BYTES: Final = 1024 * 1024
_RECORD: Final = ".import.json"
_CONTENT: Final = ".document"
_DRAFT: Final = ".new"
_WORK: Final = ".work"


class Spooled(msgspec.Struct, frozen=True, kw_only=True):
    """A document on the disk."""

    path: Path
    sha256: str
    size_bytes: int


class Spool:
    """A directory of documents that came and are not done with.

    Args:
        directory: for nothing else; made where it is not there.

    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @contextlib.asynccontextmanager
    async def receiving(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Spooled]:
        """Write what comes, hashed on the way; it is gone at the end, unless it was kept.

        Raises:
            Refused: `too_large`, there is no room on the disk.

        """
        path = self._directory / f"{secrets.token_hex(16)}{_CONTENT}"
        try:
            with refusing_when_full():
                spooled = await _received(chunks, path)
            yield spooled
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    @contextlib.asynccontextmanager
    async def directory(self) -> AsyncIterator[Path]:
        """Lend a directory of one's own, which is gone at the end with all that is in it."""
        path = self._directory / f"{secrets.token_hex(16)}{_WORK}"
        await asyncio.to_thread(path.mkdir, mode=0o700, parents=True)
        try:
            yield path.resolve()
        finally:
            await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)

    def scratch(self, in_memory_bytes: int) -> IO[bytes]:
        """Return a file without a name, which nobody finds, and which ends with whoever opened it.

        Up to so many bytes it is in memory. Blocks: belongs into a thread, as what is done with it.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return tempfile.SpooledTemporaryFile(in_memory_bytes, dir=str(self._directory))

    async def keep(self, spooled: Spooled) -> Spooled:
        """Give a document a name of its own, under which it stays until `forget`."""
        kept = self._directory / f"{secrets.token_hex(16)}{_CONTENT}"
        await asyncio.to_thread(spooled.path.rename, kept)
        return msgspec.structs.replace(spooled, path=kept)

    async def forget(self, spooled: Spooled) -> None:
        """Delete a document."""
        await asyncio.to_thread(spooled.path.unlink, missing_ok=True)

    async def note(self, state: DocumentImport) -> None:
        """Note how far an import is, for a server that starts after this one."""
        encoded = msgspec.json.encode(state)
        await asyncio.to_thread(_replace, self._record_of(state), encoded)

    async def strike_out(self, state: DocumentImport) -> None:
        """Forget how far an import was: it is over."""
        await asyncio.to_thread(self._record_of(state).unlink, missing_ok=True)

    async def swept(self) -> list[DocumentImport]:
        """Delete what was left behind; return the imports that a server before this one was at."""
        return await asyncio.to_thread(self._swept)

    def _record_of(self, state: DocumentImport) -> Path:
        return self._directory / f"{state.document_id}{_RECORD}"

    def _swept(self) -> list[DocumentImport]:
        found: list[DocumentImport] = []
        if not self._directory.is_dir():
            return found
        for path in sorted(self._directory.iterdir()):
            if path.name.endswith(_RECORD):
                # One that was cut off while it was written tells nothing.
                with contextlib.suppress(msgspec.DecodeError):
                    found.append(msgspec.json.decode(path.read_bytes(), type=DocumentImport))
            if path.name.endswith((_RECORD, _CONTENT, _DRAFT)):
                path.unlink()
            elif path.name.endswith(_WORK):
                shutil.rmtree(path, ignore_errors=True)
        return found


async def _received(chunks: AsyncIterator[bytes], path: Path) -> Spooled:
    sha256 = hashlib.sha256()
    size_bytes = 0
    waiting = bytearray()
    file = await asyncio.to_thread(_opened, path)

    def write(part: bytearray) -> None:
        sha256.update(part)
        file.write(part)

    try:
        async for chunk in chunks:
            size_bytes += len(chunk)
            waiting += chunk
            if len(waiting) >= _WRITTEN_AT_ONCE_BYTES:
                part, waiting = waiting, bytearray()
                await asyncio.to_thread(write, part)
        await asyncio.to_thread(write, waiting)
    finally:
        await asyncio.to_thread(file.close)
    return Spooled(path=path, sha256=sha256.hexdigest(), size_bytes=size_bytes)


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}{_DRAFT}")
    draft.write_bytes(content)
    draft.replace(path)
