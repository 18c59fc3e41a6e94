"""Clients that cost the server something: it lets go of them, and others notice nothing."""

import asyncio
import contextlib
import time

import pytest

from tests.e2e.client import rect
from tests.e2e.conftest import Begin, Dial, Shake, StartServer
from tests.e2e.raw import RawSocket

_EACH = 20
_SOON_S = 3.0
"""The promise is 1 s; a machine that does other things besides is given more."""


async def test_connections_that_trickle_or_say_nothing_are_ended(
    start: StartServer, begin: Begin, dial: Dial, shake: Shake
) -> None:
    """[HS-7] Half a request, none, half a body, a WebSocket without a word; others come in."""
    assert await until_all_are_ended(start, begin, dial, shake) < 10


async def until_all_are_ended(start: StartServer, begin: Begin, dial: Dial, shake: Shake) -> float:
    """Open `_EACH` connections of each kind; return the seconds until the last one is gone."""
    lesson = await begin(start(server__handshake_timeout_s=1))
    path = f"/ws/classroom/{lesson.session_id}/"
    post = b"POST /api/v1/classroom/sessions/ HTTP/1.1\r\nHost: x\r\n"
    people = [await lesson.guest("Mute") for _ in range(_EACH)]
    began_s = time.monotonic()
    raws = [await shake(lesson.url(), person.token) for person in people]
    for _ in range(_EACH):
        for start_of_request in (
            b"",
            f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode(),
            post + b"Content-Length: 100\r\n\r\n{",
        ):
            raw = await dial(lesson.url())
            raw.send(start_of_request)
            raws.append(raw)
    trickling = asyncio.create_task(_trickle(await dial(lesson.url())))

    knocked_s = time.monotonic()
    host = await lesson.enter(lesson.host)
    await host.drawn(rect("r1"))
    assert time.monotonic() - knocked_s < _SOON_S
    await asyncio.gather(*(raw.until_gone(timeout_s=8) for raw in raws))
    await trickling
    assert host.closed is None
    return time.monotonic() - began_s


async def _trickle(raw: RawSocket) -> None:
    """Send a request byte by byte, which never ends, until the server has had enough."""
    async with asyncio.timeout(8):
        with contextlib.suppress(ConnectionError):
            while not raw.reader.at_eof():
                raw.send(b"G")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await raw.reader.read(1)


async def test_who_does_not_read_is_let_go_and_the_others_get_everything(
    start: StartServer, begin: Begin, shake: Shake
) -> None:
    """[FC-4] One of ten stops reading: 4413, and it resumes by `seq` with nothing lost."""
    lesson = await begin(start(limits__text_chars=60_000, limits__text_chars_per_board=600_000))
    clients = [await lesson.enter(lesson.host)]
    clients += [await lesson.enter(await lesson.guest(f"guest-{n}")) for n in range(8)]
    person = await lesson.guest("Stalled")
    stalled = await shake(lesson.url(), person.token, receive_buffer_bytes=4096)
    stalled.send_message("board", "sync_request", {})
    host = clients[0]
    for number in range(160):
        element = {
            "type": "text",
            "id": f"t{number % 10}",
            "layer": "base",
            "x": number,
            "y": 0,
            "text": "x" * 60_000,
        }
        await host.draw({"op": "put", "element": element})
        await host.until_fewer_than(5)
    await host.until_acknowledged()
    gone = await host.heard(
        lambda frame: (
            frame["data"].get("change") == "reconnecting"
            and frame["data"]["participant"]["user_id"] == person.user_id
        ),
        "the end of the one who does not read",
    )
    last = max(gone["seq"], *host.acks.values())
    for client in clients:
        await client.until_at(last)
        assert client.closed is None
    await stalled.until_gone()

    back = await lesson.enter(person)
    await back.until_at(last)
    assert {client.board.digest() for client in clients} == {back.board.digest()}


async def test_the_server_has_so_many_places_and_no_more(
    start: StartServer, begin: Begin, shake: Shake
) -> None:
    """[HS-4] Past `max_connections`: 503, with when to try again."""
    lesson = await begin(start(server__max_connections=3))
    people = [await lesson.guest(f"guest-{n}") for n in range(4)]
    raws = [await shake(lesson.url(), person.token) for person in people]
    assert [raw.status for raw in raws] == [101, 101, 101, 503]
    assert int(raws[-1].headers["retry-after"]) >= 1
    raws[0].close()
    async with asyncio.timeout(5):
        while (await shake(lesson.url(), people[3].token)).status != 101:
            pass


