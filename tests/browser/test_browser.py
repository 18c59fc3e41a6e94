"""The page and the SDK in a real browser: Node runs these tests, pytest counts them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TIMEOUT_S = 600


def _what_is_missing_for_the_code() -> str | None:
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (ROOT / "frontend/node_modules/playwright-core").is_dir():
        return "the page is not built: run `make page`"
    return None


def _what_is_missing() -> str | None:
    if (missing := _what_is_missing_for_the_code()) is not None:
        return missing
    if not (ROOT / "gateway/static/index.html").is_file():
        return "the page is not built: run `make page`"
    if not Path(os.environ.get("CHROMIUM", "/usr/bin/chromium")).exists():
        return "Chromium is not at /usr/bin/chromium; the variable CHROMIUM names another place"
    return None


MISSING_FOR_THE_CODE = _what_is_missing_for_the_code()
MISSING = _what_is_missing()


@pytest.mark.skipif(MISSING_FOR_THE_CODE is not None, reason=MISSING_FOR_THE_CODE or "")
@pytest.mark.parametrize(
    "command",
    [
        ["node_modules/vitest/vitest.mjs", "run"],
        ["scripts/write_wire_types.mjs", "--check"],
        ["node_modules/typescript/bin/tsc", "--noEmit"],
        ["node_modules/.bin/depcruise", "src", "--config", ".dependency-cruiser.cjs"],
    ],
    ids=["its_own_tests", "wire_types", "types", "floors"],
)
def test_the_code_of_the_page_is_sound(command: list[str]) -> None:
    """[BD-4] [BD-11] Its own tests, which name their rules; the schema's types; the compiler."""
    _run(["node", *command], cwd=ROOT / "frontend")


@pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
@pytest.mark.parametrize(
    "name",
    [
        # Hostile texts have a row among the proofs, T22.
        pytest.param(
            str(path.relative_to(HERE)),
            marks=[pytest.mark.counted] if "hostile" in path.name else [],
        )
        for path in sorted(HERE.rglob("*.test.mjs"))
    ],
)
def test_the_classroom_works_in_a_real_browser(name: str) -> None:
    """Every test of the file passes; each names the rule it proves itself."""
    server = os.environ.get("LESSONROOM_BIN", str(Path(sys.executable).parent / "lessonroom"))
    _run(
        ["node", "--experimental-websocket", "--test", "--test-reporter=spec", name],
        cwd=HERE,
        env=os.environ | {"LESSONROOM_BIN": server},
    )


def _run(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
