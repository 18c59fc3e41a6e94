"""The operator's calls over the Unix socket.

Tests also: cli/server/server_files.py.
"""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.command_errors import CommandRefused, ServerUnreachable
from cli.server.operator_client import OperatorClient, Saved, decoded


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    """A socket where the server's would be, listening, of mode 0600."""
    path = tmp_path / "operator.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()
        yield listener


@pytest.mark.usefixtures("listener")
@pytest.mark.parametrize("mode", [0o660, 0o606, 0o666])
def test_a_socket_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "operator.sock").chmod(mode)
    with pytest.raises(CommandRefused, match=f"mode {mode:04o}.*allowed is 0600"):
        OperatorClient(tmp_path)


@pytest.mark.usefixtures("listener")
def test_a_socket_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = (tmp_path / "operator.sock").stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(CommandRefused, match=f"belongs to another user .uid {owner}"):
        OperatorClient(tmp_path)


@pytest.mark.usefixtures("listener")
def test_a_private_socket_of_ones_own_is_taken(tmp_path: Path) -> None:
    with OperatorClient(tmp_path):
        pass


def test_a_link_to_a_socket_is_no_socket(tmp_path: Path, listener: socket.socket) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "operator.sock").symlink_to(listener.getsockname())
    with pytest.raises(CommandRefused, match="is no socket"):
        OperatorClient(elsewhere)


def test_a_socket_that_a_killed_server_left_is_no_server(
    tmp_path: Path, listener: socket.socket
) -> None:
    listener.close()
    with pytest.raises(ServerUnreachable, match="no server is running"):
        OperatorClient(tmp_path)


def test_a_path_that_no_socket_could_have_is_looked_at_all_the_same(tmp_path: Path) -> None:
    """Where it is bound is reached from there; see test_data_dirs.py for one with a server."""
    with pytest.raises(ServerUnreachable, match="no server is running"):
        OperatorClient(tmp_path / ("long" * 30))


def test_a_problem_document_becomes_its_sentence() -> None:
    response = httpx.Response(404, json={"detail": "there is no such session", "field": "id"})
    with pytest.raises(CommandRefused, match=r"^id: there is no such session$"):
        decoded(response, Saved)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, json={"version": "three"}),
        httpx.Response(502, text="<html>Bad Gateway</html>"),
    ],
)
def test_an_answer_of_another_program_is_refused(response: httpx.Response) -> None:
    with pytest.raises(CommandRefused, match="in a way that this program does not know"):
        decoded(response, Saved)
