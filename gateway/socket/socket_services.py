"""What every WebSocket works with."""

import asyncio

import msgspec
from websockets.http11 import Request

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from actors.runtime import chance
from actors.runtime.clock import Clock
from gateway.addresses import TrustedProxies, counted_as
from gateway.config import GatewayConfig
from gateway.held_refusals import HeldRefusals
from gateway.identity.revocations import Revocations
from gateway.identity.tokens import RoomClaims, Tokens
from gateway.socket import handshake
from gateway.socket.handshake import Handshake, Target
from gateway.socket.intake import Intake
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Connect
from lessonroom.log.events import Channel
from lessonroom.rates import Backoff, Buckets, too_often


class Connects:
    """How often a person, and an address, may connect, whether or not they get in (FC-9).

    Each time costs a handshake, a look at the token and, in the room, an event for everyone. What
    a flaky network or a restart of the server makes of honest people stays far below it. A school
    is one address.

    Args:
        per_min_user: connections of one person a minute; a third of them may come at once.
        per_min_address: those of one address; as many may come at once.

    """

    def __init__(self, *, per_min_user: int, per_min_address: int) -> None:
        self._people = Buckets(per_min_user, burst=min(per_min_user, max(10, per_min_user // 3)))
        self._addresses = Buckets(per_min_address, burst=per_min_address)

    def check(self, user_id: int, address: str, now_s: float) -> None:
        """Count a connection of whoever has shown a token.

        Raises:
            Refused: `rate_limited`, with when to try again.

        """
        wait_s = self._people.take(str(user_id), now_s) or self._addresses.take(address, now_s)
        if wait_s:
            raise too_often(wait_s, "too many connections in a short time")


class SocketServices(msgspec.Struct, frozen=True, kw_only=True):
    """The neighbours of every socket; made once by the port."""

    rooms: Rooms
    tokens: Tokens
    revocations: Revocations
    clock: Clock
    config: GatewayConfig
    room_config: RoomConfig
    proxies: TrustedProxies
    refused_handshakes: Backoff
    held_refusals: HeldRefusals
    connects: "Connects"
    intake: Intake
    sockets: set[asyncio.Protocol]

    def address_of(self, transport: asyncio.BaseTransport, request: Request) -> str:
        """Return whom attempts are counted for: the client's address, behind trusted proxies."""
        peer = transport.get_extra_info("peername")
        host = peer[0] if isinstance(peer, tuple) else None
        forwarded = request.headers.get_all("X-Forwarded-For")
        return counted_as(self.proxies.client_address(host, forwarded))

    def read(self, request: Request, target: Target, address: str) -> Handshake:
        """Return what a client asks for, where there is a place for it at all.

        Raises:
            Refused: it has to wait, comes from a page of elsewhere, or does not say what it should.

        """
        self.check_capacity(address)
        config = self.config
        handshake.check_origin(request, allowed=config.allowed_origins, public=config.public)
        return handshake.read(
            request,
            target,
            allows_query_token=config.allows_query_token,
            oldest_schema=config.oldest_schema,
        )

    def verify(self, asked: Handshake) -> RoomClaims:
        """Return what the token of a handshake says.

        Raises:
            Refused: `unauthorized`.

        """
        claims = self.tokens.verify_room(asked.token, asked.session_id)
        self.check_signed_in(claims)
        return claims

    def is_signed_out(self, claims: RoomClaims) -> bool:
        """Whether a token's person has signed out everywhere since it was issued, or was."""
        return self.revocations.is_room_token_void(claims)

    def check_signed_in(self, claims: RoomClaims) -> None:
        """Refuse a token whose person has signed out everywhere since it was issued.

        Raises:
            Refused: `unauthorized`.

        """
        if self.is_signed_out(claims):
            raise Refused(ErrorCode.UNAUTHORIZED, "the token's person has signed out")

    def check_capacity(self, address: str) -> None:
        """Turn a new socket away that there is no place for.

        Raises:
            Refused: `rate_limited`, too many attempts from this address were refused;
                `unavailable`, the server is full.

        """
        wait_s = self.refused_handshakes.wait_s(address, self.clock.monotonic_s())
        if wait_s:
            raise too_often(wait_s, "too many attempts from this address")
        if len(self.sockets) > self.config.max_connections:
            raise Refused(
                ErrorCode.UNAVAILABLE, "the server has no place left", retry_after_ms=5000
            )


def connect_of(asked: Handshake, claims: RoomClaims) -> Connect:
    """Return the command by which a room takes up a connection that may be there."""
    return Connect(
        connection_id=chance.new_connection_id(),
        peer_id=chance.new_peer_id(),
        user_id=claims.user_id,
        token_issued_at_ms=claims.issued_at_ms,
        is_peer=Channel.WEBRTC in asked.channels,
        board_schema=asked.board_schema,
    )
