import json

import msgspec
import pytest
from websockets.frames import Opcode
from websockets.protocol import Protocol as Core
from websockets.protocol import Side, State

from gateway.socket.wires import JSON, MSGPACK, WIRES, SocketWire
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Note
from lessonroom.board.model.encoded_parts import BoardParts
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode
from lessonroom.log.events import Channel
from lessonroom.protocol.client import Ping
from lessonroom.protocol.decoding import Breach, Invalid, Message
from lessonroom.protocol.encoding import encode_message
from lessonroom.protocol.server import SyncFull
from lessonroom.session.session import Session
from lessonroom.views import session_view

PAYLOAD = b'{"ch":"system","type":"pong","data":{"t":1.5,"server_time":7,"name":"\xc3\xa4"}}'
PING = {"ch": "system", "type": "ping", "id": "p", "data": {"t": 7}}


def read(data: bytes) -> tuple[Opcode, bytes]:
    """Read one frame as a client does, with the library's own parser."""
    core = Core(Side.CLIENT, state=State.OPEN)
    core.receive_data(data)
    (frame,) = core.events_received()
    return frame.opcode, bytes(frame.data)  # type: ignore[union-attr]


def test_both_wires_carry_the_same_fields() -> None:
    """[HS-3] One in text frames, one in binary ones; neither is masked."""
    assert read(JSON.frame(PAYLOAD)) == (Opcode.TEXT, PAYLOAD)
    opcode, data = read(MSGPACK.frame(PAYLOAD))
    assert opcode is Opcode.BINARY
    assert msgspec.msgpack.decode(data) == json.loads(PAYLOAD)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 1_000_000])
def test_a_frame_of_any_size_is_read_again(size: int) -> None:
    """[HS-3] RFC 6455 section 5.2: the three ways to write a length."""
    payload = json.dumps("x" * size).encode()
    assert read(JSON.frame(payload)) == (Opcode.TEXT, payload)
    assert msgspec.msgpack.decode(read(MSGPACK.frame(payload))[1]) == "x" * size


@pytest.mark.parametrize("wire", WIRES.values(), ids=list(WIRES))
def test_a_message_is_decoded_alike(wire: SocketWire) -> None:
    """[HS-3]"""
    encode = msgspec.json.encode if wire is JSON else msgspec.msgpack.encode
    message = wire.decode(encode(PING))
    assert message == Message("system", "ping", "p", Ping(t=7))


@pytest.mark.parametrize("wire", WIRES.values(), ids=list(WIRES))
def test_what_is_no_message_is_invalid_and_ends_nothing(wire: SocketWire) -> None:
    """[EN-2] Of the other encoding, cut short, or empty."""
    other = msgspec.msgpack.encode if wire is JSON else msgspec.json.encode
    own = msgspec.json.encode if wire is JSON else msgspec.msgpack.encode
    for payload in (b"", own(PING)[:-1], other(7), b"\x00"):
        decoded = wire.decode(payload)
        assert isinstance(decoded, Invalid)
        assert decoded.refused.code is ErrorCode.INVALID


def test_text_that_is_not_utf_8_is_a_breach() -> None:
    """[EN-3] 1007; in MessagePack it is a string like any other that is not valid."""
    with pytest.raises(Breach) as caught:
        JSON.decode(b"\xff")
    assert caught.value.code == 1007
    assert isinstance(MSGPACK.decode(b"\x81\xa1\xff\xa1a"), Invalid)


def test_the_names_are_those_of_the_protocol() -> None:
    """[HS-3]"""
    assert set(WIRES) == {"lessonroom.v1.json", "lessonroom.v1.msgpack"}
    assert all(wire.name == name for name, wire in WIRES.items())


@pytest.mark.parametrize("wire", [JSON, MSGPACK], ids=["json", "msgpack"])
@pytest.mark.parametrize("elements", [0, 1, 3, 5_000])
def test_a_frame_around_a_board_is_the_frame_of_the_whole(wire: SocketWire, elements: int) -> None:
    """[BD-7] [HS-3] Byte for byte; and the board's parts are in it as they were given."""
    notes = [
        Note(id=f"n{n}", layer="base", x=0, y=0, w=1, h=1, text="x" * 20) for n in range(elements)
    ]
    board = Board(elements=map(StoredElement.of, notes))
    parts = BoardParts(wire.codec).encode(board).whole()
    answer = SyncFull(
        epoch="e",
        seq=7,
        session=session_view(Session(session_id="algebra", host_id=1), now_ms=0),
        roster=[],
        permissions={},
        role_permissions={},
    )
    whole = msgspec.structs.replace(answer, board=msgspec.Raw(board.encode()))
    frame = wire.frame_with(encode_message(Channel.BOARD, "sync_response", answer), parts)
    assert b"".join(frame) == wire.frame(encode_message(Channel.BOARD, "sync_response", whole))
    assert all(any(part is of_frame for of_frame in frame) for part in parts)
