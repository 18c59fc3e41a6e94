"""A call of two over a weak line: voices stay, cameras shrink, and the words are true."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.proof.support.figures import proof
from tests.recording import RecordProof

ROOT: Final = Path(__file__).parents[3]
_TIMEOUT_S: Final = 600
_MADE_UP_MOST: Final = 0.1
"""The share of a voice that may be made up: with 5 % of packets lost Opus repairs most of it."""


def _call(*options: str) -> dict[str, Any]:
    """Return what became of a call, with 300 kbit/s and 5 % loss at Ivan's end."""
    done = subprocess.run(
        ["node", "--experimental-websocket", "weak_line.mjs", *options],
        cwd=Path(__file__).parent,
        env=os.environ
        | {
            "LESSONROOM_BIN": str(Path(sys.executable).parent / "lessonroom"),
            "SECONDS": str(proof(60)),
        },
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert "faults" not in found, found
    return found


@pytest.mark.proof
@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "gateway/static/index.html").exists(),
    reason="node is not installed, or the page is not built: run `make page`",
)
def test_on_a_weak_line_voices_stay_and_cameras_shrink(record_proof: RecordProof) -> None:
    """[T28] [RT-6] Both ends say whose line it is, and all comes back once it is mended."""
    found = _call()
    weak, after = found["weak"], found["after"]
    for end in ("atHost", "atIvan"):
        assert weak[end]["madeUp"] < _MADE_UP_MOST, found
        assert weak[end]["voiceKbitPerS"] > 10, found
        # 640x360 before: half of it or less, and what comes fits the line with room to spare.
        assert weak[end]["sentHeight"] <= 180, found
        assert weak[end]["kbitPerS"] < 280, found
    assert found["before"]["words"]["own"] == "", found
    assert weak["ivan"]["own"].startswith("Your line is"), found
    assert "Your camera is" in weak["ivan"]["own"], found
    assert weak["host"]["own"] == "Your camera is sent smaller, so that voices stay.", found
    assert any("Ivan’s line is weak" in one for one in _plain(weak["host"]["tiles"])), found
    assert _plain(found["roster"]) == ["Ivan’s line is weak"], found
    assert after["sent"] == 360, found
    assert after["ivan"]["own"] == "", found
    control = _call("--control")["weak"]
    worst = max(control[end]["madeUp"] for end in ("atHost", "atIvan"))
    least = max(weak[end]["madeUp"] for end in ("atHost", "atIvan"))
    record_proof(
        "T28",
        f"a call of two, one with 300 kbit/s and 5 % loss: {least:.1%} of the voices made up, "
        f"cameras {weak['atIvan']['sentHeight']} lines high, back after {found['backAfterS']} s",
        1,
        control=f"cameras not held down: {worst:.1%} made up",
    )
    assert worst > 2 * least, (found, control)


def _plain(texts: list[str]) -> list[str]:
    """Return texts without the marks around names."""
    return [text.replace("\u2068", "").replace("\u2069", "") for text in texts]
