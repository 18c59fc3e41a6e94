import asyncio
import gc

import msgspec
import pytest
from websockets.datastructures import Headers
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol
from websockets.utils import apply_mask

from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import PassTime
from lessonroom.people.participant import ParticipantStatus
from tests.gateway.socket.desk import SESSION, Desk, Wire, masked


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(masked(Opcode.TEXT, b"x" * 70_000), 1009, id="too large"),
        pytest.param(Frame(Opcode.TEXT, b"{}").serialize(mask=False), 1002, id="unmasked"),
        pytest.param(masked(Opcode.TEXT, b"\xff"), 1007, id="no UTF-8"),
        pytest.param(masked(Opcode.BINARY, b"{}"), 1002, id="binary"),
        pytest.param(masked(Opcode.CLOSE, b"\x03\xe8"), 1000, id="goodbye"),
    ],
)
async def test_nothing_is_written_behind_a_close_frame(desk: Desk, sent: bytes, code: int) -> None:
    """[EN-3] Whoever sent it, the library or the socket: the room's next flush is in vain."""
    socket, wire = await desk.enter()
    socket.data_received(sent)
    written = wire.written
    socket.write(b"an event")
    socket.close(CloseCode.INTERNAL, "again")
    socket.keep_alive(desk.clock.monotonic_s() + 1_000)
    socket.shutdown()
    assert wire.written == written
    assert [closed[0] for closed in wire.close_frames()] == [code]


async def test_a_message_between_the_fragments_of_another_is_a_breach(desk: Desk) -> None:
    """[EN-3] RFC 6455 section 5.4; also where it comes in one piece of its own."""
    socket, wire = await desk.enter()
    socket.data_received(Frame(Opcode.TEXT, b'{"ch":', fin=False).serialize(mask=True))
    socket.data_received(masked(Opcode.TEXT, b"{}"))
    assert [code for code, _ in wire.close_frames()] == [1002]


