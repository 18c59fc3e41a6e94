"""What no route took: a known path under another method, or else the pages."""

import re
from collections.abc import Iterable
from http import HTTPStatus

from fastapi.routing import RouteContext
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.rest.shapes.problems import problem_response
from lessonroom.codes import ErrorCode, Refused


class Unrouted:
    """Answers 405 with the methods of a path; hands paths that no route has to the pages.

    The pages are mounted below every path, so the router itself never sees a path that it knows
    under another method: it finds the pages first (RFC 9110, section 15.5.6, asks for `Allow`).
    """

    def __init__(self, pages: ASGIApp, routes: Iterable[RouteContext]) -> None:
        self._pages = pages
        methods: dict[str, set[str]] = {}
        for route in routes:
            if route.path is not None and route.methods:
                methods.setdefault(route.path, set()).update(route.methods)
        self._methods: list[tuple[re.Pattern[str], str]] = [
            (compile_path(path)[0], ", ".join(sorted(methods[path])))
            # A path without a parameter stands before one that it could be, as in OpenAPI.
            for path in sorted(methods, key=lambda path: path.count("{"))
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        allowed = self._allowed(scope["path"]) if scope["type"] == "http" else None
        if allowed is None:
            await self._pages(scope, receive, send)
            return
        refused = Refused(ErrorCode.UNKNOWN_MESSAGE, f"this path takes {allowed}")
        response = problem_response(
            refused, status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": allowed}
        )
        await response(scope, receive, send)

    def _allowed(self, path: str) -> str | None:
        return next((allowed for regex, allowed in self._methods if regex.match(path)), None)
