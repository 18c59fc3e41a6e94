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
from benchmarks.scenarios.crowds import Crowd, Figures, Scene

WINDOWS: Final = 7
"""Of each checkout, for each crowd."""
_WINDOW_S: Final = 1.5


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
