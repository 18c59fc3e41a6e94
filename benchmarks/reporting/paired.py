"""Two checkouts of our server in one run, in turns: what a change has made of CPU time and latency.

Both are up, each with its crowd connected; a window of the one is followed by a window of the
other, so that whatever else the machine does falls on both. What stands still takes nothing.
"""

import asyncio
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.contenders.contenders import Contender, Ours
from benchmarks.contenders.interpreter import ROOT, prepared
from benchmarks.scenarios.crowds import Crowd, Figures, Scene, quantile, quiet_room
from benchmarks.scenarios.load import empty, fill

WINDOWS: Final = 7
"""Of each checkout, for each crowd."""
_WINDOW_S: Final = 1.5
_STROKES: Final = 30
"""In a window of the quiet room."""
_IDLE: Final = (20, 100)
_SETTLE_S: Final = 2.0
_IDLE_S: Final = 3.0


def compare(other: Path, crowds: Sequence[Crowd], *, rounds: int) -> None:
    """Print, for each crowd, this checkout's figures as ratios to another's."""
    print(f"{ROOT}\n    beside {other}, {prepared().text}; {rounds} windows of each, in turns\n")
    head = ("CPU of this", "other", "ratio", "(windows)", "p50 ms", "p99 ms")
    print(f"{'CPU seconds a million deliveries':32}" + "".join(f"{each:>16}" for each in head))
    with ExitStack() as stack:
        trees = [Ours(tree=ROOT, name="this"), Ours(tree=other, name="other")]
        servers = [stack.enter_context(ours.start()) for ours in trees]
        for crowd in crowds:
            this, that = asyncio.run(_in_turns(servers, crowd, rounds=rounds))
            print(f"{crowd.name:32}" + "".join(f"{each:>16}" for each in _row(this, that)))
        print(asyncio.run(_quiet(servers, rounds=rounds)))
        print(asyncio.run(_idle(servers, rounds=rounds)))


async def _quiet(servers: Sequence[Contender], *, rounds: int) -> str:
    """Return what one stroke at a time takes, from send to receive, and of CPU."""
    ms: list[list[float]] = [[], []]
    cpu_ms: list[list[float]] = [[], []]
    for n in range(rounds):
        for at in (0, 1) if n % 2 else (1, 0):
            (seats,) = await asyncio.to_thread(servers[at].seats, 1, 2)
            cpu_s = servers[at].cpu_s()
            ms[at] += await quiet_room(seats, strokes=_STROKES)
            cpu_ms[at].append((servers[at].cpu_s() - cpu_s) * 1000 / _STROKES)
    (p50, p50_other), (p99, p99_other) = (
        [quantile(values, share) for values in ms] for share in (0.5, 0.99)
    )
    return (
        f"quiet room: p50 {p50:.2f} / {p50_other:.2f} ms, p99 {p99:.2f} / {p99_other:.2f} ms;"
        f" CPU of a stroke, with all around it, {_ratio(cpu_ms)}"
    )


async def _idle(servers: Sequence[Contender], *, rounds: int) -> str:
    """Return what connections take that only listen: of memory, and of CPU."""
    each_kb = []
    rooms = []
    for server in servers:
        seats = await asyncio.to_thread(server.seats, *_IDLE)
        before_mb = server.memory_mb()
        rooms.append(await fill(seats))
        await asyncio.sleep(_SETTLE_S)
        each_kb.append((server.memory_mb() - before_mb) * 1024 / (_IDLE[0] * _IDLE[1]))
    cpu_ms: list[list[float]] = [[], []]
    for _ in range(rounds):
        # Side by side: neither does anything that the other would wait for.
        before_s = [server.cpu_s() for server in servers]
        await asyncio.sleep(_IDLE_S)
        for at, server in enumerate(servers):
            cpu_ms[at].append((server.cpu_s() - before_s[at]) * 1000 / _IDLE_S)
    for each in rooms:
        await empty(each)
    return (
        f"{_IDLE[0] * _IDLE[1]:,} idle connections: {each_kb[0]:.1f} / {each_kb[1]:.1f} KB each;"
        f" CPU of a second {_ratio(cpu_ms)}"
    )


def _ratio(pair: Sequence[Sequence[float]]) -> str:
    ratios = [here / there for here, there in zip(*pair, strict=True)]
    here, there = map(statistics.median, pair)
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    return f"{here:.2f} / {there:.2f} ms, x {statistics.median(ratios):.2f} ({spread})"


async def _in_turns(
    servers: Sequence[Contender], crowd: Crowd, *, rounds: int
) -> list[list[Figures]]:
    scenes = [await Scene.of(server, crowd) for server in servers]
    for n in range(rounds):
        for scene in scenes if n % 2 else scenes[::-1]:
            await scene.window(_WINDOW_S)
    return [await scene.end() for scene in scenes]


def _row(this: Sequence[Figures], other: Sequence[Figures]) -> list[str]:
    here = [figures.cpu_s_per_million for figures in this]
    there = [figures.cpu_s_per_million for figures in other]
    ratios = [a / b for a, b in zip(here, there, strict=True)]
    return [
        f"{statistics.median(here):.1f}",
        f"{statistics.median(there):.1f}",
        f"{statistics.median(ratios):.2f}",
        f"({min(ratios):.2f} to {max(ratios):.2f})",
        *(f"{_within(this, share):.1f} / {_within(other, share):.1f}" for share in (0.5, 0.99)),
    ]


def _within(windows: Sequence[Figures], share: float) -> float:
    return statistics.median(figures.within_ms(share) for figures in windows)
