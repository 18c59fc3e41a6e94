"""The demo's people at work: each draws their part of the script, at its own times."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from cli.demo.client import BoardClient
from cli.demo.handwriting import Author
from cli.demo.script import DrawStep, PointerStep, Step


async def perform(
    steps: Sequence[Step],
    clients: Mapping[Author, BoardClient],
    *,
    speed: float,
    on_step: Callable[[], None],
) -> None:
    """Play the steps of those who are there, and return when the last is acknowledged.

    Args:
        steps: in the order of time; the steps of authors without a client are left out.
        clients: who draws whose part.
        speed: 2 is twice as fast as a hand; 0 waits for nothing but each event's `ack`.
        on_step: called after each step.

    """
    begin_s = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for author, client in clients.items():
            part = [step for step in steps if step.author == author]
            group.create_task(_play(part, client, begin_s=begin_s, speed=speed, on_step=on_step))


async def _play(
    part: Sequence[Step],
    client: BoardClient,
    *,
    begin_s: float,
    speed: float,
    on_step: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()
    for step in part:
        if speed:
            due_s = begin_s + step.at_ms / 1000 / speed
            await asyncio.sleep(max(0.0, due_s - loop.time()))
        match step:
            case DrawStep():
                await client.draw(step.ops)
            case PointerStep():
                await client.point(step.x, step.y, tool=step.tool)
            case _:
                assert_never(step)
        on_step()
