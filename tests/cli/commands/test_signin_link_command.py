"""`signin-link`, `users sign-out`, `token revoke`; and where the server prints a link by itself."""

import os
import pty
from pathlib import Path

import httpx

from tests.cli.calling import call, printed, user_token
from tests.serving import RunningServer, run_server

API = "/api/v1/classroom"


def _signed_in(server: RunningServer, *words: str) -> dict[str, object]:
    link = printed(call("signin-link", *words, data_dir=server.data_dir))
    page, _, code = link.partition("#")
    assert page == f"{server.url}/signin"
    response = httpx.post(f"{server.url}{API}/sign-in/", json={"code": code})
    assert response.status_code == 200, response.text
    return dict(response.json())


def _me(server: RunningServer, token: object) -> httpx.Response:
    return httpx.get(f"{server.url}{API}/me/", headers={"Authorization": f"Bearer {token}"})


def test_a_link_signs_the_operator_in_and_stdout_has_nothing_else(server: RunningServer) -> None:
    result = call("signin-link", data_dir=server.data_dir)
    assert result.stdout.count("\n") == 1
    assert "(operator); works once" in result.stderr
    assert _me(server, _signed_in(server)["token"]).json()["is_operator"] is True


def test_a_link_for_a_name_is_for_one_person_who_is_no_operator(server: RunningServer) -> None:
    result = call("signin-link", "Grace Hopper", data_dir=server.data_dir)
    assert "Grace Hopper, who is new here (user)" in result.stderr
    first, second = (_signed_in(server, "Grace Hopper") for _ in range(2))
    assert first["user_id"] == second["user_id"]
    me = _me(server, first["token"]).json()
    assert (me["name"], me["is_operator"]) == ("Grace Hopper", False)


def test_a_link_needs_the_server(tmp_path: Path) -> None:
    result = call("signin-link", data_dir=tmp_path)
    assert (result.exit_code, result.stdout) == (3, "")


def test_a_token_is_revoked_from_stdin_or_by_name(server: RunningServer) -> None:
    for words, answers in ((("revoke", "-"), True), (("revoke",), False)):
        token = user_token(server, "Bob", subject="bob")
        assert _me(server, token).status_code == 200
        given = () if answers else (token,)
        result = call(
            "token", *words, *given, data_dir=server.data_dir, answers=token if answers else None
        )
        assert printed(result) == "a token of bob is void"
        assert _me(server, token).status_code == 401


def test_what_is_no_token_is_not_revoked(server: RunningServer) -> None:
    result = call("token", "revoke", "nonsense", data_dir=server.data_dir)
    assert result.exit_code == 1
    assert "token" in result.stderr


def test_somebody_is_signed_out_everywhere(server: RunningServer) -> None:
    """They sign in again by a new link."""
    carol = _signed_in(server, "Carol")
    printed(call("users", "sign-out", str(carol["user_id"]), data_dir=server.data_dir))
    assert _me(server, carol["token"]).status_code == 401
    again = _signed_in(server, "Carol")
    assert again["user_id"] == carol["user_id"]
    assert _me(server, again["token"]).status_code == 200


def _until_told_how_to_sign_in(tmp_path: Path, stdout: int, read: int) -> str:
    with run_server(tmp_path / "data", stdout=stdout) as process:
        said = ""
        while "signin-link" not in said:
            said += os.read(read, 4_096).decode()
        process.terminate()
    for descriptor in (read, stdout):
        os.close(descriptor)
    return said


def test_a_log_has_no_sign_in_link(tmp_path: Path) -> None:
    """[SECURITY Sign-in links] It says how to get one."""
    read, write = os.pipe()
    said = _until_told_how_to_sign_in(tmp_path, write, read)
    assert "/signin#" not in said
    assert f"lessonroom signin-link --data-dir {tmp_path}/data" in said


def test_a_terminal_has_one(tmp_path: Path) -> None:
    near, far = pty.openpty()
    assert "/signin#" in _until_told_how_to_sign_in(tmp_path, far, near)
