"""Undo, restore and snapshots in a live room: on disk before anyone hears of it.

Tests also: actors/room/joining/boards.py, actors/room/persistence/saving.py.
"""

import asyncio
import sqlite3
from typing import Any

import msgspec
import pytest

from actors.config import RoomConfig
from lessonroom.commands import KickParticipant, MoveSession, SaveBoard
from lessonroom.log.events import EventType
from lessonroom.outcome import SnapshotType
from lessonroom.rates import Rate, Rates
from lessonroom.session.lifecycle import Move
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, QUICK, School


async def draw(school: School, client: Client, element: str = "e1") -> int:
    """Draw, and return the `seq` once it is acknowledged."""
    submission = client.draw(element)
    await school.until(lambda: submission in client.acked)
    return client.acked[submission]


async def answer(school: School, client: Client, request: str) -> dict[str, Any]:
    """Return the reply or the error to a request, once it is there."""
    found: list[dict[str, Any]] = []

    def is_there() -> bool:
        found[:] = [
            message
            for message in client.outbox.of_type("reply", "error")
            if message.get("id") == request
        ]
        return bool(found)

    await school.until(is_there)
    return found[0]


async def snapshots(school: School) -> list[tuple[SnapshotType, int]]:
    """Return kind and version of the snapshots on disk, oldest first."""
    await school.rest()
    entries = await school.store.snapshots("algebra")
    return [(entry.kind, entry.version) for entry in reversed(entries)]


# -- undo


async def test_an_undo_comes_to_everyone_as_an_event(school: School) -> None:
    """[BD-11][BD-4] To its author too, before the reply that names it."""
    ann, ben = await school.join(ANN), await school.join(BEN)
    await draw(school, ann)
    request = ann.call("undo")
    reply = await answer(school, ann, request)
    await school.rest()
    seq = reply["data"]["result"]["seq"]
    for client in (ann, ben):
        (event,) = [m for m in client.outbox.of_type("board_event") if m["seq"] == seq]
        assert event["from"] == ANN
        assert "id" not in event
        assert event["data"]["ops"] == [{"op": "remove", "ids": ["e1"]}]
        assert not client.faults
    heard = ann.outbox.of_type("board_event", "reply")
    assert [message["type"] for message in heard][-2:] == ["board_event", "reply"]
    redone = await answer(school, ann, ann.call("redo"))
    assert redone["data"]["result"]["seq"] == seq + 1
    assert school.board() == {"e1": 1}
    assert [event.type for event in (await school.log())[-2:]] == [EventType.BOARD_OP] * 2


async def test_with_nothing_to_undo_it_is_not_found(school: School) -> None:
    """[BD-11] An error with the id of the command."""
    ann = await school.join(ANN)
    error = await answer(school, ann, ann.call("undo"))
    assert (error["type"], error["data"]["code"]) == ("error", "not_found")
    assert error["data"]["message"] == "there is nothing to undo"


@pytest.mark.logs_errors
async def test_what_a_lost_commit_took_along_cannot_be_undone(school: School) -> None:
    """[BD-11][P19] The board is another one: the steps were not taken on it."""
    ann = await school.join(ANN)
    await draw(school, ann, "kept")
    school.store.is_down = True
    ann.draw("lost")
    await school.until(lambda: bool(ann.errors))
    school.store.is_down = False
    while not school.rooms.is_writable():
        school.clock.advance(5)
        await school.rest()
    await school.rest()
    error = await answer(school, ann, ann.call("undo"))
    assert error["data"]["code"] == "not_found"


async def test_an_undo_costs_what_sending_it_would(url: str) -> None:
    """[FC-6] A small message must not make large ones for everyone, again and again: it waits."""
    rates = Rates(board=Rate(1, 7), participant_factor=1)
    school = await School.open(url, config=msgspec.structs.replace(QUICK, rates=rates))
    await school.lesson()
    ann = await school.join(ANN)
    points = [0.123456789, 0.123456789, 0.5, 16] * 1_200
    for n in range(4):
        element = {"type": "stroke", "id": f"s{n}", "layer": "base", "x": 1, "points": points}
        stroke = {"op": "put", "element": element}
        ann.send("board", "board_event", {"ops": [stroke]}, message_id=f"annnie-page:{n + 1}")
    remove = {"op": "remove", "ids": ["s0", "s1", "s2", "s3"]}
    ann.send("board", "board_event", {"ops": [remove]}, message_id="annnie-page:5")
    first = await answer(school, ann, ann.call("undo"))
    assert first["type"] == "reply"
    # Seven at once: five edits and the undo; its size is worth two more, which are owed.
    second = ann.call("redo")
    await school.rest()
    assert not [message for message in ann.outbox.messages if message.get("id") == second]
    school.clock.advance(3)
    assert (await answer(school, ann, second))["type"] == "reply"
    await school.close()


