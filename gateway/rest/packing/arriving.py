"""A lesson pack on its way into this server: all of it, or nothing (PROTOCOL LP-6 to LP-9)."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import structlog

from actors.runtime import chance
from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.documents.spool import Spooled
from gateway.packs.job import (
    Drawn,
    Ended,
    Survey,
    Surveyed,
    TakenUp,
    TakingUp,
    Telling,
    Told,
)
from gateway.rest.packing.newcomers import Newcomer, known_people, with_strangers
from gateway.rest.packing.unpacking import (
    Resealed,
    Unpacking,
    begins_as_zip,
    link,
    remove,
    row_of,
)
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.renumbering import Renumbering
from lessonroom.session.lifecycle import SessionType
from lessonroom.session.session import Session
from lessonroom.session.session_types import require_fitting
from storage.images import assets, chat_files
from storage.log import bodies
from storage.records import Batch, LogUsage, Snapshot, User
from storage.sessions import arriving
from storage.sessions.arriving import Arrived
from storage.upkeep import upkeep

_log: Final = structlog.get_logger(__name__)

_MIB: Final = 1024 * 1024
_LIMITS: Final = ProcessLimits(memory_bytes=1536 * _MIB, cpu_s=600, wall_s=900)
_MODULE: Final = "gateway.packs.taking_up"
_DAY_MS: Final = 86_400_000
_FILE: Final = "body"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What came in: the session, and how much of what; `copies` are lessons that it is already."""

    session: Session
    events: int
    people: list[Newcomer]
    files: int
    takes: int
    size_bytes: int
    sha256: str
    copies: list[str]
    left_out: list[str]


