"""Scripts that drive a real browser, and print what they measured as JSON."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_NEEDED: Final = ("gateway/static/index.html", "frontend/node_modules/playwright-core")


class Lacking(Exception):  # noqa: N818 - what is lacking, not what went wrong
    """Something is not there: node, Chromium, or the page as it was built. The text names it."""


def measured(script: Path, *args: str, patience_s: float) -> str:
    """Return what a script printed.

    Raises:
        Lacking: it cannot be run here.
        RuntimeError: it failed; with its last words.

    """
    node = shutil.which("node")
    browser = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    lacking = [name for name in _NEEDED if not (_ROOT / name).exists()]
    lacking += ["node"] if node is None else []
    lacking += ["chromium"] if browser is None else []
    if node is None or browser is None or lacking:
        raise Lacking(", ".join(lacking))
    run = subprocess.run(  # noqa: S603 - our own script
        [node, "--experimental-websocket", "--no-warnings", script, *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=patience_s,
        env=os.environ | {"CHROMIUM": browser},
    )
    if run.returncode:
        raise RuntimeError(run.stderr.strip().splitlines()[-1] if run.stderr else "no word")
    return run.stdout