# -- restore


async def test_the_host_restores_over_the_wire(school: School) -> None:
    """[BD-12] Everyone sees it happen; the present is saved first."""
    host, ann = await school.join(HOST), await school.join(ANN)
    wanted = await draw(school, ann, "e1")
    present = await draw(school, ann, "e2")
    reply = await answer(school, host, host.call("restore", version=wanted))
    seq = reply["data"]["result"]["seq"]
    assert reply["data"]["result"] == {"version": wanted, "seq": seq}
    (event,) = [m for m in ann.outbox.of_type("board_event") if m["seq"] == seq]
    assert event["data"] == {"restored": wanted, "ops": [{"op": "remove", "ids": ["e2"]}]}
    assert (await snapshots(school))[-1] == (SnapshotType.MANUAL, present)
    assert (await school.log())[-1].type is EventType.BOARD_RESTORE
    assert school.board() == {"e1": 1}
    assert await school.store.board_at("algebra", seq) == await school.store.board_at(
        "algebra", wanted
    )


async def test_only_the_host_restores(school: School) -> None:
    """[BD-12] Others are refused before the log is read for them."""
    ann = await school.join(ANN)
    seq = await draw(school, ann)
    error = await answer(school, ann, ann.call("restore", version=seq))
    assert error["data"]["code"] == "permission_denied"


@pytest.mark.parametrize("beyond", [1, 1000])
async def test_a_version_that_is_not_there_yet_is_not_found(school: School, beyond: int) -> None:
    """[BD-12] The field at fault is named."""
    host = await school.join(HOST)
    await school.rest()
    head = len(await school.log())
    error = await answer(school, host, host.call("restore", version=head + beyond))
    assert error["data"] == {
        "code": "not_found",
        "message": f"versions are from 1 to {head}",
        "field": "data.args.version",
    }


async def test_a_host_who_left_meanwhile_restores_nothing(school: School) -> None:
    """[SY-2] The board comes for a connection that is gone."""
    host, ann = await school.join(HOST), await school.join(ANN)
    await draw(school, ann)
    host.call("restore", version=1)
    host.leave()
    await school.rest()
    assert school.board() == {"e1": 1}
    assert EventType.BOARD_RESTORE not in {event.type for event in await school.log()}


@pytest.mark.logs_errors
async def test_a_version_that_cannot_be_read_is_unavailable(school: School, url: str) -> None:
    """[P19][BD-12] The lesson goes on."""
    host, ann = await school.join(HOST), await school.join(ANN)
    seq = await draw(school, ann)
    with sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as intruder:
        intruder.execute("UPDATE session_event SET crc32 = crc32 + 1 WHERE seq = ?", (seq,))
    intruder.close()
    error = await answer(school, host, host.call("restore", version=seq))
    assert error["data"]["code"] == "unavailable"
    assert await draw(school, ann, "e2") == seq + 1


async def test_a_large_restore_makes_nobody_a_slow_reader(url: str) -> None:
    """[FC-4] A board that is larger than the outbox reaches who does not read this moment."""
    config = msgspec.structs.replace(QUICK, outbox_soft_bytes=1_000, outbox_hard_bytes=4_000)
    school = await School.open(url, config=config)
    await school.lesson()
    host, ann = await school.join(HOST), await school.join(ANN)
    for n in range(40):
        await draw(school, ann, f"e{n}")
    full = ann.acked[f"annnie-client:{40}"]
    await answer(school, host, host.call("restore", version=1))
    ann.outbox.is_stalled = True
    await answer(school, host, host.call("restore", version=full))
    await school.rest()
    assert ann.outbox.unsent_bytes() > config.outbox_hard_bytes
    assert ann.outbox.closed is None
    ann.outbox.drain()
    await answer(school, host, host.call("undo"))
    await school.rest()
    assert ann.outbox.closed is None
    assert not ann.faults
    await school.close()


