"""Coming, dropping, being replaced, being kicked; the room's rest and its end."""

import asyncio

import pytest

from actors.messages import Join, Rested
from lessonroom.codes import CloseCode, Refused
from lessonroom.commands import KickParticipant, SaveBoard
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, QUICK, OpenSchool, School


def _changes(client: Client, user_id: int) -> list[str]:
    return [
        message["data"]["change"]
        for outbox in client.outboxes
        for message in outbox.of_type("participant_update")
        if message["data"]["participant"]["user_id"] == user_id
    ]


async def test_a_drop_is_shown_as_reconnecting_for_the_grace(school: School) -> None:
    """[SY-1] `left` comes after `grace_s`, not before, and never as a removal."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    ann.drop()
    await school.rest()
    school.clock.advance(school.config.grace_s - 1)
    await school.rest()
    assert _changes(host, ANN) == ["joined", "reconnecting"]
    school.clock.advance(2)
    await school.rest()
    assert _changes(host, ANN) == ["joined", "reconnecting", "left"]
    await school.check()


async def test_who_is_back_within_the_grace_never_left(school: School) -> None:
    """[SY-1] The timer of the drop has no say any more."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    ann.drop()
    await school.rest()
    school.clock.advance(school.config.grace_s - 1)
    await school.connect(ann)
    school.clock.advance(2 * school.config.grace_s)
    await school.rest()
    assert _changes(host, ANN) == ["joined", "reconnecting", "updated"]
    await school.check()


async def test_a_goodbye_needs_no_grace(school: School) -> None:
    """[SY-1] Closed with 1000, a participant has left at once."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    ann.leave()
    await school.rest()
    assert _changes(host, ANN) == ["joined", "left"]


async def test_a_late_close_does_not_harm_a_newer_connection(school: School) -> None:
    """[SY-2] Two pages of one person: the end of the older one changes nothing."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    newer = await school.join(ANN, suffix="2")
    ann.drop()
    await school.rest()
    assert _changes(host, ANN) == ["joined"]
    newer.draw()
    await school.until(lambda: not newer.pending)
    school.clock.advance(2 * school.config.grace_s)
    await school.rest()
    assert _changes(host, ANN) == ["joined"]
    await school.check()


async def test_one_connection_too_many_replaces_the_oldest(school: School) -> None:
    """[SY-2] 4409 for the oldest; whose late goodbye changes nothing."""
    most = school.config.limits.connections_per_participant
    pages = [await school.join(ANN, suffix=str(n)) for n in range(most + 1)]
    await school.rest()
    assert [page.outbox.closed for page in pages] == [CloseCode.REPLACED, *[None] * most]
    pages[-1].draw()
    await school.until(lambda: not pages[-1].pending)
    assert _changes(pages[-1], ANN) == []
    await school.check()


async def test_a_kick_is_the_last_that_is_heard(school: School) -> None:
    """[SY-3] [BD-3] [P12] `kicked`, then 4503; no operation behind it; the token stays void."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    ann.draw("before")
    await school.until(lambda: "before" in host.board)
    host.call("kick", user_id=ANN, reason="enough")
    ann.draw("behind")
    await school.until(lambda: ann.outbox.has_ended)
    assert ann.outbox.closed is CloseCode.KICKED
    (kicked,) = ann.outbox.of_type("kicked")
    assert kicked["data"] == {"by": HOST, "reason": "enough"}
    await school.rest()
    assert "behind" not in host.board
    assert _changes(host, ANN) == ["joined", "kicked"]
    await _is_kept_out(school, ann)
    host.leave()
    await school.rest()
    school.clock.advance(school.config.rest_after_s + 2)
    await school.rest()
    assert not school.is_live(), "opened from storage now"
    await _is_kept_out(school, ann)
    await school.restart()
    await _is_kept_out(school, ann)


async def _is_kept_out(school: School, client: Client) -> None:
    client.connect(school.rooms)
    await school.until(lambda: client.outbox.has_ended)
    assert client.outbox.refused is not None
    assert client.outbox.refused.code == "kicked"


async def test_a_room_rests_and_opens_again_where_it_was(school: School) -> None:
    """[BD-7] [P9] With nobody in it for `rest_after_s`; a new epoch, the same log."""
    host = await school.join(HOST)
    host.draw("kept")
    await school.until(lambda: not host.pending)
    epoch = host.epoch
    host.leave()
    await school.rest()
    school.clock.advance(school.config.rest_after_s - 1)
    await school.rest()
    assert school.is_live()
    school.clock.advance(3)
    await school.rest()
    assert not school.is_live()
    await school.connect(host)
    await school.rest()
    assert host.sync_modes[-1] == "delta"
    assert host.epoch != epoch
    assert host.board == {"kept": 1}
    await school.check()


async def test_a_room_with_somebody_in_it_does_not_rest(school: School) -> None:
    """[P9] However silent they are."""
    await school.join(HOST)
    for _ in range(5):
        school.clock.advance(school.config.rest_after_s)
        await school.rest()
    assert school.is_live()


async def test_who_comes_while_a_room_goes_to_rest_gets_in(school: School) -> None:
    """[P20] At whatever moment of it: the handshake is answered, nobody needs to try again."""
    for turns in range(12):
        host = await school.join(HOST, suffix=f"-{turns}")
        host.leave()
        await school.rest()
        school.clock.advance(school.config.rest_after_s + 1)
        for _ in range(turns):
            await asyncio.sleep(0)
        ann = await school.join(ANN, suffix=f"-{turns}")
        ann.leave()
        await school.rest()
    await school.check()


async def test_the_snapshot_of_a_resting_room_is_taken(school: School) -> None:
    """[P8] The next one that opens it has no events to redo."""
    host = await school.join(HOST)
    host.draw("kept")
    await school.until(lambda: not host.pending)
    host.leave()
    await school.rest()
    school.clock.advance(school.config.rest_after_s + 2)
    await school.rest()
    stored = await school.store.load_room("algebra", resume_window=10)
    assert stored is not None
    assert stored.board is not None
    assert b"kept" in stored.board


async def test_a_shutdown_says_so_commits_and_closes(school: School) -> None:
    """[SY-4] [P22] `restarting`, everything accepted is acknowledged, then 1012."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    school.store.hold()
    drawn = host.draw("accepted")
    await school.until(lambda: school.store.is_held)
    late = host.draw("late")
    stopping = asyncio.create_task(school.rooms.stop())
    await school.settle()
    ben = school.client(BEN)
    ben.connect(school.rooms)
    await school.settle()
    assert ben.outbox.refused is not None
    assert ben.outbox.refused.code == "unavailable"
    assert not host.outbox.has_ended
    school.store.release()
    await stopping
    await school.settle()
    for client in (host, ann):
        assert client.outbox.closed is CloseCode.RESTARTING
        assert client.outbox.of_type("notification")[-1]["data"]["code"] == "restarting"
    assert {drawn, late} <= host.acked.keys()
    assert (await school.submissions()).items() >= host.acked.items()
    await school.restart()
    for client in (host, ann):
        await school.connect(client)
        assert client.sync_modes[-1] == "delta"
    await school.rest()
    await school.check()


