"""The main job over real sockets: people in one room, each seeing the others' strokes once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from lessonroom.replica.pending import Kept, Pending
from tests.e2e.client import rect
from tests.e2e.conftest import FAST, Begin, StartServer
from tests.e2e.lesson import Lesson, Person, call
from tests.e2e.wire import JSON, MSGPACK, NODE, PythonWire
from tests.postgres import Postgres
from tests.serving import RunningServer, start_server

needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """One server on each kind of database for the tests of this file."""
    env = dict(FAST)
    if request.param == "postgres":
        cluster: Postgres = request.getfixturevalue("postgres")
        env["LESSONROOM_STORAGE__URL"] = cluster.new_database()
    running = start_server(tmp_path_factory.mktemp("server") / "data", env=env)
    yield running
    assert running.stop() == 0


@needs_node
async def test_four_people_see_each_stroke_once_and_in_one_order(lesson: Lesson) -> None:
    """[BD-2, BD-4, HS-3] Two by `websockets`, one by Node's own WebSocket, one in MessagePack."""
    ada, ben, cleo = [await lesson.guest(name) for name in ("Ada", "Ben", "Cleo")]
    clients = [
        await lesson.enter(lesson.host, wire=JSON),
        await lesson.enter(ada, wire=JSON),
        await lesson.enter(ben, wire="node"),
        await lesson.enter(cleo, wire=MSGPACK),
    ]
    for n in range(25):
        for client in clients:
            await client.draw(rect(f"{client.user_id}-{n}", x=n + 0.5))
    for client in clients:
        await client.until_has(elements=100)
        await client.until_acknowledged()

    first_shared = max(client.seqs[0] for client in clients)
    for client in clients:
        own = [frame for frame in client.of_type("board_event") if frame["from"] == client.user_id]
        assert own == []
        assert len(client.of_type("ack")) == 25
        assert len(client.of_type("board_event")) == 75
        assert client.seqs == list(range(client.seqs[0], client.head + 1))
        assert client.seqs[0] <= first_shared
    assert len({client.board.digest() for client in clients}) == 1
    assert {client.head for client in clients} == {clients[0].head}
    for client in clients:
        await client.leave()


async def test_who_may_not_draw_is_refused_and_sees_the_others_go_on(lesson: Lesson) -> None:
    """[BD-3, EN-4] Withdrawn and granted while connected: each holds from its event on."""
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    await ada.drawn(rect("before"))

    await host.command("set_permissions", user_id=ada.user_id, permissions={"can_draw": False})
    refused = await ada.answer(await ada.draw(rect("without")))
    assert refused["type"] == "error"
    assert refused["data"]["code"] == "permission_denied"
    withdrawn = await ada.heard(lambda frame: frame["type"] == "permission_update", "withdrawal")
    assert withdrawn["data"]["user_id"] == ada.user_id
    assert withdrawn["data"]["permissions"]["can_draw"] is False
    await host.drawn(rect("meanwhile"))

    await host.command("set_permissions", user_id=ada.user_id, permissions={"can_draw": True})
    seq = await ada.drawn(rect("after"))
    await host.until_at(seq)
    await ada.until_at(seq)
    assert set(host.board.elements) == {"before", "meanwhile", "after"}
    assert host.board.digest() == ada.board.digest()


async def test_what_the_withdrawal_overtook_is_not_on_the_board(lesson: Lesson) -> None:
    """[BD-3] No event of the one concerned has a higher seq than the withdrawal."""
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    drawn = [await ada.draw(rect(f"flood-{n}")) for n in range(100)]
    await host.command("set_permissions", user_id=ada.user_id, permissions={"can_draw": False})
    drawn += [await ada.draw(rect(f"late-{n}")) for n in range(100)]
    for message_id in drawn:
        await ada.answer(message_id)

    withdrawal = await host.heard(lambda frame: frame["type"] == "permission_update", "it")
    assert max(ada.acks.values(), default=0) < withdrawal["seq"]
    assert not any(message_id in ada.acks for message_id in drawn[100:])


async def test_a_student_cannot_kick_or_grant(lesson: Lesson) -> None:
    """[EN-1, BD-3] What a message claims about its sender changes nothing."""
    await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    for name, args in {
        "kick": {"user_id": lesson.host.user_id, "by": lesson.host.user_id},
        "set_permissions": {"user_id": ada.user_id, "permissions": {"can_kick": True}},
        "terminate": {},
        "pause": {},
    }.items():
        await ada.send("system", "command", {"name": name, "args": args}, f"as-host-{name}")
        answer = await ada.answer(f"as-host-{name}")
        assert answer["type"] == "error", name
        assert answer["data"]["code"] == "permission_denied", name


