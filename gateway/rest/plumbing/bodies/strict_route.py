"""Routes that ask who may send a body, read it bounded, and decode it strictly: in that order.

By construction: FastAPI is handed what was read here, a route that takes a body and does not say
whose cannot be registered, and of a route that takes none no body is read.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from gateway.documents.spool import Spooled
from gateway.rest.plumbing.bodies.intake import Intake, Load
from gateway.rest.plumbing.gates import gates_of
from gateway.rest.plumbing.services import Services, party_of, services_of
from gateway.rest.shapes.problems import UnsupportedMediaType
from gateway.strict_json import Bounds
from lessonroom.codes import ErrorCode, Refused


class _ReadRequest(Request):
    """A request whose body was read already, and decoded where it is JSON."""

    encoded: bytes = b""
    decoded: Any = None
    spooled: Spooled | None = None

    async def body(self) -> bytes:
        return self.encoded

    async def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return self.decoded


class StrictRoute(APIRoute):
    """A route whose body, if it takes one, is JSON of somebody who was let through.

    Raises:
        TypeError: when it is registered: it takes a body, and has no gate that refuses strangers.

    """

    is_open: ClassVar[bool] = False
    """Whether strangers may send a body."""
    is_raw: ClassVar[bool] = False
    """Whether the body is for the route to read: `await request.body()`."""
    is_spooled: ClassVar[bool] = False
    """Whether the body is a file, to be written as it comes: see `file_route`."""
    bounds: ClassVar[Bounds] = Bounds()
    """What its JSON may unfold to."""

    @staticmethod
    def max_body_bytes(services: Services) -> int:
        """Return how long a body of this route may be."""
        return services.config.max_body_bytes

    @staticmethod
    def spooling(services: Services) -> Intake:
        """Return where the bytes of files are counted that this route writes to disk."""
        return services.spooling

    @staticmethod
    def check_media_type(request: Request) -> None:
        """Refuse a body of another type than this route takes."""
        if not _is_json(request.headers.getlist("content-type")):
            raise UnsupportedMediaType

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's own handler behind the gates and our reading of the body."""
        gates = list(gates_of(self.dependant))
        takes_body = self.is_raw or self.is_spooled or self.body_field is not None
        if takes_body and not self.is_open and all(gate.admits_strangers for gate in gates):
            raise TypeError(f"{self.path} takes a body and does not say who may send one")
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            for gate in gates:
                await gate.ask(request)
            if not takes_body:
                return await handle(Request(request.scope, _without_body(request.receive)))
            services = services_of(request)
            if self.is_spooled:
                return await self._handle_spooled(request, services, handle)
            with services.intake.load(party_of(request)) as load:
                return await handle(await self._read(request, services, load))

        return handle_strictly

    async def _handle_spooled(
        self,
        request: Request,
        services: Services,
        handle: Callable[[Request], Coroutine[Any, Any, Response]],
    ) -> Response:
        max_bytes = self._checked_head(request, services)
        read = _ReadRequest(request.scope, request.receive)
        with self.spooling(services).load(party_of(request)) as load:
            chunks = _bounded_chunks(request, max_bytes, load)
            async with contextlib.aclosing(chunks), services.spool.receiving(chunks) as spooled:
                read.spooled = spooled
                return await handle(read)

    def _checked_head(self, request: Request, services: Services) -> int:
        """Return how long a body may be, once its head says that it is not, nor of another type."""
        max_bytes = self.max_body_bytes(services)
        # The type of what is not there is not asked for.
        if _claimed_bytes(request, max_bytes) != 0:
            self.check_media_type(request)
        return max_bytes

    async def _read(self, request: Request, services: Services, load: Load) -> _ReadRequest:
        max_bytes = self._checked_head(request, services)
        read = _ReadRequest(request.scope, request.receive)
        read.encoded = await _bounded_body(request, max_bytes, load)
        if read.encoded and not self.is_raw:
            read.decoded = await services.intake.decoded(read.encoded, self.bounds)
        return read


class OpenRoute(StrictRoute):
    """A strict route for those who have no token yet: what they may send is short."""

    is_open = True
    bounds = Bounds(containers=20, strings=40)

    @staticmethod
    def max_body_bytes(services: Services) -> int:
        """Return how long a body of this route may be: a code and a name, each of it escaped."""
        return min(4_096, services.config.max_body_bytes)


class BoardRoute(StrictRoute):
    """A strict route whose body may hold a whole board."""

    # Of 10,000 elements three containers each, and their keys; the rest is for data of one's own.
    bounds = Bounds(containers=200_000, strings=1_000_000)

    @staticmethod
    def max_body_bytes(services: Services) -> int:
        """Return how long a body of this route may be: a board, and what stands beside it."""
        return services.rooms.config.limits.board_bytes + services.config.max_body_bytes


def _claimed_bytes(request: Request, max_bytes: int) -> int | None:
    """Return the length that a request claims for its body; None where it does not say.

    Raises:
        Refused: `too_large`, before anything is read.

    """
    claimed = request.headers.get("content-length")
    if claimed is None:
        return None if "transfer-encoding" in request.headers else 0
    if not claimed.isdecimal() or int(claimed[:20]) > max_bytes:
        raise _too_large(max_bytes)
    return int(claimed)


async def _bounded_body(request: Request, max_bytes: int, load: Load) -> bytes:
    """Read a body, at most so many bytes, counted as they come."""
    body = bytearray()
    async for chunk in _bounded_chunks(request, max_bytes, load):
        body += chunk
    return bytes(body)


async def _bounded_chunks(
    request: Request, max_bytes: int, load: Load
) -> AsyncGenerator[bytes, None]:
    """Yield a body as it comes, at most so many bytes."""
    async for chunk in request.stream():
        load.add(len(chunk))
        if load.size_bytes > max_bytes:
            raise _too_large(max_bytes)
        yield chunk


def spooled_or_none(request: Request) -> Spooled | None:
    """Return the file that a route with `is_spooled` was sent; None of any other route."""
    return request.spooled if isinstance(request, _ReadRequest) else None


def _too_large(max_bytes: int) -> Refused:
    return Refused(ErrorCode.TOO_LARGE, f"a body has at most {max_bytes} bytes")


def _without_body(receive: Receive) -> Receive:
    """Return a `receive` that tells the end of a connection, and hands on nothing that was sent."""
    is_told = False

    async def receive_the_end() -> Message:
        nonlocal is_told
        if not is_told:
            is_told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await receive())["type"] == "http.request":
            pass
        return message

    return receive_the_end


def _is_json(content_types: list[str]) -> bool:
    """Whether a body is `application/json`, in UTF-8 as RFC 8259 says."""
    if len(content_types) != 1:
        return False
    kind, _, parameter = content_types[0].lower().replace(" ", "").partition(";")
    return kind == "application/json" and parameter in {"", "charset=utf-8", 'charset="utf-8"'}