async def test_a_shutdown_does_not_wait_for_ever_for_the_store(school: School) -> None:
    """[SY-4] [P22] After its time everyone is told, and everything stops."""
    host = await school.join(HOST)
    await school.rest()
    school.store.hold()
    drawn = host.draw("never")
    await school.until(lambda: school.store.is_held)
    asked = asyncio.create_task(school.rooms.ask("algebra", SaveBoard(by=HOST)))
    await school.settle()
    stopping = asyncio.create_task(school.rooms.stop())
    await school.settle()
    assert not stopping.done()
    school.clock.advance(6)
    await stopping
    await school.settle()
    assert host.outbox.closed is CloseCode.RESTARTING
    assert [error["id"] for error in host.errors] == [drawn]
    with pytest.raises(Refused) as caught:
        await asked
    assert caught.value.code == "unavailable"
    school.store.release()
    await school.restart()


async def test_a_shutdown_while_the_database_cannot_be_written(
    school: School, request: pytest.FixtureRequest
) -> None:
    """[SY-4] [P19] It says so, closes with 1012 and ends."""
    request.applymarker(pytest.mark.logs_errors)
    host = await school.join(HOST)
    await school.rest()
    school.store.is_down = True
    host.draw("lost")
    await school.until(lambda: bool(host.errors))
    await school.rest()
    await school.stop()
    await school.settle()
    assert host.outbox.closed is CloseCode.RESTARTING
    assert host.outbox.of_type("notification")
    school.store.is_down = False
    await school.restart()


async def test_after_the_end_callers_are_refused(school: School) -> None:
    """[P22] Nobody waits for actors that have stopped."""
    await school.stop()
    with pytest.raises(Refused) as caught:
        await school.rooms.ask("algebra", KickParticipant(by=None, user_id=ANN))
    assert caught.value.code == "unavailable"
    with pytest.raises(Refused) as caught:
        await school.lesson("history")
    assert caught.value.code == "unavailable"
    await school.restart()


async def test_a_join_that_reaches_a_room_behind_its_end_is_refused(
    open_school: OpenSchool,
) -> None:
    """[P20] The room's mailbox is not where a handshake ends."""
    school = await open_school(QUICK)
    host = await school.join(HOST)
    host.leave()
    await school.rest()
    ref = school.room().actor_ref
    ann = school.client(ANN)
    ann.connect(school.rooms)
    await school.until(lambda: ann.is_synced)
    ann.leave()
    await school.rest()
    late = school.client(BEN)
    stopped = ref.stop(block=False)
    ref.tell(Join(connect=None, outbox=late.outbox, ice_servers=[]))  # type: ignore[arg-type]
    await stopped
    school.rooms.directory.tell(Rested("algebra", ref))
    assert late.outbox.refused is not None
    assert late.outbox.refused.code == "unavailable"
