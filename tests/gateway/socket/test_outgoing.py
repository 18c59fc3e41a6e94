"""What is written at once, what waits, and that nothing overtakes."""

import asyncio

from websockets.protocol import State
from websockets.server import ServerProtocol

from gateway.socket.outgoing import Outgoing
from tests.gateway.socket.desk import Wire

LARGE = b"".join(number.to_bytes(4, "big") for number in range(250_000))


class Turns(Wire):
    """A transport that notes what each turn of the loop wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[int] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        super().write(data)
        self.turns[-1] += len(data)


async def turn(wire: Wire) -> None:
    """One turn of the loop."""
    if isinstance(wire, Turns):
        wire.turns.append(0)
    await asyncio.sleep(0)


async def test_what_is_small_goes_at_once() -> None:
    """Strokes wait for no turn, before a large answer and after it."""
    wire = Wire()
    outgoing = Outgoing(wire)
    outgoing.write(b"a stroke")
    assert wire.written == b"a stroke"
    outgoing.write(LARGE)
    while outgoing.unsent_bytes():
        await turn(wire)
    outgoing.write(b"another")
    assert wire.written == b"a stroke" + LARGE + b"another"


async def test_what_is_large_goes_in_slices_and_nothing_overtakes_it() -> None:
    """[P15] A turn of the loop copies little of it; what is written meanwhile comes behind."""
    wire = Turns()
    outgoing = Outgoing(wire)
    outgoing.write(LARGE)
    outgoing.write(b"a stroke")
    assert outgoing.unsent_bytes() == len(LARGE) + len(b"a stroke")
    while outgoing.unsent_bytes():
        await turn(wire)
        outgoing.write(b"meanwhile" if len(wire.turns) == 1 else b"")
    assert wire.written == LARGE + b"a stroke" + b"meanwhile"
    assert max(wire.turns) <= 128 * 1024
    assert len(wire.turns) >= len(LARGE) // (128 * 1024)


async def test_nothing_is_handed_over_that_the_client_does_not_read() -> None:
    """[FC-4] It is counted as unsent, here and in the transport; what is read makes room."""
    wire = Turns()
    outgoing = Outgoing(wire)
    outgoing.write(LARGE)
    await turn(wire)
    outgoing.pause()
    wire.unsent = 100_000
    for _ in range(3):
        await turn(wire)
    assert sum(wire.turns) == wire.turns[0] > 0
    assert outgoing.unsent_bytes() == len(LARGE) - wire.turns[0] + wire.unsent
    wire.unsent = 0
    outgoing.resume()
    while outgoing.unsent_bytes():
        await turn(wire)
    assert wire.written == LARGE


async def test_the_end_of_the_stream_comes_behind_what_was_written() -> None:
    """[EN-3] The library's goodbye as well."""
    wire = Wire()
    outgoing = Outgoing(wire)
    protocol = ServerProtocol(state=State.OPEN)
    outgoing.write(LARGE)
    protocol.send_close(1012, "restarting")
    protocol.receive_eof()
    outgoing.write_pending(protocol)
    assert outgoing.unsent_bytes() > len(LARGE)
    while outgoing.unsent_bytes():
        assert not wire.has_ended
        await turn(wire)
    await turn(wire)
    assert wire.has_ended
    assert wire.written.startswith(LARGE)
    assert wire.written.endswith(b"restarting")


async def test_a_connection_that_is_lost_holds_and_writes_nothing() -> None:
    """[P16] Its share of a board is let go at once."""
    wire = Wire()
    outgoing = Outgoing(wire)
    outgoing.write(LARGE)
    outgoing.end()
    await asyncio.sleep(0)
    assert wire.written == b""
    assert outgoing.unsent_bytes() == 0


def _frames(*names: bytes) -> list[list[bytes]]:
    return [[b"<" + name, LARGE[: 300 * 1024], name + b">"] for name in names]


async def test_what_lies_behind_is_sent_when_nothing_else_is() -> None:
    """[BD-28] [P16] A frame that was begun is ended first; unsent bytes are none of it."""
    wire = Turns()
    outgoing = Outgoing(wire)
    frames = _frames(b"one", b"two", b"three")
    outgoing.write(LARGE)
    outgoing.write_behind(frames)
    assert outgoing.unsent_bytes() == len(LARGE)
    while outgoing.unsent_bytes():
        await turn(wire)
    assert wire.written.startswith(LARGE), "what was written comes first"
    await turn(wire)
    assert len(LARGE) < len(wire.written) < len(LARGE) + 300 * 1024
    outgoing.write(b"a stroke")
    assert outgoing.unsent_bytes() == len(b"a stroke")
    for _ in range(20):
        await turn(wire)
    sent = [LARGE, *frames[0], b"a stroke", *frames[1], *frames[2]]
    assert wire.written == b"".join(sent)
    assert max(wire.turns) <= 128 * 1024
    outgoing.write(b"another")
    assert wire.written.endswith(b"another"), "at once again"


async def test_what_lies_behind_goes_as_slowly_as_the_client_reads() -> None:
    """[P15] Strokes wait for the frame that was begun, and for no other."""
    wire = Turns()
    outgoing = Outgoing(wire)
    frames = _frames(b"one", b"two")
    outgoing.write_behind(frames)
    await turn(wire)
    outgoing.pause()
    outgoing.write(b"a stroke")
    before = len(wire.written)
    for _ in range(5):
        await turn(wire)
    assert len(wire.written) == before
    outgoing.resume()
    for _ in range(20):
        await turn(wire)
    assert wire.written == b"".join([*frames[0], b"a stroke", *frames[1]])


async def test_an_answer_takes_the_place_of_what_an_earlier_one_has_left() -> None:
    """[FC-7] However often somebody asks, one board waits; the frame that was begun is ended."""
    wire = Turns()
    outgoing = Outgoing(wire)
    frames = _frames(b"one", b"two")
    outgoing.write_behind(frames)
    await turn(wire)
    for _ in range(50):
        outgoing.write_behind(_frames(b"three", b"four"))
    outgoing.write_behind([[b"small", b"er"]])
    for _ in range(20):
        await turn(wire)
    assert wire.written == b"".join(frames[0]) + b"smaller"


async def test_nothing_that_lies_behind_follows_the_end() -> None:
    """[P12] A close frame goes out behind the frame that was begun."""
    wire = Turns()
    outgoing = Outgoing(wire)
    frames = _frames(b"one", b"two")
    outgoing.write_behind(frames)
    await turn(wire)
    outgoing.write_behind(())
    outgoing.write(b"bye")
    for _ in range(20):
        await turn(wire)
    assert wire.written == b"".join(frames[0]) + b"bye"
    outgoing.write_behind(frames)
    outgoing.end()
    await turn(wire)
    assert wire.written.endswith(b"bye")
