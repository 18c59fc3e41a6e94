"""Expiry, retention and pruning, with the time in the test's hand.

Tests also: actors/house/chores.py, storage/upkeep/upkeep.py.
"""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.typing import EventDict

from lessonroom.commands import MoveSession, SeatParticipant
from lessonroom.log.events import EventType
from lessonroom.outcome import SnapshotType
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move, SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings
from storage.records import UserKind
from storage.tables import METADATA, USERS
from storage.upkeep import upkeep
from tests.actors.support.chores import DAY_S, HOUR_S, housekeeping, keep_house, leap
from tests.actors.support.school import ANN, HOST, School


async def planned(
    school: School,
    session_id: str,
    *,
    session_type: SessionType = SessionType.LESSON,
    start_h: float | None = None,
    end_h: float | None = None,
    settings: SessionSettings | None = None,
) -> None:
    """Write a session that begins and ends so many hours from now."""
    now_ms = school.clock.now_ms()
    session = Session(
        session_id=session_id,
        host_id=HOST,
        session_type=session_type,
        created_at_ms=now_ms,
        max_participants=1000,
        scheduled_start_ms=None if start_h is None else now_ms + round(start_h * 3_600_000),
        scheduled_end_ms=None if end_h is None else now_ms + round(end_h * 3_600_000),
        settings=settings or SessionSettings(),
    )
    await school.rooms.create(session)


async def status_of(school: School, session_id: str) -> SessionStatus | None:
    session = await school.store.session(session_id)
    return session.status if session is not None else None


async def rows(school: School) -> dict[str, int]:
    """Return how many rows there are of each table that belongs to sessions, and of sessions."""
    tables = {table for table, _ in upkeep._of_sessions()} | {METADATA.tables["classroom_session"]}

    async def count(connection: AsyncConnection) -> dict[str, int]:
        return {
            table.name: (
                await connection.execute(select(func.count()).select_from(table))
            ).scalar_one()
            for table in tables
        }

    return await school.store.reading(count)


async def test_a_session_expires_at_its_planned_end(school: School) -> None:
    """[API Timers, expiry] Not a moment before; one that runs is left alone."""
    await planned(school, "with-end", start_h=1, end_h=2)
    leap(school, 2 * HOUR_S - 1)
    await keep_house(school)
    assert await status_of(school, "with-end") is SessionStatus.SCHEDULED
    leap(school, 1)
    await keep_house(school)
    assert await status_of(school, "with-end") is SessionStatus.EXPIRED
    assert (await school.log("with-end"))[-1].type is EventType.SESSION_EXPIRE
    assert await status_of(school, "algebra") is SessionStatus.ACTIVE


@pytest.mark.parametrize(("start_h", "expires_after_h"), [(None, 24), (5, 29)])
async def test_without_an_end_a_session_expires_after_the_setting(
    school: School, start_h: float | None, expires_after_h: float
) -> None:
    """[API Timers, expiry] `expire_after_h` from the planned start, or from when it was made."""
    await planned(school, "open-ended", start_h=start_h)
    leap(school, expires_after_h * HOUR_S - 1)
    await keep_house(school)
    assert await status_of(school, "open-ended") is SessionStatus.SCHEDULED
    leap(school, 1)
    await keep_house(school)
    assert await status_of(school, "open-ended") is SessionStatus.EXPIRED


async def test_nothing_expires_while_somebody_is_in(school: School) -> None:
    """[API Timers, expiry] Nobody pressed Start, and the lesson goes on: it has people in it."""
    await planned(school, "waiting", end_h=1)
    seat = SeatParticipant(user_id=HOST, name="hoster", role=Role.HOST)
    await school.rooms.ask("waiting", seat)
    client = await school.join(HOST, "waiting")
    leap(school, HOUR_S)
    await keep_house(school)
    await school.rest()
    assert client.outbox.closed is None
    assert await status_of(school, "waiting") is SessionStatus.WAITING
    client.leave()
    await school.rest()
    await keep_house(school)
    assert await status_of(school, "waiting") is SessionStatus.EXPIRED


async def test_expiry_comes_every_hour(school: School) -> None:
    """[API Timers, expiry] The timer says so; nobody restarts the server for it."""
    async with housekeeping(school) as keeper:
        await planned(school, "later", end_h=0.5)
        school.clock.advance(HOUR_S)
        await keeper.settled()
        assert await status_of(school, "later") is SessionStatus.EXPIRED


