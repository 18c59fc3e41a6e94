"""The deadline for headers, and for bodies that stop, are in test_port.py."""

import asyncio

import pytest

from gateway.guarded_http import LEAST_BYTES_PER_S
from tests.gateway.served_port import DEADLINE_S, GET, Serve, answer, is_ended

MIB = 1 << 20


def head(length: int, *more: str) -> bytes:
    lines = ("POST / HTTP/1.1", "Host: h", f"Content-Length: {length}", *more, "", "")
    return "\r\n".join(lines).encode()


async def send_all(writer: asyncio.StreamWriter, size: int) -> bool:
    """Send a body as fast as it is taken; say whether all of it was."""
    try:
        for _ in range(size // 65_536):
            writer.write(bytes(65_536))
            await writer.drain()
    except ConnectionError:
        return False
    return True


async def test_a_body_that_gets_on_may_take_longer_than_a_deadline(serve: Serve) -> None:
    """[HS-7] Three deadlines here; an honest upload over a bad line is not cut off."""
    async with serve(request_timeout_s=0.5) as serving:
        reader, writer = await serving.dial()
        piece = bytes(LEAST_BYTES_PER_S)
        writer.write(head(16 * len(piece)))
        for _ in range(16):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.1)
        assert await answer(reader) == {"is_operator": None}


async def test_a_body_that_trickles_is_cut_off(serve: Serve) -> None:
    """[HS-7] The control: a byte now and then is no progress."""
    async with serve(request_timeout_s=0.1) as serving:
        reader, writer = await serving.dial()
        writer.write(head(1_000_000))
        ended = asyncio.create_task(is_ended(reader))
        for _ in range(200):
            if ended.done():
                break
            writer.write(b" ")
            await asyncio.sleep(0.02)
        assert ended.done()
        assert await ended


@pytest.mark.parametrize("more", [(), ("Connection: close",)], ids=["kept", "to be closed"])
async def test_whoever_is_refused_while_they_send_hears_why(
    serve: Serve, more: tuple[str, ...]
) -> None:
    """[SECURITY Strangers] And cannot go on: 64 KiB and what is on its way, of 64 MiB."""
    async with serve() as serving:
        serving.app.reads = False
        reader, writer = await serving.dial()
        writer.write(head(64 * MIB, *more))
        sent = asyncio.create_task(send_all(writer, 64 * MIB))
        assert await answer(reader) == {"is_operator": None}
        assert await is_ended(reader)
        async with asyncio.timeout(DEADLINE_S):
            await sent


async def test_a_small_body_that_nobody_reads_costs_no_connection(serve: Serve) -> None:
    """It may come behind the answer; the next request is answered on the same connection."""
    async with serve() as serving:
        serving.app.reads = False
        reader, writer = await serving.dial()
        for _ in range(3):
            writer.write(head(60_000))
            assert await answer(reader) == {"is_operator": None}
            writer.write(bytes(60_000))
        writer.write(GET)
        assert await answer(reader) == {"is_operator": None}


async def test_a_body_that_waits_to_be_asked_for_is_not(serve: Serve) -> None:
    """RFC 9110 section 10.1.1: the answer is final, and what comes next would be its body."""
    async with serve() as serving:
        serving.app.reads = False
        reader, writer = await serving.dial()
        writer.write(head(60_000, "Expect: 100-continue"))
        assert await answer(reader) == {"is_operator": None}
        assert await is_ended(reader, within_s=3)


async def test_a_body_that_never_comes_is_not_waited_for(serve: Serve) -> None:
    """Two seconds after the answer, and two more to read it."""
    async with serve(request_timeout_s=60) as serving:
        serving.app.reads = False
        reader, writer = await serving.dial()
        writer.write(head(60_000))
        assert await answer(reader) == {"is_operator": None}
        assert await is_ended(reader, within_s=5)


async def test_an_answer_that_nobody_takes_is_given_up(serve: Serve) -> None:
    """[FC-10] [P15] It is in memory for as long as its client does not read."""
    async with serve(request_timeout_s=0.1) as serving:
        serving.app.body = bytes(32 * MIB)
        _, writer = await serving.dial()
        # What asyncio reads ahead is little, and what the kernels hold is less than the answer.
        writer.write(GET)
        async with asyncio.timeout(DEADLINE_S):
            await serving.app.answered.wait()


async def test_an_answer_that_is_taken_slowly_is_sent_to_its_end(serve: Serve) -> None:
    """[FC-10] The control: who reads, however slowly, is not cut off."""
    async with serve(request_timeout_s=0.5) as serving:
        serving.app.body = bytes(8 * MIB)
        reader, writer = await serving.dial()
        writer.write(GET)
        await reader.readuntil(b"\r\n\r\n")
        got = 0
        while piece := await reader.read(256 * 1024):
            got += len(piece)
            if got == 8 * MIB:
                break
            await asyncio.sleep(0.02)
        assert got == 8 * MIB
