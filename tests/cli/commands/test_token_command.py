from pathlib import Path

import httpx
import pytest
import typer

from actors.runtime.clock import SystemClock
from cli.commands.token_command import duration_s
from gateway.identity.claims import Scope
from gateway.identity.tokens import Tokens
from tests.cli.calling import PREFIX, call, lesson, printed, user_token
from tests.serving import RunningServer


def _tokens(data_dir: Path) -> Tokens:
    secret = (data_dir / "signing-secret").read_bytes().strip()
    return Tokens([secret], leeway_s=0, clock=SystemClock())


def _sessions(server: RunningServer, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{server.url}{PREFIX}/my/", headers=headers)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("45s", 45), ("30m", 1_800), ("2h", 7_200), ("7D", 604_800)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "-5m", "1.5h", "2 h", "1w", "٣h", "9999999999"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="allowed are 90, 45s, 30m, 2h, 7d"):
        duration_s(text)


def test_a_user_token_opens_the_api(server: RunningServer) -> None:
    result = call("token", "user", "Ada", data_dir=server.data_dir)
    assert result.stderr == ""
    assert result.stdout.count("\n") == 1
    assert _sessions(server, printed(result)).status_code == 200


def test_an_operators_token_opens_the_operators_calls_and_a_users_does_not(
    server: RunningServer,
) -> None:
    words = ("token", "user", "Root", "--scope", "operator")
    tokens = [printed(call(*words, data_dir=server.data_dir)), user_token(server)]
    codes = [
        httpx.get(
            f"{server.url}/api/v1/operator/rooms/", headers={"Authorization": f"Bearer {token}"}
        ).status_code
        for token in tokens
    ]
    assert codes == [200, 403]


def test_the_same_sub_is_the_same_user(server: RunningServer) -> None:
    session = lesson(server)
    mine = _sessions(server, user_token(server)).json()["items"]
    others = _sessions(server, user_token(server, "Bob", subject="bob")).json()["items"]
    assert session["session_id"] in {item["session_id"] for item in mine}
    assert session["session_id"] not in {item["session_id"] for item in others}


def test_without_a_server_a_user_token_is_minted_with_the_secret_of_the_directory(
    tmp_path: Path,
) -> None:
    words = ("token", "user", "Ada", "--sub", "ada", "--ttl", "2h", "--scope", "operator")
    token = printed(call(*words, data_dir=tmp_path / "new"))
    claims = _tokens(tmp_path / "new").verify_user(token)
    assert (claims.subject, claims.name, claims.scope) == ("ada", "Ada", Scope.OPERATOR)
    assert claims.expires_at_ms == claims.issued_at_ms // 1000 * 1000 + 7_200_000


@pytest.mark.parametrize("name", ["", "\u200b", "x" * 65])
def test_without_a_server_a_name_is_checked_as_well(tmp_path: Path, name: str) -> None:
    result = call("token", "user", name, data_dir=tmp_path / "new")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("name: ")


@pytest.mark.parametrize("ttl", ["59s", "721h"])
def test_a_time_out_of_range_is_wrong_usage(tmp_path: Path, ttl: str) -> None:
    result = call("token", "user", "Ada", "--ttl", ttl, data_dir=tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "allowed are 1m to 720h" in result.stderr


def test_a_room_token_is_of_that_session_and_seat(server: RunningServer) -> None:
    session_id = lesson(server)["session_id"]
    words = ("token", "room", session_id[:23], "--user", "bob", "--name", "Bob", "--ttl", "5m")
    token = printed(call(*words, "--role", "viewer", data_dir=server.data_dir))
    claims = _tokens(server.data_dir).verify_room(token, session_id)
    assert claims.role == "viewer"
    assert claims.expires_at_ms == claims.issued_at_ms // 1000 * 1000 + 300_000


def test_a_number_is_a_user_and_sub_makes_it_a_subject(server: RunningServer) -> None:
    session = lesson(server)
    words = ("token", "room", session["session_id"], "--user")
    guest = printed(call(*words, str(session["guest_id"]), data_dir=server.data_dir))
    tokens = _tokens(server.data_dir)
    assert tokens.verify_room(guest).user_id == session["guest_id"]
    unknown = call(*words, "4711", data_dir=server.data_dir)
    assert (unknown.exit_code, unknown.stderr) == (1, "user_id: there is no such user\n")
    by_subject = call(*words, "sub:4711", "--name", "Di", data_dir=server.data_dir)
    assert tokens.verify_room(printed(by_subject)).user_id != 4711


def test_a_role_that_is_not_theirs_is_refused(server: RunningServer) -> None:
    words = ("token", "room", lesson(server)["session_id"], "--user", "eve", "--name", "Eve")
    result = call(*words, "--role", "host", data_dir=server.data_dir)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "role: this is not the session's host" in result.stderr


def test_a_room_token_needs_the_server(tmp_path: Path) -> None:
    result = call("token", "room", "01a2", "--user", "ada", data_dir=tmp_path)
    assert (result.exit_code, result.stdout) == (3, "")
