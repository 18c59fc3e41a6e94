"""Imported by a server as it starts: at the n-th step of taking a pack up, something is killed.

A step is what is done to a file below a directory, once a pack has begun to come, and each write of
the database, before it and behind it.
"""

import functools
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

_BELOW = os.environ.get("TEST_KILL_BELOW", "")
_ORDERS = os.environ.get("TEST_KILL_ORDERS", "")
"""A file: at which step, and whom, as `7 4711`."""
_SAY_TO = os.environ.get("TEST_KILL_SAY_TO", "")
_CHANGES = {"os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_one_at_a_time = threading.RLock()
_steps = 0
_is_coming = False


def _step() -> None:
    global _steps  # noqa: PLW0603 - a program of one file
    with _one_at_a_time:
        _steps += 1
        Path(_SAY_TO).write_text(str(_steps))
        at, whom = map(int, Path(_ORDERS).read_text().split())
        if _steps == at:
            os.kill(whom, signal.SIGKILL)


def _count_writes() -> None:
    store = sys.modules["storage.store"].Store
    writing = store.writing

    @functools.wraps(writing)
    async def counted(*args: Any) -> Any:  # noqa: ANN401
        _step()
        result = await writing(*args)
        _step()
        return result

    store.writing = counted


def _heard(event: str, args: tuple[Any, ...]) -> None:
    global _is_coming  # noqa: PLW0603 - a program of one file
    if event == "open":
        path, _, flags = args
        is_change = bool(flags & _WRITING)
    elif event in _CHANGES:
        path, is_change = args[0], True
    else:
        return
    if not is_change or not isinstance(path, str | os.PathLike):
        return
    name = os.fspath(path)
    if not isinstance(name, str) or not name.startswith(_BELOW):
        return
    if event == "open" and not _is_coming and name.endswith(".document"):
        _is_coming = True
        _count_writes()
    if _is_coming:
        _step()


if _BELOW:
    sys.addaudithook(_heard)
