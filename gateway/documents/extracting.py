"""Pages of a document as a document of their own, with lines and text: for whoever exports them."""

import contextlib
from collections.abc import AsyncIterator

from gateway.confinement.confined import ProcessLimits
from gateway.confinement.confinement import Confinement, Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.documents.job import MODULE, Chunk, Extract, Read, Reading
from gateway.documents.spool import Spool, Spooled


@contextlib.asynccontextmanager
async def extracted(
    content: Spooled,
    numbers: list[int],
    confinement: Confinement,
    spool: Spool,
    *,
    owner: Owner,
    limits: ProcessLimits,
) -> AsyncIterator[Spooled]:
    """Lend a document of some pages alone: who sees these is not to have the others.

    Raises:
        Declined: these pages cannot be kept as a document.
        ProcessFailed: they cannot be read within the limits.

    """
    path = str(content.path)
    read = confinement.run_through(
        Work.DOCUMENT,
        MODULE,
        Reading(Extract(path, numbers)),
        owner=owner,
        result_type=Read,
        limits=limits,
        places=Places(reads=[path]),
    )
    async with contextlib.aclosing(read), spool.receiving(_chunks(read)) as alone:
        yield alone


async def _chunks(reading: AsyncIterator[Read]) -> AsyncIterator[bytes]:
    async for read in reading:
        if isinstance(read.result, Chunk):
            yield read.result.content
