"""`python -m benchmarks.counts`: what a stroke and a pointer cost, in things that can be counted.

Calls, messages, decodes and wake-ups do not wobble as times do on a machine that does other things.
The server runs with a counter inside (`inside/counted_server.py`), which makes it slower: so its
times say nothing. `--against PATH` counts another checkout in the same run, beside this one.

`--steps` counts bytecodes, of a quiet room alone: what is done between calls is counted, too, and
cost follows them closer than calls.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.contenders.contenders import LOAD_CORES, Contender, Ours, lessonroom
from benchmarks.contenders.interpreter import ROOT
from benchmarks.scenarios.load import Beat, Client, empty, fill

_COUNTER: Final = Path(__file__).parent / "inside/counted_server.py"
_STROKES: Final = 200
_POINTS: Final = 100
_SECONDS: Final = 3.0
_SETTLE_S: Final = 0.3
_POINT_EVERY_S: Final = 0.045
"""So that each goes with a flush of its own: two intervals and a bit."""

_NAMED: Final[Mapping[str, Sequence[str]]] = {
    "messages between actors": ("/asyncio_inbox.py:AsyncioInbox.tell",),
    "drains of mailboxes": ("/asyncio_actor.py:AsyncioActor._drain",),
    "decodes": ("<method 'decode' of 'msgspec.json.Decoder' objects>",),
    "encodes": ("<method 'encode' of 'msgspec.json.Encoder' objects>",),
    "crc32": ("zlib.crc32>",),
    "readings of a clock": ("time.monotonic>", "time.time_ns>", "time.perf_counter>"),
    "`Event.is_set`": ("/threading.py:Event.is_set",),
    "transactions": ("/journal.py:JournalActor._written",),
    "flushes": ("/fanout.py:Fanout.flush",),
    "writes to sockets": ("/socket.py:RoomSocket.write",),
    "timers set": ("/clock.py:SystemClock.call_later",),
}
_Counts = dict[str, float]


class _Counted:
    """A server that counts, and what it has counted up to a moment."""

    def __init__(self, server: Contender, folder: Path, *, in_steps: bool) -> None:
        self._server = server
        self._file = folder / "counts.json"
        self._read = _steps_of if in_steps else _summed

    async def so_far(self) -> _Counts:
        """Return all counts."""
        self._file.unlink(missing_ok=True)
        os.kill(self._server.pid, signal.SIGUSR1)
        while not self._file.exists():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.01)
        return self._read(json.loads(self._file.read_text()))


def _steps_of(counts: Mapping[str, Any]) -> _Counts:
    loop: dict[str, int] = counts["loop"]
    found = {"bytecodes": float(sum(loop.values()))}
    return found | {f"call of {name.removeprefix(str(ROOT))}": n for name, n in loop.items()}


def _summed(counts: Mapping[str, Any]) -> _Counts:
    loop: dict[str, int] = counts["loop"]
    threads: list[dict[str, int]] = counts["threads"]
    found: _Counts = {
        "Python calls": sum(n for name, n in loop.items() if not name.startswith("<")),
        "C calls": sum(n for name, n in loop.items() if name.startswith("<")),
        "calls in other threads": sum(sum(thread.values()) for thread in threads),
        "wake-ups of the loop": counts["loop_sleeps"],
        "wake-ups of other threads": counts["thread_sleeps"],
    }
    for what, parts in _NAMED.items():
        found[what] = sum(n for name, n in loop.items() if name.endswith(tuple(parts)))
    found |= {f"call of {name.removeprefix(str(ROOT))}": n for name, n in loop.items()}
    return found


async def _quiet_strokes(clients: Sequence[Client]) -> int:
    """Draw one stroke at a time, each when everyone has heard the one before."""
    drawer, *others = clients
    for _ in range(_STROKES):
        for other in others:
            other.heard.clear()
        drawer.draw()
        async with asyncio.timeout(60):
            for other in others:
                await other.heard.wait()
        await asyncio.sleep(0.005)
    return _STROKES


async def _quiet_points(clients: Sequence[Client]) -> int:
    for _ in range(_POINTS):
        clients[0].point()
        await asyncio.sleep(_POINT_EVERY_S)
    return _POINTS


def _busy(
    *, draw_hz: float, point_hz: float
) -> Callable[[Sequence[Sequence[Client]]], Awaitable[int]]:
    async def run(rooms: Sequence[Sequence[Client]]) -> int:
        clients = [client for room in rooms for client in room]
        for client in clients:
            client.note_window()
        beat = Beat()
        for room in rooms:
            if draw_hz:
                beat.every(draw_hz, room[0].draw)
            if point_hz:
                for person in room:
                    beat.every(point_hz, person.point)
        await beat.run(_SECONDS)
        return sum(client.drawn or client.pointed for client in clients)

    return run


async def _count(server: Contender, folder: Path, *, in_steps: bool) -> dict[str, _Counts]:
    counted = _Counted(server, folder, in_steps=in_steps)
    found: dict[str, _Counts] = {}

    async def one(name: str, what: Awaitable[int]) -> None:
        before = await counted.so_far()
        times = await what
        await asyncio.sleep(_SETTLE_S)
        after = await counted.so_far()
        found[name] = {key: (n - before.get(key, 0)) / times for key, n in after.items()}

    (quiet,) = await fill(await asyncio.to_thread(server.seats, 1, 5))
    await _quiet_strokes(quiet)
    await one("quiet room of 5: a stroke", _quiet_strokes(quiet))
    await one("quiet room of 5: a pointer", _quiet_points(quiet))
    await empty([quiet])
    if in_steps:
        return found
    rooms = await fill(await asyncio.to_thread(server.seats, 20, 5))
    await _busy(draw_hz=30, point_hz=10)(rooms)
    await one("20 rooms of 5: a stroke of 600 a second", _busy(draw_hz=30, point_hz=0)(rooms))
    await one("20 rooms of 5: a pointer of 1,000 a second", _busy(draw_hz=0, point_hz=10)(rooms))
    await empty(rooms)
    return found


def counts_of(tree: Path, *, in_steps: bool) -> dict[str, _Counts]:
    """Count what this checkout's server does, for each kind of load."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = Ours(tree=tree, command=(str(_COUNTER), "steps" if in_steps else "calls", name))
        with lessonroom(ours, home=folder) as server:
            time.sleep(_SETTLE_S)
            return asyncio.run(_count(server, folder, in_steps=in_steps))


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout of this repository")
    parser.add_argument("--calls", type=int, default=0, help="print so many of the most called")
    parser.add_argument("--steps", action="store_true", help="bytecodes in place of calls")
    options = parser.parse_args()
    os.sched_setaffinity(0, LOAD_CORES)
    trees = [ROOT, *([options.against.resolve()] if options.against else [])]
    found = [counts_of(tree, in_steps=options.steps) for tree in trees]
    for name in found[0]:
        print(f"\n{name}" + (" (this one, the other)" if len(found) > 1 else ""))
        here = found[0][name]
        for key in here:
            if not key.startswith("call of "):
                print(f"  {key:28}" + "".join(f"{each[name].get(key, 0):9.2f}" for each in found))
        called = sorted((n, key) for key, n in here.items() if key.startswith("call of "))
        for n, key in called[: -options.calls - 1 : -1]:
            print(f"  {n:9.2f} {key}")
    if len(found) > 1:
        ratios = [
            found[0][name][key] / found[1][name][key]
            for name in found[0]
            for key in (("bytecodes",) if options.steps else ("Python calls", "C calls"))
        ]
        what = "bytecodes" if options.steps else "calls"
        print(f"\n{what}, this one to the other: median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
