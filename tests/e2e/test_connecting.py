"""From the request to the welcome: who gets in, and what those hear who do not."""

import json
from collections.abc import Iterator

import pytest

from gateway.identity.tokens import Tokens
from lessonroom.people.permissions import Permission, Role
from tests.e2e.client import rect
from tests.e2e.conftest import Begin, Dial, Shake, StartServer
from tests.e2e.lesson import Lesson, Person, call, tokens_of
from tests.serving import RunningServer, start_server

JSON_PROTOCOL = "lessonroom.v1.json"


def protocols(*names: str) -> tuple[tuple[str, str], ...]:
    return (("Sec-WebSocket-Protocol", ", ".join(names)),)


def room_token(tokens: Tokens, lesson: Lesson, person: Person, *, ttl_s: int = 60) -> str:
    return tokens.mint_room(
        lesson.session_id,
        person.user_id,
        role=Role.HOST,
        permissions=frozenset(Permission),
        ttl_s=ttl_s,
        token_id="test",
    )


# -- which way in


async def test_the_welcome_says_all_that_a_client_needs(lesson: Lesson) -> None:
    """[HS-5] It is the first message, with every field of the rule."""
    ada = await lesson.guest("Ada")
    client = await lesson.enter(ada)
    assert client.frames[0]["type"] == "welcome"
    welcome = client.welcome
    assert welcome["protocol"] == "lessonroom.v1"
    assert welcome["participant"]["user_id"] == ada.user_id
    assert welcome["participant"]["status"] == "connected"
    assert welcome["session"]["session_id"] == lesson.session_id
    assert welcome["session"]["status"] == "active"
    assert "access_code" not in json.dumps(welcome)
    assert welcome["permissions"] == {
        permission.value: permission.value
        in {
            "can_draw",
            "can_erase",
            "can_upload_images",
            "can_export",
            "can_toggle_video",
            "can_toggle_audio",
        }
        for permission in Permission
    }
    assert {seat["user_id"] for seat in welcome["roster"]} == {ada.user_id, lesson.host.user_id}
    assert welcome["head"] == client.head
    assert welcome["epoch"] == client.epoch
    assert welcome["ice_servers"] == []
    assert welcome["limits"]["max_message_bytes"] == 65_536
    assert welcome["resume_window"] == 4096
    assert welcome["durability"] == "power"
    assert welcome["server_time"] > 1_700_000_000_000
    assert welcome["peer_id"] != welcome["connection_id"]


async def test_a_view_carries_its_channel_and_what_every_view_carries(lesson: Lesson) -> None:
    """[HS-1] The multiplexed endpoint has all of it."""
    ada = await lesson.guest("Ada")
    everything = await lesson.enter(lesson.host)
    views = {
        name: await lesson.enter(ada, view=name, is_syncing=False)
        for name in ("board", "webrtc", "system")
    }
    for client in views.values():
        await client.send("board", "sync_request", {})
        answer = await client.heard(lambda frame: frame["type"] == "sync_response", "sync")
        assert (answer["data"]["board"] is None) == (client is not views["board"])
        # From here on a view's gaps are no fault: other channels have events too.
        client.replica.has_gaps = True

    await everything.drawn(rect("r1"))
    await everything.send("webrtc", "media_state", {"audio": True})
    await everything.command("set_permissions", user_id=ada.user_id, permissions={"can_kick": True})
    await lesson.post("pause")
    for client in (everything, *views.values()):
        await client.heard(lambda frame: frame["type"] == "session_status", "pause")
        await client.send("system", "ping", {"t": 7}, "p")
        assert (await client.answer("p"))["data"]["t"] == 7
    seen = {
        name: {frame["type"] for frame in client.frames if "seq" in frame}
        for name, client in views.items()
    }
    assert seen == {
        "board": {"board_event", "session_status"},
        "webrtc": {"media_state", "session_status"},
        "system": {"permission_update", "session_status"},
    }
    assert {"ack", "media_state", "permission_update", "session_status"} <= {
        frame["type"] for frame in everything.frames
    }


async def test_a_view_refuses_the_messages_of_other_channels(lesson: Lesson) -> None:
    """[HS-1] As unknown messages: the connection stays."""
    system = await lesson.enter(lesson.host, view="system", is_syncing=False)
    await system.send("board", "board_event", {"ops": [rect("r1")]}, "abcdefgh:1")
    assert (await system.answer("abcdefgh:1"))["data"]["code"] == "unknown_message"
    board = await lesson.enter(lesson.host, view="board", is_syncing=False)
    await board.send("webrtc", "media_state", {"audio": True}, "m")
    assert (await board.answer("m"))["data"]["code"] == "unknown_message"


@pytest.mark.parametrize("path", ["chat/", "board/x/", "//", "board//"])
async def test_other_paths_are_not_there(lesson: Lesson, shake: Shake, path: str) -> None:
    """[HS-1, HS-4]"""
    raw = await shake(lesson.url() + path, lesson.host.token)
    assert raw.status == 404