async def test_whoever_claims_to_be_another_is_stamped(lesson: Lesson) -> None:
    """[EN-1] `from`, `at`, `seq`, `user_id` and `by` are the server's."""
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    op = rect("r1")
    op["element"]["by"] = host.user_id
    assert ada._wire is not None
    ada.replica.queue.adopt([Kept(Pending("abcdefgh:1", [op]), may_be_sent=True)])
    await ada._wire.send(
        {
            "ch": "board",
            "type": "board_event",
            "id": "abcdefgh:1",
            "from": host.user_id,
            "user_id": host.user_id,
            "seq": 9999,
            "at": 1,
            "data": {"ops": [op], "user_id": host.user_id},
        }
    )
    event = await host.heard(lambda frame: frame["type"] == "board_event", "the event")
    assert event["from"] == ada.user_id
    assert event["seq"] == host.head
    assert event["at"] > 1_700_000_000_000
    assert event["data"]["ops"][0]["element"]["by"] == ada.user_id


@needs_node
async def test_kicked_is_out_with_the_same_token_also_after_a_restart(
    start: StartServer, begin: Begin
) -> None:
    """[SY-3, HS-4] Until the host invites them again, and then only with a new token."""
    lesson = await begin(start())
    host = await lesson.enter(lesson.host)
    person = await lesson.guest("Ben")
    ben = await lesson.enter(person, wire="node")
    await ben.drawn(rect("before"))

    await host.command("kick", user_id=ben.user_id, reason="noise")
    end = await ben.until_closed()
    assert end.code == 4503
    assert ben.of_type("kicked")[-1]["data"] == {"by": host.user_id, "reason": "noise"}
    await host.heard(
        lambda frame: frame["type"] == "participant_update" and frame["data"]["change"] == "kicked",
        "news of the kick",
    )
    await refused_with(403, lesson, person)

    assert lesson.server.stop() == 0
    lesson.server = start()
    await refused_with(403, lesson, person)
    await lesson.enter(lesson.host, host)
    path = f"/api/v1/classroom/sessions/{lesson.session_id}/participants/"
    await call(
        lesson.server, "POST", path, lesson.host.user_token, json={"user_id": person.user_id}
    )
    await refused_with(401, lesson, person)


async def test_a_client_that_dropped_goes_on_by_delta(lesson: Lesson) -> None:
    """[BD-7, BD-4, SY-1] Each missed event once and in order, one's own among them."""
    host = await lesson.enter(lesson.host)
    person = await lesson.guest("Ada")
    ada = await lesson.enter(person)
    await ada.drawn(rect("mine"))
    await ada.drop()
    dropped = await host.heard(
        lambda frame: (
            frame["type"] == "participant_update" and frame["data"]["change"] == "reconnecting"
        ),
        "reconnecting",
    )
    assert dropped["data"]["participant"]["user_id"] == ada.user_id
    for n in range(20):
        await host.drawn(rect(f"meanwhile-{n}"))

    missed_from = ada.head
    await lesson.enter(person, ada)
    assert ada.sync["mode"] == "delta"
    assert ada.sync["from_seq"] == missed_from
    await ada.until_at(host.head)
    await host.until_at(ada.head)
    assert ada.board.digest() == host.board.digest()
    assert not [frame for frame in host.frames if frame["data"].get("change") == "left"]


async def test_a_client_that_is_too_far_behind_gets_the_whole_board(
    start: StartServer, begin: Begin
) -> None:
    """[BD-7] Past `resume_window` the answer is `full`."""
    lesson = await begin(start(rooms__resume_window=10))
    host = await lesson.enter(lesson.host)
    person = await lesson.guest("Ada")
    ada = await lesson.enter(person)
    assert ada.welcome["resume_window"] == 10
    await ada.drop()
    for n in range(20):
        await host.drawn(rect(f"meanwhile-{n}"))
    await lesson.enter(person, ada)
    assert ada.sync["mode"] == "full"
    await ada.drawn(rect("after"))
    await host.until_at(ada.head)
    assert ada.board.digest() == host.board.digest()