# -- snapshots at their moments


async def test_the_board_is_saved_when_somebody_comes_or_goes(school: School) -> None:
    """[P8] Only where it has changed since the newest snapshot."""
    host = await school.join(HOST)
    assert await snapshots(school) == []
    await draw(school, host)
    ann = await school.join(ANN)
    joined = len(await school.log())
    assert await snapshots(school) == [(SnapshotType.JOIN, joined)]
    ben = await school.join(BEN)
    ann.leave()
    assert await snapshots(school) == [(SnapshotType.JOIN, joined)]
    await draw(school, host)
    ben.leave()
    saved = await snapshots(school)
    assert saved[1:] == [(SnapshotType.LEAVE, len(await school.log()))]
    board = await school.store.board_at("algebra", saved[-1][1])
    assert board == school.room()._lesson.state.board.encode()


async def test_a_kick_is_a_leave(school: School) -> None:
    """[P8] What somebody did before they were removed is found at once."""
    ann = await school.join(ANN)
    await draw(school, ann)
    await school.rooms.ask("algebra", KickParticipant(by=HOST, user_id=ANN))
    assert [kind for kind, _ in await snapshots(school)] == [SnapshotType.LEAVE]


async def test_a_drop_that_is_made_good_saves_nothing(school: School) -> None:
    """[SY-1] It is neither a leave nor a join."""
    ann = await school.join(ANN)
    await draw(school, ann)
    ann.drop()
    await school.rest()
    await school.connect(ann)
    assert await snapshots(school) == []


async def test_snapshots_of_one_batch_are_all_kept(school: School) -> None:
    """[P8] Saving by hand and ending the lesson: both are on disk, with whom and what for."""
    ann = await school.join(ANN)
    await draw(school, ann)
    await school.rest()
    school.store.hold()
    saving = school.rooms.ask("algebra", SaveBoard(by=ANN))
    ending = school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.COMPLETE))
    tasks = [asyncio.ensure_future(saving), asyncio.ensure_future(ending)]
    await school.settle()
    school.store.release()
    for task in tasks:
        await task
    entries = list(reversed(await school.store.snapshots("algebra")))
    assert [(entry.kind, entry.created_by) for entry in entries] == [
        (SnapshotType.MANUAL, ANN),
        (SnapshotType.TERMINATE, None),
    ]


async def test_a_large_board_is_saved_as_the_log_grows(school: School) -> None:
    """[P8] Not for a stroke every ten seconds: all snapshots together would dwarf the log."""
    host = await school.join(HOST)

    async def draw_many(name: str, count: int) -> int:
        submissions = [host.draw(f"{name}{n}") for n in range(count)]
        await school.until(lambda: not host.pending)
        return host.acked[submissions[-1]]

    large = await draw_many("first", 800)
    school.clock.advance(10)
    assert (await snapshots(school))[-1] == (SnapshotType.AUTO, large)
    await draw_many("few", 10)
    school.clock.advance(60)
    assert (await snapshots(school))[-1] == (SnapshotType.AUTO, large)
    more = await draw_many("more", 100)
    school.clock.advance(10)
    assert (await snapshots(school))[-1] == (SnapshotType.AUTO, more)


async def test_autosave_keeps_to_its_interval(url: str) -> None:
    """[P8] Not before it is over, not where nothing changed, sooner after many events."""
    config = RoomConfig(fanout_interval_s=0.0, autosave_s=10, snapshot_events=3)
    school = await School.open(url, config=config)
    await school.lesson()
    host = await school.join(HOST)
    first = await draw(school, host)
    school.clock.advance(9)
    assert await snapshots(school) == []
    school.clock.advance(1)
    assert await snapshots(school) == [(SnapshotType.AUTO, first)]
    school.clock.advance(20)
    assert len(await snapshots(school)) == 1
    newest = [await draw(school, host) for _ in range(3)][-1]
    school.clock.advance(1)
    assert (await snapshots(school))[1:] == [(SnapshotType.AUTO, newest)]
    await school.close()
