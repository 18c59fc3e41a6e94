"""Clients that break the rules, byte by byte: each is ended with its code, the room goes on."""

import json
import os
import struct

import pytest
from websockets.frames import Frame, Opcode

from tests.e2e.client import rect
from tests.e2e.conftest import Shake
from tests.e2e.lesson import Lesson
from tests.e2e.raw import RawSocket

MOST = 65_536


@pytest.fixture
async def raw(lesson: Lesson, shake: Shake) -> RawSocket:
    """A connection of the host, synchronised."""
    opened = await shake(lesson.url(), lesson.host.token)
    opened.send_message("board", "sync_request", {})
    while (await opened.message())["type"] != "sync_response":
        pass
    return opened


def padded_ping(size: int) -> bytes:
    """Return a valid message of exactly `size` bytes."""
    message = {"ch": "system", "type": "ping", "data": {"t": 1}, "id": "p", "padding": ""}
    return json.dumps({**message, "padding": "x" * (size - len(json.dumps(message)))}).encode()


async def test_the_largest_message_is_accepted_and_one_byte_more_is_not(raw: RawSocket) -> None:
    """[EN-3] 1009."""
    raw.send_frame(Opcode.TEXT, padded_ping(MOST))
    assert (await raw.message())["type"] == "pong"
    raw.send_frame(Opcode.TEXT, padded_ping(MOST + 1))
    assert await raw.close_code() == 1009


async def test_a_frame_that_only_claims_to_be_large_is_not_waited_for(raw: RawSocket) -> None:
    """[EN-3] The header is enough: nothing of that size is ever held."""
    raw.send(struct.pack("!BBQ", 0x81, 0x80 | 127, 2**40))
    assert await raw.close_code() == 1009


async def test_fragments_are_joined_and_counted_together(raw: RawSocket) -> None:
    """[EN-3] A message may come in pieces, with control frames between, up to the same limit."""
    whole = padded_ping(1_000)
    raw.send_frame(Opcode.TEXT, whole[:10], fin=False)
    raw.send_frame(Opcode.PING, b"between")
    raw.send_frame(Opcode.CONT, whole[10:500], fin=False)
    raw.send_frame(Opcode.CONT, whole[500:])
    assert await raw.frame() == (Opcode.PONG, b"between")
    assert (await raw.message())["id"] == "p"

    too_large = padded_ping(MOST + 1)
    raw.send_frame(Opcode.TEXT, too_large[:40_000], fin=False)
    raw.send_frame(Opcode.CONT, too_large[40_000:])
    assert await raw.close_code() == 1009


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b'{"ch": "\xed\xa0\x80"}', b'{"ch": "\xc0\x80"}', b'{"ch": "\xf0\x9f"}']
)
async def test_text_that_is_not_utf_8_ends_the_connection(raw: RawSocket, text: bytes) -> None:
    """[EN-3] 1007: surrogates, overlong and cut sequences."""
    raw.send_frame(Opcode.TEXT, text)
    assert await raw.close_code() == 1007


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(Frame(Opcode.TEXT, b"{}").serialize(mask=False), id="unmasked"),
        pytest.param(Frame(Opcode.BINARY, b"{}").serialize(mask=True), id="binary on JSON"),
        pytest.param(Frame(Opcode.CONT, b"{}").serialize(mask=True), id="nothing to continue"),
        pytest.param(b"\xc1\x82\x00\x00\x00\x00{}", id="compressed, not agreed"),
        pytest.param(b"\x83\x80\x00\x00\x00\x00", id="reserved opcode"),
        pytest.param(b"\x89\xfe\x00\x7e\x00\x00\x00\x00" + bytes(126), id="long ping"),
        pytest.param(b"\x09\x80\x00\x00\x00\x00", id="fragmented ping"),
        pytest.param(
            Frame(Opcode.TEXT, b"{", fin=False).serialize(mask=True)
            + Frame(Opcode.TEXT, b"}").serialize(mask=True),
            id="a new message within one",
        ),
        pytest.param(Frame(Opcode.CLOSE, b"\x03").serialize(mask=True), id="half a close code"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="HTTP"),
    ],
)
async def test_a_breach_of_the_websocket_protocol_ends_the_connection(
    raw: RawSocket, frame: bytes
) -> None:
    """[EN-3] 1002, and nothing comes behind the close frame."""
    raw.send(frame)
    assert await raw.close_code() == 1002
    assert await raw.until_gone() == b""


