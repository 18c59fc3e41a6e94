"""Keeping the figures of the proofs: what was tried, how often, and what came of it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

RECORD_TO: Final = "LESSONROOM_PROOF_RECORD"
"""The variable that names the file that figures are added to, a JSON document a line."""

RecordProof = Callable[..., None]


@pytest.fixture
def record_proof(request: pytest.FixtureRequest) -> RecordProof:
    """Records the figures of a proof, for the table in docs/reliability.md.

    Called with the test's number in PROMISES (`T4`), what was tried, how often, and the figures
    that were measured: `lost`, `doubled`, `diverged`, `crashed`, `errors_5xx`, `leaked`. A control
    says in `control` what it found. A figure that was not looked at is left out.
    """

    def record(test: str, what: str, times: int, **figures: int | str) -> None:
        path = os.environ.get(RECORD_TO)
        if path is None:
            return
        row = {"id": request.node.nodeid, "test": test, "what": what, "times": times, **figures}
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    return record
