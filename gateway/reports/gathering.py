"""Gathering what the report of a lesson is made of, a piece of its log at a time."""

import asyncio
from collections.abc import Iterable
from typing import Final, Self

import msgspec

from actors.house.rooms import Rooms
from actors.house.versions import board_at
from gateway.recordings.takes import index_of
from lessonroom.log.events import Event
from lessonroom.recording.recording import TakeKind
from lessonroom.report.report import Parts, Report, Reporting, without_gaps
from storage.recordings import takes
from storage.recordings.takes import StoredTake, TakeState
from storage.records import Tally

_EVENTS: Final = 1_000
"""That are read, and folded in a thread, at a time; of large ones fewer."""


class Gathered(msgspec.Struct, frozen=True):
    """A report, and the board as of it, encoded.

    `private_from` is the event from which on it has had private pages; None: it never had.
    """

    report: Report
    board: bytes
    private_from: int | None = None


class Gathering:
    """The report of a session as of its newest event, whose log somebody reads, and hands on.

    Args:
        rooms: whose it is.
        tally: what the session came to when it was begun.

    """

    def __init__(self, rooms: Rooms, tally: Tally) -> None:
        self._rooms = rooms
        self._tally = tally
        self._reporting = Reporting(tally.session, tally.participants)
        self._now_ms = rooms.clock.now_ms()

    @classmethod
    async def begun(cls, rooms: Rooms, session_id: str) -> Self | None:
        """Return one of a session; None where there is no session."""
        tally = await rooms.store.tally(session_id)
        return None if tally is None else cls(rooms, tally)

    @property
    def head(self) -> int:
        """The newest event that counts: all up to it are to be taken."""
        return self._tally.head

    @property
    def private_from(self) -> int | None:
        """The event from which on the session has had private pages; None: it never had."""
        return self._tally.session.private_from

    def take(self, events: Iterable[Event]) -> None:
        """Take up the next events of the log. Folds them: belongs into a thread."""
        self._reporting.take(events)

    async def report(self, board: bytes) -> Report:
        """Return the report, once all events were taken; `board` is as of the newest, encoded."""
        tally, session_id = self._tally, self._tally.session.session_id
        found = await self._rooms.store.reading(
            lambda connection: takes.of_session(connection, session_id)
        )
        voices, pending = _voices(take for take in found if take.kind is TakeKind.AUDIO)
        is_live = self._rooms.live_room(session_id) is not None

        def put_together() -> Report:
            return self._reporting.report(
                board=board,
                version=tally.head,
                active_ms=tally.session.duration_ms(self._now_ms),
                now_ms=self._now_ms if is_live else tally.head_at_ms,
                is_live=is_live,
                voices=voices,
                takes_pending=pending,
            )

        return await asyncio.to_thread(put_together)


async def gathered(rooms: Rooms, session_id: str) -> Gathered | None:
    """Return the report of a session, as of its newest event; None where there is no session.

    Nothing is kept of what was read: memory does not grow with the log, but for the names of what
    was on the board.

    Raises:
        Refused: `unavailable` or `server_too_old`, the board cannot be read.
        LogDamaged: an event does not match its checksum.

    """
    gathering = await Gathering.begun(rooms, session_id)
    if gathering is None:
        return None
    after = 0
    while after < gathering.head:
        events, is_more = await rooms.store.timeline(session_id, after=after, limit=_EVENTS)
        known = [event for event in events if event.seq <= gathering.head]
        await asyncio.to_thread(gathering.take, known)
        if not is_more:
            break
        after = events[-1].seq
    board = await board_at(rooms.store, session_id, gathering.head)
    return Gathered(await gathering.report(board), board, gathering.private_from)


def _voices(recorded: Iterable[StoredTake]) -> tuple[dict[int, Parts], int]:
    """Return when recorded voices lie by person, and how many are not ready."""
    voices: dict[int, Parts] = {}
    pending = 0
    for take in recorded:
        if take.state is TakeState.ERASED:
            continue
        index = index_of(take)
        pending += take.state is not TakeState.SEALED
        if index is not None and index.size_bytes:
            end_ms = index.start_at + index.duration_ms
            voices.setdefault(take.user_id, []).extend(
                without_gaps(index.start_at, end_ms, index.gaps)
            )
    return voices, pending
