"""How much takes may use: of a session, of its host, of the server, and of the disk."""

import asyncio
import contextlib
from collections import OrderedDict
from functools import partial
from typing import Final

import msgspec
import structlog

from actors.house.rooms import Rooms
from gateway.recordings.limits import TakeLimits
from gateway.recordings.take_files import TakeFiles
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import StopRecording, TellNearlyFull
from lessonroom.recording.recording import StopReason, TakeRoom
from storage.errors import StorageError
from storage.recordings import takes
from storage.recordings.takes import TakeState

_log: Final = structlog.get_logger(__name__)

_SESSIONS_MOST: Final = 512
_NEARLY: Final = 0.9
_TOLD_MOST: Final = 4_096
"""Recordings of which it is known that their hosts were told: the oldest are forgotten."""


class _Used(msgspec.Struct):
    session: int
    others_of_host: int


class _Look(msgspec.Struct, frozen=True):
    """What was found: why there is no room, and else what there is nearly none of."""

    fault: str | None = None
    near: TakeRoom | None = None


class TakeSpace:
    """Counts what takes use, and says when there is no room for more, or soon none.

    Args:
        rooms: whose rows say which takes there are, and whose hosts are told.
        files: where takes lie.
        limits: how much they may use.

    """

    def __init__(self, rooms: Rooms, files: TakeFiles, limits: TakeLimits) -> None:
        self._rooms = rooms
        self._files = files
        self._limits = limits
        self._used: OrderedDict[str, _Used] = OrderedDict()
        self._total: int | None = None
        self._told: OrderedDict[str, None] = OrderedDict()

    async def require(
        self, session_id: str, size_bytes: int = 0, *, recording_id: str | None = None
    ) -> None:
        """Refuse where there is no room for so many bytes more of a session's takes.

        The recording then ends, and the lesson goes on. Where there is nearly none, its hosts are
        told, once a recording.

        Args:
            session_id: whose takes.
            size_bytes: how much more is to come now.
            recording_id: of which that is; None where it is not known yet.

        Raises:
            Refused: `too_large`.

        """
        look = await self._look(session_id, size_bytes)
        if look.fault is not None:
            await self.end(session_id)
            raise Refused(ErrorCode.TOO_LARGE, look.fault)
        if look.near is not None and recording_id is not None and recording_id not in self._told:
            await self._tell(session_id, recording_id, look.near)

    async def require_for_new(self, host_id: int, size_bytes: int) -> None:
        """Refuse where there is no room for so many bytes of takes of a session that is new.

        Raises:
            Refused: `too_large`.

        """
        others = await self._rooms.store.reading(partial(takes.bytes_of_host, host_id=host_id))
        look = await self._found(of_session=size_bytes, others_of_host=others, more=size_bytes)
        if look.fault is not None:
            raise Refused(ErrorCode.TOO_LARGE, look.fault)

    async def end(self, session_id: str) -> None:
        """End the recording of a session: there is no room for more of it."""
        with contextlib.suppress(Refused):
            await self._rooms.ask(session_id, StopRecording(by=None, reason=StopReason.FULL))
        _log.warning("recording_ended", session_id=session_id, reason=StopReason.FULL.value)

    async def _tell(self, session_id: str, recording_id: str, near: TakeRoom) -> None:
        # Noted before it is told: chunks of several takes come at once.
        self._told[recording_id] = None
        if len(self._told) > _TOLD_MOST:
            self._told.popitem(last=False)
        try:
            is_left = await self._rooms.ask(session_id, TellNearlyFull(full=near))
        except (Refused, StorageError):
            # The chunk is not to fail for it.
            is_left = True
        if is_left:
            # No host was there to hear it: the next chunk tries again.
            self._told.pop(recording_id, None)
        else:
            _log.warning("recording_nearly_full", session_id=session_id, full=near.value)

    async def _look(self, session_id: str, size_bytes: int) -> _Look:
        used = await self._used_by(session_id)
        return await self._found(
            of_session=used.session + size_bytes,
            others_of_host=used.others_of_host,
            more=size_bytes,
        )

    async def _found(self, *, of_session: int, others_of_host: int, more: int) -> _Look:
        limits = self._limits
        of_host = of_session + others_of_host
        of_all = await self._all() + more if limits.total else 0
        free = await asyncio.to_thread(self._files.free_bytes) - more
        if of_session > limits.per_session:
            return _Look(f"the takes of a session are at most {limits.per_session} bytes together")
        if of_host > limits.per_host:
            return _Look(f"the takes of one host are at most {limits.per_host} bytes together")
        if of_all > limits.total:
            return _Look("this server has no room for more takes")
        if free < limits.free:
            return _Look("the disk of this server is nearly full")
        for room, is_near in (
            (TakeRoom.SESSION, of_session > _NEARLY * limits.per_session),
            (TakeRoom.HOST, of_host > _NEARLY * limits.per_host),
            (TakeRoom.SERVER, of_all > _NEARLY * limits.total),
            (TakeRoom.DISK, limits.free > _NEARLY * free),
        ):
            if is_near:
                return _Look(near=room)
        return _Look()

    def add(self, session_id: str, size_bytes: int) -> None:
        """Count what was put on the disk."""
        used = self._used.get(session_id)
        if used is not None:
            used.session += size_bytes
        if self._total is not None:
            self._total += size_bytes

    def forget(self, session_id: str | None = None) -> None:
        """Count anew what is there, of a session or of all: something was sealed, or is gone."""
        self._total = None
        if session_id is None:
            self._used.clear()
        else:
            self._used.pop(session_id, None)

    async def _all(self) -> int:
        if self._total is None:
            self._total = await asyncio.to_thread(self._files.size_bytes)
        return self._total

    async def _used_by(self, session_id: str) -> _Used:
        used = self._used.get(session_id)
        if used is None:
            reading = self._rooms.store.reading
            kept = await reading(partial(takes.of_session, session_id=session_id))
            ids = [take.take_id for take in kept if take.state is not TakeState.ERASED]
            others = await reading(partial(takes.bytes_beside, session_id=session_id))
            size_bytes = await asyncio.to_thread(self._files.size_of, ids)
            used = self._used.setdefault(session_id, _Used(size_bytes, others))
            while len(self._used) > _SESSIONS_MOST:
                self._used.popitem(last=False)
        self._used.move_to_end(session_id)
        return used
