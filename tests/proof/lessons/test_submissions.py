"""The SDK over bad networks: whatever is drawn is on the server whole, in order, once."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.proof.support.figures import proof
from tests.recording import RecordProof

ROOT: Final = Path(__file__).parents[3]
_AT_A_TIME: Final = 250
_TIMEOUT_S: Final = 1_800


@pytest.mark.proof
@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "gateway/static/sdk/lessonroom.js").exists(),
    reason="node is not installed, or the page is not built: run `make page`",
)
@pytest.mark.parametrize("first", range(0, proof(1_000), _AT_A_TIME))
def test_what_is_drawn_over_a_bad_network_arrives_whole(
    first: int, record_proof: RecordProof
) -> None:
    """[T25] [P4] [P5] [P7] Delays of 0 to 300 ms, refusals, cuts, pages loaded anew, two people."""
    seeds = min(_AT_A_TIME, proof(1_000) - first)
    done = subprocess.run(
        ["node", "--experimental-websocket", "--test", "submissions.test.mjs"],
        cwd=ROOT / "tests/browser/sdk",
        env=os.environ
        | {
            "LESSONROOM_BIN": str(Path(sys.executable).parent / "lessonroom"),
            "LESSONROOM_SUBMISSION_SEEDS": str(seeds),
            "LESSONROOM_SUBMISSION_FIRST_SEED": str(first + 1),
        },
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    told = re.search(r"FIGURES (\{.*\})", done.stdout)
    control = re.search(r"CONTROL (\d+) of (\d+)", done.stdout)
    assert told is not None, done.stdout + done.stderr
    assert control is not None, done.stdout + done.stderr
    figures = json.loads(told[1])
    record_proof(
        "T25",
        f"schedules of two authors with {figures['strokes']} strokes, {figures['refused']} passing "
        f"refusals and {figures['loads']} page loads, in the real SDK",
        figures["runs"],
        lost=figures["lost"],
        diverged=figures["diverged"],
        control=f"what is behind a refused one is taken: found {control[1]} of {control[2]}",
    )
    assert done.returncode == 0, done.stdout + done.stderr
