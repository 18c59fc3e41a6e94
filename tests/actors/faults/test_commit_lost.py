"""A commit fails: nobody sees anything of it, and writing resumes by itself.

Tests also: actors/house/rooms.py.
"""

import asyncio

import pytest

from actors.config import RoomConfig
from lessonroom.codes import CloseCode, Refused
from lessonroom.commands import KickParticipant, MoveSession, SaveBoard
from lessonroom.log.events import Channel
from lessonroom.session.lifecycle import Move
from storage.records import UserKind
from tests.actors.faults.losing import PROBE_S, lose_one
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import ANN, BEN, FAST, HOST, OpenSchool, School

pytestmark = pytest.mark.logs_errors


async def test_a_storage_fault_shows_nothing_and_writing_resumes(school: School) -> None:
    """[P19] [P2] `unavailable` with the id; after the probe the same id is accepted once."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    seen = list(ann.seen)
    drawn = await lose_one(school, host, Fault.STORAGE)
    await school.rest()
    assert host.errors[0]["id"] == drawn
    assert host.errors[0]["code"] == "unavailable"
    assert host.errors[0]["retry_after_ms"] > 0
    assert not host.acked
    assert ann.seen == seen
    assert "lost" not in school.board()
    assert not school.rooms.is_writable()
    assert school.store.reconnects == 0
    school.clock.advance(PROBE_S)
    await school.rest()
    assert school.rooms.is_writable()
    assert school.store.reconnects == 1, "an fsync retry proves nothing: reopened"
    assert not host.outbox.has_ended
    assert not ann.outbox.has_ended
    host.send_again()
    await school.until(lambda: drawn in host.acked)
    await school.rest()
    await school.check()


async def test_what_is_said_while_the_disk_is_away_arrives_at_once(school: School) -> None:
    """[P19] Signals, pointers, syncs and refusals wait for no event that was lost."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    school.store.is_down = True
    for n in range(10):
        host.draw(f"lost{n}")
    await school.until(lambda: len(host.errors) == 10)
    late = host.draw("late")
    host.send_again()
    host.send("webrtc", "offer", {"to": "peer-annnie-1", "sdp": "v=0\r\n"})
    host.point(3)
    asked = ann.sync()
    await school.rest()
    assert [error["id"] for error in host.errors].count(late) == 1
    assert ann.outbox.of_type("offer")
    assert ann.outbox.of_type("pointer_move")
    assert ann.outbox.of_type("sync_response")[-1]["id"] == asked
    with pytest.raises(Refused, match=r"cannot write|not be written"):
        await school.rooms.ask("algebra", SaveBoard(by=HOST))
    ben = school.client(BEN)
    ben.connect(school.rooms)
    await school.until(lambda: ben.outbox.has_ended)
    assert ben.outbox.refused is not None
    assert ben.outbox.refused.code == "unavailable"
    school.clock.advance(60)
    await school.rest()
    assert not school.rooms.is_writable()
    school.store.is_down = False
    school.clock.advance(5)
    await school.rest()
    host.send_again()
    await school.until(lambda: not host.pending)
    await school.rest()
    assert len(host.acked) == 11
    await school.check()


async def test_a_sync_asked_from_a_lost_state_is_answered_from_the_disk(school: School) -> None:
    """[BD-7] [P2] The request came with the lost batch: its answer tells of nothing lost."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    school.store.hold()
    school.store.fail_next(Fault.STORAGE)
    host.draw("lost")
    await school.until(lambda: school.store.is_held)
    asked = ann.sync()
    await school.settle()
    school.store.release()
    await school.until(lambda: bool(host.errors))
    await school.rest()
    answer = ann.outbox.of_type("sync_response")[-1]
    assert answer["id"] == asked
    assert answer["data"]["seq"] == len(await school.log())
    school.clock.advance(PROBE_S)
    host.send_again()
    await school.rest()
    await school.check()


async def test_callers_by_name_and_newcomers_are_told(school: School) -> None:
    """[P19] Kick, terminate, a save and a handshake in the lost batch: `unavailable`."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    ben = school.client(BEN)
    school.store.hold()
    school.store.fail_next(Fault.STORAGE)
    host.draw("lost")
    await school.until(lambda: school.store.is_held)
    ben.connect(school.rooms)
    called = host.call("save")
    asked = [
        asyncio.create_task(school.rooms.ask("algebra", command))
        for command in (
            SaveBoard(by=HOST),
            KickParticipant(by=HOST, user_id=ANN),
            MoveSession(by=HOST, move=Move.TERMINATE),
        )
    ]
    await school.settle()
    school.store.release()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for answer in answers:
        assert isinstance(answer, Refused)
        assert answer.code == "unavailable"
    assert ben.outbox.refused is not None
    assert ben.outbox.refused.code == "unavailable"
    assert [error["id"] for error in host.errors if error["id"] == called]
    assert not ann.outbox.of_type("kicked")
    assert ann.outbox.closed is CloseCode.INTERNAL, "the room had let go of her: she comes back"
    await school.rest()
    school.clock.advance(PROBE_S)
    await school.rest()
    for client in (host, ann, ben):
        await school.connect(client)
    await school.until(lambda: not host.pending)
    await school.rest()
    await school.check()
    assert "session_terminate" not in {event.type for event in await school.log()}