async def test_compression_is_not_agreed_on(lesson: Lesson, shake: Shake) -> None:
    """[EN-3] Whatever the client offers."""
    offer = ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")
    raw = await shake(lesson.url(), lesson.host.token, (offer,))
    assert raw.status == 101
    assert "sec-websocket-extensions" not in raw.headers


async def test_one_invalid_message_is_answered_and_twenty_are_the_end(raw: RawSocket) -> None:
    """[EN-2, EN-3] Each with an error that names the id; then 4400."""
    raw.send_message("board", "board_event", {"ops": []}, "abcdefgh:1")
    error = await raw.message()
    assert error["id"] == "abcdefgh:1"
    assert error["data"]["code"] == "invalid"
    assert error["data"]["field"] == "data.ops"
    for _ in range(30):
        raw.send_frame(Opcode.TEXT, b"no JSON")
    answered = 1
    while (frame := await raw.frame())[0] is Opcode.TEXT:
        answered += 1
    assert frame[0] is Opcode.CLOSE
    assert int.from_bytes(frame[1][:2], "big") == 4400
    assert answered in {19, 20}


async def test_a_flood_of_pings_is_ended(raw: RawSocket) -> None:
    """[EN-3, FC-1] 4429; so is one of empty fragments."""
    for _ in range(200):
        raw.send_frame(Opcode.PING, b"")
    assert await raw.close_code() == 4429


async def test_a_flood_of_empty_fragments_is_ended(raw: RawSocket) -> None:
    """[EN-3, FC-1] They cost the server work, and add nothing to a size that is limited."""
    raw.send_frame(Opcode.TEXT, b"{", fin=False)
    for _ in range(200):
        raw.send_frame(Opcode.CONT, b"", fin=False)
    assert await raw.close_code() == 4429


async def test_noise_in_every_frame_ends_nothing_but_its_own_connection(
    lesson: Lesson, shake: Shake
) -> None:
    """[EN-2, EN-3] A room of well-behaved people notices nothing, while it goes on drawing."""
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    for number in range(20):
        raw = await shake(lesson.url(), (await lesson.guest("Noise")).token)
        raw.send_message("board", "sync_request", {})
        raw.send(os.urandom(200))
        await host.draw(rect(f"r{number}"))
    await host.until_acknowledged()
    await ada.until_at(max(host.acks.values()))
    assert ada.board.digest() == host.board.digest()


@pytest.mark.parametrize("breach", ["too large", "goodbye", "half-closed"])
async def test_a_busy_room_outlives_a_connection_that_ends_while_it_is_written_to(
    lesson: Lesson, shake: Shake, breach: str
) -> None:
    """[EN-3, SY-2] The room goes on writing until it hears of the end; that harms nobody."""
    host = await lesson.enter(lesson.host)
    person = await lesson.guest("Ada")
    for number in range(15):
        raw = await shake(lesson.url(), person.token)
        raw.send_message("board", "sync_request", {})
        await host.drawn(rect(f"before-{number}"))
        match breach:
            case "too large":
                raw.send_frame(Opcode.TEXT, b"x" * (MOST + 1))
            case "goodbye":
                raw.send_frame(Opcode.CLOSE, (1000).to_bytes(2, "big"))
            case _:
                raw.writer.write_eof()
        for burst in range(20):
            await host.draw(rect(f"burst-{number}-{burst}"))
        await host.until_acknowledged()
        await raw.until_gone()
    assert host.closed is None
    assert len(host.board.elements) == 15 * 21
    assert "unhandled exception" not in lesson.server.log.read_text()
