"""A small school to test the API with: people, tokens and the calls they make."""

import itertools
from typing import Any

import httpx
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from starlette import types

from gateway.identity.claims import Scope
from gateway.identity.tokens import Tokens
from lessonroom.commands import Connect
from tests.manual_clock import ManualClock

API = "/api/v1/classroom"
OPERATOR = "/api/v1/operator"


class OperatorSocket:
    """The application as the operator's Unix socket serves it."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
        await self._app({**scope, "state": {"is_operator": True}}, receive, send)


class School:
    """Calls the API as somebody."""

    def __init__(self, app: FastAPI, tokens: Tokens, clock: ManualClock) -> None:
        self.app = app
        self.tokens = tokens
        self.clock = clock
        self._minted = itertools.count()

    def user_token(self, name: str, *, scope: Scope = Scope.USER) -> str:
        """Return a token of the server's own for somebody of that name and subject."""
        token_id = f"jti-{name}-{next(self._minted)}"
        return self.tokens.mint_user(name, name, scope=scope, ttl_s=3_600, token_id=token_id)

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        address: str = "192.0.2.1",
        headers: dict[str, str] | None = None,
        **request: Any,  # noqa: ANN401 - httpx names them
    ) -> Response:
        """Send one request."""
        authorization = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._send(
            ASGITransport(self.app, client=(address, 50_000)),
            method,
            path,
            headers={**authorization, **(headers or {})},
            **request,
        )

    async def operate(self, method: str, path: str, **request: Any) -> Response:  # noqa: ANN401
        """Send one request over the operator's socket."""
        transport = ASGITransport(OperatorSocket(self.app))
        return await self._send(transport, method, path, **request)

    @staticmethod
    async def _send(
        transport: httpx.AsyncBaseTransport,
        method: str,
        path: str,
        **request: Any,  # noqa: ANN401
    ) -> Response:
        async with AsyncClient(
            transport=transport, base_url="http://lessons.example.org"
        ) as client:
            return await client.request(method, path, **request)

    async def session(self, host: str = "Ada", **fields: object) -> dict[str, Any]:
        """Create a session and return it."""
        response = await self.call(
            "POST", f"{API}/sessions/", token=self.user_token(host), json=fields
        )
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def connect(self, joined: dict[str, Any]) -> None:
        """Have somebody who joined be in the room, as their WebSocket would."""
        user_id = joined["participant"]["user_id"]
        command = Connect(
            connection_id=f"connection-{user_id}",
            peer_id=f"peer-{user_id}",
            user_id=user_id,
            token_issued_at_ms=self.clock.now_ms(),
            is_peer=True,
        )
        await self.app.state.services.rooms.ask(joined["session"]["session_id"], command)

    async def join(
        self, session: dict[str, Any], user: str | None = None, **body: object
    ) -> dict[str, Any]:
        """Join by code, as that user or else as a guest, and return the answer."""
        token = self.user_token(user) if user else None
        body = {"access_code": session["access_code"], **body}
        path = f"{API}/sessions/{session['session_id']}/join/"
        response = await self.call("POST", path, token=token, json=body)
        assert response.status_code == 200, response.text
        return dict(response.json())