async def test_rooms_of_expired_sessions_are_put_to_rest_at_once(school: School) -> None:
    """[API Timers, expiry] A thousand that expire together are not a thousand open rooms."""
    for number in range(20):
        await planned(school, f"forgotten-{number}", end_h=1)
    leap(school, HOUR_S)
    await keep_house(school)
    await school.until(lambda: [room.session_id for room in school.rooms.live()] == [])


@pytest.mark.logs_errors
async def test_one_session_that_cannot_expire_keeps_no_other_from_it(school: School) -> None:
    """[P20] A damaged log refuses its own session only."""
    await planned(school, "broken", end_h=1)
    await planned(school, "sound", end_h=1)

    async def damage(connection: AsyncConnection) -> None:
        events = METADATA.tables["session_event"]
        sessions = METADATA.tables["classroom_session"]
        key = select(sessions.c.id).where(sessions.c.uuid == "broken").scalar_subquery()
        await connection.execute(events.update().where(events.c.session_id == key).values(crc32=0))

    await school.store.writing(damage)
    leap(school, HOUR_S)
    await keep_house(school)
    assert await status_of(school, "broken") is SessionStatus.SCHEDULED
    assert await status_of(school, "sound") is SessionStatus.EXPIRED


@pytest.mark.logs_errors
async def test_a_chore_that_finds_no_disk_is_done_the_next_time(
    school: School, log_events: list[EventDict]
) -> None:
    """[P19] Nothing is expired while nothing can be written, and nothing is broken by it."""
    await planned(school, "late", end_h=1)
    leap(school, HOUR_S)
    school.store.is_down = True
    async with housekeeping(school) as keeper:
        assert await status_of(school, "late") is SessionStatus.SCHEDULED
        assert any("cut short" in event["event"] for event in log_events)
        school.store.is_down = False
        school.clock.advance(1)
        await school.until(school.rooms.is_writable)
        # The room of the session reads the log again before it takes anything.
        await school.rest()
        school.clock.advance(2)
        await school.rest()
        school.clock.advance(HOUR_S)
        await keeper.settled()
        assert await status_of(school, "late") is SessionStatus.EXPIRED


# -- retention


async def ended(school: School, session_id: str, *, settings: SessionSettings) -> None:
    """Write a session with somebody in it and a drawing, and complete it."""
    await planned(school, session_id, settings=settings)
    for user_id, role in ((HOST, Role.HOST), (ANN, Role.STUDENT)):
        seat = SeatParticipant(user_id=user_id, name=school.name_of(user_id), role=role)
        await school.rooms.ask(session_id, seat)
    await school.rooms.ask(session_id, MoveSession(by=HOST, move=Move.START))
    client = await school.join(ANN, session_id)
    client.draw("e1")
    await school.until(lambda: not client.pending)
    client.leave()
    await school.rest()
    await school.rooms.ask(session_id, MoveSession(by=HOST, move=Move.COMPLETE))
    school.rooms.put_to_rest(session_id)
    await school.until(lambda: not school.is_live(session_id))


async def test_retention_deletes_every_row_of_what_is_old_and_nothing_else(school: School) -> None:
    """[API Data][SECURITY minors] 0 rows are left of it; the other lesson has all of its own."""
    # What is written in the other one is looked through by the first.
    await keep_house(school)
    before = await rows(school)
    await ended(school, "history", settings=SessionSettings())
    assert await rows(school) != before
    leap(school, 30 * DAY_S - 1)
    await keep_house(school, retention_days=30)
    assert await status_of(school, "history") is SessionStatus.COMPLETED
    leap(school, 1)
    await keep_house(school, retention_days=30)
    assert await status_of(school, "history") is None
    assert await rows(school) == before


async def test_zero_days_of_retention_keep_for_ever(school: School) -> None:
    """[API Data] That is the default: nobody loses a lesson for not having read of it."""
    await ended(school, "history", settings=SessionSettings())
    leap(school, 3_000 * DAY_S)
    await keep_house(school)
    assert await status_of(school, "history") is SessionStatus.COMPLETED


async def test_a_sessions_own_retention_goes_before_the_servers(school: School) -> None:
    """[API settings] Shorter or longer; 0 days of its own means that nothing is kept."""
    await ended(school, "short", settings=SessionSettings(retention_days=2))
    await ended(school, "long", settings=SessionSettings(retention_days=90))
    await ended(school, "none", settings=SessionSettings(retention_days=0))
    await keep_house(school)
    assert await status_of(school, "none") is None
    leap(school, 30 * DAY_S)
    await keep_house(school, retention_days=30)
    assert await status_of(school, "short") is None
    assert await status_of(school, "long") is SessionStatus.COMPLETED