async def test_a_point_of_another_history_gets_the_whole_board(lesson: Lesson) -> None:
    """[BD-7] An unknown epoch, a seq above the head, a seq before its epoch."""
    host = await lesson.enter(lesson.host)
    await host.drawn(rect("r1"))
    epoch, head = host.epoch, host.head
    for point in (
        {"epoch": "0000000000000000", "seq": head},
        {"epoch": epoch, "seq": head + 1000},
        {"epoch": epoch, "seq": 0},
        {"seq": head},
        {},
    ):
        since = len(host.frames)
        await host.send("board", "sync_request", point)
        answer = await host.heard(
            lambda frame: frame["type"] == "sync_response", "an answer", since=since
        )
        assert answer["data"]["mode"] == "full", point
        assert list(answer["data"]["board"]["elements"]) == ["r1"]


async def test_sending_again_gives_the_first_ack_again(lesson: Lesson) -> None:
    """[BD-6] On the same and on a later connection; the same id with another content conflicts."""
    person = await lesson.guest("Ada")
    ada = await lesson.enter(person)
    host = await lesson.enter(lesson.host)
    seq = await ada.drawn(rect("r1"))
    message_id = f"{ada.client_id}:1"
    for _ in range(2):
        since = len(ada.frames)
        await ada.send("board", "board_event", {"ops": [rect("r1")]}, message_id)
        again = await ada.heard(
            lambda frame: frame.get("id") == message_id, "the ack again", since=since
        )
        assert (again["type"], again["seq"]) == ("ack", seq)
        await ada.drop()
        await lesson.enter(person, ada)
    since = len(ada.frames)
    await ada.send("board", "board_event", {"ops": [rect("other")]}, message_id)
    refused = await ada.heard(
        lambda frame: frame.get("id") == message_id, "the refusal", since=since
    )
    assert refused["data"]["code"] == "conflict"
    assert len([event for event in host.of_type("board_event") if event["seq"] >= seq]) == 1


async def test_calls_of_the_api_act_on_live_sockets(lesson: Lesson) -> None:
    """[BD-5, BD-8] Pause, resume, permissions, kick, complete: told to everyone, in the order."""
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    ben = await lesson.enter(await lesson.guest("Ben"))

    await lesson.post("pause")
    await ada.heard(is_status("paused"), "paused")
    refused = await ada.answer(await ada.draw(rect("paused")))
    assert refused["data"]["code"] == "session_not_active"
    await host.drawn(rect("by-the-host"))
    await lesson.post("resume")
    await lesson.post("permissions", role="student", permissions={"can_draw": False})
    refused = await ada.answer(await ada.draw(rect("not-for-students")))
    assert refused["data"]["code"] == "permission_denied"
    await lesson.post("permissions", user_id=ada.user_id, permissions={"can_draw": True})
    await ada.drawn(rect("ada-alone"))
    assert (await ben.answer(await ben.draw(rect("ben-not"))))["type"] == "error"
    await lesson.post(f"kick/{ben.user_id}")
    assert (await ben.until_closed()).code == 4503
    await ada.heard(
        lambda frame: (
            frame["data"].get("change") == "kicked"
            and frame["data"]["participant"]["user_id"] == ben.user_id
        ),
        "the kick",
    )
    await lesson.post("complete")
    for client in (host, ada):
        assert (await client.until_closed()).code == 4510
        assert is_status("completed")(client.frames[-1])
    await refused_with(410, lesson, lesson.host)


async def test_a_seat_that_has_too_many_connections_loses_the_oldest(lesson: Lesson) -> None:
    """[SY-2] The oldest is replaced (4409); the newer ones notice nothing."""
    person = await lesson.guest("Ada")
    tabs = [await lesson.enter(person) for _ in range(3)]
    newest = await lesson.enter(person)
    assert (await tabs[0].until_closed()).code == 4409
    seq = await newest.drawn(rect("r1"))
    for tab in tabs[1:]:
        await tab.until_at(seq)
        assert [event["from"] for event in tab.of_type("board_event")] == [person.user_id]


def is_status(status: str) -> Callable[[dict[str, Any]], bool]:
    return lambda frame: frame["type"] == "session_status" and frame["data"]["status"] == status


async def refused_with(status: int, lesson: Lesson, person: Person) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await PythonWire.open(lesson.url(), person.token)
    assert refused.value.response.status_code == status
