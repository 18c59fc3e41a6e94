"""Reading a WebSocket handshake: which session, which view, whose token (PROTOCOL HS-1 to HS-4).

Pure functions over the request; who the token belongs to and whether there is room is decided
elsewhere.
"""

import http
import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec
from websockets.datastructures import Headers
from websockets.exceptions import WebSocketException
from websockets.headers import parse_subprotocol
from websockets.http11 import Request, Response

from gateway.public_address import PublicAddress, is_same_origin
from gateway.socket.wires import JSON, WIRES, SocketWire
from lessonroom.board.model.schema import BOARD_SCHEMA, OLDEST_CLIENT_SCHEMA
from lessonroom.codes import HTTP_STATUS, ErrorCode, Refused
from lessonroom.log.events import Channel

_PATH: Final = re.compile(
    r"/ws/classroom/(?P<session_id>[A-Za-z0-9_-]{1,64})(?:/(?P<view>board|webrtc|system))?/?"
)
_BEARER: Final = "bearer."
_SCHEMA: Final = re.compile("[1-9][0-9]{0,3}")
_VIEWS: Final[Mapping[str | None, frozenset[Channel]]] = {
    None: frozenset(Channel),
    "board": frozenset({Channel.BOARD}),
    "webrtc": frozenset({Channel.WEBRTC}),
    "system": frozenset({Channel.SYSTEM}),
}


class Handshake(msgspec.Struct, frozen=True):
    """What a client asks for. `subprotocol` is what the answer names, if anything."""

    session_id: str
    channels: frozenset[Channel]
    token: str
    wire: SocketWire
    subprotocol: str | None
    board_schema: int


class Target(msgspec.Struct, frozen=True):
    """What the request line names: the path and the query, read before anything can be refused."""

    path: str
    query: Mapping[str, list[str]]

    @classmethod
    def of(cls, request: Request, public: PublicAddress | None = None) -> "Target":
        """Read the request line; of what lies below the public path, what comes behind it."""
        parts = urlsplit(request.path)
        path = public.within(parts.path) if public is not None else parts.path
        return cls(path, parse_qs(parts.query, keep_blank_values=True, max_num_fields=20))

    @property
    def wants_close(self) -> bool:
        """Whether a refusal is to come as a close code, which browsers can read (HS-4)."""
        return self.query.get("reason") == ["close"]


def read(
    request: Request,
    target: Target,
    *,
    allows_query_token: bool,
    oldest_schema: int = OLDEST_CLIENT_SCHEMA,
) -> Handshake:
    """Return what a client asks for.

    Raises:
        Refused: `not_found`, there is nothing at this path; `invalid`, more than one token, or no
            sub-protocol that is spoken here; `unauthorized`, no token; `client_too_old`, it knows
            no board schema from `oldest_schema` on.

    """
    found = _PATH.fullmatch(target.path)
    if found is None:
        raise Refused(
            ErrorCode.NOT_FOUND,
            "there is /ws/classroom/{session_id}/ and, below it, board/, webrtc/ and system/",
        )
    schema = _checked_schema(target, oldest_schema)
    channels = _VIEWS[found["view"]]
    offered = _offered(request.headers)
    wire, subprotocol = _chosen(offered)
    return Handshake(
        session_id=found["session_id"],
        channels=channels,
        token=_token(request.headers, target, offered, allows_query_token=allows_query_token),
        wire=wire,
        subprotocol=subprotocol,
        # Who sees no board needs to know nothing of it.
        board_schema=schema if Channel.BOARD in channels else max(schema, BOARD_SCHEMA),
    )


