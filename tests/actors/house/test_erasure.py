"""Erasing a person: from live rooms, from the past, and from what they could come back with."""

from functools import partial

import msgspec
import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from actors.house.erasure import Erased, erase_user
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import MoveSession, SeatParticipant, SendFile
from lessonroom.log.events import ChatFile, ChatMessageSent
from lessonroom.people.erasure import ERASED_NAME
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.chat import ERASED_TEXT
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.images import chat_files
from storage.people import erasure
from storage.records import User, UserKind
from storage.tables import DELIVERIES, METADATA, REPLIES
from storage.upkeep.checking import check
from tests.actors.support.school import NAMES, School

NAME = "Ann Bell"


async def user(school: School, subject: str = "ann", name: str = NAME) -> User:
    return await school.rooms.ensure_user(
        issuer="school", subject=subject, name=name, kind=UserKind.REGISTERED
    )


async def attended(school: School, session_id: str) -> User:
    """Return somebody who takes part in a lesson whose host is somebody else."""
    for name in NAMES.values():
        # The people of `algebra`, so that their numbers are theirs.
        await user(school, name, name)
    host = await user(school, "host", "Hera")
    person = await user(school)
    session = Session(
        session_id=session_id, host_id=host.user_id, created_at_ms=school.clock.now_ms()
    )
    seats = [
        SeatParticipant(user_id=host.user_id, name=host.name, role=Role.HOST),
        SeatParticipant(user_id=person.user_id, name=person.name, role=Role.STUDENT),
    ]
    await school.rooms.create(session, [*seats, MoveSession(by=host.user_id, move=Move.START)])
    return person


async def everything(school: School) -> bytes:
    """Return all bytes and texts of the database."""

    async def read(connection: AsyncConnection) -> bytes:
        found = b""
        for table in METADATA.sorted_tables:
            for row in await connection.execute(select(table)):
                found += b"\n".join(
                    value if isinstance(value, bytes) else str(value).encode() for value in row
                )
        return found

    return await school.store.reading(read)


async def test_nothing_in_the_database_tells_the_name_any_more(school: School) -> None:
    """[SECURITY minors] Neither log nor seats nor users; and all checksums are right."""
    person = await attended(school, "biology")
    client = await school.join(person.user_id, "biology")
    client.draw("e1")
    await school.until(lambda: not client.pending)
    assert NAME.encode() in await everything(school)
    erased = await erase_user(school.rooms, person.user_id)
    assert erased == Erased(user_id=person.user_id, sessions=1, events=erased.events)
    assert erased.events >= 2
    assert NAME.encode() not in await everything(school)
    assert b"ann" not in (await everything(school)).replace(b"annnie", b"")
    wrong = (await check(school.store, on_progress=lambda _: None)).faults
    assert [fault for fault in wrong if "biology" in fault.place] == []


async def test_the_log_still_adds_up(school: School) -> None:
    """[SECURITY minors] What was drawn, by which number and when, is what it was."""
    person = await attended(school, "biology")
    client = await school.join(person.user_id, "biology")
    client.draw("e1")
    await school.until(lambda: not client.pending)
    before = await school.log("biology")
    await erase_user(school.rooms, person.user_id)
    after = await school.log("biology")
    told = [(event.seq, event.type, event.user_id, event.at_ms) for event in before]
    assert [(e.seq, e.type, e.user_id, e.at_ms) for e in after[: len(before)]] == told
    (seat,) = [
        seat for seat in await school.store.participants("biology") if seat.role is Role.STUDENT
    ]
    assert (seat.user_id, seat.name) == (person.user_id, ERASED_NAME)
    assert seat.joined_at_ms is not None