async def test_drawing_too_fast_waits_and_loses_nothing(start: StartServer, begin: Begin) -> None:
    """[FC-6] Four seconds at the rate; each is acknowledged, in order, and none refused."""
    lesson = await begin(start(limits__board_burst=20, limits__board_per_s=50))
    host = await lesson.enter(lesson.host)
    began_s = time.monotonic()
    ids = [await host.draw(rect(f"r{number}")) for number in range(220)]
    answers = [await host.answer(message_id) for message_id in ids]
    assert time.monotonic() - began_s > 3
    assert {answer["type"] for answer in answers} == {"ack"}
    seqs = [host.acks[message_id] for message_id in ids]
    assert seqs == sorted(seqs)


async def test_commands_that_are_too_fast_are_refused_with_a_time(
    start: StartServer, begin: Begin
) -> None:
    """[FC-6] `rate_limited`."""
    lesson = await begin(start(limits__command_per_s=1))
    host = await lesson.enter(lesson.host)
    for number in range(10):
        await host.send("system", "command", {"name": "save"}, f"save-{number}")
    answers = [await host.answer(f"save-{number}") for number in range(10)]
    limited = [answer["data"] for answer in answers if answer["type"] == "error"]
    assert len(limited) >= 6
    assert {error["code"] for error in limited} == {"rate_limited"}
    assert all(0 < error["retry_after_ms"] <= 1_000 for error in limited)


@pytest.mark.parametrize("how", ["reset", "goodbye"])
async def test_a_flooder_that_is_gone_while_nothing_is_read_of_it_is_found(
    start: StartServer, begin: Begin, shake: Shake, how: str
) -> None:
    """[HS-7] [FC-5] A peer is pinged, whether it is read or not."""
    lesson = await begin(start(server__idle_timeout_s=6, limits__board_per_s=1))
    host = await lesson.enter(lesson.host)
    person = await lesson.guest("Gone")
    raw = await shake(lesson.url(), person.token)
    for number in range(3_000):
        raw.send_message("board", "sync_request", {}, f"s{number}")
    await host.heard(lambda frame: frame["data"].get("change") == "joined", "Gone")
    if how == "reset":
        raw.writer.transport.abort()
    else:
        raw.writer.close()
    await host.until(
        lambda: any(
            frame["data"].get("change") == "reconnecting"
            and frame["data"]["participant"]["user_id"] == person.user_id
            for frame in host.of_type("participant_update")
        ),
        "the end of one that is gone",
    )


@pytest.mark.parametrize("kicks", [10])
async def test_a_kick_in_the_middle_of_a_flood_is_the_last_of_it(
    start: StartServer, begin: Begin, kicks: int
) -> None:
    """[BD-3, SY-3] Nothing of the one kicked has a higher seq; closed within a second."""
    lesson = await begin(start())
    host = await lesson.enter(lesson.host)
    for number in range(kicks):
        flooder = await lesson.enter(await lesson.guest(f"flooder-{number}"))
        flood = [await flooder.draw(rect(f"f{number}-{n}")) for n in range(50)]
        kicked_s = time.monotonic()
        kick = asyncio.create_task(host.command("kick", user_id=flooder.user_id))
        for n in range(200):
            await flooder.draw(rect(f"late{number}-{n}"))
        await kick
        assert (await flooder.until_closed()).code == 4503
        assert time.monotonic() - kicked_s < _SOON_S
        news = await host.heard(
            lambda frame, who=flooder.user_id: (  # type: ignore[misc]
                frame["data"].get("change") == "kicked"
                and frame["data"]["participant"]["user_id"] == who
            ),
            "the kick",
        )
        theirs = [
            event["seq"]
            for event in host.of_type("board_event")
            if event["from"] == flooder.user_id
        ]
        assert len(theirs) >= len(flooder.acks) >= 1
        assert max(theirs) < news["seq"]
        assert flood[0] in flooder.acks
