"""Compare a tell and an ask between pykka's ThreadingActor and our AsyncioActor, in one run.

Run: `python benchmarks/actor_tell.py [tells] [asks]`. CPU is that of the whole process.
"""

import asyncio
import sys
import time
from typing import Any

import pykka

from actors.runtime.asyncio_actor import AsyncioActor


class _Counter(pykka.Actor):
    """Counts ticks; answers a `None` with the count."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks = 0

    def on_receive(self, message: Any) -> int:  # noqa: ANN401 - pykka's signature
        if message is not None:
            self._ticks += 1
        return self._ticks


class _ThreadCounter(_Counter, pykka.ThreadingActor):
    """A counter on a thread of its own."""


class _LoopCounter(_Counter, AsyncioActor):
    """A counter on the event loop."""


class _Clock:
    """Prints a line: what, how often, wall and CPU time of one."""

    def __init__(self) -> None:
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()

    def report(self, what: str, count: int) -> None:
        wall_s, cpu_s = time.perf_counter() - self._wall_s, time.process_time() - self._cpu_s
        print(
            f"{what:24}{count / wall_s:>12,.0f} per s"
            f"{wall_s / count * 1e6:>10.2f} µs wall{cpu_s / count * 1e6:>10.2f} µs CPU"
        )


def _run_threading(tells: int, asks: int) -> None:
    ref = _ThreadCounter.start()
    clock = _Clock()
    for _ in range(tells):
        ref.tell("tick")
    assert ref.ask(None) == tells
    clock.report("ThreadingActor tell", tells)
    clock = _Clock()
    for _ in range(asks):
        ref.ask("tick")
    clock.report("ThreadingActor ask", asks)
    ref.stop()


async def _run_asyncio(tells: int, asks: int) -> None:
    ref = _LoopCounter.start()
    clock = _Clock()
    for _ in range(tells):
        ref.tell("tick")
    assert await ref.ask(None, block=False) == tells
    clock.report("AsyncioActor tell", tells)
    clock = _Clock()
    for _ in range(asks):
        await ref.ask("tick", block=False)
    clock.report("AsyncioActor ask", asks)
    await ref.stop(block=False)


def main(arguments: list[str]) -> None:
    """Run both kinds with the same counts."""
    tells, asks = (int(text) for text in (arguments + ["200000", "20000"][len(arguments) :])[:2])
    _run_threading(tells, asks)
    asyncio.run(_run_asyncio(tells, asks))


if __name__ == "__main__":
    main(sys.argv[1:])
