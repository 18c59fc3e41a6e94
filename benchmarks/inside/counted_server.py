"""Runs `lessonroom` with a counter of calls inside: python counted_server.py FOLDER serve ...

On SIGUSR1 it writes what was counted so far to `FOLDER/counts.json`: the calls of each function on
the event loop's thread and on the others, and how often each thread went to sleep.
"""

import cProfile
import json
import signal
import sys
import threading
from pathlib import Path

FOLDER = Path(sys.argv.pop(1))
on_loop = cProfile.Profile()
elsewhere: list[cProfile.Profile] = []


def count_thread(*_: object) -> None:
    """Begin to count on a thread that has just started."""
    profile = cProfile.Profile()
    elsewhere.append(profile)
    profile.enable()


def name_of(code: object) -> str:
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


def sleeps(task: Path) -> int:
    """Return how often a thread has given up its core to wait for something."""
    status = (task / "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("voluntary_ctxt_switches"))
    return int(line.split()[1])


def report(*_: object) -> None:
    """Write the counts; the file is there only when it is whole."""
    on_loop.disable()
    tasks = Path("/proc/self/task")
    main = threading.main_thread().native_id
    counts = {
        "loop": calls(on_loop),
        "threads": [calls(profile) for profile in elsewhere],
        "loop_sleeps": sleeps(tasks / str(main)),
        "thread_sleeps": sum(sleeps(task) for task in tasks.iterdir() if task.name != str(main)),
    }
    draft = FOLDER / "counts.json.new"
    draft.write_text(json.dumps(counts))
    draft.replace(FOLDER / "counts.json")
    on_loop.enable()


signal.signal(signal.SIGUSR1, report)
threading.setprofile(count_thread)
from cli.app import app  # noqa: E402 - the threads that it starts are to be counted

on_loop.enable()
app()
