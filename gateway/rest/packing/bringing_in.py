"""Writing a lesson pack that is whole: its rows, unseen until the last, and its files.

Whatever cuts it off, the lesson is there afterwards with all that is its, or nothing of it is.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec
import structlog

from actors.runtime import chance
from gateway.confinement.owner_queues import Owner
from gateway.packs.job import Drawn, Ended, Surveyed, Telling, Told
from gateway.rest.packing.asking import asked
from gateway.rest.packing.newcomers import Newcomer, with_strangers
from gateway.rest.packing.unpacking import Resealed, row_of
from gateway.rest.plumbing.bodies.hanging_up import to_its_end
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.renumbering import Renumbering
from lessonroom.session.lifecycle import SessionType
from lessonroom.session.session import Session
from storage.log import bodies
from storage.records import Batch, LogUsage, Snapshot, User
from storage.sessions import arriving
from storage.sessions.arriving import Arrived
from storage.upkeep import upkeep

_log = structlog.get_logger(__name__)


class BroughtIn(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson that is there: what its log came to, and who its people are here."""

    ended: Ended
    people: list[Newcomer]


class BringingIn:
    """One lesson on its way into the database.

    Args:
        services: of the server.
        path: of the pack.
        found: what is in it.
        session_id: what it is to be called here.
        host: whose lesson it is to be.
        owner: whose work it is.

    """

    def __init__(
        self,
        services: Services,
        path: Path,
        found: Surveyed,
        *,
        session_id: str,
        host: User,
        owner: Owner,
    ) -> None:
        self._services = services
        self._store = services.rooms.store
        self._path = path
        self._found = found
        self._session_id = session_id
        self._host = host
        self._owner = owner

    async def written(
        self,
        known: Mapping[int, int],
        files: Mapping[str, Path],
        takes: Mapping[int, Resealed],
    ) -> BroughtIn:
        """Write it; `known` are people by their numbers in the pack, `takes` by their events.

        Raises:
            Refused: it cannot be written, or its host has as many sessions as they may.

        """
        services, found = self._services, self._found
        ids = {
            each.opened.take.take_id: chance.new_session_id(services.clock.now_ms())
            for each in found.takes
        }
        kept = services.takes.files
        with kept.coming(ids.values()):
            try:
                key = await services.rooms.write(partial(arriving.begin, session=self._session()))
                people = await with_strangers(
                    services, found, known, session_id=self._session_id, host=self._host
                )
                renumbering = Renumbering(
                    people={each.packed_id: each.user_id for each in people},
                    takes=ids,
                    files=frozenset(files),
                )
                rows = [row_of(each, self._session_id, renumbering, takes) for each in found.takes]
                ended, drawn_bytes = await self._told(key, renumbering)
                # Now that nothing of it can be wrong any more.
                for asset, path in files.items():
                    await asyncio.to_thread(services.assets.take_in, path, asset)
                for row in rows:
                    if row.opened_seq in takes:
                        path = takes[row.opened_seq].path
                        await to_its_end(asyncio.to_thread(kept.take_in, row.take_id, path))
                arrived = Arrived(
                    session=ended.session,
                    participants=ended.participants,
                    takes=rows,
                    usage=LogUsage(ended.head, ended.usage),
                    sessions_most=services.config.sessions_per_user,
                )
                await services.rooms.write(
                    partial(arriving.finish, key=key, arrived=arrived, snapshot_bytes=drawn_bytes)
                )
            except BaseException:
                await asyncio.shield(self._undone(list(ids.values())))
                raise
        self._is_there()
        return BroughtIn(ended=ended, people=people)

    def _session(self) -> Session:
        """Return the session as it is here, before the first event of its log."""
        before = self._found.before
        is_solo = before.session_type is SessionType.SOLO
        most = self._services.config.max_participants
        return msgspec.structs.replace(
            before,
            session_id=self._session_id,
            host_id=self._host.user_id,
            # Without an access code nobody else can ever join.
            access_code="" if is_solo else chance.new_access_code(),
            max_participants=min(before.max_participants, most),
            created_at_ms=min(before.created_at_ms, self._services.clock.now_ms()),
        )

    async def _told(self, key: int, renumbering: Renumbering) -> tuple[Ended, int]:
        """Write the log, part by part; return what it came to, and the bytes of its boards."""
        rooms = self._services.rooms
        session = self._session()
        telling = Telling(
            path=str(self._path),
            limits=rooms.config.limits,
            session=session,
            renumbering=renumbering,
        )
        drawn_bytes = 0
        telling_it = asked(self._services, telling, owner=self._owner)
        async with contextlib.aclosing(telling_it):
            async for each in telling_it:
                match each:
                    case Told(events=events):
                        batch = Batch(session=session, events=tuple(events))
                    case Drawn():
                        batch = Batch(session=session, events=(), snapshots=(_snapshot(each),))
                        drawn_bytes += len(each.board)
                    case Ended():
                        return each, drawn_bytes
                    case _:
                        raise AssertionError("the answer to another question")
                ahead = await bodies.write_ahead(batch, rooms.write)
                await rooms.write(
                    partial(
                        arriving.append,
                        key=key,
                        batch=ahead,
                        held=renumbering.files,
                        owner_id=self._host.user_id,
                    )
                )
        raise Refused(ErrorCode.INVALID, "the log has no end", field="log.jsonl")

    def _is_there(self) -> None:
        self._services.rooms.arrived.add(self._session_id)
        self._services.takes.space.forget()

    async def _undone(self, take_ids: list[str]) -> None:
        """Delete what was written of a lesson that did not come to be; the next start would.

        One whose last write was under way when it was cut off is there, and stays.
        """
        rooms = self._services.rooms
        try:
            # Asked in its turn: whoever hung up may have done so while it was written.
            key = await rooms.write(partial(arriving.key_of, session_id=self._session_id))
            if key is None and await self._store.session(self._session_id) is not None:
                self._is_there()
                return
            if key is not None:
                arriving.give_up(self._store, key)
                while not await rooms.write(partial(upkeep.purge, key=key)):
                    pass
            await rooms.write(partial(arriving.forget_strangers, session_id=self._session_id))
        except Refused as refused:
            # Nothing is known of it: what was left behind is found by whoever sweeps.
            _log.warning("a lesson that was cut off is not deleted yet", why=refused.message)
            return
        files = self._services.takes.files
        for take_id in take_ids:
            await asyncio.to_thread(files.delete, take_id)


def _snapshot(drawn: Drawn) -> Snapshot:
    return Snapshot(
        kind=drawn.kind,
        version=drawn.version,
        board=drawn.board,
        created_by=drawn.by,
        participant_count=0,
        created_at_ms=drawn.at_ms,
    )