async def test_the_token_comes_by_sub_protocol_or_by_header(lesson: Lesson, shake: Shake) -> None:
    """[HS-2, HS-3] The answer names the sub-protocol chosen, and never the token."""
    url, token = lesson.url(), lesson.host.token
    for names in ((JSON_PROTOCOL, f"bearer.{token}"), (f"bearer.{token}", JSON_PROTOCOL)):
        raw = await shake(url, headers=protocols(*names))
        assert raw.status == 101
        assert raw.headers["sec-websocket-protocol"] == JSON_PROTOCOL
        assert (await raw.message())["type"] == "welcome"
    raw = await shake(url, headers=protocols(f"bearer.{token}"))
    assert raw.status == 101
    assert "sec-websocket-protocol" not in raw.headers
    raw = await shake(url, token)
    assert raw.status == 101
    assert "sec-websocket-protocol" not in raw.headers
    raw = await shake(url, token, protocols("lessonroom.v1.msgpack", JSON_PROTOCOL))
    assert raw.headers["sec-websocket-protocol"] == "lessonroom.v1.msgpack"
    opcode, _ = await raw.frame()
    assert opcode.name == "BINARY"


async def test_more_than_one_token_is_a_bad_request(lesson: Lesson, shake: Shake) -> None:
    """[HS-2] Even the same one twice: it could be read differently by whoever stands between."""
    url, token = lesson.url(), lesson.host.token
    bearer = f"bearer.{token}"
    for raw in (
        await shake(url, token, protocols(JSON_PROTOCOL, bearer)),
        await shake(url, headers=protocols(JSON_PROTOCOL, bearer, bearer)),
        await shake(url, token, (("Authorization", f"Bearer {token}"),)),
    ):
        assert raw.status == 400, raw.body
        assert json.loads(raw.body)["code"] == "invalid"


async def test_an_unknown_sub_protocol_is_a_bad_request(lesson: Lesson, shake: Shake) -> None:
    """[HS-3] The answer lists those that are spoken."""
    raw = await shake(lesson.url(), lesson.host.token, protocols("lessonroom.v2.json"))
    assert raw.status == 400
    assert JSON_PROTOCOL in json.loads(raw.body)["detail"]


async def test_a_token_in_the_url_is_refused_unless_the_operator_allows_it(
    lesson: Lesson, shake: Shake, start: StartServer, begin: Begin
) -> None:
    """[HS-2] And no log line ever holds it."""
    raw = await shake(lesson.url(query=f"?token={lesson.host.token}"))
    assert raw.status == 401
    allowing = start(auth__allow_query_token="true")
    other = await begin(allowing)
    raw = await shake(other.url(query=f"?token={other.host.token}"))
    assert raw.status == 101
    raw = await shake(other.url(query=f"?token={other.host.token}"), other.host.token)
    assert raw.status == 400
    for log in (lesson.server.log, allowing.log):
        assert "eyJ" not in log.read_text()


# -- who is refused


async def test_each_refusal_has_its_status_and_its_close_code(
    start: StartServer, begin: Begin, shake: Shake
) -> None:
    """[HS-4] Before the upgrade by HTTP status, with `?reason=close` by close code."""
    server = start()
    lesson = await begin(server, max_participants=1)
    other = await begin(server)
    tokens = tokens_of(server)
    kicked = await lesson.guest("Ada")
    await lesson.post(f"kick/{kicked.user_id}")
    waits = await lesson.guest("Ben")
    # Who leaves keeps the seat and its token, and gives the place back (SY-5).
    watcher = await lesson.enter(lesson.host)
    await (await lesson.enter(waits)).leave()
    await watcher.heard(lambda frame: frame.get("data", {}).get("change") == "left", "Ben leaving")
    await lesson.enter(await lesson.guest("Cleo"))
    ended = await begin(server)
    await ended.post("terminate")
    host = lesson.host
    nowhere = tokens.mint_room(
        "no-such-session",
        host.user_id,
        role=Role.HOST,
        permissions=frozenset(),
        ttl_s=60,
        token_id="test",
    )
    forged = host.token[:-4] + ("AAAA" if not host.token.endswith("AAAA") else "BBBB")
    cases = {
        "no token": (lesson.url(), None, 401, 4501),
        "no JWT": (lesson.url(), "hello", 401, 4501),
        "forged": (lesson.url(), forged, 401, 4501),
        "a user token": (lesson.url(), host.user_token, 401, 4501),
        "of another session": (lesson.url(), other.host.token, 401, 4501),
        "kicked": (lesson.url(), kicked.token, 403, 4503),
        "no such session": (
            f"{server.ws_url}/ws/classroom/no-such-session/",
            nowhere,
            404,
            4504,
        ),
        "full": (lesson.url(), waits.token, 409, 4509),
        "ended": (ended.url(), ended.host.token, 410, 4510),
    }
    for name, (url, token, status, close_code) in cases.items():
        raw = await shake(url, token)
        assert raw.status == status, name
        assert raw.headers["content-type"] == "application/problem+json", name
        assert json.loads(raw.body)["status"] == status, name
        raw = await shake(f"{url}?reason=close", token)
        assert raw.status == 101, name
        assert await raw.close_code() == close_code, name


