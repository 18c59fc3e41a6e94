"""Runs `lessonroom` with a counter inside: python counted_server.py calls|steps FOLDER serve ...

On SIGUSR1 it writes what was counted so far to `FOLDER/counts.json`: the calls of each function on
the event loop's thread and on the others, and how often each thread went to sleep. In `steps` it
counts, in place of calls, the bytecodes that each function takes on the event loop's thread.
"""

import cProfile
import json
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

COUNTS_STEPS = sys.argv.pop(1) == "steps"
FOLDER = Path(sys.argv.pop(1))
on_loop = cProfile.Profile()
elsewhere: list[cProfile.Profile] = []
steps: Counter[CodeType] = Counter()


def count_thread(*_: object) -> None:
    """Begin to count on a thread that has just started."""
    profile = cProfile.Profile()
    elsewhere.append(profile)
    profile.enable()


def name_of(code: CodeType | str) -> str:
    """Return what a function is called, with its file where it is written in Python."""
    if isinstance(code, str):
        return code
    return f"{code.co_filename}:{code.co_qualname}"


def calls(profile: cProfile.Profile) -> dict[str, int]:
    """Return how often each function was called; functions of one name count together."""
    found: dict[str, int] = {}
    for entry in profile.getstats():
        name = name_of(entry.code)
        found[name] = found.get(name, 0) + entry.callcount
    return found


def count_step(frame: FrameType, event: str, _: Any) -> Any:  # noqa: ANN401 - a trace function's
    """Count a bytecode."""
    if event == "call":
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
    elif event == "opcode":
        steps[frame.f_code] += 1
    return count_step


def steps_by_name() -> dict[str, int]:
    """Return how many bytecodes each function took, but for those of counting."""
    found: dict[str, int] = {}
    for code, n in list(steps.items()):
        if code.co_filename != __file__:
            found[name_of(code)] = found.get(name_of(code), 0) + n
    return found


def sleeps(task: Path) -> int:
    """Return how often a thread has given up its core to wait for something."""
    status = (task / "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("voluntary_ctxt_switches"))
    return int(line.split()[1])


def report(*_: object) -> None:
    """Write the counts; the file is there only when it is whole."""
    if not COUNTS_STEPS:
        on_loop.disable()
    tasks = Path("/proc/self/task")
    main = threading.main_thread().native_id
    counts = {
        "loop": steps_by_name() if COUNTS_STEPS else calls(on_loop),
        "threads": [calls(profile) for profile in elsewhere],
        "loop_sleeps": sleeps(tasks / str(main)),
        "thread_sleeps": sum(sleeps(task) for task in tasks.iterdir() if task.name != str(main)),
    }
    draft = FOLDER / "counts.json.new"
    draft.write_text(json.dumps(counts))
    draft.replace(FOLDER / "counts.json")
    if not COUNTS_STEPS:
        on_loop.enable()


signal.signal(signal.SIGUSR1, report)
if not COUNTS_STEPS:
    threading.setprofile(count_thread)
from cli.app import app  # noqa: E402 - the threads that it starts are to be counted

if COUNTS_STEPS:
    sys.settrace(count_step)
else:
    on_loop.enable()
app()
