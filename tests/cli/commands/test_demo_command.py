"""`lessonroom demo`: a whole lesson, and whether all agree.

Tests also: cli/demo/agreement.py, cli/demo/lesson.py, cli/demo/tables.py.
"""

import json
from pathlib import Path

import msgspec
import pytest

from cli.command_errors import CommandRefused
from cli.commands.demo_command import Outcome, conclude
from cli.demo.agreement import BoardReport
from cli.demo.handwriting import load_strokes
from tests.cli.calling import call, printed
from tests.serving import RunningServer

BOARD = BoardReport(owner="Ada", seq=9, elements=2, digest="d" * 64)


def _outcome(*boards: BoardReport) -> Outcome:
    return Outcome(session_id="s", link="l", strokes=2, erased=0, boards=boards)


def test_all_boards_and_the_database_agree(server: RunningServer) -> None:
    result = call("demo", "--speed", "0", "--json", data_dir=server.data_dir)
    outcome = json.loads(printed(result))
    assert outcome["is_agreed"] is True
    strokes = load_strokes().strokes
    drawn = sum(stroke.erases is None for stroke in strokes)
    assert (outcome["strokes"], outcome["erased"]) == (drawn, len(strokes) - drawn)
    boards = {board["owner"]: board for board in outcome["boards"]}
    assert list(boards) == ["Demo teacher", "Demo student 1", "Demo student 2", "database"]
    assert len({board["digest"] for board in boards.values()}) == 1
    assert {board["elements"] for board in boards.values()} == {2 * drawn - len(strokes)}
    acks = [board["acks"] for board in outcome["boards"][:3]]
    assert all(acks)
    assert [board["events"] for board in outcome["boards"][:3]] == [sum(acks) - n for n in acks]
    assert f"watch: {server.url}/join/{outcome['session_id']}#code=" in result.stderr


def test_the_lesson_ends_with_the_demo_unless_it_is_kept(server: RunningServer) -> None:
    for flags, status in (([], "completed"), (["--keep"], "active")):
        words = ("demo", "--speed", "0", "--students", "0", "--json", *flags)
        outcome = json.loads(printed(call(*words, data_dir=server.data_dir)))
        assert [board["owner"] for board in outcome["boards"]] == ["Demo teacher", "database"]
        shown = call("rooms", "show", outcome["session_id"], "--json", data_dir=server.data_dir)
        assert json.loads(printed(shown))["session"]["status"] == status


@pytest.mark.parametrize("change", [{"digest": "e" * 64}, {"elements": 3}, {"seq": 8}])
def test_boards_that_differ_are_shown_and_refused(
    change: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    other = msgspec.structs.replace(BOARD, owner="database", **change)
    with pytest.raises(CommandRefused, match="the boards differ"):
        conclude(_outcome(BOARD, other), as_json=True)
    assert json.loads(capsys.readouterr().out)["is_agreed"] is False


def test_boards_that_agree_are_said_to(capsys: pytest.CaptureFixture[str]) -> None:
    conclude(_outcome(BOARD, BOARD), as_json=False)
    assert "all boards and the database agree" in capsys.readouterr().out


def test_without_a_server_there_is_no_demo(tmp_path: Path) -> None:
    result = call("demo", data_dir=tmp_path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no server is running" in result.stderr


@pytest.mark.parametrize("flags", [["--speed", "-1"], ["--speed", "nan"], ["--students", "31"]])
def test_numbers_out_of_range_are_wrong_usage(tmp_path: Path, flags: list[str]) -> None:
    assert call("demo", *flags, data_dir=tmp_path).exit_code == 2
