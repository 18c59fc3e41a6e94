"""A route that reads its body itself: bounded, JSON only, and strictly."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gateway import strict_json
from gateway.rest.problems import UnsupportedMediaType
from gateway.rest.services import services_of
from lessonroom.codes import ErrorCode, Refused


class _ReadRequest(Request):
    """A request whose body was read and decoded already."""

    encoded: bytes
    decoded: Any

    async def body(self) -> bytes:
        return self.encoded

    async def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return self.decoded


class StrictRoute(APIRoute):
    """Reads the body before FastAPI does, which would take NaN, repeated keys and any size."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's own handler behind our reading of the body."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            encoded = await _bounded_body(request, services_of(request).config.max_body_bytes)
            read = _ReadRequest(request.scope, request.receive)
            read.encoded = encoded
            read.decoded = None
            if encoded:
                if not _is_json(request.headers.getlist("content-type")):
                    raise UnsupportedMediaType
                read.decoded = strict_json.loads(encoded)
            return await handle(read)

        return handle_strictly


async def _bounded_body(request: Request, max_bytes: int) -> bytes:
    too_large = Refused(ErrorCode.TOO_LARGE, f"a body has at most {max_bytes} bytes")
    claimed = request.headers.get("content-length", "0")
    if not claimed.isdecimal() or int(claimed[:20]) > max_bytes:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise too_large
    return bytes(body)


def _is_json(content_types: list[str]) -> bool:
    """Whether a body is `application/json`, in UTF-8 as RFC 8259 says."""
    if len(content_types) != 1:
        return False
    kind, _, parameter = content_types[0].lower().replace(" ", "").partition(";")
    return kind == "application/json" and parameter in {"", "charset=utf-8", 'charset="utf-8"'}