async def test_an_expired_token_opens_nothing_and_ends_what_it_opened(
    lesson: Lesson, shake: Shake
) -> None:
    """[HS-4, HS-7] A connection lives as long as its token."""
    token = room_token(tokens_of(lesson.server), lesson, lesson.host, ttl_s=2)
    raw = await shake(lesson.url(), token)
    assert (await raw.message())["type"] == "welcome"
    raw.send_message("board", "sync_request", {})
    assert await raw.close_code() == 4501


async def test_too_many_bad_tokens_from_an_address_have_to_wait(
    start: StartServer, begin: Begin, shake: Shake
) -> None:
    """[HS-4] 429 with `Retry-After`, also for a good token; those inside notice nothing."""
    lesson = await begin(start())
    inside = await lesson.enter(lesson.host)
    statuses = [(await shake(lesson.url(), "bad")).status for _ in range(31)]
    assert statuses[:29] == [401] * 29
    assert statuses[-1] == 429
    raw = await shake(lesson.url(), lesson.host.token)
    assert raw.status == 429
    assert int(raw.headers["retry-after"]) >= 1
    raw = await shake(lesson.url(query="?reason=close"), lesson.host.token)
    assert await raw.close_code() == 4429
    await inside.drawn(rect("r1"))


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("http://{host}", True),
        ("https://{host}", True),
        ("https://lessons.example.org", True),
        ("null", False),
        ("http://127.0.0.1", False),
        ("http://{host}.evil.example", False),
        ("http://evil.example", False),
        ("https://lessons.example.org.evil.example", False),
        ("https://sub.lessons.example.org", False),
        ("http://lessons.example.org", False),
        ("https://lessons.example.org:444", False),
        ("https://evil.example/https://lessons.example.org", False),
        ("", False),
    ],
)
async def test_pages_of_other_origins_are_refused(
    origins_server: RunningServer, begin: Begin, shake: Shake, origin: str, *, is_allowed: bool
) -> None:
    """[HS-4] The server's own host and those listed, exactly; others may not use a stolen token."""
    lesson = await begin(origins_server)
    origin = origin.format(host=origins_server.url.partition("//")[2])
    raw = await shake(lesson.url(), lesson.host.token, (("Origin", origin),))
    assert raw.status == (101 if is_allowed else 403)


@pytest.fixture(scope="module")
def origins_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One that allows the pages of another site."""
    running = start_server(
        tmp_path_factory.mktemp("origins") / "data",
        env={"LESSONROOM_SERVER__ALLOWED_ORIGINS": '["https://lessons.example.org"]'},
    )
    yield running
    running.kill()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"), 400),
        (("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), 400),
        (("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: short"), 400),
        (("Host:", f"X-Long: {'a' * 9000}\r\nHost:"), 431),
        (("/ws/classroom/", f"/ws/classroom/{'a' * 9000}"), 414),
    ],
)
async def test_a_broken_handshake_is_answered_and_the_connection_ends(
    lesson: Lesson, dial: Dial, change: tuple[str, str], status: int
) -> None:
    """[HS-4, EN-3] Whatever is wrong with it, nothing is left open on the server's side."""
    raw = await dial(lesson.url())
    host = lesson.server.url.partition("//")[2]
    request = (
        f"GET /ws/classroom/{lesson.session_id}/ HTTP/1.1\r\nHost: {host}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {lesson.host.token}"
        "\r\n\r\n"
    )
    raw.send(request.replace(*change).encode())
    await raw.read_response()
    assert raw.status == status
    await raw.until_gone(timeout_s=5)


# -- silence


async def test_silence_is_ended(start: StartServer, begin: Begin, shake: Shake) -> None:
    """[HS-7] Without a first message, and later without a message or a pong."""
    lesson = await begin(start(server__handshake_timeout_s=1, server__idle_timeout_s=5))
    never_spoke = await shake(lesson.url(), lesson.host.token)
    assert await never_spoke.close_code() == 4408
    patient = await lesson.enter(await lesson.guest("Ada"))
    silent = await shake(lesson.url(), lesson.host.token)
    silent.send_message("board", "sync_request", {})
    # Its pings are left unanswered. The other client answers them, and stays.
    assert await silent.close_code() == 4408
    assert patient.closed is None
    await patient.drawn(rect("r1"))


async def test_no_event_comes_before_the_sync(lesson: Lesson) -> None:
    """[HS-6] Signals may."""
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"), is_syncing=False)
    await host.drawn(rect("r1"))
    await host.send("board", "pointer_move", {"x": 1, "y": 2})
    await ada.heard(lambda frame: frame["type"] == "pointer_move", "the pointer")
    assert not any("seq" in frame for frame in ada.frames)
    await ada.synchronise()
    assert list(ada.board.elements) == ["r1"]


async def test_the_health_checks_answer(server: RunningServer) -> None:
    """A server that serves says so."""
    for path in ("/healthz", "/readyz"):
        await call(server, "GET", path)