class Arrival:
    """One lesson pack.

    Args:
        services: of the server.
        content: the pack.
        host: whose lesson it is to be.
        is_operator: whether the operator takes it up for them.

    """

    def __init__(
        self, services: Services, content: Spooled, *, host: User, is_operator: bool
    ) -> None:
        self._services = services
        self._store = services.rooms.store
        self._content = content
        self._host = host
        self._is_operator = is_operator
        self._session_id = chance.new_session_id(services.clock.now_ms())
        self._owner = Owner(str(host.user_id), self._session_id)
        self._unpacking = Unpacking(services, content, owner=self._owner)
        self._left_out: list[str] = []

    async def taken(self, table: Mapping[str, int]) -> Taken:
        """Take the lesson up; `table` says who of it is whom here.

        Raises:
            Refused: it is not whole, none that this server can have, or there is no room for it;
                `field` is the entry of the pack, or the key of the table.

        """
        services, host = self._services, self._host
        # Without a process: most of what is none is told by its first letters.
        if not await asyncio.to_thread(begins_as_zip, self._content.path):
            raise Refused(ErrorCode.INVALID, "this is no ZIP archive", field="file")
        found = await self._surveyed()
        await self._require_fitting(found)
        known = await known_people(services, found, table, host=host, is_operator=self._is_operator)
        self._left_out += found.left_out
        if not found.is_board_alike:
            self._left_out.append("board.json: is not what the log comes to; the log counts")
        lent = services.takes.files.lent_directory()
        beside = await asyncio.to_thread(lent.__enter__)
        try:
            async with services.spool.directory() as directory:
                files = await self._unpacking.files(found, directory)
                takes = await self._takes(found, beside)
                return await self._written(found, known, files, takes)
        finally:
            await asyncio.to_thread(lent.__exit__, None, None, None)

    # -- whether it may come in

    async def _surveyed(self) -> Surveyed:
        survey = Survey(
            path=str(self._content.path),
            limits=self._services.rooms.config.limits,
            now_ms=self._services.clock.now_ms(),
        )
        async with contextlib.aclosing(self._asked(survey)) as asked:
            (found,) = [each async for each in asked]
        assert isinstance(found, Surveyed)  # noqa: S101 - the answer to this question
        return found

    async def _require_fitting(self, found: Surveyed) -> None:
        services, host_id = self._services, self._host.user_id
        after = msgspec.structs.replace(found.after, host_id=host_id)
        require_fitting(after)
        self._require_kept(after)
        limits = services.rooms.config.limits
        log_bytes = await self._store.owner_bytes(host_id) + found.log_bytes
        if log_bytes > limits.log_bytes_per_owner:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"the logs of all sessions of one person take at most {limits.log_bytes_per_owner}"
                " bytes: have older ones deleted",
                field="log.jsonl",
            )
        said = {each.asset: each.size_bytes for each in found.said}
        if sum(said.values()) > limits.asset_bytes_per_session:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"the files of a chat take at most {limits.asset_bytes_per_session} bytes",
                field="files/",
            )
        sizes = said | {each.asset: each.size_bytes for each in found.added}
        if not self._is_operator:
            await self._require_space(sum(sizes.values()))

    def _require_kept(self, after: Session) -> None:
        """Refuse what would be deleted as soon as it is there."""
        days = after.settings.retention_days
        if days is None:
            days = self._services.config.retention_days or None
        ended_ms = after.actual_end_ms or after.created_at_ms
        if days is not None and ended_ms + days * _DAY_MS <= self._services.clock.now_ms():
            raise Refused(
                ErrorCode.CONFLICT,
                f"a lesson is kept for {days} days after its end, and those are over: it would be"
                " deleted at once",
                field="session.json",
            )

    async def _require_space(self, size_bytes: int) -> None:
        host_id, most = self._host.user_id, self._services.config.asset_bytes_per_user
        taken = await self._store.reading(partial(assets.bytes_of_user, user_id=host_id))
        taken += await self._store.reading(partial(chat_files.bytes_of_user, user_id=host_id))
        if taken + size_bytes > most:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"your images, files, documents and shelf take at most {most} bytes in all",
                field="files/",
            )

    # -- what comes along

    async def _takes(self, found: Surveyed, directory: Path) -> dict[int, Resealed]:
        """Return the takes whose files came along, by the event that opened them."""
        coming = [take for take in found.takes if take.entry is not None]
        if not coming:
            return {}
        if not self._services.rooms.config.can_record:
            self._left_out.append("takes/: this server keeps no recordings")
            return {}
        days = found.after.settings.recording.retention_days
        ended_ms = found.after.actual_end_ms or found.after.created_at_ms
        if days is not None and ended_ms + days * _DAY_MS <= self._services.clock.now_ms():
            self._left_out.append("takes/: the days for which they are kept are over")
            return {}
        size_bytes = sum(take.entry.size_bytes for take in coming if take.entry is not None)
        await self._services.takes.space.require_for_new(self._host.user_id, size_bytes)
        return {take.opened.seq: await self._unpacking.take(take, directory) for take in coming}

    # -- writing it

    async def _written(
        self,
        found: Surveyed,
        known: Mapping[int, int],
        files: Mapping[str, Path],
        takes: Mapping[int, Resealed],
    ) -> Taken:
        services = self._services
        people = await with_strangers(
            services, found, known, session_id=self._session_id, host=self._host
        )
        renumbering = Renumbering(
            people={each.packed_id: each.user_id for each in people},
            takes={
                each.opened.take.take_id: chance.new_session_id(services.clock.now_ms())
                for each in found.takes
            },
            files=frozenset(files),
        )
        rows = [row_of(each, self._session_id, renumbering, takes) for each in found.takes]
        sealed = {
            row.take_id: takes[row.opened_seq].path for row in rows if row.opened_seq in takes
        }
        targets = {take_id: services.takes.files.sealed_of(take_id) for take_id in sealed}
        is_there = False
        try:
            key = await services.rooms.write(
                partial(arriving.begin, session=self._session_of(found))
            )
            ended, drawn_bytes = await self._told(key, found, renumbering)
            # Now that nothing of it can be wrong any more.
            for asset, path in files.items():
                await asyncio.to_thread(services.assets.take_in, path, asset)
            for take_id, path in sealed.items():
                await asyncio.to_thread(link, path, targets[take_id])
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
            is_there = True
        finally:
            if not is_there:
                await asyncio.shield(self._undone(people, list(targets.values())))
        await self._kept(files, sealed, targets)
        services.rooms.arrived.add(self._session_id)
        services.takes.space.forget()
        return Taken(
            session=ended.session,
            events=ended.head,
            people=people,
            files=len(files),
            takes=len(sealed),
            size_bytes=self._content.size_bytes,
            sha256=found.sha256,
            copies=await arriving.copies(self._store, ended.session),
            left_out=self._left_out,
        )

    def _session_of(self, found: Surveyed) -> Session:
        """Return the session as it is here, before the first event of its log."""
        before = found.before
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

    async def _told(self, key: int, found: Surveyed, renumbering: Renumbering) -> tuple[Ended, int]:
        """Write the log, part by part; return what it came to, and the bytes of its boards."""
        rooms = self._services.rooms
        session = self._session_of(found)
        telling = Telling(
            path=str(self._content.path),
            limits=rooms.config.limits,
            session=session,
            renumbering=renumbering,
        )
        drawn_bytes = 0
        async with contextlib.aclosing(self._asked(telling)) as asked:
            async for each in asked:
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

    async def _kept(
        self, files: Mapping[str, Path], sealed: Mapping[str, Path], targets: Mapping[str, Path]
    ) -> None:
        """Put again what was swept between its writing and the row that names it."""
        services = self._services
        for asset, path in files.items():
            if await asyncio.to_thread(services.assets.file_of, asset) is None:
                await asyncio.to_thread(services.assets.take_in, path, asset)
        for take_id, path in sealed.items():
            await asyncio.to_thread(link, path, targets[take_id])

    async def _undone(self, people: list[Newcomer], targets: list[Path]) -> None:
        """Delete what was written of a session that did not come to be; the next start would."""
        rooms = self._services.rooms
        await asyncio.to_thread(remove, targets)
        with contextlib.suppress(Refused):
            # Asked in its turn: whoever hung up may have done so while its place was written.
            key = await rooms.write(partial(arriving.key_of, session_id=self._session_id))
            if key is not None:
                arriving.give_up(self._store, key)
                while not await rooms.write(partial(upkeep.purge, key=key)):
                    pass
            strangers = [each.user_id for each in people if not each.is_known]
            await rooms.write(partial(arriving.forget_strangers, user_ids=strangers))

    async def _asked(
        self, commission: Survey | Telling
    ) -> AsyncGenerator[Surveyed | Told | Drawn | Ended]:
        answers = self._services.confinement.run_through(
            Work.PACK,
            _MODULE,
            TakingUp(commission),
            owner=self._owner,
            result_type=TakenUp,
            limits=_LIMITS,
            places=Places(reads=[commission.path]),
        )
        try:
            async with contextlib.aclosing(answers):
                async for each in answers:
                    yield each.result
        except Declined as declined:
            code = ErrorCode.TOO_LARGE if declined.is_too_much else ErrorCode.INVALID
            field = declined.field or _FILE
            raise Refused(code, str(declined), field=field) from None
        except ProcessFailed:
            raise Refused(
                ErrorCode.TOO_LARGE,
                "this pack takes more time or memory than a lesson may",
                field=_FILE,
            ) from None


def _snapshot(drawn: Drawn) -> Snapshot:
    return Snapshot(
        kind=drawn.kind,
        version=drawn.version,
        board=drawn.board,
        created_by=drawn.by,
        participant_count=0,
        created_at_ms=drawn.at_ms,
    )
