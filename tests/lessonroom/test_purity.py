"""The core does no I/O, reads no clock and draws no random number. That is what replay rests on."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

import lessonroom

CORE: Final = Path(next(iter(lessonroom.__path__)))
ROOT: Final = CORE.parent
ALLOWED: Final = {
    "array",
    "bisect",
    "cmath",
    "collections",
    "contextlib",
    "enum",
    "functools",
    "hashlib",
    "inspect",
    "ipaddress",
    "itertools",
    "json",
    "lessonroom",
    "math",
    "msgspec",
    "re",
    "types",
    "typing",
    "unicodedata",
    "zlib",
}
"""Modules that do nothing but compute."""

_PLAY_WITHOUT_THE_WORLD: Final = """
import importlib, pkgutil, random, sys, time

import msgspec  # loaded before the world is taken away
import lessonroom

for module in pkgutil.walk_packages(lessonroom.__path__, "lessonroom."):
    importlib.import_module(module.name)
from tests.lessonroom.moments import LIMITS, SESSION
from tests.lessonroom.sequences import sequence

steps = [list(sequence(seed)) for seed in range(20)]

def forbidden(*_args, **_kwargs):
    raise SystemExit("the core looked at the clock or threw dice")

for module, names in {
    time: ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"),
    random: ("random", "randint", "choice", "getrandbits", "randbytes"),
}.items():
    for name in names:
        setattr(module, name, forbidden)

def watch(event, args):
    if event.split(".")[0] in {"open", "socket", "os", "subprocess", "sqlite3", "import"}:
        print("the core did", event, args, file=sys.stderr)
        raise SystemExit(1)

from lessonroom.codes import Refused
from lessonroom.room import Room
from lessonroom.state import RoomState

def play():
    events = 0
    for sequence_of_steps in steps:
        room = Room(RoomState(SESSION), limits=LIMITS)
        for command, now_ms in sequence_of_steps:
            try:
                events += len(room.handle(command, now_ms).events)
            except Refused:
                pass
    return events

events = play()  # Python loads a codec when it is first needed
sys.addaudithook(watch)
assert play() == events
sys.stdout.write(f"{events} events\\n")
"""


def modules_imported_by(path: Path) -> set[str]:
    """Return the first part of the name of each module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add((node.module or "").split(".")[0])
    return found


def test_the_core_imports_only_what_computes() -> None:
    """A list of what is allowed: a new module that does I/O is not forgotten in it."""
    files = sorted(CORE.rglob("*.py"))
    assert len(files) > 20
    for path in files:
        foreign = modules_imported_by(path) - ALLOWED
        assert not foreign, f"{path.relative_to(ROOT)} imports {', '.join(sorted(foreign))}"


def test_the_core_opens_prints_and_asks_nothing() -> None:
    """Built-in functions that reach out need no import."""
    for path in CORE.rglob("*.py"):
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        reaching_out = calls & {
            "open",
            "print",
            "input",
            "exec",
            "eval",
            "__import__",
            "id",
            "hash",
        }
        assert not reaching_out, f"{path.relative_to(ROOT)} calls {reaching_out}"


def test_lessons_go_on_where_clock_dice_files_and_sockets_are_taken_away() -> None:
    """In a process of its own: an audit hook cannot be taken off again."""
    done = subprocess.run(
        [sys.executable, "-c", _PLAY_WITHOUT_THE_WORLD],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 100
