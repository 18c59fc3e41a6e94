"""The page and the SDK in a real browser: Node runs these tests, pytest counts them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TIMEOUT_S = 600


def _what_is_missing() -> str | None:
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (ROOT / "frontend/node_modules/playwright-core").is_dir():
        return "run `npm ci` in frontend/"
    if not (ROOT / "gateway/static/index.html").is_file():
        return "run `npm run build` in frontend/"
    if not Path(os.environ.get("CHROMIUM", "/usr/bin/chromium")).exists():
        return "Chromium is not installed; CHROMIUM names another place"
    return None


MISSING = _what_is_missing()


@pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_the_classroom_works_in_a_real_browser(name: str) -> None:
    """Every test of the file passes; each names the rule it proves itself."""
    server = os.environ.get("LESSONROOM_BIN", str(Path(sys.executable).parent / "lessonroom"))
    command = ["node", "--experimental-websocket", "--test", "--test-reporter=spec", name]
    done = subprocess.run(
        command,
        cwd=HERE,
        env=os.environ | {"LESSONROOM_BIN": server},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
