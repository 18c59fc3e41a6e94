"""The Python client against a real server, waiting and under asyncio."""

import asyncio
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

import lessonroom_client
from gateway.rest.app import api_document
from lessonroom_client import (
    ApiError,
    ApiKey,
    AsyncClient,
    Client,
    Conflict,
    Ended,
    Invalid,
    NotFound,
    PermissionDenied,
    RateLimited,
    Retries,
    Unauthorized,
    Unreachable,
)
from scripts.python_client.operations import LEFT_OUT
from tests.clients.conftest import SECRET
from tests.gateway.rest.images import encoded
from tests.serving import RunningServer

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "python"
README = (CLIENT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long was waited; nothing is."""
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("lessonroom_client.client.time.sleep", waits.append)
    monkeypatch.setattr("lessonroom_client.client.asyncio.sleep", wait)
    return waits


def teacher(server: RunningServer, key: ApiKey, **more: Any) -> Client:  # noqa: ANN401
    return Client(server.url, lambda: key.user_token("teacher-9", "Ada"), **more)


class Deaf(httpx.HTTPTransport):
    """Carries requests out, and loses the first answers."""

    def __init__(self, lost: int) -> None:
        super().__init__()
        self.lost = lost
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        response = super().handle_request(request)
        if len(self.asked) <= self.lost:
            response.read()
            response.close()
            raise httpx.ReadError("the connection was lost")
        return response


def test_each_operation_is_a_method_of_both() -> None:
    """[API client] But for those that no program calls with a token."""
    named = {
        operation["operationId"]
        for methods in api_document()["paths"].values()
        for operation in methods.values()
    }
    assert named > LEFT_OUT.keys()
    for client in (Client, AsyncClient):
        there = {name for name, _ in inspect.getmembers(client, callable)}
        files = {name.removesuffix("_file") for name in there if name.endswith("_file")}
        assert named - LEFT_OUT.keys() <= there | files
        assert not LEFT_OUT.keys() & there


def test_the_sample_of_the_readme_prints_what_it_says(server: RunningServer) -> None:
    """[API client] And again: it is the same lesson."""
    sample, said = re.findall(r"^```(?:python|text)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[
        :2
    ]
    env = {**os.environ, "LESSONROOM_URL": server.url, "LESSONROOM_KEY": SECRET}
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", sample],
            env={**env, "PYTHONPATH": str(CLIENT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        link = re.compile(rf"{re.escape(server.url)}/room/01[0-9a-f-]+#token=\S+")
        shown = link.sub("https://lessons.example.org/room/01a2…#token=eyJ…", ended.stdout)
        assert shown == said


def test_the_version_is_the_server_s(server: RunningServer) -> None:
    """[API client] Both are released together."""
    texts = [(folder / "pyproject.toml").read_text("utf-8") for folder in (ROOT, CLIENT)]
    versions = {re.search(r'^version = "(.+)"$', text, re.MULTILINE)[1] for text in texts}  # type: ignore[index]
    assert len(versions) == 1
    assert server.url
    assert lessonroom_client.__version__


def test_lists_are_read_to_their_end(server: RunningServer, key: ApiKey) -> None:
    """[API client] A page after the other, by `cursor`, and by `after`."""
    with Client(server.url, lambda: key.user_token("teacher-pages", "Ada")) as ada:
        made = [ada.create_session(title=f"lesson {n}")["session_id"] for n in range(5)]
        listed = [each["session_id"] for each in ada.each_my_sessions(limit=2)]
        assert sorted(listed) == sorted(made)
        assert list(ada.each_my_sessions(title="nothing")) == []
        ada.start_session(made[0])
        types = [entry["type"] for entry in ada.each_timeline(made[0], limit=1)]
        assert types[-1] == "session_start"
        assert len(types) > 2
    with Client(server.url, key.platform_token) as school:
        assert {each["data"]["session_id"] for each in school.each_events(limit=3)} >= set(made)


def test_what_is_no_json_is_bytes(server: RunningServer, key: ApiKey) -> None:
    """[API client] Whole, and piece by piece; and so is what is sent."""
    with teacher(server, key) as ada:
        session_id = ada.create_session()["session_id"]
        image = ada.upload_image(session_id, encoded("PNG"), media_type="image/png")
        assert ada.get_image(image["asset"]).startswith((b"\x89PNG", b"RIFF"))
        png = ada.export_board_file(session_id, format="png")
        assert png.startswith(b"\x89PNG")
        with ada.export_board_stream(session_id, format="png") as pieces:
            assert b"".join(pieces) == png
        assert ada.export_board(session_id)["board"]["layers"]
        assert ada.get_timeline_file(session_id, format="csv").count(b"\n") > 1
        assert ada.get_timeline(session_id)["items"]


def test_refusals_say_what_they_are(server: RunningServer, key: ApiKey) -> None:
    """[API client] By kind, with the field at fault and what is allowed."""
    with teacher(server, key) as ada:
        with pytest.raises(Invalid) as invalid:
            ada.create_session(max_participants=0)
        assert (invalid.value.code, invalid.value.field) == ("invalid", "max_participants")
        assert "greater than or equal to 1" in invalid.value.detail
        assert invalid.value.status == 422
        with pytest.raises(NotFound):
            ada.get_session("019a9c31-0000-7000-8000-000000000000")
        with pytest.raises(NotFound):
            ada.get_session("../../healthz?x=#y")
        session_id = ada.create_session()["session_id"]
        with pytest.raises(Conflict) as conflict:
            ada.resume_session(session_id)
        assert conflict.value.code == "conflict"
        ada.terminate_session(session_id, reason="rain")
        with pytest.raises(Ended):
            ada.change_access_code(session_id)
        with pytest.raises(PermissionDenied):
            ada.list_events()
        with pytest.raises(Unauthorized):
            ada.acting_as(None).get_session(session_id)
        assert ada.healthz()


def test_a_lost_answer_makes_nothing_twice(
    server: RunningServer, key: ApiKey, waited: list[float]
) -> None:
    """[API client] [SY create] The same key comes with the same request; none is left to luck."""
    transport = Deaf(lost=2)
    http = httpx.Client(transport=transport)
    ada = Client(server.url, lambda: key.user_token("teacher-lost", "Ada"), http=http)
    made = ada.create_session(title="once")
    assert [each["session_id"] for each in ada.each_my_sessions()] == [made["session_id"]]
    assert len({request.headers["Idempotency-Key"] for request in transport.asked[:3]}) == 1
    assert len(waited) == 2
    assert all(0 < wait_s <= 0.4 for wait_s in waited)
    transport.asked.clear()
    with pytest.raises(Unreachable, match="the connection was lost"):
        ada.create_solo_session()
    assert len(transport.asked) == 1
    http.close()


def test_an_own_key_is_sent_as_it_is(server: RunningServer, key: ApiKey) -> None:
    """[API client] Another program may have begun with it."""
    with teacher(server, key) as ada:
        one = ada.create_session(idempotency_key="k-1", title="x")
        assert ada.create_session(idempotency_key="k-1", title="x") == one
        with pytest.raises(Invalid) as other:
            ada.create_session(idempotency_key="k-1", title="y")
        assert other.value.field == "Idempotency-Key"


class Busy(httpx.MockTransport):
    """Says some times that it is too much."""

    def __init__(self, refusals: int, *, status: int = 429, **told: Any) -> None:  # noqa: ANN401
        self.left = refusals

        def answer(request: httpx.Request) -> httpx.Response:
            self.left -= 1
            if self.left >= 0:
                problem = {"code": "rate_limited", "detail": "too often", **told}
                return httpx.Response(status, json=problem)
            return httpx.Response(200, json={"path": request.url.path})

        super().__init__(answer)


async def test_what_is_refused_for_the_moment_is_asked_again(waited: list[float]) -> None:
    """[API client] When the server says, whatever it is; not for ever, and not after an hour."""
    for is_async in (False, True):

        async def made(transport: Busy, is_async: bool = is_async) -> Any:  # noqa: ANN401, FBT001
            retries = Retries(most=3)
            if is_async:
                http = httpx.AsyncClient(transport=transport)
                return await AsyncClient("http://x/y/", http=http, retries=retries).create_session()
            with httpx.Client(transport=transport) as blocking:
                return Client("http://x/y", http=blocking, retries=retries).create_session()

        waited.clear()
        answer = await made(Busy(3, retry_after_ms=1_500))
        assert answer == {"path": "/y/api/v1/classroom/sessions/"}
        assert waited == [1.5, 1.5, 1.5]
        with pytest.raises(RateLimited) as limited:
            await made(Busy(4, retry_after_ms=10))
        assert limited.value.retry_after_s == 0.01
        waited.clear()
        with pytest.raises(RateLimited):
            await made(Busy(1, retry_after_ms=3_600_000))
        with pytest.raises(ApiError) as fault:
            await made(Busy(1, status=500))
        assert (fault.value.status, waited) == (500, [])


async def test_the_same_under_asyncio(server: RunningServer, key: ApiKey) -> None:
    """[API client] Launch, lists, files, refusals, and somebody else over the same connections."""
    async with AsyncClient(server.url, key.platform_token) as school:
        people: Any = [{"subject": "teacher-a", "name": "Ada", "role": "host"}]
        launched = await asyncio.gather(
            *(school.launch_session(external_id="async-1", people=people) for _ in range(4))
        )
        assert sum(each["is_new"] for each in launched) == 1
        session_id = launched[0]["session"]["session_id"]
        ada = school.acting_as(lambda: key.user_token("teacher-a", "Ada"))
        assert [each["session_id"] async for each in ada.each_my_sessions()] == [session_id]
        png = await ada.export_board_file(session_id, format="png")
        async with ada.export_board_stream(session_id, format="png") as pieces:
            assert b"".join([piece async for piece in pieces]) == png
        with pytest.raises(Invalid) as invalid:
            await ada.create_session(title="x" * 201)
        assert invalid.value.field == "title"
        with pytest.raises(NotFound):
            await ada.get_session("none")


def test_nobody_there_is_unreachable(key: ApiKey, waited: list[float]) -> None:
    """[API client] Asked again before, as nothing was sent."""
    said = r"POST http://127\.0\.0\.1:1/api/v1/classroom/launch/"
    with (
        Client("http://127.0.0.1:1", key.platform_token) as nobody,
        pytest.raises(Unreachable, match=said),
    ):
        nobody.launch_session(external_id="x", people=[{"subject": "a"}])
    assert len(waited) == Retries().most


def test_the_operator_needs_no_token_on_the_socket(server: RunningServer) -> None:
    """[API client] As the README says."""
    socket = httpx.HTTPTransport(uds=str(server.data_dir / "operator.sock"))
    with httpx.Client(transport=socket) as http:
        operator = Client("http://operator", http=http)
        made = operator.create_user(name="Grace")
        assert made["user_id"] in {user["user_id"] for user in operator.each_users(limit=1)}
