"""Sockets over one real room, without a network: what they write can be read."""

import asyncio

from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol as Core
from websockets.protocol import Side, State

from actors.config import RoomConfig
from gateway.socket.socket import RoomSocket
from gateway.socket.socket_services import SocketServices
from lessonroom.people.permissions import Role
from tests.manual_clock import ManualClock

SESSION = "lesson"
CONFIG = RoomConfig(fanout_interval_s=0)


class Wire(asyncio.Transport):
    """The client's end of the connection: it sees what would go over TCP."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 50_000)})
        self.written = b""
        self.unsent = 0
        self.is_paused = False
        self.has_ended = False
        self.is_gone = False
        self.changed = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        # As real transports do: this is what a room must never run into.
        if self.has_ended:
            raise RuntimeError("Cannot call write() after write_eof()")
        self.written += bytes(data)
        self.changed.set()

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.has_ended = True

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def is_closing(self) -> bool:
        return self.is_gone

    def close(self) -> None:
        self.is_gone = True

    def abort(self) -> None:
        self.is_gone = True

    def frames(self) -> list[tuple[Opcode, bytes]]:
        """Return the frames behind the answer to the handshake, read by the library."""
        _, _, frames = self.written.partition(b"\r\n\r\n")
        core = Core(Side.CLIENT, state=State.OPEN)
        core.receive_data(frames)
        read = [event for event in core.events_received() if isinstance(event, Frame)]
        assert core.parser_exc is None or core.close_rcvd is not None, core.parser_exc
        return [(frame.opcode, bytes(frame.data)) for frame in read]

    def close_frames(self) -> list[tuple[int, str]]:
        return [
            (int.from_bytes(data[:2], "big"), data[2:].decode())
            for opcode, data in self.frames()
            if opcode is Opcode.CLOSE
        ]


class Desk:
    """Makes sockets over one real room."""

    def __init__(self, services: SocketServices, user_id: int) -> None:
        self.services = services
        self.user_id = user_id
        self.state = ServerState()
        self.wires: list[tuple[RoomSocket, Wire]] = []

    @property
    def clock(self) -> ManualClock:
        clock = self.services.clock
        assert isinstance(clock, ManualClock)
        return clock

    def request(self, path: str = f"/ws/classroom/{SESSION}/", *, ttl_s: int = 600) -> bytes:
        token = self.services.tokens.mint_room(
            SESSION,
            self.user_id,
            role=Role.STUDENT,
            permissions=frozenset(),
            ttl_s=ttl_s,
            token_id="test",
        )
        return (
            f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        ).encode()

    def knock(self, request: bytes) -> tuple[RoomSocket, Wire]:
        """Hand a request to a new socket, as uvicorn does."""
        socket, wire = RoomSocket(self.services, self.state), Wire()
        self.wires.append((socket, wire))
        socket.connection_made(wire)
        socket.data_received(request)
        return socket, wire

    async def enter(self, *, ttl_s: int = 600) -> tuple[RoomSocket, Wire]:
        """Connect, and wait for the welcome."""
        socket, wire = self.knock(self.request(ttl_s=ttl_s))
        async with asyncio.timeout(10):
            while b"welcome" not in wire.written:
                wire.changed.clear()
                await wire.changed.wait()
        return socket, wire


def masked(opcode: Opcode, data: bytes) -> bytes:
    return Frame(opcode, data).serialize(mask=True)
