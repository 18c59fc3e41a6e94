"""How many requests one address may send; pages and probes are not counted."""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.rest.plumbing.services import address_of, is_operator, services_of
from gateway.rest.shapes.problems import problem_response
from lessonroom.rates import Buckets, too_often

_COUNTED: Final = "/api/"


class Throttle:
    """Refuses an address that asks too often, before anything is done for it.

    A school behind one address is one address: the limit is for a whole of one, and the one for
    each person is `Services.by_user`.
    """

    def __init__(self, app: ASGIApp, *, buckets: Buckets) -> None:
        self._app = app
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        wait_s = self._wait_s(Request(scope)) if scope["type"] == "http" else 0.0
        if not wait_s:
            await self._app(scope, receive, send)
            return
        refused = too_often(wait_s)
        services_of(Request(scope)).rooms.observer.refused(refused.code)
        await problem_response(refused)(scope, receive, send)

    def _wait_s(self, request: Request) -> float:
        if not request.scope["path"].startswith(_COUNTED) or is_operator(request):
            return 0.0
        now_s = services_of(request).clock.monotonic_s()
        return self._buckets.take(address_of(request), now_s)
