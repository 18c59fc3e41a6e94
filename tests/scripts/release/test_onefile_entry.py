import os
import select
import subprocess
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


_PARENT = """
import subprocess, sys
program = "import os, signal; from scripts.release.onefile_entry import die_with;"
program += "die_with(os.getppid()); print(os.getpid(), flush=True); signal.pause()"
subprocess.run([sys.executable, "-c", program])
"""


def test_the_program_ends_with_what_unpacked_it() -> None:
    """[API Install] Even where that is killed, which nothing can catch."""
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        program = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        ended, _, _ = select.select([program], [], [], 10.0)
        os.close(program)
    assert ended
