"""Gathering what the report of a lesson is made of, a piece of its log at a time."""

import asyncio
from collections.abc import Iterable
from typing import Final

import msgspec

from actors.house.rooms import Rooms
from actors.house.versions import board_at
from gateway.recordings.takes import index_of
from lessonroom.recording.recording import TakeKind
from lessonroom.report.report import Parts, Report, Reporting, without_gaps
from storage.recordings import takes
from storage.recordings.takes import StoredTake, TakeState

_EVENTS: Final = 1_000
"""That are read, and folded in a thread, at a time; of large ones fewer."""


class Gathered(msgspec.Struct, frozen=True):
    """A report, and the board as of it, encoded."""

    report: Report
    board: bytes


async def gathered(rooms: Rooms, session_id: str) -> Gathered | None:
    """Return the report of a session, as of its newest event; None where there is no session.

    Nothing is kept of what was read: memory does not grow with the log, but for the names of what
    was on the board.

    Raises:
        Refused: `unavailable` or `server_too_old`, the board cannot be read.
        LogDamaged: an event does not match its checksum.

    """
    store, now_ms = rooms.store, rooms.clock.now_ms()
    tally = await store.tally(session_id)
    if tally is None:
        return None
    reporting = Reporting(tally.session, tally.participants)
    after = 0
    while after < tally.head:
        events, is_more = await store.timeline(session_id, after=after, limit=_EVENTS)
        known = [event for event in events if event.seq <= tally.head]
        await asyncio.to_thread(reporting.take, known)
        if not is_more:
            break
        after = events[-1].seq
    board = await board_at(store, session_id, tally.head)
    found = await store.reading(lambda connection: takes.of_session(connection, session_id))
    voices, pending = _voices(take for take in found if take.kind is TakeKind.AUDIO)
    is_live = rooms.live_room(session_id) is not None

    def put_together() -> Report:
        return reporting.report(
            board=board,
            version=tally.head,
            active_ms=tally.session.duration_ms(now_ms),
            now_ms=now_ms if is_live else tally.head_at_ms,
            is_live=is_live,
            voices=voices,
            takes_pending=pending,
        )

    return Gathered(await asyncio.to_thread(put_together), board)


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
