"""Time of an export: a lesson of 5,000 elements, and what the rooms notice of it meanwhile.

Run: python -m benchmarks.export
"""

import asyncio
import contextlib
import math
import random
import resource
import time
from typing import Final

from gateway.confinement.confined import ProcessLimits
from gateway.confinement.confinement import Confinement, Work
from gateway.confinement.owner_queues import Owner
from gateway.export.job import Commission, Drawn, DrawnFormat
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Element, Layer, Note, Rect, Stroke, Style, TextElement
from lessonroom.board.model.stored import StoredElement

ELEMENTS: Final = 5_000
POINTS: Final = 60
LIMITS: Final = ProcessLimits(memory_bytes=1536 * 1024 * 1024, cpu_s=60, wall_s=300)


def element(n: int, chance: random.Random) -> Element:
    """Return one of a lesson's elements: nine of ten are handwriting."""
    x, y = chance.random() * 4_000, chance.random() * 3_000
    style = Style(color=chance.choice(("#1e1e1e", "#1971c2", "#e03131")), width=3)
    match n % 30:
        case 0:
            return Rect(id=f"e{n}", layer="base", x=x, y=y, w=120, h=60, style=style)
        case 1:
            return TextElement(id=f"e{n}", layer="base", x=x, y=y, text=f"Рівняння {n}")
        case 2:
            text = "a note that is broken into lines"
            return Note(id=f"e{n}", layer="base", x=x, y=y, w=140, h=100, text=text)
        case _:
            return _stroke(n, x, y, style)


def _stroke(n: int, x: float, y: float, style: Style) -> Stroke:
    points: list[float] = []
    for at in range(POINTS):
        pressure = round(0.5 + 0.3 * math.sin(at / 7), 2)
        points += [round(at * 1.7, 1), round(12 * math.sin(at / 4 + n), 1), pressure, 8]
    return Stroke(id=f"e{n}", layer="base", x=x, y=y, points=points, style=style)


async def longest_pause(done: asyncio.Event) -> float:
    """Return how long the event loop was away at most, in seconds."""
    longest, before = 0.0, time.perf_counter()
    while not done.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), 0.001)
        now = time.perf_counter()
        longest, before = max(longest, now - before - 0.001), now
    return longest


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def main() -> None:
    """Print a line for each format."""
    chance = random.Random(1)  # noqa: S311 - a seed, not a secret
    stored = (StoredElement.of(element(n, chance)) for n in range(ELEMENTS))
    encoded = Board((Layer(id="base"),), stored).encode()
    print(f"{ELEMENTS} elements, {len(encoded) / 1e6:.1f} MB")
    confinement = Confinement()
    for kind in DrawnFormat:
        commission = Commission(
            format=kind, board=encoded, title="Bench", description="", page=None, assets={}
        )
        done = asyncio.Event()
        pausing = asyncio.create_task(longest_pause(done))
        began, cpu_before = time.perf_counter(), _cpu_s()
        drawn = await confinement.run(
            Work.EXPORT,
            "gateway.export.render",
            commission,
            owner=Owner("bench", "bench"),
            result_type=Drawn,
            limits=LIMITS,
        )
        took = time.perf_counter() - began
        done.set()
        pause_ms = await pausing * 1000
        cpu_s, size = _cpu_s() - cpu_before, len(drawn.content) / 1e6
        print(
            f"{kind}: {took:5.2f} s, {cpu_s:5.2f} s of CPU, {size:4.1f} MB;"
            f" longest pause of the rooms {pause_ms:.1f} ms"
        )


if __name__ == "__main__":
    asyncio.run(main())
