"""A lesson on a running server: made over its API, as a platform would."""

import secrets
from typing import Any, Final, Self

import httpx
import msgspec

from actors.runtime.clock import SystemClock
from gateway.identity.claims import Scope
from gateway.identity.tokens import Tokens
from lessonroom.board.model.board import Board
from lessonroom.log.events import Event
from lessonroom.state import RoomState
from storage.records import Durability
from storage.store import Store
from tests.e2e.client import LessonClient
from tests.e2e.wire import JSON, NodeWire, PythonWire
from tests.serving import RunningServer

_API: Final = "/api/v1/classroom/sessions"


class Person(msgspec.Struct, frozen=True):
    """Somebody with a seat. `token` is their room token."""

    user_id: int
    token: str
    user_token: str = ""


class Lesson:
    """One session and the people in it. `server` may be exchanged for the one after a restart."""

    def __init__(self, server: RunningServer, session: dict[str, Any], host: Person) -> None:
        self.server = server
        self.session_id: str = session["session_id"]
        self.access_code: str = session["access_code"]
        self.host = host
        self.clients: list[LessonClient] = []
        """Everyone who ever entered."""

    @classmethod
    async def begin(cls, server: RunningServer, **fields: object) -> Self:
        """Create a session, seat its host and start it."""
        token = user_token(server, f"teacher-{secrets.token_hex(4)}")
        session = await call(server, "POST", f"{_API}/", token, json=fields)
        session_id = session["session_id"]
        joined = await call(server, "POST", f"{_API}/{session_id}/join/", token, json={})
        host = Person(joined["participant"]["user_id"], joined["token"], token)
        lesson = cls(server, session, host)
        await lesson.post("start")
        return lesson

    async def guest(self, name: str) -> Person:
        """Let somebody join by the access code."""
        body = {"access_code": self.access_code, "name": name}
        joined = await call(self.server, "POST", f"{_API}/{self.session_id}/join/", json=body)
        return Person(joined["participant"]["user_id"], joined["token"])

    async def post(self, what: str, token: str = "", **body: object) -> dict[str, Any]:
        """Call the API about this session, as the host unless `token` says otherwise."""
        path = f"{_API}/{self.session_id}/{what}/"
        return await call(self.server, "POST", path, token or self.host.user_token, json=body)

    def url(self, view: str = "", query: str = "") -> str:
        """Return the URL of the WebSocket, or of a view."""
        view = f"{view}/" if view else ""
        return f"{self.server.ws_url}/ws/classroom/{self.session_id}/{view}{query}"

    async def enter(
        self,
        person: Person,
        client: LessonClient | None = None,
        *,
        wire: str = JSON,
        view: str = "",
        is_syncing: bool = True,
    ) -> LessonClient:
        """Connect somebody, or connect their client again."""
        if client is None:
            client = LessonClient(person.user_id)
            self.clients.append(client)

        async def connector() -> PythonWire | NodeWire:
            if wire == "node":
                return await NodeWire.open(self.url(view), person.token)
            return await PythonWire.open(self.url(view), person.token, subprotocol=wire)

        await client.connect(connector, is_syncing=is_syncing)
        return client

    async def log(self) -> list[Event]:
        """Return the whole log from the disk; only while no server runs."""
        store = await Store.open(self.server.database_url, durability=Durability.PROCESS)
        try:
            events: list[Event] = []
            while more := await store.events(self.session_id, after=len(events)):
                events += more
        finally:
            await store.close()
        return events

    async def folded(self) -> Board:
        """Return the board that the log on the disk comes to; only while no server runs."""
        store = await Store.open(self.server.database_url, durability=Durability.PROCESS)
        try:
            session = await store.session(self.session_id)
        finally:
            await store.close()
        assert session is not None
        state = RoomState(session)
        for event in await self.log():
            state.apply(event)
        return state.board


def tokens_of(server: RunningServer) -> Tokens:
    """Return the means to make tokens as the server does."""
    secret = (server.data_dir / "signing-secret").read_bytes().strip()
    return Tokens([secret], leeway_s=30, clock=SystemClock())


def user_token(server: RunningServer, name: str) -> str:
    """Return a user token, as `lessonroom token user` does."""
    return tokens_of(server).mint_user(
        name, name, scope=Scope.USER, ttl_s=3600, token_id=secrets.token_hex(8)
    )


async def call(
    server: RunningServer, method: str, path: str, token: str = "", *, json: object = None
) -> dict[str, Any]:
    """Call the API and return what it says; anything but success is an error."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # A board of 9 MB takes a while where the machine does other things.
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as client:
        response = await client.request(method, path, headers=headers, json=json)
    assert response.is_success, f"{response.status_code} {response.text}"
    return dict(response.json())
