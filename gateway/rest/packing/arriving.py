"""A lesson pack on its way into this server: all of it, or nothing (PROTOCOL LP-6 to LP-9)."""

import asyncio
import contextlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from actors.runtime import chance
from gateway.confinement.owner_queues import Owner
from gateway.disk import nearly_full, refusing_when_full
from gateway.documents.spool import Spooled
from gateway.packs.job import Survey, Surveyed
from gateway.rest.packing.asking import asked
from gateway.rest.packing.bringing_in import BringingIn
from gateway.rest.packing.newcomers import Newcomer, known_people
from gateway.rest.packing.unpacking import Resealed, Unpacking, begins_as_zip
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.session.session import Session
from lessonroom.session.session_types import require_fitting
from storage.images import assets, chat_files
from storage.records import User
from storage.sessions import arriving

_DAY_MS: Final = 86_400_000


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
        await self._require_disk(found)
        known = await known_people(services, found, table, host=host, is_operator=self._is_operator)
        self._left_out += found.left_out
        if not found.is_board_alike:
            self._left_out.append("board.json: is not what the log comes to; the log counts")
        lent = services.takes.files.lent_directory()
        beside = await asyncio.to_thread(lent.__enter__)
        try:
            with refusing_when_full():
                async with services.spool.directory() as directory:
                    files = await self._unpacking.files(found, directory)
                    takes = await self._takes(found, beside)
                    brought = await self._bringing_in(found).written(known, files, takes)
        finally:
            await asyncio.to_thread(lent.__exit__, None, None, None)
        session = brought.ended.session
        return Taken(
            session=session,
            events=brought.ended.head,
            people=brought.people,
            files=len(files),
            takes=len(takes),
            size_bytes=self._content.size_bytes,
            sha256=found.sha256,
            copies=await arriving.copies(self._store, session),
            left_out=self._left_out,
        )

    def _bringing_in(self, found: Surveyed) -> BringingIn:
        return BringingIn(
            self._services,
            self._content.path,
            found,
            session_id=self._session_id,
            host=self._host,
            owner=self._owner,
        )

    # -- whether it may come in

    async def _surveyed(self) -> Surveyed:
        survey = Survey(
            path=str(self._content.path),
            limits=self._services.rooms.config.limits,
            now_ms=self._services.clock.now_ms(),
        )
        answers = asked(self._services, survey, owner=self._owner)
        async with contextlib.aclosing(answers):
            (found,) = [each async for each in answers]
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

    async def _require_disk(self, found: Surveyed) -> None:
        """Refuse what would fill the disk: it lies there unpacked, and where it belongs."""
        files = sum(entry.size_bytes for entry in found.files.values())
        takes = sum(take.entry.size_bytes for take in found.takes if take.entry is not None)
        wanted = 2 * (files + takes + found.log_bytes)
        free_bytes = await asyncio.to_thread(self._services.takes.files.free_bytes)
        if free_bytes - wanted < self._services.config.take_limits.free:
            raise nearly_full()

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
