"""What is the same for all commands.

Tests also: cli/command_errors.py, cli/invocation.py, cli/options.py.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.app import COMMANDS, app
from tests.cli.calling import call


def _leaves() -> Iterator[tuple[str, ...]]:
    for name, deferred in COMMANDS.items():
        command = typer.main.get_command(deferred.load())
        inner = getattr(command, "commands", None)
        yield from ((name, sub) for sub in inner) if inner else ((name,),)


LEAVES = tuple(_leaves())


def test_the_version_is_printed_without_loading_a_command() -> None:
    code = """
import sys
from cli.app import app
try:
    app(["--version"])
except SystemExit as end:
    heavy = {"fastapi", "httpx", "pydantic", "sqlalchemy", "uvicorn"} & sys.modules.keys()
    sys.exit(end.code or (f"loaded {heavy}" if heavy else 0))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("lessonroom ")


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_takes_the_file_of_settings_and_the_data_directory(
    words: tuple[str, ...],
) -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert "--config" in result.stdout
    assert "--data-dir" in result.stdout


@pytest.mark.parametrize("words", [w for w in LEAVES if w[0] in {"rooms", "token", "demo"}])
def test_a_command_shows_an_example_of_itself(words: tuple[str, ...]) -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--help"])
    assert f"Example: lessonroom {' '.join(words)}" in result.stdout


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_the_help_breaks_lines_where_the_terminal_does(words: tuple[str, ...]) -> None:
    shown = CliRunner(env={"COLUMNS": "900"}).invoke(app, [*words, "--help"]).stdout
    above_the_tables = shown.partition("╭")[0].splitlines()
    lines = [line.strip() for line in above_the_tables if line.strip()]
    # One line is one paragraph: it ends as a sentence does, or is a line to be typed.
    assert all(line.endswith(".") or ": lessonroom " in line for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_command_itself_says(name: str) -> None:
    command = typer.main.get_command(COMMANDS[name].load())
    assert (command.help or "").split("\n\n")[0].replace("\n", " ") == COMMANDS[name].help


def test_a_misspelt_command_is_wrong_usage_with_a_suggestion() -> None:
    result = CliRunner().invoke(app, ["roms"])
    assert result.exit_code == 2
    assert "'rooms'" in result.stderr


def test_options_may_stand_before_the_command(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--data-dir", str(tmp_path / "here"), "rooms", "save", "01"])
    assert result.exit_code == 3
    assert str(tmp_path / "here") in result.stderr


def test_an_option_after_the_command_wins(tmp_path: Path) -> None:
    words = ["--data-dir", "outer", "rooms", "save", "01", "--data-dir", str(tmp_path / "inner")]
    result = CliRunner().invoke(app, words)
    assert str(tmp_path / "inner") in result.stderr
    assert "outer" not in result.stderr


def test_wrong_settings_are_refused_and_named(tmp_path: Path) -> None:
    config = tmp_path / "room.toml"
    config.write_text("[server]\nprot = 1\n")
    result = call("rooms", "list", "--config", config, data_dir=tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "server.prot" in result.stderr


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("lessonroom do", "doctor"),
        ("lessonroom db ba", "backup"),
        ("lessonroom rooms export --fo", "--format"),
        ("lessonroom permissions set stu", "student"),
        ("lessonroom permissions set student can_dr", "can_draw=on\ncan_draw=off"),
    ],
)
def test_the_shell_completes_commands_and_their_words(words: str, completed: str) -> None:
    """[API Command line] Also behind a command whose module is loaded only when it is called."""
    program = Path(sys.executable).with_name("lessonroom")
    done = subprocess.run(
        [program],
        env={
            "_LESSONROOM_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.strip() == completed
