"""Office documents become PDF, where the server has a program for it."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from gateway.confinement import connections, landlock
from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Confinement, Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.confinement.refusing import refusal_of
from gateway.documents.convert import Convert, profiles_of
from gateway.documents.job import Chunk, Read
from gateway.documents.office_kinds import OfficeKind
from gateway.documents.spool import Spool, Spooled
from lessonroom.codes import ErrorCode, Refused

_MIB: Final = 1024 * 1024
_LIMITS: Final = ProcessLimits(
    memory_bytes=2_048 * _MIB, cpu_s=60, wall_s=60, file_bytes=512 * _MIB, open_files=256
)
_SOCKETS: Final = Path("/tmp")  # noqa: S108 - where LibreOffice listens, whatever it is told
_READS: Final = ("/usr/share", "/etc/fonts", "/etc/libreoffice", "/var/cache/fontconfig")
_FAILED: Final = "this document takes too much to be read; save it as PDF first"


def fault_of(program: Path) -> str | None:
    """Return why a program cannot be used for documents of strangers; None where it can."""
    if not os.access(program, os.X_OK) or program.is_dir():
        return f"there is no program at {program}"
    if not landlock.version():
        # It follows links to files, and what it reads is shown.
        return "this kernel has no Landlock: an office document could show files of the server"
    if not connections.can_refuse():
        return "on this kind of machine the program could not be kept from the network"
    return None


class Office:
    """Makes PDF of office documents, one at a time.

    Args:
        program: LibreOffice's `soffice`, for which `fault_of` finds nothing.
        confinement: where it runs.
        spool: where documents lie; the program works in a directory of it.

    """

    def __init__(self, program: Path, confinement: Confinement, spool: Spool) -> None:
        self._program = _binary_of(program)
        self._confinement = confinement
        self._spool = spool

    @contextlib.asynccontextmanager
    async def converted(
        self, content: Spooled, kind: OfficeKind, *, owner: Owner
    ) -> AsyncIterator[Spooled]:
        """Lend the PDF of a document.

        Raises:
            Refused: `invalid`, it is no such document or cannot be read; `too_large`;
                `unavailable`, others are first.

        """
        async with contextlib.AsyncExitStack() as lent:
            try:
                directory = await lent.enter_async_context(self._spool.directory())
                lent.push_async_callback(asyncio.to_thread, _remove_sockets, directory)
                read = self._confinement.run_through(
                    Work.OFFICE,
                    "gateway.documents.convert",
                    Convert(str(content.path), kind, str(self._program), str(directory)),
                    owner=owner,
                    result_type=Read,
                    limits=_LIMITS,
                    places=Places(
                        reads=[str(content.path), *_READS, str(self._program.parents[1])],
                        writes=[str(directory)],
                        sockets=[str(_SOCKETS)],
                    ),
                )
                async with contextlib.aclosing(read):
                    pdf = await lent.enter_async_context(self._spool.receiving(_chunks(read)))
            except Declined as declined:
                raise refusal_of(declined, field="body") from None
            except ProcessFailed:
                raise Refused(ErrorCode.INVALID, _FAILED, field="body") from None
            yield pdf


async def _chunks(read: AsyncIterator[Read]) -> AsyncIterator[bytes]:
    async for part in read:
        if isinstance(part.result, Chunk):
            yield part.result.content


def _binary_of(program: Path) -> Path:
    """Return what a start script starts: no shell has to run where the document is."""
    started = program.resolve()
    binary = started.with_name(f"{started.name}.bin")
    return binary if os.access(binary, os.X_OK) else started


def _remove_sockets(directory: Path) -> None:
    """Delete what the program listened at, which it may not do itself.

    Their names come of where the profile is.
    """
    for profile in profiles_of(directory):
        address = profile.as_uri().encode("utf-16-le")
        name = "".join(f"{byte:x}" for byte in hashlib.md5(address, usedforsecurity=False).digest())
        for socket in _SOCKETS.glob(f"OSL_PIPE_*{name}"):
            socket.unlink(missing_ok=True)
