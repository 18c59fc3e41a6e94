"""How much takes may use: of a session, of its host, of the server, and of the disk."""

import asyncio
from collections import OrderedDict
from functools import partial
from typing import Final

import msgspec
import structlog

from gateway.recordings.limits import TakeLimits
from gateway.recordings.take_files import TakeFiles
from storage.recordings import takes
from storage.recordings.takes import TakeState
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_SESSIONS_MOST: Final = 512
_NEARLY: Final = 0.9


class _Used(msgspec.Struct):
    session: int
    others_of_host: int
    is_told: bool = False


class TakeSpace:
    """Counts what takes use, and says when there is no room for more.

    Args:
        store: whose rows say which takes there are.
        files: where takes lie.
        limits: how much they may use.

    """

    def __init__(self, store: Store, files: TakeFiles, limits: TakeLimits) -> None:
        self._store = store
        self._files = files
        self._limits = limits
        self._used: OrderedDict[str, _Used] = OrderedDict()
        self._total: int | None = None

    async def fault_of(self, session_id: str, size_bytes: int) -> str | None:
        """Return why so many bytes more of a session's takes are not taken; None: they are."""
        limits = self._limits
        used = await self._used_by(session_id)
        if used.session + size_bytes > limits.per_session:
            return f"the takes of a session are at most {limits.per_session} bytes together"
        if used.session + used.others_of_host + size_bytes > limits.per_host:
            return f"the takes of one host are at most {limits.per_host} bytes together"
        if limits.total and await self._all() + size_bytes > limits.total:
            return "this server has no room for more takes"
        if await asyncio.to_thread(self._files.free_bytes) - size_bytes < limits.free:
            return "the disk of this server is nearly full"
        if used.session + size_bytes > _NEARLY * limits.per_session and not used.is_told:
            used.is_told = True
            _log.warning("recording_nearly_full", session_id=session_id, used_bytes=used.session)
        return None

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
            kept = await self._store.reading(partial(takes.of_session, session_id=session_id))
            ids = [take.take_id for take in kept if take.state is not TakeState.ERASED]
            others = await self._store.reading(partial(takes.bytes_beside, session_id=session_id))
            size_bytes = await asyncio.to_thread(self._files.size_of, ids)
            used = self._used.setdefault(session_id, _Used(size_bytes, others))
            while len(self._used) > _SESSIONS_MOST:
                self._used.popitem(last=False)
        self._used.move_to_end(session_id)
        return used
