"""What is erased is gone: from every file of the data directory, and from backups made after.

Tests also: storage/upkeep/forgetting.py.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.house.erasure import erase_user
from lessonroom.bookings.record import Change, Said, fold
from lessonroom.commands import MoveSession, SeatParticipant
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, SessionSettings
from storage import replies
from storage.records import User, UserKind
from storage.replies import KeptReply
from storage.sessions import bookings
from storage.upkeep import forgetting
from storage.upkeep.checking import check
from storage.upkeep.copying import copy_database
from tests.actors.support.chores import DAY_S, HOUR_S, housekeeping, keep_house, leap
from tests.actors.support.school import NAMES, School

MARK = re.compile(rb"MARK[A-Za-z]+\d*")
PEOPLE = 40

Found = Callable[[], set[bytes]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """Returns the marks in all files of the data directory, the log of writes among them."""

    def search() -> set[bytes]:
        files = [file for file in (tmp_path / "data").rglob("*") if file.is_file()]
        assert any(file.name.endswith("-wal") for file in files)
        return {mark for file in files for mark in MARK.findall(file.read_bytes())}

    return search


def backed_up(tmp_path: Path) -> set[bytes]:
    """Return the marks in a backup that is made now."""
    target = tmp_path / "backup.db"
    target.unlink(missing_ok=True)
    copy_database(tmp_path / "data" / "lessons.db", target)
    return set(MARK.findall(target.read_bytes()))


@pytest.fixture(autouse=True)
async def others(school: School) -> None:
    """The people of `algebra`, so that their numbers are theirs; nobody is there."""
    for name in NAMES.values():
        await school.rooms.ensure_user(
            issuer="school", subject=name, name=name, kind=UserKind.REGISTERED
        )
    if school.is_live("algebra"):
        school.rooms.put_to_rest("algebra")
        await school.until(lambda: not school.is_live("algebra"))


async def person(school: School, n: int, *, kind: UserKind = UserKind.REGISTERED) -> User:
    return await school.rooms.ensure_user(
        issuer="school", subject=f"MARKsubject{n}", name=f"MARKname{n}", kind=kind
    )


async def lesson(
    school: School,
    name: str,
    people: list[User],
    *,
    external_id: str | None = None,
    booking_id: str | None = None,
    retention_days: int | None = None,
) -> None:
    """Have a lesson in which everyone writes and draws something."""
    host, *others = people
    session = Session(
        session_id=name,
        host_id=host.user_id,
        title=f"MARKtitle {name}",
        external_id=external_id,
        booking_id=booking_id,
        created_at_ms=school.clock.now_ms(),
        max_participants=1000,
        settings=SessionSettings(retention_days=retention_days),
    )
    seats = [
        SeatParticipant(user_id=user.user_id, name=user.name, role=role)
        for user, role in [(host, Role.HOST), *((user, Role.STUDENT) for user in others)]
    ]
    await school.rooms.create(session, [*seats, MoveSession(by=host.user_id, move=Move.START)])
    for n, user in enumerate(people):
        client = await school.join(user.user_id, name)
        client.draw(f"{name}{n}")
        await school.until(lambda: not client.pending)  # noqa: B023 - waited for at once
        message_id = f"chat-of-{client.name}:1"
        text = f"MARKchat{user.user_id}"
        client.send("system", "chat_message", {"text": text}, message_id=message_id)
        await school.settle()


async def end(school: School, name: str, host: User) -> None:
    await school.rooms.ask(name, MoveSession(by=host.user_id, move=Move.COMPLETE))
    await school.rest()
    school.rooms.put_to_rest(name)
    await school.until(lambda: not school.is_live(name))


async def test_an_erased_person_is_in_no_file_any_more(
    school: School, tmp_path: Path, found: Found
) -> None:
    """[SECURITY minors] Name, platform identity, chat: log, free pages, later backups."""
    people = [await person(school, n) for n in range(PEOPLE)]
    await lesson(school, "biology", people)
    kept = KeptReply(
        scope="s", key="k", digest=b"", status=201, body=b'{"name": "MARKname7"}', at_ms=0
    )
    await school.rooms.write(lambda store: replies.keep(store, kept))
    assert {b"MARKname7", b"MARKsubject7", b"MARKchat%d" % people[7].user_id} <= found()
    for user in people[1:]:
        await erase_user(school.rooms, user.user_id)
    host = people[0].user_id
    assert found() == backed_up(tmp_path)
    assert found() == {b"MARKname0", b"MARKsubject0", b"MARKtitle", b"MARKchat%d" % host}
    faults = (await check(school.store, on_progress=lambda _: None)).faults
    assert [fault for fault in faults if "biology" in fault.place] == []


async def test_a_host_takes_along_what_the_platform_calls_their_lessons(
    school: School, found: Found
) -> None:
    """And what is remembered of the booking, which has that name, too."""
    host = await person(school, 0)
    await lesson(school, "biology", [host], external_id="MARKid", booking_id="MARKbooking")
    message = Said(change=Change.CONFIRMED, booking_id="MARKbooking", at_ms=1)
    reply = KeptReply(scope="s", key="k", digest=b"", status=200, body=b"", at_ms=0)
    before = await bookings.known(school.store, ["MARKbooking"])
    records = fold({}, message)
    await school.rooms.write(
        lambda store: bookings.remember(store, before, records, at_ms=1, reply=reply)
    )
    await end(school, "biology", host)
    assert {b"MARKid", b"MARKbooking"} <= found()
    await erase_user(school.rooms, host.user_id)
    assert found() == {b"MARKtitle"}


async def test_what_was_kept_for_long_enough_is_in_no_file_any_more(
    school: School, tmp_path: Path, found: Found
) -> None:
    """[API Timers, retention] Guests without another lesson, images, replies: within the hour."""
    host = await person(school, 0)
    guests = [await person(school, n, kind=UserKind.GUEST) for n in range(1, 20)]
    await lesson(school, "biology", [host, *guests], external_id="MARKbooking")
    await end(school, "biology", host)
    now_ms = school.clock.now_ms()
    kept = KeptReply(
        scope="s", key="MARKkey", digest=b"", status=201, body=b"MARKbody", at_ms=now_ms
    )
    await school.rooms.write(lambda store: replies.keep(store, kept))
    leap(school, DAY_S + HOUR_S)
    await keep_house(school, retention_days=1)
    assert found() == backed_up(tmp_path) == {b"MARKname0", b"MARKsubject0"}


async def test_guests_of_a_lesson_that_is_not_kept_go_within_the_hour_and_a_minute(
    school: School, found: Found
) -> None:
    """Not a day later: they are nobody without it."""
    host = await person(school, 0)
    guest = await person(school, 1, kind=UserKind.GUEST)
    await lesson(school, "biology", [host, guest], retention_days=0)
    async with housekeeping(school) as keeper:
        await end(school, "biology", host)
        assert b"MARKname1" in found()
        for seconds in (HOUR_S, 61):
            school.clock.advance(seconds)
            await school.settle()
            await keeper.settled()
    assert not {b"MARKname1", b"MARKtitle"} & found()


async def test_who_reads_meanwhile_delays_it_by_a_minute_at_most(
    school: School, found: Found
) -> None:
    """A long read holds on to the moment that it began with; commits do not wait for it."""
    people = [await person(school, n) for n in range(2)]
    await lesson(school, "biology", people)
    async with housekeeping(school) as keeper:
        async with school.store._readers.connect() as reader:
            await reader.exec_driver_sql("SELECT count(*) FROM session_event")
            await erase_user(school.rooms, people[1].user_id)
            assert await forgetting.is_due(school.store)
        school.clock.advance(61)
        await school.settle()
        await keeper.settled()
        assert not await forgetting.is_due(school.store)
    assert b"MARKname1" not in found()


async def test_a_large_database_is_written_anew_once_nobody_is_there(
    school: School, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then what was deleted is overwritten where it was, and nothing waits for it."""
    monkeypatch.setattr(forgetting, "AT_ONCE_BYTES", 0)
    people = [await person(school, n) for n in range(2)]
    await lesson(school, "biology", people)
    await erase_user(school.rooms, people[1].user_id)
    assert b"MARKname1" not in found()
    assert await forgetting.is_due(school.store)
    await end(school, "biology", people[0])
    async with housekeeping(school):
        assert not await forgetting.is_due(school.store)
