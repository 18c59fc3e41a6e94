"""Work goes on only while somebody waits for it."""

import asyncio
from typing import Any

import pytest
from fastapi import Request

from gateway.rest.plumbing.bodies.hanging_up import to_its_end, while_connected
from lessonroom.codes import Refused


class Client:
    """The client's side of a request."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.request = Request({"type": "http", "method": "GET", "headers": []}, self.told.get)

    def hang_up(self) -> None:
        self.told.put_nowait({"type": "http.disconnect"})


class Process:
    """Work that takes for ever, and notices that it is ended."""

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self.is_ended = False

    async def run(self) -> str:
        self.has_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            # As a process is waited for after it was killed.
            await asyncio.sleep(0)
            self.is_ended = True
        return "never"


async def test_what_work_comes_to_is_returned() -> None:
    async def work() -> str:
        return "drawn"

    assert await while_connected(Client().request, work()) == "drawn"


async def test_work_ends_with_its_client() -> None:
    """[P16] Before the answer that nobody reads: what it held is free by then."""
    client, process = Client(), Process()
    waiting = asyncio.create_task(while_connected(client.request, process.run()))
    await process.has_begun.wait()
    client.told.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    await asyncio.sleep(0)
    assert not waiting.done()
    client.hang_up()
    with pytest.raises(Refused, match="hung up"):
        await waiting
    assert process.is_ended


async def test_a_refusal_of_the_work_is_the_answer() -> None:
    async def work() -> str:
        raise ValueError("not possible")

    with pytest.raises(ValueError, match="not possible"):
        await while_connected(Client().request, work())


async def test_work_ends_with_the_server() -> None:
    """[SY-4] Cancelled from outside, it leaves nothing behind."""
    client, process = Client(), Process()
    waiting = asyncio.create_task(while_connected(client.request, process.run()))
    await process.has_begun.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert process.is_ended


async def test_what_cannot_be_stopped_is_waited_for() -> None:
    """Who tidies up after it comes behind it."""
    done: list[str] = []
    may_end = asyncio.Event()

    async def work() -> None:
        await may_end.wait()
        done.append("work")

    async def caller() -> None:
        try:
            await to_its_end(work())
        finally:
            done.append("tidied up")

    calling = asyncio.create_task(caller())
    await asyncio.sleep(0)
    calling.cancel()
    await asyncio.sleep(0)
    assert done == []
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert done == ["work", "tidied up"]