async def test_files_that_they_sent_are_gone(school: School) -> None:
    """[CH-7] With the names of them, which tell a lot; the others' stay."""
    person = await attended(school, "biology")
    host = await user(school, "host", "Hera")
    for user_id, suffix in ((person.user_id, "biology of Ann"), (host.user_id, "biology")):
        await school.join(user_id, "biology")
        file = ChatFile("ab" * 32, f"{suffix}.pdf", "application/pdf", 5)
        await school.rooms.ask("biology", SendFile(by=user_id, client_id=f"f{user_id}", file=file))
    await erase_user(school.rooms, person.user_id)
    mine, theirs = [event.body() for event in await school.store.chat("biology")]
    assert isinstance(mine, ChatMessageSent)
    assert (mine.text, mine.file) == (ERASED_TEXT, None)
    assert isinstance(theirs, ChatMessageSent)
    assert theirs.file is not None
    assert b"of Ann.pdf" not in await everything(school)
    bytes_of = [
        await school.store.reading(partial(chat_files.bytes_of_user, user_id=one.user_id))
        for one in (person, host)
    ]
    assert bytes_of == [0, 5]


async def test_who_is_in_a_room_is_removed_and_the_others_see_no_name(school: School) -> None:
    """[P12] Also one who resumes from before: no delta tells what was said earlier."""
    person = await attended(school, "biology")
    host = await user(school, "host", "Hera")
    teacher = await school.join(host.user_id, "biology")
    teacher.drop()
    await school.rest()
    # What the teacher has missed tells the name.
    client = await school.join(person.user_id, "biology")
    await erase_user(school.rooms, person.user_id)
    await school.until(lambda: client.outbox.closed is not None)
    assert client.outbox.closed is CloseCode.KICKED
    heard = len(teacher.outboxes)
    await school.connect(teacher)
    assert len(teacher.outboxes) == heard + 1
    assert NAME not in str(teacher.outbox.messages)
    assert ERASED_NAME in str(teacher.outbox.messages)


async def test_their_tokens_are_void_also_after_a_restart(school: School) -> None:
    """[P12] The seat is kicked, and a token of before does not open it."""
    person = await attended(school, "biology")
    await erase_user(school.rooms, person.user_id)
    await school.restart()
    client = school.client(person.user_id, "biology")
    client.connect(school.rooms)
    await school.until(lambda: client.outbox.refused is not None)
    assert client.outbox.refused is not None
    assert client.outbox.refused.code is ErrorCode.KICKED
    seat = await school.store.participant("biology", person.user_id)
    assert seat is not None
    assert seat.status is ParticipantStatus.KICKED


async def test_a_lesson_that_is_over_is_rewritten_too(school: School) -> None:
    """[SECURITY minors] Its room is not opened for that."""
    person = await attended(school, "biology")
    await school.rooms.ask("biology", MoveSession(by=None, move=Move.COMPLETE))
    school.rooms.put_to_rest("biology")
    await school.until(lambda: not school.is_live("biology"))
    await erase_user(school.rooms, person.user_id)
    assert not school.is_live("biology")
    assert NAME.encode() not in await everything(school)
    seat = await school.store.participant("biology", person.user_id)
    assert seat is not None
    assert seat.not_before_ms > school.clock.now_ms()


async def test_what_platforms_were_still_to_be_told_is_dropped(school: School) -> None:
    """[SECURITY minors] Messages and kept replies with the name; those about others stay."""
    person = await attended(school, "biology")
    (seat,) = [event.seq for event in await school.log("biology") if NAME.encode() in event.data]
    (place,) = await erasure.places_of(school.store, person.user_id)
    message = {
        "endpoint": "https://school.example.org/hook",
        "session_id": place.key,
        "event_type": "participant_seat",
        "is_given_up": False,
        "attempts": 0,
        "next_attempt_at": 0,
        "created_at": 0,
        "last_error": "",
    }
    named = f'{{"name":"{NAME}"}}'.encode()
    reply = {"scope": "POST", "at": 0, "digest": b"", "status": 201}

    async def write(connection: AsyncConnection) -> None:
        for seq, body in ((seat, named), (seat - 1, b"{}")):
            await connection.execute(
                insert(DELIVERIES).values(message | {"seq": seq, "body": body})
            )
        for key, body in (("a", named), ("b", b"{}")):
            await connection.execute(insert(REPLIES).values(reply | {"key": key, "body": body}))

    await school.store.writing(write)
    await erase_user(school.rooms, person.user_id)
    left = await everything(school)
    assert NAME.encode() not in left
    assert left.count(b"https://school.example.org/hook") == 1
    assert left.count(b"\n201\n") == 1


