"""Packages are imported without what they would take along."""

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.app import COMMANDS
from cli.commands import serve_command
from cli.lean import collector_at_rest
from tests.cli.calling import call

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


def test_the_collector_looks_for_nothing_while_a_command_is_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would look through all modules again and again: a tenth of a start."""
    seen: list[bool] = []

    def loaded(_: str) -> object:
        seen.append(gc.isenabled())
        raise ImportError

    monkeypatch.setattr("importlib.import_module", loaded)
    with pytest.raises(ImportError):
        COMMANDS["serve"].load()
    assert seen == [False]
    assert gc.isenabled(), "whatever becomes of it"


def test_a_collector_that_is_off_stays_so() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_server_has_its_collector_once_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P15] Until then what it makes stays; lessons come and go."""
    seen: list[bool] = []

    async def start(*_: object, has_started: Callable[[], None]) -> None:
        seen.append(gc.isenabled())
        has_started()
        seen.append(gc.isenabled())

    monkeypatch.setattr(serve_command, "_serve", start)
    for of_the_process in ("configure_logging", "give_back_large_blocks", "let_the_loop_go_first"):
        monkeypatch.setattr(serve_command, of_the_process, lambda *_: None)
    assert call("serve", data_dir=tmp_path / "data").exit_code == 0
    assert seen == [False, True]
    assert gc.isenabled()
