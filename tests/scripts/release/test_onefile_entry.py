import sys

import pytest

from scripts.release import onefile_entry


def test_a_confined_process_is_the_module_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """[API Install] With its own arguments, as of `python -I -m`."""
    ran: list[tuple[str, list[str]]] = []

    def run_module(module: str, **_: object) -> None:
        ran.append((module, sys.argv[:]))

    monkeypatch.setattr("runpy.run_module", run_module)
    monkeypatch.setattr(sys, "argv", ["lessonroom", "-I", "-m", "gateway.export.render", "{}"])
    onefile_entry.main()
    assert ran == [("gateway.export.render", ["gateway.export.render", "{}"])]


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["serve", "--port", "0"], ["serve", "--port", "0"]),
        (["-c", "from cli.app import app; app()", "serve"], ["serve"]),
        (["-I", "-m", "json.tool"], ["-I", "-m", "json.tool"]),
    ],
)
def test_everything_else_is_for_the_program(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], left: list[str]
) -> None:
    """[API Install] The server of `torture`, too; a module that is not ours is not run."""
    called: list[list[str]] = []
    monkeypatch.setattr("cli.app.app", lambda: called.append(sys.argv[1:]))
    monkeypatch.setattr(sys, "argv", ["lessonroom", *arguments])
    onefile_entry.main()
    assert called == [left]
