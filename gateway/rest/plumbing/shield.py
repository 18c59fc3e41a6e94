"""What stands around the routes: headers of every answer, the public address, what faults get."""

from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.public_address import PublicAddress
from gateway.rest.shapes.problems import internal_problem, problem_response
from lessonroom.codes import ErrorCode, Refused

_log = structlog.get_logger(__name__)

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OPTIONS: Final = Response(
    status_code=204, headers={"Allow": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"}
)
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class SecurityHeaders:
    """Puts the headers of an API on every answer that does not say otherwise.

    Pages bring their own policy; `setdefault` leaves it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # All of the server, which only OPTIONS asks for (RFC 9110 section 9.3.7).
        app = _OPTIONS if scope["path"] == "*" else self._app

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await app(scope, receive, send_with_headers)


class FaultBarrier:
    """Answers 500 to what nobody caught, and logs it; the server goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_started = False

        async def note_start(message: Message) -> None:
            nonlocal is_started
            is_started = is_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, note_start)
        except Exception:
            route = getattr(scope.get("route"), "path", "")
            _log.exception("request failed", method=scope.get("method"), route=route)
            if is_started or scope["type"] != "http":
                # Half an answer is out: only cutting the connection tells the client.
                raise
            await internal_problem()(scope, receive, send)


class AtPublicAddress:
    """Serves what was asked for below the public address, and refuses other hosts.

    Another host is DNS rebinding or a poisoned link. The operator's socket has no host, and probes
    come by address.
    """

    def __init__(self, app: ASGIApp, *, address: PublicAddress) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Where it lies below a path, the routes see their own; `raw_path` is for logs alone.
        scope = {**scope, "path": self._address.within(scope["path"])}
        if self._is_welcome(scope):
            await self._app(scope, receive, send)
            return
        refused = Refused(
            ErrorCode.INVALID,
            f"this server is {self._address.authority} (server.public_url), and another host was"
            " asked for; a proxy in front has to pass on the Host that it was called by",
            field="Host",
        )
        await problem_response(refused, status=400)(scope, receive, send)

    def _is_welcome(self, scope: Scope) -> bool:
        return (
            scope.get("state", {}).get("is_operator") is True
            or scope["path"] in _PROBES
            or self._address.is_named_by(Headers(scope=scope).get("host", ""))
        )
