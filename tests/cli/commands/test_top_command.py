"""`lessonroom top`, with the server up and down."""

from pathlib import Path

from tests.cli.calling import call, lesson, printed
from tests.serving import RunningServer


def test_top_shows_the_server_and_its_rooms(server: RunningServer) -> None:
    session = lesson(server, "Fractions")
    shown = printed(call("top", "--looks", "2", "--every", "0.2", data_dir=server.data_dir))
    first, second = shown.split("no rooms are open")[-1].split(server.url)[-2:]
    assert "Fractions" in second
    assert session["session_id"][:13] in second
    # Of rates there is none at the first look.
    assert "core" not in first
    assert "core" in second
    assert "p99: event loop late" in second


def test_where_it_is_no_terminal_top_looks_once(server: RunningServer) -> None:
    shown = printed(call("top", data_dir=server.data_dir))
    assert shown.count(server.url) == 1


def test_top_needs_a_server(tmp_path: Path) -> None:
    result = call("top", data_dir=tmp_path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no server is running" in result.stderr
