"""What every WebSocket works with."""

import asyncio

import msgspec

from actors.clock import Clock
from actors.config import RoomConfig
from actors.rooms import Rooms
from gateway.addresses import TrustedProxies
from gateway.config import GatewayConfig
from gateway.rest.rate_limits import Backoff
from gateway.tokens import Tokens


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