async def test_a_newcomer_that_left_before_the_loss_is_forgotten(school: School) -> None:
    """[SY-2] Its handshake waits in the lost batch, and nobody waits for it any more."""
    host = await school.join(HOST)
    await school.rest()
    school.store.hold()
    school.store.fail_next(Fault.STORAGE)
    host.draw("lost")
    await school.until(lambda: school.store.is_held)
    ann = school.client(ANN)
    ann.connect(school.rooms)
    await school.settle()
    ann.drop()
    await school.settle()
    school.store.release()
    await school.until(lambda: bool(host.errors))
    await school.rest()
    school.clock.advance(PROBE_S)
    await school.rest()
    assert not host.outbox.has_ended, "the room lives"
    host.send_again()
    await school.until(lambda: not host.pending)
    await school.rest()
    await school.check()


async def test_the_roster_is_put_right_afterwards(school: School) -> None:
    """[SY-1] Who left while nothing could be written is `reconnecting` once it can."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    school.store.is_down = True
    host.draw("lost")
    await school.until(lambda: bool(host.errors))
    ann.drop()
    await school.rest()
    school.store.is_down = False
    school.clock.advance(PROBE_S)
    await school.rest()
    changes = [m["data"] for m in host.outbox.of_type("participant_update")]
    assert changes[-1]["change"] == "reconnecting"
    assert changes[-1]["participant"]["user_id"] == ANN
    school.clock.advance(school.config.grace_s)
    await school.rest()
    changes = [m["data"] for m in host.outbox.of_type("participant_update")]
    assert changes[-1]["change"] == "left"
    host.send_again()
    await school.until(lambda: not host.pending)
    await school.rest()
    await school.check()


async def test_what_was_on_disk_is_sent_although_the_next_commit_fails(
    open_school: OpenSchool,
) -> None:
    """[P1] The interval of the fan-out is not over when the loss is known: no one is closed."""
    school = await open_school(RoomConfig(rates=FAST))
    host = school.client(HOST)
    host.connect(school.rooms)
    while not host.is_synced:
        await school.rest()
        school.clock.advance(0.02)
    host.draw("first")
    await school.until(lambda: not host.pending)
    kept = host.draw("kept")
    await school.settle()
    # What somebody waits for does not wait for strokes to gather.
    await _ensure_user(school)
    await school.rest()
    assert kept in await school.submissions()
    assert kept not in host.acked, "the interval is not over"
    school.store.fail_next(Fault.STORAGE)
    lost = host.draw("lost")
    await school.settle()
    with pytest.raises(Refused):
        await _ensure_user(school)
    await school.until(lambda: bool(host.errors))
    assert kept in host.acked
    assert [error["id"] for error in host.errors] == [lost]
    assert not host.outbox.has_ended
    await school.rest()
    school.clock.advance(PROBE_S)
    await school.rest()
    host.send_again()
    await school.rest()
    school.clock.advance(0.02)
    await school.rest()
    await school.check()


async def _ensure_user(school: School) -> None:
    await asyncio.wait_for(
        school.rooms.ensure_user(issuer="own", subject="new", name="New", kind=UserKind.GUEST), 10
    )


async def test_a_room_that_is_opened_anew_after_a_loss_is_heard(school: School) -> None:
    """[P19] The journal does not take its batches for those of the room before it."""
    host = await school.join(HOST)
    await school.rest()
    await lose_one(school, host, Fault.REFUSED)
    await school.rest()
    host.leave()
    host.forget()
    await school.rest()
    school.clock.advance(school.config.rest_after_s + 2)
    await school.rest()
    assert not school.is_live()
    await school.connect(host)
    drawn = host.draw("anew")
    await school.until(lambda: drawn in host.acked)
    await school.rest()
    await school.check()


async def test_a_room_whose_writes_are_refused_again_and_again_is_a_fault(
    school: School,
) -> None:
    """[P20] The database takes writes and none of this room: a crash, not a loop."""
    host = await school.join(HOST)
    await school.rest()
    tried = len(school.store.attempts)
    for n in range(tried + 1, tried + 6):
        school.store.faults[n] = Fault.REFUSED
    host.draw("lost")
    for _ in range(10):
        await school.until(lambda: bool(host.errors) or host.outbox.has_ended)
        await school.rest()
        if host.outbox.has_ended:
            break
        host.errors.clear()
        host.send_again()
    assert host.outbox.closed is CloseCode.INTERNAL
    school.store.faults.clear()
    await school.connect(host)
    await school.until(lambda: not host.pending)
    await school.rest()
    await school.check()


async def test_views_and_lost_commits(school: School) -> None:
    """[HS-1] [P19] A view without the board goes on through a loss as well."""
    host = await school.join(HOST)
    ann = await school.join(ANN, channels=frozenset({Channel.SYSTEM}))
    await lose_one(school, host, Fault.STORAGE)
    await school.rest()
    school.clock.advance(PROBE_S)
    await school.rest()
    assert not ann.outbox.has_ended
    host.call("pause")
    await school.until(lambda: bool(ann.outbox.of_type("session_status")))
