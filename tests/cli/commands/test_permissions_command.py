"""`lessonroom permissions` and `users`.

Tests also: cli/server/calling.py.
"""

import json

import pytest

from tests.cli.calling import call, lesson, printed
from tests.serving import RunningServer


def listed(server: RunningServer) -> dict[str, dict[str, bool]]:
    found: dict[str, dict[str, bool]] = json.loads(
        printed(call("permissions", "list", "--json", data_dir=server.data_dir))
    )
    return found


def test_permissions_are_listed_by_role(server: RunningServer) -> None:
    """[API permissions list] All fifteen of each of the four roles, with the defaults."""
    found = listed(server)
    assert set(found) == {"host", "student", "viewer", "solo"}
    assert all(len(may) == 16 for may in found.values())
    assert all(found["host"].values())
    assert not any(found["viewer"].values())
    assert "can_draw" in printed(call("permissions", "list", data_dir=server.data_dir))


def test_what_is_set_changes_and_the_rest_stays(server: RunningServer) -> None:
    """[API permissions set] Only the names that were given; the change is said."""
    before = listed(server)
    said = printed(
        call(
            "permissions", "set", "viewer", "can_draw=on", "can_erase=off", data_dir=server.data_dir
        )
    )
    assert said == "viewer: can_draw is on"
    assert listed(server) == before | {"viewer": before["viewer"] | {"can_draw": True}}
    printed(call("permissions", "set", "viewer", "can_draw=off", data_dir=server.data_dir))
    assert listed(server) == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("teacher", "can_draw=on"), "there is no role 'teacher'"),
        (("student", "can_fly=on"), "there is no permission 'can_fly'"),
        (("student", "can_draw"), "says neither can_draw=on nor can_draw=off"),
        (("student", "can_draw=yes"), "says neither"),
    ],
)
def test_wrong_words_are_named(server: RunningServer, words: tuple[str, ...], why: str) -> None:
    """[API Exit codes] 2, and what is allowed."""
    result = call("permissions", "set", *words, data_dir=server.data_dir)
    assert result.exit_code == 2
    assert why in result.stderr


def test_an_erased_user_is_a_number(server: RunningServer) -> None:
    """[API users erase] Their name is nowhere in what the program shows."""
    made = lesson(server, title="To forget")
    shown = printed(call("rooms", "show", made["session_id"], data_dir=server.data_dir))
    assert "Grace" in shown
    said = printed(call("users", "erase", str(made["guest_id"]), "--yes", data_dir=server.data_dir))
    assert said.startswith(f"erased user {made['guest_id']}: 1 sessions")
    for command in (("rooms", "show"), ("rooms", "timeline")):
        output = printed(call(*command, made["session_id"], data_dir=server.data_dir))
        assert "Grace" not in output
        assert "—" in output


def test_erasing_asks_first_and_refuses_hosts(server: RunningServer) -> None:
    """[API users erase] It cannot be undone, and a lesson needs its host."""
    made = lesson(server)
    host = str(made["host_id"])
    assert call("users", "erase", host, data_dir=server.data_dir).exit_code == 2
    result = call("users", "erase", host, "--yes", data_dir=server.data_dir)
    assert result.exit_code == 1
    assert "end them first" in result.stderr
    missing = call("users", "erase", "4711", "--yes", data_dir=server.data_dir)
    assert "there is no such user" in missing.stderr


def test_a_timeline_comes_as_lines_json_and_csv(server: RunningServer) -> None:
    """[API rooms timeline] The same events each way, oldest first."""
    made = lesson(server)
    session_id = made["session_id"]
    lines = printed(call("rooms", "timeline", session_id, data_dir=server.data_dir)).splitlines()
    documents = [
        json.loads(line)
        for line in printed(
            call("rooms", "timeline", session_id, "--json", data_dir=server.data_dir)
        ).splitlines()
    ]
    table = printed(call("rooms", "timeline", session_id, "--csv", data_dir=server.data_dir))
    assert [document["seq"] for document in documents] == list(range(1, len(documents) + 1))
    assert len(lines) == len(documents) == len(table.splitlines()) - 1
    assert documents[0]["type"] == "session_created"
    assert "session_start" in lines[-1]
    both = call("rooms", "timeline", session_id, "--csv", "--json", data_dir=server.data_dir)
    assert both.exit_code == 2


def test_a_board_is_exported_to_a_file(
    server: RunningServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """[API rooms export] Of any format that the server has; an unknown one is wrong usage."""
    session_id = lesson(server)["session_id"]
    output = tmp_path_factory.mktemp("export") / "board.json"
    words = ("rooms", "export", session_id, "--format", "json", "-o", output)
    assert str(output) in printed(call(*words, data_dir=server.data_dir))
    assert json.loads(output.read_text())["session_id"] == session_id
    refused = call("rooms", "export", session_id, "--format", "doc", data_dir=server.data_dir)
    assert refused.exit_code == 2
    assert "format" in refused.stderr
