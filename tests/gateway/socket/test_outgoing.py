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
