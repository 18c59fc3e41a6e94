"""Scripts that drive a real browser, and print what they measured as JSON."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_NEEDED: Final = ("gateway/static/index.html", "frontend/node_modules/playwright-core")
_ENDING_S: Final = 15


class Lacking(Exception):  # noqa: N818 - what is lacking, not what went wrong
    """Something is not there: node, Chromium, or the page as it was built. The text names it."""


def measured(script: Path, *args: str, patience_s: float) -> str:
    """Return what a script printed.

    Raises:
        Lacking: it cannot be run here.
        RuntimeError: it failed, or took longer than `patience_s`; with its last words.

    """
    return "".join(lines(script, *args, patience_s=patience_s))


def lines(script: Path, *args: str, patience_s: float) -> Iterator[str]:
    """Yield each line that a script prints, as soon as it is there.

    Raises:
        Lacking: as `measured`.
        RuntimeError: as `measured`, after the lines before.

    """
    node = shutil.which("node")
    browser = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    lacking = [name for name in _NEEDED if not (_ROOT / name).exists()]
    lacking += ["node"] if node is None else []
    lacking += ["chromium"] if browser is None else []
    if node is None or browser is None or lacking:
        raise Lacking(", ".join(lacking))
    with subprocess.Popen(  # noqa: S603 - our own script
        [node, "--experimental-websocket", "--no-warnings", script, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"CHROMIUM": browser},
        # A group of its own, which is ended as a whole: a server and a browser belong to it.
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        said: list[str] = []
        listening = threading.Thread(target=said.extend, args=(run.stderr,), daemon=True)
        listening.start()
        overdue = threading.Event()

        def give_up() -> None:
            overdue.set()
            _end(run)

        timer = threading.Timer(patience_s, give_up)
        timer.start()
        try:
            yield from run.stdout
            run.wait()
        finally:
            timer.cancel()
            _end(run)
        listening.join()
        if overdue.is_set():
            raise RuntimeError(f"{script.name} was not done after {patience_s:,.0f} s")
        if run.returncode:
            errors = [line for line in said if "Error" in line]
            raise RuntimeError((errors or said or ["no word"])[-1].strip())


def _end(run: subprocess.Popen[str]) -> None:
    """Have a script end with all that it started; its browser ends with it."""
    if run.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGTERM)
        try:
            run.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