def check_origin(
    request: Request, *, allowed: Sequence[str], public: PublicAddress | None = None
) -> None:
    """Refuse pages of other origins (cross-site WebSocket hijacking).

    The server's own pages are allowed, and those of the origins listed, exactly. Its own are those
    of `public`, or else of the host that was asked for. A client that is no browser sends no
    Origin.

    Raises:
        Refused: `permission_denied`.

    """
    origins = request.headers.get_all("Origin")
    if not origins:
        return
    hosts = request.headers.get_all("Host")
    if len(origins) == 1 and len(hosts) == 1:
        [origin], [host] = origins, hosts
        is_own = origin == public.origin if public is not None else is_same_origin(origin, host)
        if is_own or origin in allowed:
            return
    own = public.origin if public is not None else "what Host names"
    raise Refused(
        ErrorCode.PERMISSION_DENIED,
        f"this origin is not allowed: the server's own is {own}; the operator lists others in"
        " server.allowed_origins",
        field="Origin",
    )


def refusal(refused: Refused) -> Response:
    """Return a refusal as the REST API gives it: a problem document (HS-4, RFC 9457)."""
    status = http.HTTPStatus(HTTP_STATUS[refused.code])
    if refused.code is ErrorCode.INVALID:
        status = http.HTTPStatus.BAD_REQUEST
    body = msgspec.json.encode(
        {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "code": refused.code,
            "detail": refused.message,
        }
    )
    headers = Headers(
        [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Connection", "close"),
        ]
    )
    if refused.retry_after_ms is not None:
        headers["Retry-After"] = str(-(-refused.retry_after_ms // 1000))
    return Response(status.value, status.phrase, headers, body)


def _checked_schema(target: Target, oldest: int) -> int:
    """Refuse a client that would read any board wrongly (PROTOCOL BD-16)."""
    announced = target.query.get("schema", ["1"])
    if len(announced) != 1 or _SCHEMA.fullmatch(announced[0]) is None:
        raise Refused(ErrorCode.INVALID, "schema must be a number from 1 to 9999", field="schema")
    if int(announced[0]) < oldest:
        raise Refused(
            ErrorCode.CLIENT_TOO_OLD,
            f"board schema {announced[0]} is not served any more, {oldest} is the oldest; reload",
            field="schema",
        )
    return int(announced[0])


def _offered(headers: Headers) -> list[str]:
    try:
        return [
            name
            for value in headers.get_all("Sec-WebSocket-Protocol")
            for name in parse_subprotocol(value)
        ]
    except WebSocketException:
        raise Refused(
            ErrorCode.INVALID, "the header is malformed", field="Sec-WebSocket-Protocol"
        ) from None


def _chosen(offered: Sequence[str]) -> tuple[SocketWire, str | None]:
    """Return the first sub-protocol that is spoken here; JSON where the client names none."""
    named = [name for name in offered if not name.startswith(_BEARER)]
    for name in named:
        if name in WIRES:
            return WIRES[name], name
    if named:
        raise Refused(
            ErrorCode.INVALID,
            f"no such sub-protocol; there are: {', '.join(WIRES)}",
            field="Sec-WebSocket-Protocol",
        )
    return JSON, None


def _token(
    headers: Headers, target: Target, offered: Sequence[str], *, allows_query_token: bool
) -> str:
    tokens = [name.removeprefix(_BEARER) for name in offered if name.startswith(_BEARER)]
    for value in headers.get_all("Authorization"):
        scheme, _, credentials = value.partition(" ")
        if scheme.lower() != "bearer":
            raise Refused(
                ErrorCode.UNAUTHORIZED, "the header must be: Bearer <token>", field="Authorization"
            )
        tokens.append(credentials.strip())
    in_query = target.query.get("token", [])
    if in_query and not allows_query_token:
        raise Refused(
            ErrorCode.UNAUTHORIZED,
            "a token in the URL is not accepted here: it would end up in logs; send it as the"
            " sub-protocol bearer.<token> or in the Authorization header",
            field="token",
        )
    tokens += in_query
    if not tokens:
        raise Refused(
            ErrorCode.UNAUTHORIZED,
            "a room token is needed: the sub-protocol bearer.<token>, or the Authorization header",
        )
    if len(tokens) > 1:
        raise Refused(ErrorCode.INVALID, "more than one token was sent")
    return tokens[0]
