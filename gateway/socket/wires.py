"""The two sub-protocols: how a payload becomes a frame, and a frame a message (PROTOCOL HS-3)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from websockets.frames import Opcode

from gateway.socket.plain_frames import plain_frame
from lessonroom.protocol.decoding import Invalid, Message, decode_binary, decode_text
from lessonroom.protocol.encoding import to_msgpack


class JsonWire:
    """`lessonroom.v1.json`: text frames."""

    name: Final = "lessonroom.v1.json"
    opcode: Final = Opcode.TEXT
    decode: Final[Callable[[bytes], Message | Invalid]] = staticmethod(decode_text)
    frame: Final[Callable[[bytes], bytes]] = staticmethod(partial(plain_frame, Opcode.TEXT))
    """Returns a JSON payload as a frame. Frames of a server are not masked (RFC 6455 5.1)."""


class MsgpackWire:
    """`lessonroom.v1.msgpack`: binary frames with the same fields."""

    name: Final = "lessonroom.v1.msgpack"
    opcode: Final = Opcode.BINARY
    decode: Final[Callable[[bytes], Message | Invalid]] = staticmethod(decode_binary)

    def frame(self, payload: bytes) -> bytes:
        """Return a JSON payload as a frame, transcoded."""
        return plain_frame(Opcode.BINARY, to_msgpack(payload))


SocketWire = JsonWire | MsgpackWire

JSON: Final = JsonWire()
MSGPACK: Final = MsgpackWire()
WIRES: Final[Mapping[str, SocketWire]] = {JSON.name: JSON, MSGPACK.name: MSGPACK}
