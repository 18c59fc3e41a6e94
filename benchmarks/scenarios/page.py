"""The classroom's page in a real browser: what `page.mjs` measures, where there is one."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.reporting.results import Result

_SCRIPT: Final = Path(__file__).with_name("page.mjs")
_ROOT: Final = Path(__file__).parents[2]
_NEEDED: Final = ("gateway/static/index.html", "frontend/node_modules/playwright-core")
_PATIENCE_S: Final = 240


def page() -> list[Result]:
    """Return the page's figures; one line that says so where node, Chromium or the page lack."""
    node = shutil.which("node")
    browser = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    lacking = [name for name in _NEEDED if not (_ROOT / name).exists()]
    lacking += ["node"] if node is None else []
    lacking += ["chromium"] if browser is None else []
    if node is None or browser is None or lacking:
        return [Result("the page", f"not measured: there is no {', '.join(lacking)}")]
    run = subprocess.run(  # noqa: S603 - our own script
        [node, "--experimental-websocket", "--no-warnings", _SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
        env=os.environ | {"CHROMIUM": browser},
    )
    if run.returncode:
        raise RuntimeError(run.stderr.strip().splitlines()[-1] if run.stderr else "no word")
    return msgspec.json.decode(run.stdout, type=list[Result])
