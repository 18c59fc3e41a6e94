"""The files and takes of a lesson pack, on their way to where this server keeps its own.

Each is unpacked beside the others, looked at in a confined process, and put in its place once all
are what the log says. A pack that is refused has put none there.
"""

import asyncio
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.confinement.refusing import refusal_of
from gateway.documents.spool import Spooled
from gateway.packs.checking import Pack
from gateway.packs.job import Expected, Looking, PackedTake, Seen, Surveyed
from gateway.packs.layout import Entry
from gateway.recordings.job import SEALED_NAME, SealedTake
from gateway.recordings.resealing import Reseal
from gateway.rest.plumbing.bodies.hanging_up import to_its_end
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.renumbering import Renumbering
from storage.recordings.takes import StoredTake, TakeState

_MIB: Final = 1024 * 1024
_LOOKING: Final = ProcessLimits(memory_bytes=1024 * _MIB, cpu_s=120, wall_s=60)
_ZIP: Final = b"PK"
_ADDED_MOST_BYTES: Final = _MIB
_LOOKED_AT_ONCE: Final = 16
"""Files that one process looks at before others have their turn."""


class Resealed(msgspec.Struct, frozen=True):
    """A take, sealed anew: its index, and the file, which lies beside the others."""

    index: SealedTake
    path: Path


class Unpacking:
    """The files of one pack.

    Args:
        services: of the server.
        content: the pack, which was looked through.
        owner: whose work it is.

    """

    def __init__(self, services: Services, content: Spooled, *, owner: Owner) -> None:
        self._services = services
        self._content = content
        self._owner = owner

    async def files(self, found: Surveyed, directory: Path) -> dict[str, Path]:
        """Return the images, documents and files of the chat, by their SHA-256.

        Raises:
            Refused: `invalid`, one is not what the log says, by its entry; `too_large`.

        """
        expected: dict[str, Expected] = {}
        for added in found.added:
            entry = self._fitting(found.files[added.asset], added.size_bytes)
            is_picture = added.media_type.startswith("image/")
            expected[added.asset] = Expected(
                path=str(directory / added.asset),
                entry=entry.name,
                media_type=added.media_type,
                width=added.width if is_picture else None,
                height=added.height if is_picture else None,
            )
        for said in found.said:
            entry = self._fitting(found.files[said.asset], said.size_bytes)
            known = expected.setdefault(
                said.asset,
                Expected(
                    path=str(directory / said.asset),
                    entry=entry.name,
                    media_type=said.media_type,
                    width=said.width,
                    height=said.height,
                ),
            )
            if known.media_type != said.media_type:
                raise Refused(ErrorCode.INVALID, "is said to be of two kinds", field=entry.name)
        for asset, each in expected.items():
            await self._unpack(found.files[asset], directory / asset)
            assert each.path == str(directory / asset)  # noqa: S101 - as it was made above
        await self._look(list(expected.values()))
        return {asset: directory / asset for asset in expected}

    async def take(self, packed: PackedTake, directory: Path) -> Resealed:
        """Return a take, sealed anew in a directory of the disk on which takes are kept.

        Raises:
            Refused: `invalid`, it is none, or holds what the log lets nobody keep; `too_large`.

        """
        entry = packed.entry
        assert entry is not None, "of one whose file came along"  # noqa: S101
        taken_id = packed.opened.seq
        source, made = directory / f"{taken_id}.packed", directory / str(taken_id)
        await self._unpack(entry, source)
        await asyncio.to_thread(made.mkdir, 0o700)
        request = Reseal(
            path=str(source),
            directory=str(made),
            kind=packed.kind,
            kept=packed.kept,
            start_at=packed.start_at,
            duration_ms=packed.duration_ms,
            gaps=packed.gaps,
        )
        limits = ProcessLimits(
            memory_bytes=512 * _MIB,
            cpu_s=300,
            wall_s=900,
            file_bytes=entry.size_bytes + _ADDED_MOST_BYTES,
        )
        running = self._services.confinement.run_through(
            Work.RECORDING,
            "gateway.recordings.resealing",
            request,
            owner=self._owner,
            result_type=SealedTake,
            limits=limits,
            places=Places(reads=[request.path], writes=[request.directory]),
        )
        try:
            async with contextlib.aclosing(running):
                (index,) = [each async for each in running]
        except Declined as declined:
            raise refusal_of(declined, field=entry.name) from None
        except (ProcessFailed, ValueError):
            raise Refused(ErrorCode.INVALID, "cannot be read", field=entry.name) from None
        await asyncio.to_thread(source.unlink)
        return Resealed(index, made / SEALED_NAME)

    def _fitting(self, entry: Entry, size_bytes: int) -> Entry:
        config = self._services.config
        if entry.size_bytes != size_bytes:
            raise Refused(
                ErrorCode.INVALID, f"the log says that it has {size_bytes} bytes", field=entry.name
            )
        most = max(
            2 * config.max_upload_bytes, config.max_document_bytes, config.max_chat_file_bytes
        )
        if size_bytes > most:
            raise Refused(ErrorCode.TOO_LARGE, f"has more than {most} bytes", field=entry.name)
        return entry

    async def _unpack(self, entry: Entry, path: Path) -> None:
        def unpack() -> None:
            pack = Pack(self._content.path)
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(fd, "wb") as file:
                    file.writelines(pack.pieces_of(entry.name))
            finally:
                pack.close()

        await to_its_end(asyncio.to_thread(unpack))

    async def _look(self, expected: list[Expected]) -> None:
        for first in range(0, len(expected), _LOOKED_AT_ONCE):
            some = expected[first : first + _LOOKED_AT_ONCE]
            running = self._services.confinement.run_through(
                Work.IMAGE,
                "gateway.packs.looking",
                Looking(some, self._services.config.max_image_pixels),
                owner=self._owner,
                result_type=Seen,
                limits=_LOOKING,
                places=Places(reads=[each.path for each in some]),
            )
            at = 0
            try:
                async with contextlib.aclosing(running):
                    async for _ in running:
                        at += 1
            except Declined as declined:
                raise refusal_of(declined, field=some[min(at, len(some) - 1)].entry) from None
            except ProcessFailed:
                field = some[min(at, len(some) - 1)].entry
                raise Refused(ErrorCode.INVALID, "cannot be read", field=field) from None


def begins_as_zip(path: Path) -> bool:
    """Whether a file begins as a ZIP archive does."""
    with path.open("rb") as file:
        return file.read(len(_ZIP)) == _ZIP


def row_of(
    packed: PackedTake, session_id: str, renumbering: Renumbering, sealed: Mapping[int, Resealed]
) -> StoredTake:
    """Return the row of a take, as it is here; one whose file did not come along is gone."""
    opened = packed.opened
    made = sealed.get(opened.seq)
    return StoredTake(
        take_id=renumbering.takes[opened.take.take_id],
        session_id=session_id,
        recording_id=opened.recording_id,
        user_id=renumbering.people[opened.take.user_id],
        kind=opened.take.kind,
        media_type=opened.take.media_type,
        opened_seq=opened.seq,
        opened_at_ms=opened.at_ms,
        state=TakeState.ERASED if made is None and not packed.is_empty else TakeState.SEALED,
        chunks=0 if made is None else made.index.chunks,
        chunk_bytes=0,
        sealed_bytes=0 if made is None else made.index.size_bytes,
        sealed=None if made is None else msgspec.to_builtins(made.index),
    )
