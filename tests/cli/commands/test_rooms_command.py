"""`lessonroom rooms`, with the server up and down.

Tests also: cli/database.py, cli/rooms/listing_rooms.py, cli/rooms/resting_rooms.py,
cli/rooms/room_lines.py, cli/rooms/room_tables.py, cli/rooms/timeline.py.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.calling import call, lesson, listed, post, printed, user_token
from tests.serving import RunningServer, start_server


def _shown(server: RunningServer, session: dict[str, Any]) -> dict[str, Any]:
    result = call("rooms", "show", session["session_id"], "--json", data_dir=server.data_dir)
    document: dict[str, Any] = json.loads(printed(result))
    return document


def test_list_shows_the_open_rooms(server: RunningServer) -> None:
    session = lesson(server, "Fractions")
    result = call("rooms", "list", "--json", data_dir=server.data_dir)
    room = listed(result)[session["session_id"]]
    assert (room["title"], room["status"], room["connections"]) == ("Fractions", "active", 0)
    assert room["events"] > 0
    assert json.loads(result.stdout)["is_server_up"] is True
    assert result.stderr == ""
    table = printed(call("rooms", "list", data_dir=server.data_dir))
    assert session["session_id"][:13] in table


def test_list_has_lessons_that_nobody_is_in_where_they_are_asked_for(tmp_path: Path) -> None:
    before = start_server(tmp_path / "data")
    session_id = lesson(before, "Fractions")["session_id"]
    before.stop()
    after = start_server(tmp_path / "data")
    try:
        assert "--all" in printed(call("rooms", "list", data_dir=after.data_dir))
        found = listed(call("rooms", "list", "--all", "--json", data_dir=after.data_dir))
        assert (found[session_id]["status"], found[session_id]["connections"]) == ("active", None)
    finally:
        after.stop()


def test_a_board_is_exported_as_what_there_is(server: RunningServer) -> None:
    session_id = lesson(server)["session_id"]
    result = call("rooms", "export", session_id, "--format", "gif", data_dir=server.data_dir)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'gif' is not one of" in result.stderr


def test_a_title_is_neither_markup_nor_an_escape_sequence(server: RunningServer) -> None:
    session = lesson(server, "[red]\u202eevil[/red]")
    shown = printed(call("rooms", "show", session["session_id"], data_dir=server.data_dir))
    assert "[red]evil[/red]" in shown


def test_show_finds_a_session_by_the_beginning_of_its_id(server: RunningServer) -> None:
    session = lesson(server)
    part = session["session_id"][:20]
    shown = printed(call("rooms", "show", part, data_dir=server.data_dir))
    assert session["session_id"] in shown
    assert session["access_code"] in shown
    assert "Grace" in shown
    document = printed(call("rooms", "show", part, "--json", data_dir=server.data_dir))
    assert json.loads(document)["session"]["session_id"] == session["session_id"]


def test_a_beginning_of_several_ids_is_refused_and_lists_them(server: RunningServer) -> None:
    ids = [lesson(server)["session_id"] for _ in range(2)]
    common = next(n for n in range(36) if ids[0][n] != ids[1][n])
    result = call("rooms", "show", ids[0][:common], data_dir=server.data_dir)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "give more of the id" in result.stderr
    assert ids[1] in result.stderr


def test_an_id_that_no_session_has_is_refused(server: RunningServer) -> None:
    for given in ("ffff", "01a202f0-11ba-777e-8917-de67fdd5ddf9"):
        result = call("rooms", "save", given, data_dir=server.data_dir)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "there is no" in result.stderr


def test_what_cannot_be_an_id_is_wrong_usage(server: RunningServer) -> None:
    result = call("rooms", "show", "../etc", data_dir=server.data_dir)
    assert result.exit_code == 2
    assert "ids are of 0-9, a-f and -" in result.stderr


def test_kick_names_the_one_who_is_out(server: RunningServer) -> None:
    session = lesson(server)
    arguments = ("rooms", "kick", session["session_id"], str(session["guest_id"]))
    assert printed(call(*arguments, data_dir=server.data_dir)).startswith("kicked Grace")
    document = printed(
        call("rooms", "show", session["session_id"], "--json", data_dir=server.data_dir)
    )
    seats = {seat["name"]: seat["status"] for seat in json.loads(document)["participants"]}
    assert seats["Grace"] == "kicked"


def test_kicking_nobody_is_refused_with_the_servers_words(server: RunningServer) -> None:
    session = lesson(server)
    result = call("rooms", "kick", session["session_id"], "999999", data_dir=server.data_dir)
    assert result.exit_code == 1
    assert result.stderr == "user_id: there is no such participant\n"


def test_save_says_at_which_version(server: RunningServer) -> None:
    session = lesson(server)
    saved = printed(call("rooms", "save", session["session_id"], data_dir=server.data_dir))
    assert re.fullmatch(r"saved version \d+, \d+ bytes", saved)


def test_terminate_asks_nobody_without_a_terminal_and_does_nothing(server: RunningServer) -> None:
    session = lesson(server)
    result = call("rooms", "terminate", session["session_id"], data_dir=server.data_dir)
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    document = printed(
        call("rooms", "show", session["session_id"], "--json", data_dir=server.data_dir)
    )
    assert json.loads(document)["session"]["status"] == "active"


def test_terminate_with_yes_ends_the_lesson_and_only_once(server: RunningServer) -> None:
    session = lesson(server)
    arguments = ("rooms", "terminate", session["session_id"], "--yes", "--reason", "wrong class")
    assert session["session_id"] in printed(call(*arguments, data_dir=server.data_dir))
    again = call(*arguments, data_dir=server.data_dir)
    assert again.exit_code == 1
    assert "terminated" in again.stderr


def test_reopen_has_a_completed_lesson_go_on(server: RunningServer) -> None:
    """[SY-11] And says why where it does not."""
    session = lesson(server)
    arguments = ("rooms", "reopen", session["session_id"])
    early = call(*arguments, data_dir=server.data_dir)
    assert (early.exit_code, "possible from: completed" in early.stderr) == (1, True)
    post(server, f"/{session['session_id']}/complete/", token=user_token(server))
    assert session["session_id"] in printed(call(*arguments, data_dir=server.data_dir))
    document = printed(
        call("rooms", "show", session["session_id"], "--json", data_dir=server.data_dir)
    )
    assert json.loads(document)["session"]["status"] == "active"


@pytest.mark.parametrize(
    "arguments",
    [("terminate", "01a2", "--yes"), ("reopen", "01a2"), ("kick", "01a2", "7"), ("save", "01a2")],
)
def test_what_needs_the_server_exits_with_3_without_one(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    result = call("rooms", *arguments, data_dir=tmp_path / "none")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no server is running" in result.stderr
    assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    server = start_server(tmp_path_factory.mktemp("stopped") / "data")
    try:
        session = lesson(server, "Under way")
        ended = lesson(server, "Over")
        token = user_token(server)
        post(server, f"/{ended['session_id']}/complete/", token=token)
    finally:
        server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    return server.data_dir, session


def test_list_with_the_server_down_reads_the_lessons_under_way_and_says_so(
    stopped: tuple[Path, dict[str, str]],
) -> None:
    data_dir, session = stopped
    result = call("rooms", "list", "--json", data_dir=data_dir)
    rooms = listed(result)
    assert list(rooms) == [session["session_id"]]
    assert rooms[session["session_id"]]["connections"] is None
    assert json.loads(result.stdout)["is_server_up"] is False
    assert "the server is not running" in result.stderr


def test_show_with_the_server_down_reads_a_session_by_part_of_its_id(
    stopped: tuple[Path, dict[str, str]],
) -> None:
    data_dir, session = stopped
    result = call("rooms", "show", session["session_id"][:18], data_dir=data_dir)
    assert "Under way" in printed(result)
    assert "the server is not running" in result.stderr


def test_reading_with_the_server_down_changes_not_one_byte_of_the_database(
    stopped: tuple[Path, dict[str, str]],
) -> None:
    data_dir, _session = stopped
    before = (data_dir / "lessonroom.db").read_bytes()
    printed(call("rooms", "list", data_dir=data_dir))
    assert (data_dir / "lessonroom.db").read_bytes() == before


def test_list_without_server_and_database_exits_with_3(tmp_path: Path) -> None:
    result = call("rooms", "list", data_dir=tmp_path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no database" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_list_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "lessonroom.db").write_bytes(b"this is a text, and no database of any kind" * 99)
    result = call("rooms", "list", data_dir=tmp_path)
    assert result.exit_code == 1
    assert "cannot read the database" in result.stderr
