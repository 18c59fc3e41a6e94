"""The two sub-protocols: how a payload becomes a frame, and a frame a message (PROTOCOL HS-3)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from websockets.frames import Opcode

from gateway.socket.plain_frames import plain_frame, plain_header
from lessonroom.board.model.encoded_parts import Codec, JsonCodec, MsgpackCodec
from lessonroom.protocol.decoding import Invalid, Message, decode_binary, decode_text
from lessonroom.protocol.encoding import to_msgpack

_NIL: Final = b"\xc0"


class JsonWire:
    """`lessonroom.v1.json`: text frames."""

    name: Final = "lessonroom.v1.json"
    opcode: Final = Opcode.TEXT
    decode: Final[Callable[[bytes], Message | Invalid]] = staticmethod(decode_text)
    frame: Final[Callable[[bytes], bytes]] = staticmethod(partial(plain_frame, Opcode.TEXT))
    """Returns a JSON payload as a frame. Frames of a server are not masked (RFC 6455 5.1)."""
    codec: Final[Codec] = JsonCodec()

    def frame_with(self, payload: bytes, board: Sequence[bytes]) -> list[bytes]:
        """Return a frame, in parts, with a board in the place of the null that it ends with."""
        before = payload.removesuffix(b"null}}")
        return _in_parts(Opcode.TEXT, before, board, b"}}")


class MsgpackWire:
    """`lessonroom.v1.msgpack`: binary frames with the same fields."""

    name: Final = "lessonroom.v1.msgpack"
    opcode: Final = Opcode.BINARY
    codec: Final[Codec] = MsgpackCodec()
    decode: Final[Callable[[bytes], Message | Invalid]] = staticmethod(decode_binary)

    def frame(self, payload: bytes) -> bytes:
        """Return a JSON payload as a frame, transcoded."""
        return plain_frame(Opcode.BINARY, to_msgpack(payload))

    def frame_with(self, payload: bytes, board: Sequence[bytes]) -> list[bytes]:
        """Return a frame, in parts, with a board in the place of the null that it ends with."""
        before = to_msgpack(payload).removesuffix(_NIL)
        return _in_parts(Opcode.BINARY, before, board, b"")


def _in_parts(opcode: Opcode, before: bytes, board: Sequence[bytes], behind: bytes) -> list[bytes]:
    size = len(before) + sum(map(len, board)) + len(behind)
    parts = [plain_header(opcode, size) + before, *board]
    return [*parts, behind] if behind else parts


SocketWire = JsonWire | MsgpackWire

JSON: Final = JsonWire()
MSGPACK: Final = MsgpackWire()
WIRES: Final[Mapping[str, SocketWire]] = {JSON.name: JSON, MSGPACK.name: MSGPACK}
