"""What every WebSocket works with."""

import asyncio

import msgspec
from websockets.http11 import Request

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from actors.runtime.clock import Clock
from gateway.addresses import TrustedProxies, counted_as
from gateway.config import GatewayConfig
from gateway.identity.tokens import Tokens
from lessonroom.codes import ErrorCode, Refused
from lessonroom.rates import Backoff


class SocketServices(msgspec.Struct, frozen=True, kw_only=True):
    """The neighbours of every socket; made once by the port."""

    rooms: Rooms
    tokens: Tokens
    clock: Clock
    config: GatewayConfig
    room_config: RoomConfig
    proxies: TrustedProxies
    refused_handshakes: Backoff
    sockets: set[asyncio.Protocol]

    def address_of(self, transport: asyncio.BaseTransport, request: Request) -> str:
        """Return whom attempts are counted for: the client's address, behind trusted proxies."""
        peer = transport.get_extra_info("peername")
        host = peer[0] if isinstance(peer, tuple) else None
        forwarded = request.headers.get_all("X-Forwarded-For")
        return counted_as(self.proxies.client_address(host, forwarded))

    def check_capacity(self, address: str) -> None:
        """Turn a new socket away that there is no place for.

        Raises:
            Refused: `rate_limited`, too many attempts from this address were refused;
                `unavailable`, the server is full.

        """
        wait_s = self.refused_handshakes.wait_s(address, self.clock.monotonic_s())
        if wait_s:
            raise Refused(
                ErrorCode.RATE_LIMITED,
                "too many attempts from this address",
                retry_after_ms=max(1, round(wait_s * 1000)),
            )
        if len(self.sockets) > self.config.max_connections:
            raise Refused(
                ErrorCode.UNAVAILABLE, "the server has no place left", retry_after_ms=5000
            )
