"""How many requests one address may send; pages and probes are not counted."""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.addresses import groups_of
from gateway.rest.plumbing.services import is_operator, peer_address, services_of
from gateway.rest.shapes.problems import problem_response
from lessonroom.rates import Buckets, too_often

_COUNTED: Final = "/api/"
_OF_GROUPS: Final = (1, 4, 16)


class Throttle:
    """Refuses an address that asks too often, before anything is done for it.

    A school behind one address is one address: the limit is for a whole of one, and the one for
    each person is `Services.by_user`. A /56 of IPv6 may send as much as four /64s, a /48 as 16.
    """

    def __init__(self, app: ASGIApp, *, per_min: int) -> None:
        self._app = app
        self._of_groups = [
            Buckets(per_min * factor, burst=max(1, per_min * factor // 2)) for factor in _OF_GROUPS
        ]

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
        groups = groups_of(peer_address(request))
        for buckets, group in zip(self._of_groups, groups, strict=False):
            # What is refused to a part does not count for the whole, which others are part of, too.
            if wait_s := buckets.take(group, now_s):
                return wait_s
        return 0.0
