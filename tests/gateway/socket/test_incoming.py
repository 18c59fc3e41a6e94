"""What is read of a client, and when it is not."""

import asyncio
from typing import Any

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from actors.config import RoomConfig
from actors.messages import Rested
from actors.runtime.telling import tell
from gateway.socket.incoming import Incoming
from lessonroom.codes import CloseCode
from tests.gateway.socket.desk import SESSION, Desk, Wire, masked
from tests.manual_clock import ManualClock

_MARKS = RoomConfig(intake_messages=8, intake_bytes=1_000)
_POINTER = b'{"ch":"board","type":"pointer_move","data":{"x":1,"y":1}}'


class Recorder:
    """Gets what was read, and says that it was handled when the test wants it."""

    def __init__(self) -> None:
        self.is_open = True
        self.payloads: list[bytes] = []
        self.frames: list[bytes] = []
        self.has_stopped_listening = False

    def message_received(self, payload: bytes) -> None:
        self.payloads.append(payload)

    def frames_received(self, data: bytes) -> None:
        self.frames.append(data)

    def stop_listening(self) -> None:
        self.has_stopped_listening = True


class Reading:
    """An `Incoming` between a transport and a recorder."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.recorder = Recorder()
        self.wire = Wire()
        protocol = ServerProtocol(max_size=None)
        protocol.state = OPEN
        self.incoming = Incoming(self.recorder, protocol, clock=self.clock, config=_MARKS)
        self.incoming.begin(self.wire)

    def handled(self, messages: int, *, hold_ms: int = 0) -> None:
        payloads = self.recorder.payloads[:messages]
        self.incoming.handled(messages, sum(map(len, payloads)), hold_ms)


@pytest.fixture
def reading() -> Reading:
    return Reading()


def messages(count: int, size: int = 10) -> bytes:
    return b"".join(masked(Opcode.TEXT, b"%0*d" % (size, n)) for n in range(count))


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_who_keeps_within_the_marks_is_never_paused(reading: Reading) -> None:
    """[FC-5] The way of a stroke is as short as it was."""
    for _ in range(100):
        reading.incoming.received(messages(7))
        assert not reading.wire.is_paused
        reading.handled(7)
    assert len(reading.recorder.payloads) == 700


async def test_above_the_high_mark_nothing_is_read_until_below_the_low_one(
    reading: Reading,
) -> None:
    """[FC-5] Eight are handed over; the rest waits as bytes until two are left."""
    reading.incoming.received(messages(20))
    assert len(reading.recorder.payloads) == 8
    assert reading.wire.is_paused
    reading.handled(5)
    await turns()
    assert len(reading.recorder.payloads) == 8
    reading.handled(1)
    assert len(reading.recorder.payloads) == 8, "others have their turn first"
    await turns()
    assert len(reading.recorder.payloads) == 14
    assert reading.wire.is_paused
    for _ in range(6):
        reading.handled(4)
        await turns()
    assert reading.recorder.payloads == [b"%010d" % n for n in range(20)]
    assert not reading.wire.is_paused


async def test_bytes_have_a_mark_of_their_own(reading: Reading) -> None:
    """[FC-5] A few large messages are as much as many small ones."""
    reading.incoming.received(messages(5, size=400))
    assert len(reading.recorder.payloads) == 3
    assert reading.wire.is_paused
    reading.handled(3)
    await turns()
    assert len(reading.recorder.payloads) == 5


async def test_what_is_read_at_the_mark_exactly_pauses_too(reading: Reading) -> None:
    """[FC-5]"""
    reading.incoming.received(messages(8))
    assert reading.wire.is_paused
    reading.handled(8)
    await turns()
    assert not reading.wire.is_paused


async def test_what_was_sent_is_held_for_what_it_cost(reading: Reading) -> None:
    """[FC-6] However little waits; a later time replaces an earlier one."""
    reading.incoming.received(messages(1))
    reading.handled(1, hold_ms=500)
    assert reading.wire.is_paused
    reading.clock.advance(0.4)
    reading.incoming.handled(0, 0, 300)
    reading.clock.advance(0.2)
    await turns()
    assert reading.wire.is_paused
    reading.clock.advance(0.1)
    await turns()
    assert not reading.wire.is_paused


async def test_what_comes_while_nothing_is_read_keeps_its_place(reading: Reading) -> None:
    """[FC-5] A transport under TLS may have had it under way; also behind half a frame."""
    whole = messages(30)
    reading.incoming.received(whole[: 16 * 9 + 5])
    for at in range(16 * 9 + 5, len(whole), 7):
        reading.incoming.received(whole[at : at + 7])
    for _ in range(20):
        reading.incoming.handled(min(8, len(reading.recorder.payloads)), 0, 0)
        reading.incoming._messages = 0
        await turns()
    assert reading.recorder.payloads == [b"%010d" % n for n in range(30)]


async def test_frames_that_are_no_messages_have_their_share_of_a_turn(reading: Reading) -> None:
    """[FC-5] Eight a turn; nobody has to say that they were handled."""
    reading.incoming.received(masked(Opcode.PING, b"") * 20)
    assert len(reading.recorder.frames) == 8
    assert reading.wire.is_paused
    await turns(1)
    assert len(reading.recorder.frames) == 16
    await turns()
    assert len(reading.recorder.frames) == 20
    assert not reading.wire.is_paused


async def test_what_a_client_sends_behind_our_close_frame_is_stepped_over(
    reading: Reading,
) -> None:
    """[FC-5] Nothing of it is decoded; its own close frame is found, in whatever pieces."""
    reading.incoming.received(messages(20))
    reading.recorder.is_open = False
    reading.incoming.close()
    assert not reading.wire.is_paused
    goodbye = masked(Opcode.CLOSE, b"\x03\xe8")
    tail = messages(5) + goodbye
    for at in range(0, len(tail), 5):
        reading.incoming.received(tail[at : at + 5])
    assert len(reading.recorder.payloads) == 8
    assert reading.recorder.frames == [goodbye]


async def test_who_floods_on_behind_our_close_frame_is_not_listened_to(reading: Reading) -> None:
    """[FC-5] Past 16 KiB the stream is ended, which a client that reads understands."""
    reading.incoming.received(messages(8))
    reading.recorder.is_open = False
    reading.incoming.close()
    for _ in range(10):
        reading.incoming.received(messages(200))
    assert reading.recorder.has_stopped_listening
    assert not reading.recorder.frames


async def test_a_hold_ends_with_the_connection(reading: Reading) -> None:
    """[P24] Nothing is read, and nothing is scheduled."""
    reading.incoming.received(messages(1))
    reading.handled(1, hold_ms=500)
    reading.incoming.end()
    reading.clock.advance(1)
    await turns()
    assert reading.wire.is_paused


# -- on a room


async def test_a_flood_is_read_as_fast_as_it_may_be_sent(desk: Desk) -> None:
    """[FC-5] [FC-1] Six thousand in one read, as a kernel gives them; the budget is 565."""
    socket, wire = await desk.enter()
    socket.data_received(masked(Opcode.TEXT, _POINTER) * 6_000)
    assert wire.is_paused
    await turns(200)
    assert wire.is_paused
    desk.clock.advance(1)
    await turns(200)
    assert wire.is_paused
    assert not wire.close_frames()


async def test_a_flooding_connection_is_closed_at_once_when_it_has_to_be(desk: Desk) -> None:
    """[FC-5] [P12] [SY-4] Nothing is read of it, and yet the close frame goes out and FIN."""
    for code in (CloseCode.KICKED, CloseCode.RESTARTING, CloseCode.TOO_SLOW):
        socket, wire = await desk.enter()
        socket.data_received(masked(Opcode.TEXT, _POINTER) * 6_000)
        await turns(100)
        assert wire.is_paused
        socket.close(code, "enough")
        assert wire.close_frames() == [(code, "enough")]
        assert wire.has_ended
        desk.clock.advance(2.1)
        assert wire.is_gone
        socket.connection_lost(None)


async def test_one_that_nothing_is_read_of_is_not_silent(desk: Desk) -> None:
    """[HS-7] [FC-5] It is pinged, so that a peer that is gone is found; then its silence counts."""
    socket, wire = await desk.enter()
    socket.data_received(masked(Opcode.TEXT, _POINTER) * 6_000)
    await turns(100)
    for _ in range(4):
        desk.clock.advance(10.1)
        socket.keep_alive(desk.clock.monotonic_s())
        assert wire.is_paused
    pings = [opcode for opcode, _ in wire.frames() if opcode is Opcode.PING]
    assert len(pings) >= 3
    assert not wire.close_frames()


async def test_fragments_without_end_are_the_end(desk: Desk) -> None:
    """[FC-8] A message in a thousand pieces is nobody's need."""
    socket, wire = await desk.enter()
    first = Frame(Opcode.TEXT, b"{", fin=False).serialize(mask=True)
    socket.data_received(first + Frame(Opcode.CONT, b"x", fin=False).serialize(mask=True) * 1_100)
    await turns(100)
    assert [code for code, _ in wire.close_frames()] == [4429]


async def test_a_room_that_is_gone_leaves_no_connection_hanging(desk: Desk) -> None:
    """[FC-5] [P20] What nobody will ever handle ends the connection, which then resumes."""
    socket, wire = await desk.enter()
    ref: Any = desk.services.rooms.directory
    directory = ref._actor_weakref()
    assert directory is not None
    room = directory._entries[SESSION].room
    assert room is not None
    await room.stop(block=False)
    socket.data_received(masked(Opcode.TEXT, _POINTER))
    await turns()
    assert [code for code, _ in wire.close_frames()] == [1011]
    tell(desk.services.rooms.directory, Rested(SESSION, room))