async def test_a_frame_in_two_pieces_is_one_message(desk: Desk) -> None:
    """[EN-3] TCP cuts where it likes, and the next frame may follow in the same piece."""
    socket, wire = await desk.enter()
    frame = masked(Opcode.TEXT, b'{"ch":"system","type":"ping","id":"p","data":{"t":7}}')
    for at in range(1, len(frame)):
        before = wire.written.count(b'"pong"')
        socket.data_received(frame[:at])
        socket.data_received(frame[at:] + masked(Opcode.PING, b"control"))
        desk.clock.advance(1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert wire.written.count(b'"pong"') == before + 1
    assert not wire.close_frames()


async def test_a_cut_behind_the_header_does_not_make_a_frame_of_the_mask(desk: Desk) -> None:
    """[EN-3] What follows the cut looks like a frame of its own: a mask may be any four bytes."""
    socket, wire = await desk.enter()
    mask = b"\x81\x80\x00\x00"
    payload = b'{"ch":"system","type":"ping","id":"p","data":{"t":7}}'
    frame = bytes([0x81, 0x80 | len(payload)]) + mask + apply_mask(payload, mask)
    for at in range(1, len(frame)):
        before = wire.written.count(b'"pong"')
        socket.data_received(frame[:at])
        socket.data_received(frame[at:])
        desk.clock.advance(1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert wire.written.count(b'"pong"') == before + 1
    assert not wire.close_frames()
    assert b'"error"' not in wire.written


async def test_frames_that_come_byte_by_byte_are_all_read(desk: Desk) -> None:
    """[EN-3] Of every kind: whole, in fragments with a ping between, and the goodbye."""
    socket, wire = await desk.enter()
    ping = b'{"ch":"system","type":"ping","id":"p","data":{"t":7}}'
    sent = (
        masked(Opcode.TEXT, ping)
        + Frame(Opcode.TEXT, ping[:9], fin=False).serialize(mask=True)
        + masked(Opcode.PING, b"between")
        + Frame(Opcode.CONT, ping[9:]).serialize(mask=True)
        + masked(Opcode.TEXT, ping)
        + masked(Opcode.CLOSE, b"\x03\xe8")
    )
    for n in range(len(sent)):
        socket.data_received(sent[n : n + 1])
        desk.clock.advance(0.1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert wire.written.count(b'"pong"') == 3
    assert b"between" in wire.written
    assert [code for code, _ in wire.close_frames()] == [1000]


async def test_what_came_before_a_goodbye_in_one_piece_is_still_heard(desk: Desk) -> None:
    """[BD-5] TCP may bring the last message and the close frame together."""
    socket, _ = await desk.enter()
    join = b'{"ch":"system","type":"command","id":"c","data":{"name":"start","args":{}}}'
    socket.data_received(masked(Opcode.TEXT, join) + masked(Opcode.CLOSE, b"\x03\xe8"))
    socket.connection_lost(None)
    assert await status_of(desk, ParticipantStatus.LEFT)


async def test_a_goodbye_leaves_at_once_and_a_drop_keeps_the_seat(desk: Desk) -> None:
    """[SY-1] 1000 is a goodbye; the end without a close frame is none."""
    socket, _ = await desk.enter()
    socket.connection_lost(None)
    assert await status_of(desk, ParticipantStatus.RECONNECTING)
    socket, _ = await desk.enter()
    socket.data_received(masked(Opcode.CLOSE, b"\x03\xe8"))
    socket.connection_lost(None)
    assert await status_of(desk, ParticipantStatus.LEFT)


async def status_of(desk: Desk, wanted: ParticipantStatus) -> bool:
    """Wait for a participant's status on the disk."""
    async with asyncio.timeout(10):
        while True:
            seat = await desk.services.rooms.store.participant(SESSION, desk.user_id)
            if seat is not None and seat.status is wanted:
                return True


async def test_who_does_not_read_the_close_frame_is_cut_off(desk: Desk) -> None:
    """[FC-4, HS-7] After two seconds, whatever is unsent."""
    socket, wire = await desk.enter()
    wire.unsent = 10_000
    assert socket.unsent_bytes() == 10_000
    socket.close(CloseCode.TOO_SLOW, "read faster")
    desk.clock.advance(1.9)
    assert not wire.is_gone
    desk.clock.advance(0.2)
    assert wire.is_gone


async def test_a_client_that_half_closes_is_cut_off_too(desk: Desk) -> None:
    """[FC-4] It could otherwise keep what is unsent for as long as it likes."""
    socket, wire = await desk.enter()
    assert socket.eof_received() is False
    socket.write(b"an event")
    desk.clock.advance(2.1)
    assert wire.is_gone


async def test_silence_is_pinged_then_ended(desk: Desk) -> None:
    """[HS-7] A pong is a sign of life; 30 s without one are the end."""
    socket, wire = await desk.enter()
    socket.data_received(masked(Opcode.TEXT, b'{"ch":"system","type":"pong","data":{}}'))
    desk.clock.advance(9)
    socket.keep_alive(desk.clock.monotonic_s())
    assert pings(wire) == 0
    desk.clock.advance(1)
    socket.keep_alive(desk.clock.monotonic_s())
    socket.keep_alive(desk.clock.monotonic_s())
    assert pings(wire) == 1
    socket.data_received(masked(Opcode.PONG, b""))
    desk.clock.advance(29)
    socket.keep_alive(desk.clock.monotonic_s())
    assert wire.close_frames() == []
    assert pings(wire) == 2
    desk.clock.advance(1)
    socket.keep_alive(desk.clock.monotonic_s())
    assert wire.close_frames() == [(4408, "silent for too long")]


def pings(wire: Wire) -> int:
    return sum(opcode is Opcode.PING for opcode, _ in wire.frames())


async def test_pongs_are_no_first_message(desk: Desk) -> None:
    """[HS-7] 10 s after the upgrade."""
    socket, wire = await desk.enter()
    for _ in range(2):
        assert wire.close_frames() == []
        socket.data_received(masked(Opcode.PONG, b""))
        desk.clock.advance(5)
        socket.keep_alive(desk.clock.monotonic_s())
    assert [closed[0] for closed in wire.close_frames()] == [4408]


async def test_a_connection_ends_with_its_token(desk: Desk) -> None:
    """[HS-4] 4501: the client needs a new one."""
    socket, wire = await desk.enter(ttl_s=8)
    desk.clock.advance(7.9)
    socket.keep_alive(desk.clock.monotonic_s())
    assert wire.close_frames() == []
    desk.clock.advance(0.1)
    socket.keep_alive(desk.clock.monotonic_s())
    assert wire.close_frames() == [(4501, "the token has expired")]


async def test_a_reason_is_cut_between_characters(desk: Desk) -> None:
    """[EN-3] A close frame holds 125 bytes, two of them the code; what is cut must stay UTF-8."""
    socket, wire = await desk.enter()
    socket.close(CloseCode.INTERNAL, "ä" * 100)
    assert wire.close_frames() == [(1011, "ä" * 61)]


async def test_a_handshake_is_answered_once(desk: Desk) -> None:
    """[HS-4] A refusal that comes behind another one, or behind the welcome, is not sent."""
    socket, wire = desk.knock(desk.request("/ws/classroom/elsewhere/"))
    assert wire.written.count(b"HTTP/1.1") == 1
    socket.refuse(Refused(ErrorCode.UNAVAILABLE, "again"))
    socket.open(b"{}")
    socket.shutdown()
    assert wire.written.count(b"HTTP/1.1") == 1
    assert wire.is_gone

    socket, wire = await desk.enter()
    socket.refuse(Refused(ErrorCode.UNAVAILABLE, "too late"))
    assert wire.written.count(b"HTTP/1.1") == 1
    assert not wire.is_gone


async def test_a_client_that_is_too_old_is_closed_with_a_code_of_its_own(desk: Desk) -> None:
    """[BD-16] 4505 where it asked for a close code, 400 otherwise; who knows enough comes in."""
    config = msgspec.structs.replace(desk.services.config, oldest_schema=3)
    desk.services = msgspec.structs.replace(desk.services, config=config)
    path = f"/ws/classroom/{SESSION}/"
    _, wire = desk.knock(desk.request(f"{path}?reason=close&schema=2"))
    ((code, _),) = wire.close_frames()
    assert code == CloseCode.CLIENT_TOO_OLD
    _, wire = desk.knock(desk.request(path))
    assert wire.written.startswith(b"HTTP/1.1 400")
    assert b'"client_too_old"' in wire.written
    _, wire = desk.knock(desk.request(f"{path}?schema=3"))
    async with asyncio.timeout(10):
        while b"welcome" not in wire.written:
            wire.changed.clear()
            await wire.changed.wait()


async def test_a_server_that_stops_refuses_who_is_still_waiting(desk: Desk) -> None:
    """[SY-4] With 503, so that the client comes again."""
    socket, wire = desk.knock(desk.request())
    socket.shutdown()
    assert wire.written.startswith(b"HTTP/1.1 503 ")
    assert wire.is_gone


async def test_who_is_gone_before_the_answer_leaves_nothing_behind(desk: Desk) -> None:
    """[SY-2] The room lets go of the connection as soon as it took it up."""
    socket, _ = desk.knock(desk.request())
    socket.connection_lost(None)
    await desk.enter()
    live = desk.services.rooms.live()
    assert [room.connections for room in live] == [1]
    assert desk.services.sockets == {desk.wires[1][0]}
    assert len(desk.state.connections) == 1


async def test_nothing_is_read_before_the_handshake_is_answered(desk: Desk) -> None:
    """[HS-4] A client that floods before it is let in fills the kernel's buffer, not ours."""
    _, wire = desk.knock(desk.request())
    assert wire.is_paused
    _, wire = await desk.enter()
    assert not wire.is_paused


async def test_a_handshake_that_gets_no_answer_from_the_room_is_cut_off(desk: Desk) -> None:
    """[HS-7] Within the time of the first message."""
    _, wire = desk.knock(desk.request())
    desk.clock.advance(10)
    assert wire.is_gone


async def test_a_request_that_cannot_be_read_is_answered_and_ended(desk: Desk) -> None:
    """[HS-4] The HTTP server's limit for a line is another than the WebSocket library's."""
    request = desk.request().replace(b"Host:", b"X-Long: " + b"a" * 9_000 + b"\r\nHost:")
    _, wire = desk.knock(request)
    assert wire.written.startswith(b"HTTP/1.1 431 ")
    assert wire.is_gone


async def test_a_connection_keeps_nothing_of_its_request(desk: Desk) -> None:
    """[P24] Of each idle connection its headers took more than all of its budgets."""
    mark = "x-" + "kept" * 9
    request = desk.request().replace(b"Host:", f"{mark}: 1\r\nHost:".encode())
    socket, wire = desk.knock(request)
    await desk.services.rooms.ask(SESSION, PassTime())
    assert socket.is_open
    kept = [thing for thing in gc.get_objects() if isinstance(thing, Headers) and mark in thing]
    assert not kept
    assert not wire.is_gone


async def test_a_connection_that_is_gone_leaves_no_garbage(desk: Desk) -> None:
    """[P24] Whoever ended it: a full server looks for garbage once in many minutes."""
    gc.collect()
    gc.disable()
    try:
        before = _cores()
        await _come_and_go(desk)
        # The room has heard of it, and its connections have stopped.
        await desk.services.rooms.ask(SESSION, PassTime())
        assert _cores() == before
    finally:
        gc.enable()


async def _come_and_go(desk: Desk) -> None:
    """Vanish, be cut off, say goodbye, break the protocol, be turned away."""
    sockets = [(await desk.enter())[0] for _ in range(4)]
    sockets[1].eof_received()
    sockets[2].data_received(masked(Opcode.CLOSE, b"\x03\xe8"))
    sockets[3].data_received(Frame(Opcode.TEXT, b"{}").serialize(mask=False))
    sockets.append(desk.knock(desk.request("/ws/elsewhere"))[0])
    sockets.append(desk.knock(b"no request\r\n\r\n")[0])
    for socket in sockets:
        socket.connection_lost(None)
    desk.wires.clear()


def _cores() -> int:
    return sum(isinstance(thing, ServerProtocol) for thing in gc.get_objects())
