"""A route that reads its body itself: bounded, JSON only, and strictly."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gateway import strict_json
from gateway.rest.plumbing.services import Services, services_of
from gateway.rest.shapes.problems import UnsupportedMediaType
from lessonroom.codes import ErrorCode, Refused

_DECODED_AT_ONCE_BYTES: Final = 65_536


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

    @staticmethod
    def max_body_bytes(services: Services) -> int:
        """Return how long a body of this route may be."""
        return services.config.max_body_bytes

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's own handler behind our reading of the body."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            encoded = await bounded_body(request, self.max_body_bytes(services_of(request)))
            read = _ReadRequest(request.scope, request.receive)
            read.encoded = encoded
            read.decoded = None
            if encoded:
                if not _is_json(request.headers.getlist("content-type")):
                    raise UnsupportedMediaType
                read.decoded = await _decoded(encoded)
            return await handle(read)

        return handle_strictly


class BoardRoute(StrictRoute):
    """A strict route whose body may hold a whole board."""

    @staticmethod
    def max_body_bytes(services: Services) -> int:
        """Return how long a body of this route may be: a board, and what stands beside it."""
        return services.rooms.config.limits.board_bytes + services.config.max_body_bytes


async def _decoded(encoded: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Decode a body; a long one in a thread, so that the rooms go on."""
    if len(encoded) <= _DECODED_AT_ONCE_BYTES:
        return strict_json.loads(encoded)
    return await asyncio.to_thread(strict_json.loads, encoded)


async def bounded_body(request: Request, max_bytes: int) -> bytes:
    """Read a body, at most so many bytes, counted as they come.

    Raises:
        Refused: `too_large`.

    """
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
