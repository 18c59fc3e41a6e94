"""Servers to prove things of."""

from pathlib import Path

import pytest

from tests.e2e.conftest import begin, dial, shake, start
from tests.proof.support.looking import Inside

__all__ = ["begin", "dial", "inside", "shake", "start"]


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    """A way into the servers that the test starts."""
    inside = Inside(tmp_path)
    for name, text in inside.env.items():
        monkeypatch.setenv(name, text)
    return inside
