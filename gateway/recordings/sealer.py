"""Having a take sealed, in a confined process, and its file put in its place."""

import asyncio
import contextlib
from typing import Final

from gateway.confinement.confined import ProcessLimits
from gateway.confinement.confinement import Confinement, Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.recordings.job import Seal, SealedTake
from gateway.recordings.take_files import TakeFiles

_MIB: Final = 1024 * 1024
_MEMORY_BYTES: Final = 512 * _MIB
_CPU_S: Final = 300
_WALL_S: Final = 900
_ADDED_MOST_BYTES: Final = 64 * _MIB
"""A day of silence, and the cues."""


class Sealer:
    """Rewrites takes onto room time, a few at once.

    Args:
        confinement: runs the processes.
        files: where takes lie.

    """

    def __init__(self, confinement: Confinement, files: TakeFiles) -> None:
        self._confinement = confinement
        self._files = files

    async def seal(
        self, take_id: str, *, chunks: int, kept: list[tuple[int, int | None]], owner: Owner
    ) -> SealedTake:
        """Make the file of a take out of its first chunks; return its index once it is in place.

        As often as one likes, also while more chunks come: each file takes the place of the one
        before, and who reads that one goes on doing so. The same chunks and the same `kept` give
        the same bytes. The chunks stay: `TakeFiles.delete_chunks` is for who has stored the index.

        Args:
            take_id: the take.
            chunks: how many of its chunks were acknowledged.
            kept: the parts of room time, in ms, of which something may be in the file, ascending
                and apart from each other; an end of None is open.
            owner: who waits in whose turn.

        Raises:
            Declined: there is no room on the disk (`is_too_much`).
            ProcessFailed: it came to no end within its limits, or to one that is not believed.
            Refused: `unavailable`, with when to come again: too many wait already.
            FileNotFoundError: there are no chunks.

        """
        source = self._files.chunks_of(take_id)
        size_bytes = (await asyncio.to_thread(source.lstat)).st_size
        lent = self._files.lent_directory()
        directory = await asyncio.to_thread(lent.__enter__)
        try:
            index = await self._run(
                Seal(path=str(source), chunks=chunks, directory=str(directory), kept=kept),
                owner=owner,
                file_bytes=size_bytes + _ADDED_MOST_BYTES,
            )
            try:
                await asyncio.to_thread(self._files.adopt, take_id, directory, index)
            except (ValueError, FileNotFoundError) as error:
                raise ProcessFailed(str(error)) from error
        finally:
            await asyncio.to_thread(lent.__exit__, None, None, None)
        return index

    async def _run(self, request: Seal, *, owner: Owner, file_bytes: int) -> SealedTake:
        running = self._confinement.run_through(
            Work.RECORDING,
            "gateway.recordings.sealing",
            request,
            owner=owner,
            result_type=SealedTake,
            limits=ProcessLimits(
                memory_bytes=_MEMORY_BYTES, cpu_s=_CPU_S, wall_s=_WALL_S, file_bytes=file_bytes
            ),
            places=Places(reads=[request.path], writes=[request.directory]),
        )
        index: SealedTake | None = None
        async with contextlib.aclosing(running):
            async for found in running:
                index = found
        if index is None:
            raise ProcessFailed("a take was sealed without a word")
        return index