async def test_a_demo_ends_after_a_day_and_nothing_of_it_is_kept(school: School) -> None:
    """[API demo] Also where it still runs; its guests are forgotten, those of others are not."""
    before = await rows(school)
    ensure = school.rooms.ensure_user
    for name in ("hoster", "annnie", "bennie"):
        await ensure(issuer="own", subject=name, name=name, kind=UserKind.REGISTERED)
    kept = await ensure(issuer="guest", subject="k", name="Kay", kind=UserKind.GUEST)
    gone = await ensure(issuer="guest", subject="g", name="Gus", kind=UserKind.GUEST)
    student = SeatParticipant(user_id=kept.user_id, name="Kay", role=Role.STUDENT)
    await school.rooms.ask("algebra", student)
    await planned(school, "trial", session_type=SessionType.DEMO, end_h=24)
    await school.rooms.ask(
        "trial", SeatParticipant(user_id=gone.user_id, name="Gus", role=Role.STUDENT)
    )
    await school.rooms.ask("trial", MoveSession(by=None, move=Move.START))
    leap(school, DAY_S - 1)
    await keep_house(school)
    assert await status_of(school, "trial") is SessionStatus.ACTIVE
    # The guests are forgotten a day after they came, so in the hour after that.
    async with housekeeping(school) as keeper:
        school.clock.advance(2 * HOUR_S)
        await keeper.settled()
        await school.until(lambda: not school.is_live("trial"))
        school.clock.advance(HOUR_S)
        await keeper.settled()
    assert await status_of(school, "trial") is None
    assert await school.store.user(gone.user_id) is None
    assert await school.store.user(kept.user_id) is not None
    assert (await rows(school))["session_participant"] == before["session_participant"] + 1


async def test_purging_goes_in_slices(school: School) -> None:
    """[P16] No transaction deletes more rows than a slice: rooms commit between two of them."""
    await planned(school, "long")
    seats = [
        SeatParticipant(user_id=100 + n, name=f"person{n}", role=Role.STUDENT)
        for n in range(2 * upkeep.SLICE_ROWS)
    ]
    for seat in seats:
        await school.rooms.ask("long", seat)
    (found,) = [
        found
        for found in await upkeep.overdue(
            school.store, now_ms=school.clock.now_ms() + 10**9, expire_after_ms=0
        )
        if found.session_id == "long"
    ]
    # What is not over is not purged, however overdue it was when it was found.
    assert await school.rooms.write(lambda store: upkeep.purge(store, found.key))
    assert await status_of(school, "long") is not None
    await school.rooms.ask("long", MoveSession(by=None, move=Move.TERMINATE))
    school.rooms.put_to_rest("long")
    await school.until(lambda: not school.is_live("long"))
    await school.rest()
    left = await rows(school)
    slices = 0
    while not await school.rooms.write(lambda store: upkeep.purge(store, found.key)):
        now = await rows(school)
        assert 0 < sum(left.values()) - sum(now.values()) <= upkeep.SLICE_ROWS
        left = now
        slices += 1
    assert slices >= 5


async def test_thinning_deletes_automatic_snapshots_alone(school: School) -> None:
    """[API Timers, pruning] Those of joins, leaves, ends and people's hands stay."""
    client = await school.join(ANN)
    for n in range(12):
        client.draw("e1", x=n)
        await school.until(lambda: not client.pending)
        school.clock.advance(10)
        await school.rest()
    kinds = await _kinds(school)
    assert kinds[SnapshotType.AUTO] == 12
    client.leave()
    await school.rest()
    kinds = await _kinds(school)
    leap(school, 3 * HOUR_S)
    await keep_house(school)
    left = await _kinds(school)
    assert left.pop(SnapshotType.AUTO) == 3
    kinds.pop(SnapshotType.AUTO)
    assert left == kinds


async def _kinds(school: School) -> dict[str, int]:
    table = METADATA.tables["board_snapshot"]

    async def count(connection: AsyncConnection) -> dict[str, int]:
        found = await connection.execute(
            select(table.c.snapshot_type, func.count()).group_by(table.c.snapshot_type)
        )
        return {row[0]: row[1] for row in found}

    return await school.store.reading(count)


def test_users_are_the_one_table_of_people() -> None:
    """[SECURITY minors] A table with names that is added later has to be looked at here."""
    named = {table.name for table in METADATA.sorted_tables if "name" in table.c}
    # What is on a shelf has a name of its own, and goes with whose it is; a platform is no person.
    assert named == {USERS.name, "session_participant", "shelf_item", "lti_platform"}
