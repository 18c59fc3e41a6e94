"""Answers of 429 that come late to whoever gets one after another: see `held_refusals`."""

import asyncio
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actors.runtime.telling import settle
from gateway.rest.plumbing.services import address_of, is_operator, services_of


class Holding:
    """Holds the refusals of a rate, whichever part of the server refuses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_in_time(message: Message) -> None:
            if message.get("status") == HTTPStatus.TOO_MANY_REQUESTS:
                await _until_told(Request(scope))
            await send(message)

        await self._app(scope, receive, send_in_time if scope["type"] == "http" else send)


async def _until_told(request: Request) -> None:
    if is_operator(request):
        return
    told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    # By person and address, and by neither alone: a school is one address, and this must not wait
    # for anybody to look up whose token it is.
    authorization = Headers(scope=request.scope).get("authorization", "")
    key = f"request {hash((address_of(request), authorization))}"
    services_of(request).held_refusals.tell(key, lambda: settle(told))
    await told
