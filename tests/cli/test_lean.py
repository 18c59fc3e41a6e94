"""Packages are imported without what they would take along."""

import subprocess
import sys

import pytest

_SAY = "import sys; from cli.lean import import_lean; import_lean(); print(*sys.modules)"


def _loaded(before: str = "") -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", before + _SAY], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


@pytest.mark.parametrize(("package", "unused"), [("structlog", "rich"), ("jwt", "cryptography")])
def test_what_a_package_only_tries_is_left_out(package: str, unused: str) -> None:
    loaded = _loaded()
    assert package in loaded
    assert unused not in loaded, "not even as one that cannot be found: a command may want it"


def test_what_is_there_already_stays() -> None:
    """A test, or another program, may have imported either of them for itself."""
    assert {"structlog", "rich", "jwt"} <= _loaded("import rich; ")
