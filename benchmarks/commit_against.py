"""Commits to PostgreSQL by two checkouts, in turns: `python -m benchmarks.commit_against PATH`.

Prints the median of a commit, and the CPU time of the process that commits, for this checkout and
for the one at PATH, with the ratio of the two over all rounds. Each has a database of its own in
one cluster, which is made for this, with fsync; a round of the one is followed by a round of the
other.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import IO, Final, cast

from benchmarks.contenders.interpreter import ROOT
from tests.postgres import Postgres

LOADS: Final = ((1, 1), (20, 1), (1, 20))
"""Rooms, and events of each, in one commit."""
ROUNDS: Final = 7
COMMITS: Final = 150
"""In each round."""
_COMMITTER: Final = Path(__file__).parent / "inside" / "committer.py"


class Committer:
    """A process that commits with the storage of one checkout, a round when it is asked."""

    def __init__(self, tree: Path, url: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", str(_COMMITTER), url],
            cwd=tree,
            env={"PYTHONPATH": str(tree)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._in = cast("IO[str]", self._process.stdin)
        self._out = cast("IO[str]", self._process.stdout)
        assert self._out.readline() == "ready\n", f"{tree} cannot open a store"

    def round(self, rooms: int, events: int) -> tuple[float, float]:
        """Return the median milliseconds of a commit, and the mean of its CPU time."""
        self._in.write(json.dumps([rooms, events, COMMITS]) + "\n")
        self._in.flush()
        wall_ms, cpu_ms = json.loads(self._out.readline())
        return wall_ms, cpu_ms

    def end(self) -> None:
        """Have it close its store and end."""
        self._in.close()
        self._process.wait()


def _row(here: list[tuple[float, float]], there: list[tuple[float, float]]) -> str:
    cells = []
    for which in (0, 1):
        mine, other = [one[which] for one in here], [one[which] for one in there]
        ratios = [a / b for a, b in zip(mine, other, strict=True)]
        cells.append(
            f"{statistics.median(other):7.2f} {statistics.median(mine):7.2f}"
            f"   x {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )
    return "   ".join(cells)


def main() -> None:
    """Measure, and print a line for each load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="another checkout of this repository")
    other = parser.parse_args().other.resolve()
    cluster = Postgres.start()
    try:
        here, there = (Committer(tree, cluster.new_database()) for tree in (ROOT, other))
        print(f"{'a commit':28} ms: other, this, ratio             CPU ms: other, this, ratio")
        for rooms, events in LOADS:
            mine: list[tuple[float, float]] = []
            others: list[tuple[float, float]] = []
            for n in range(ROUNDS):
                # Who begins changes, so that what the one leaves behind falls on both.
                for one in (here, there) if n % 2 else (there, here):
                    (mine if one is here else others).append(one.round(rooms, events))
            print(f"{rooms:3} room(s), {events:3} event(s) each  {_row(mine, others)}", flush=True)
        here.end()
        there.end()
    finally:
        cluster.remove()


if __name__ == "__main__":
    main()
