"""Calling the program as a person does, and making lessons for it to find."""

import json
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner, Result

from cli.app import app
from tests.serving import RunningServer

PREFIX = "/api/v1/classroom/sessions"


def call(*arguments: str | Path, data_dir: Path, answers: str | None = None) -> Result:
    """Run a command with `--data-dir` after it."""
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(app, [*words, "--data-dir", str(data_dir)], input=answers)


def printed(result: Result) -> str:
    """Return what a command that succeeded printed on stdout."""
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def user_token(server: RunningServer, name: str = "Ada", *, subject: str = "ada") -> str:
    return printed(call("token", "user", name, "--sub", subject, data_dir=server.data_dir))


def post(
    server: RunningServer, path: str, body: object = None, *, token: str = ""
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = httpx.post(server.url + PREFIX + path, json=body, headers=headers)
    assert response.is_success, response.text
    document: dict[str, Any] = response.json()
    return document


def lesson(server: RunningServer, title: str = "Fractions") -> dict[str, Any]:
    """Make a lesson with its host and one guest in it, and start it."""
    token = user_token(server)
    session = post(server, "/", {"title": title}, token=token)
    path = f"/{session['session_id']}"
    body = {"access_code": session["access_code"], "name": "Grace"}
    guest = post(server, f"{path}/join/", body)
    post(server, f"{path}/start/", token=token)
    return session | {"guest_id": guest["participant"]["user_id"]}


def listed(result: Result) -> dict[str, dict[str, Any]]:
    """Return the rooms of `rooms list --json` by their ids."""
    return {room["session_id"]: room for room in json.loads(printed(result))["rooms"]}
