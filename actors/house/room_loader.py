"""Reading rooms from storage, a few at once."""

import asyncio
from typing import Final

import msgspec
import structlog

from actors.config import RoomConfig
from actors.house.ledger import Elsewhere, Ledger
from actors.house.versions import too_old
from actors.messages import LoadedRoom
from actors.room.persistence.loading import loaded, loaded_in_pieces, takes_long
from lessonroom.codes import ErrorCode, Refused, unavailable
from lessonroom.session.session import Session
from storage.beside import in_pieces
from storage.errors import SchemaNewer, StorageError
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_LOADS_AT_ONCE: Final = 3
"""After a restart everyone comes back at once. Beyond its seven readers the store lets wait for a
few seconds only: two of them are for long reads, and as many are left to other requests."""


class RoomLoader:
    """Makes a room's state of what is stored."""

    def __init__(self, store: Store, *, config: RoomConfig, ledger: Ledger) -> None:
        self._store = store
        self._config = config
        self._ledger = ledger
        self._loads = asyncio.Semaphore(_LOADS_AT_ONCE)

    async def load(self, session_id: str, *, term: int = 0) -> LoadedRoom:
        """Read a session's state, its newest events, and what its owner's others take.

        `term` is the ownership that a room is opened in; one that is open already has its own.

        Raises:
            Refused: `not_found`; `server_too_old`, a newer server has written it; `unavailable`,
                it cannot be read at the moment.

        """
        try:
            async with self._loads:
                stored = await self._store.load_room(
                    session_id,
                    resume_window=self._config.resume_window,
                    resume_bytes=self._config.resume_bytes,
                )
                roles = await self._store.role_permissions()
                elsewhere = Elsewhere() if stored is None else await self._elsewhere(stored.session)
        except SchemaNewer as newer:
            _log.error("a session is of a newer version", session_id=session_id, reason=str(newer))
            raise too_old() from newer
        except StorageError as error:
            _log.exception("cannot load a session", session_id=session_id)
            raise unavailable("the session cannot be read from the database") from error
        if stored is None:
            raise Refused(ErrorCode.NOT_FOUND, "there is no such session")
        if takes_long(stored):
            room = await in_pieces(loaded_in_pieces(stored, roles))
        else:
            room = loaded(stored, roles)
        return msgspec.structs.replace(room, elsewhere=elsewhere, term=term)

    async def _elsewhere(self, session: Session) -> Elsewhere:
        """Return what the owner's other sessions take; what is open is known better by itself."""
        without = self._ledger.live_of(session.host_id) | {session.session_id}
        n_bytes = await self._store.owner_bytes(session.host_id, without=without)
        return Elsewhere(n_bytes, without)
