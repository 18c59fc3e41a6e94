"""`python -m benchmarks.starting`: what a start imports, and what that takes.

The server is started on a database that is there, some times with `-X importtime` and as often
without, until its first answer. Modules are counts; CPU time is the least of all starts, to which
other things on the machine do least. `--against PATH` starts another checkout in turns.
"""

import argparse
import os
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import msgspec

from benchmarks.contenders.interpreter import ROOT, prepared

_SERVE: Final = ("-P", "-c", "from cli.app import app; app()", "serve", "--port", "0")
_STARTS: Final = 5
_SHOWN: Final = 16
_OURS: Final = frozenset({"actors", "bus", "cli", "gateway", "lessonroom", "storage"})


class Start(msgspec.Struct, frozen=True):
    """What one start came to."""

    cpu_s: float
    """To the first answer."""
    memory_mb: float
    imported: Mapping[str, tuple[int, float]] = {}
    """By package: modules, and milliseconds without those of others that they import."""


def start(tree: Path, home: Path, *, tells_imports: bool) -> Start:
    """Start a checkout's server, ask it once, and stop it."""
    options = ("-X", "importtime") if tells_imports else ()
    command = [str(prepared().python), *options, *_SERVE, "--data-dir", "data"]
    with (home / "stderr").open("w+") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            # Whatever is configured for the checkout that this is run from is not meant.
            cwd=home,
            env=os.environ | {"PYTHONPATH": str(tree), "LESSONROOM_LOG__LEVEL": "error"},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        try:
            assert process.stdout is not None
            said = next((line for line in process.stdout if "listening on" in line), None)
            if said is None:
                stderr.seek(0)
                raise RuntimeError(f"{tree} has no server that starts: {stderr.read()[-500:]}")
            httpx.get(f"{said.split()[-1]}/healthz").raise_for_status()
            tasks = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
            cpu_s = sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        stderr.seek(0)
        memory_mb = pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
        return Start(cpu_s, memory_mb, by_package(stderr.read()))


def by_package(told: str) -> dict[str, tuple[int, float]]:
    """Sum up what `-X importtime` has told: `import time: self [us] | cumulative | name`."""
    modules: Counter[str] = Counter()
    own_us: Counter[str] = Counter()
    for line in told.splitlines():
        if not line.startswith("import time:") or "self [us]" in line:
            continue
        own, _, name = line.removeprefix("import time:").split("|")
        package = name.strip().partition(".")[0]
        package = "lessonroom, all of it" if package in _OURS else package
        modules[package] += 1
        own_us[package] += int(own)
    return {package: (n, own_us[package] / 1000) for package, n in modules.items()}


def _table(trees: Sequence[Path], starts: Sequence[Sequence[Start]]) -> None:
    told = [min((s for s in each if s.imported), key=_import_ms) for each in starts]
    plain = [[s for s in each if not s.imported] for each in starts]
    print("| | " + " | ".join("this" if tree == ROOT else str(tree) for tree in trees) + " |")
    print("|---" * (1 + len(trees)) + "|")
    rows = {
        "CPU time to the first answer, the least, s": [
            f"{min(s.cpu_s for s in each):.2f}" for each in plain
        ],
        "memory then, MB": [f"{min(s.memory_mb for s in each):.1f}" for each in plain],
        "modules imported": [f"{sum(n for n, _ in s.imported.values()):,}" for s in told],
        "importing them, the least, ms": [f"{_import_ms(s):,.0f}" for s in told],
    }
    every = {package for s in told for package in s.imported}
    most = sorted(every, key=lambda package: -max(_of(s, package)[1] for s in told))
    for package in most[:_SHOWN]:
        rows[f"- `{package}`: modules, ms"] = ["{}, {:.0f}".format(*_of(s, package)) for s in told]
    for name, cells in rows.items():
        print(f"| {name} | " + " | ".join(cells) + " |")


def _of(one: Start, package: str) -> tuple[int, float]:
    return one.imported.get(package, (0, 0.0))


def _import_ms(one: Start) -> float:
    return sum(ms for _, ms in one.imported.values())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout of this repository")
    options = parser.parse_args()
    trees = [ROOT, *([options.against.resolve()] if options.against else [])]
    starts: list[list[Start]] = [[] for _ in trees]
    with tempfile.TemporaryDirectory() as name:
        homes = [Path(name) / str(n) for n in range(len(trees))]
        for home, tree in zip(homes, trees, strict=True):
            home.mkdir()
            # The first one makes the database.
            start(tree, home, tells_imports=False)
        for n in range(2 * _STARTS):
            for home, tree, each in zip(homes, trees, starts, strict=True):
                each.append(start(tree, home, tells_imports=bool(n % 2)))
    _table(trees, starts)


if __name__ == "__main__":
    main()
