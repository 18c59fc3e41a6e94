"""Our page with 2,000 and 10,000 strokes: frames, and what each move costs the main thread."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.reporting.results import Result

_SCRIPT: Final = Path(__file__).with_name("ours.mjs")
_ROOT: Final = Path(__file__).parents[3]
_NEEDED: Final = ("gateway/static/index.html", "frontend/node_modules/playwright-core")
_STROKES: Final = ("2000", "10000")
_PATIENCE_S: Final = 600


def drawing() -> list[Result]:
    """Return the figures in milliseconds; one line that says so where something lacks."""
    node = shutil.which("node")
    browser = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    lacking = [name for name in _NEEDED if not (_ROOT / name).exists()]
    lacking += ["node"] if node is None else []
    lacking += ["chromium"] if browser is None else []
    if node is None or browser is None or lacking:
        return [Result("drawing", f"not measured: there is no {', '.join(lacking)}")]
    run = subprocess.run(  # noqa: S603 - our own script
        [node, "--experimental-websocket", "--no-warnings", _SCRIPT, *_STROKES],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
        env=os.environ | {"CHROMIUM": browser},
    )
    if run.returncode:
        raise RuntimeError(run.stderr.strip().splitlines()[-1] if run.stderr else "no word")
    rows = msgspec.json.decode(run.stdout, type=dict[str, dict[str, float]])
    return [
        Result(f"drawing, {int(count):,} strokes: {name}", f"{value:.1f} ms")
        for count, figures in rows.items()
        for name, value in figures.items()
    ]
