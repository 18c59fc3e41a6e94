"""Lessons that nobody is in come to rest, with the time in the test's hand."""

import pytest

from lessonroom.commands import MoveSession, ReopenSession, UpdateSession
from lessonroom.log.events import EventType
from lessonroom.session.lifecycle import Move, SessionStatus
from lessonroom.session.session import Session
from storage.sessions import sessions
from storage.upkeep import upkeep
from tests.actors.support.chores import DAY_S, HOUR_S, housekeeping, leap
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, School

MIN_S = 60.0


async def settle(school: School) -> None:
    """Do what is due now, as the housekeeper does each minute."""
    async with housekeeping(school, settles_empty=True):
        pass


async def session_of(school: School) -> Session:
    session = await school.store.session("algebra")
    assert session is not None
    return session


async def total_s(school: School, user_id: int) -> float:
    seats = {seat.user_id: seat for seat in await school.store.participants("algebra")}
    seat = seats[user_id]
    assert seat.present_since_ms is None
    return seat.total_ms / 1000


async def sit_still(school: School, seconds: int) -> None:
    """Let time pass in which nobody does anything."""
    for _ in range(seconds):
        school.clock.advance(1)
        await school.rest()


@pytest.fixture
async def ann(school: School) -> Client:
    """Ann, who has been in the lesson for ten minutes."""
    client = await school.join(ANN)
    leap(school, 10 * MIN_S)
    return client


async def test_time_stands_still_and_goes_on(school: School, ann: Client) -> None:
    """[SY-6] In the database and on its feed; the next one finds it going on."""
    ann.leave()
    await school.rest()
    leap(school, HOUR_S)
    await settle(school)
    session = await session_of(school)
    assert (session.status, session.active_since_ms) == (SessionStatus.ACTIVE, None)
    assert session.active_ms == 600_000
    assert (await school.log())[-1].type is EventType.SESSION_IDLE
    await school.join(BEN)
    session = await session_of(school)
    assert session.active_since_ms == school.clock.now_ms()


async def test_an_abandoned_lesson_is_over(school: School, ann: Client) -> None:
    """[SY-6] Its end is when the last one left, and its room is put to rest."""
    end_ms = school.clock.now_ms() + 60_000
    await school.rooms.ask("algebra", UpdateSession(by=HOST, scheduled_end_ms=end_ms))
    ann.leave()
    await school.rest()
    left_ms = school.clock.now_ms()
    leap(school, HOUR_S)
    await settle(school)
    session = await session_of(school)
    assert (session.status, session.actual_end_ms) == (SessionStatus.COMPLETED, left_ms)
    await school.until(lambda: not school.is_live())


async def test_a_reopened_lesson_waits_for_its_people(school: School, ann: Client) -> None:
    """[SY-6][SY-11] From that moment on, though its planned end and its last departure are past."""
    end_ms = school.clock.now_ms() + 60_000
    await school.rooms.ask("algebra", UpdateSession(by=HOST, scheduled_end_ms=end_ms))
    ann.leave()
    await school.rest()
    leap(school, HOUR_S)
    await settle(school)
    before = await session_of(school)
    leap(school, 2 * DAY_S)
    await school.rooms.ask("algebra", ReopenSession(by=HOST, within_ms=None))
    leap(school, HOUR_S / 2)
    await settle(school)
    assert (await session_of(school)).status is SessionStatus.ACTIVE
    client = await school.join(BEN)
    school.clock.advance(1)
    client.leave()
    await school.rest()
    leap(school, HOUR_S)
    await settle(school)
    after = await session_of(school)
    assert after.status is SessionStatus.COMPLETED
    assert after.active_ms == before.active_ms + 1_000
    assert await total_s(school, BEN) == 1.0


async def test_nothing_of_a_reopened_lesson_is_purged(school: School, ann: Client) -> None:
    """[SY-11] Where it was found to be old just before: it is no lesson of the past any more."""
    await school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.COMPLETE))
    await school.rooms.ask("algebra", ReopenSession(by=HOST, within_ms=None))
    key = await school.store.reading(lambda connection: sessions.key_of(connection, "algebra"))
    assert key is not None
    events = len(await school.log())
    assert await school.rooms.write(lambda store: upkeep.purge(store, key))
    assert len(await school.log()) == events


async def test_a_lesson_that_overruns_goes_on(school: School, ann: Client) -> None:
    """[SY-6] With people in it, for as long as they like."""
    end_ms = school.clock.now_ms() + 60_000
    await school.rooms.ask("algebra", UpdateSession(by=HOST, scheduled_end_ms=end_ms))
    leap(school, 5 * HOUR_S)
    await settle(school)
    assert (await session_of(school)).status is SessionStatus.ACTIVE
    assert ann.outbox.closed is None


async def test_a_killed_server_leaves_nobody_present_for_ever(school: School, ann: Client) -> None:
    """[SY-6] The next start finds them, and their lesson ends where they were."""
    assert ann.is_synced
    await sit_still(school, 130)
    last_ms = school.clock.now_ms()
    await school.crash()
    leap(school, 8 * DAY_S)
    await settle(school)
    school.clock.advance(30)
    await school.rest()
    await settle(school)
    session = await session_of(school)
    assert session.status is SessionStatus.COMPLETED
    assert session.actual_end_ms == pytest.approx(last_ms, abs=60_000)
    assert await total_s(school, ANN) == pytest.approx(730, abs=60)


async def test_a_clean_stop_writes_when_people_were_last_there(school: School, ann: Client) -> None:
    """[SY-4] To the second, beside a silent board."""
    assert ann.is_synced
    await school.restart()
    assert await total_s(school, ANN) == 600


async def test_attendance_survives_a_kill_but_for_a_minute(school: School, ann: Client) -> None:
    """[API stats] Beside a silent board, where nothing else is written."""
    assert ann.is_synced
    await sit_still(school, 130)
    await school.crash()
    await school.join(BEN)
    assert await total_s(school, ANN) == pytest.approx(730, abs=60)


async def test_paused_lessons_end_too(school: School, ann: Client) -> None:
    """[SY-6] Paused by hand stays paused until then."""
    await school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.PAUSE))
    ann.leave()
    await school.rest()
    leap(school, 6 * DAY_S)
    await settle(school)
    assert (await session_of(school)).status is SessionStatus.PAUSED
    leap(school, 1 * DAY_S)
    await settle(school)
    assert (await session_of(school)).status is SessionStatus.COMPLETED