async def test_a_long_log_is_rewritten_in_slices(school: School) -> None:
    """[P16] To its end: the name is gone from events behind the first slice as well."""
    person = await attended(school, "biology")
    for _ in range(erasure.SLICE_EVENTS // 2 + 10):
        client = await school.join(person.user_id, "biology")
        client.leave()
        await school.until(lambda: school.room("biology").live().connections == 0)
    erased = await erase_user(school.rooms, person.user_id)
    assert erased.events > erasure.SLICE_EVENTS
    assert NAME.encode() not in await everything(school)


async def test_a_host_is_erased_only_when_the_lessons_are_over(school: School) -> None:
    """[SECURITY minors] Nothing is done before; the refusal names the lessons."""
    await attended(school, "biology")
    host = await user(school, "host", "Hera")
    with pytest.raises(Refused, match="biology") as refused:
        await erase_user(school.rooms, host.user_id)
    assert refused.value.code is ErrorCode.CONFLICT
    assert b"Hera" in await everything(school)
    await school.rooms.ask("biology", MoveSession(by=None, move=Move.TERMINATE))
    await erase_user(school.rooms, host.user_id)
    assert b"Hera" not in await everything(school)


async def test_the_same_person_comes_back_as_somebody_new(school: School) -> None:
    """[CVE-2021-32689] With another number; the mark of the erasure is forgotten in time."""
    person = await attended(school, "biology")
    await erase_user(school.rooms, person.user_id)
    erased_at_ms = school.clock.now_ms()
    assert await erasure.erased_at_ms(school.store, "school", "ann") == erased_at_ms
    again = await user(school)
    assert again.user_id != person.user_id
    store, day_ms = school.store, 86_400_000
    await erasure.forget_marks(store, now_ms=erased_at_ms + 31 * day_ms)
    assert await erasure.erased_at_ms(store, "school", "ann") == erased_at_ms
    await erasure.forget_marks(store, now_ms=erased_at_ms + 31 * day_ms + 1)
    assert await erasure.erased_at_ms(store, "school", "ann") is None


async def test_erasing_twice_is_harmless_and_nobody_is_not_found(school: School) -> None:
    """[API errors] So that one that failed half-way can be done again."""
    person = await attended(school, "biology")
    await erase_user(school.rooms, person.user_id)
    await erase_user(school.rooms, person.user_id)
    with pytest.raises(Refused) as refused:
        await erase_user(school.rooms, 4_711)
    assert refused.value.code is ErrorCode.NOT_FOUND


async def test_what_the_person_wrote_goes_with_the_name(school: School) -> None:
    """[SECURITY minors] That they wrote, and when, stays; the log still adds up."""
    person = await attended(school, "biology")
    client = await school.join(person.user_id, "biology")
    secret = {"text": "I live in Mill Lane"}
    client.send("system", "chat_message", secret, message_id="chat-of-ann:1")
    await school.until(lambda: bool(client.acked))
    (before,) = await school.store.chat("biology")
    await erase_user(school.rooms, person.user_id)
    assert b"Mill Lane" not in await everything(school)
    (after,) = await school.store.chat("biology")
    assert (after.seq, after.at_ms, after.user_id) == (before.seq, before.at_ms, person.user_id)
    assert msgspec.json.decode(after.data) == {"text": ERASED_TEXT}
    assert after.submission is not None
    assert after.submission.digest == 0
    assert not (await check(school.store, on_progress=lambda _: None)).faults
