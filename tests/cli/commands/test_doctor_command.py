"""`lessonroom doctor`: each thing that can be wrong, with what to do about it.

Tests also: cli/server/diagnosis.py, cli/server/reachability.py.
"""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.server.certificates import self_signed
from cli.server.diagnosis import Finding, Verdict, diagnose
from cli.server.reachability import turn_fault
from cli.server.server_files import RECORDINGS
from cli.settings.settings import Settings, load_settings
from gateway.documents.office import fault_of
from gateway.recordings.take_files import TakeFiles
from tests.cli.calling import call, printed
from tests.serving import RunningServer

NOW = datetime.now(UTC)


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells."""

    free: int


def test_a_program_for_office_documents_is_looked_for(home: Path, tmp_path: Path) -> None:
    """[API doctor] Said where one is named, and not otherwise."""
    assert not found(settings_for(home), "office documents")
    missing = settings_for(home, documents__office=str(tmp_path / "soffice"))
    (finding,) = found(missing, "office documents")
    assert finding.verdict is Verdict.WARN
    assert "there is no program" in finding.what
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    (finding,) = found(missing, "office documents")
    assert (finding.verdict is Verdict.OK) == (fault_of(program) is None)


def settings_for(data_dir: Path, **overrides: object) -> Settings:
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    return load_settings(None, {"storage.data_dir": data_dir, "server.port": 0, **dotted})


def found(settings: Settings, thing: str, *, now: datetime = NOW) -> list[Finding]:
    return [finding for finding in diagnose(settings, now=now) if finding.thing == thing]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory with a database in it."""
    data_dir = tmp_path / "data"
    printed(call("db", "upgrade", data_dir=data_dir))
    for file in data_dir.iterdir():
        # However long ago `NOW` is by the time that the test comes to its turn.
        os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    return data_dir


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the repository, whose config.toml would be read."""
    monkeypatch.chdir(tmp_path)


def test_a_sound_installation_does_not_fail(home: Path) -> None:
    """[API doctor] Nothing but warnings, and something is said of each thing."""
    findings = list(diagnose(settings_for(home), now=NOW))
    assert not [finding for finding in findings if finding.verdict is Verdict.FAIL]
    assert {finding.thing for finding in findings} == {
        "Python",
        "SQLite",
        "data directory",
        "disk",
        "recordings",
        "clock",
        "confinement",
        "server",
        "TLS",
        "TURN",
        "database",
        "fonts",
    }
    assert all(finding.advice for finding in findings if finding.verdict is not Verdict.OK)


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(tmp_path: Path) -> None:
    """[API doctor] It may be the first command that somebody tries."""
    result = call("doctor", "--json", data_dir=tmp_path / "data")
    assert result.exit_code in {0, 1}, result.output
    verdicts = {entry["thing"]: entry["verdict"] for entry in json.loads(result.stdout)}
    assert verdicts["database"] == verdicts["data directory"] == "ok"
    assert not (tmp_path / "data").exists()


def test_beside_a_server_it_says_that_it_runs(server: RunningServer) -> None:
    """[API doctor] The port is ours, which is no fault."""
    result = call("doctor", "--json", data_dir=server.data_dir)
    entries = {entry["thing"]: entry for entry in json.loads(result.stdout)}
    assert entries["server"]["verdict"] == "ok"
    assert "it runs" in entries["server"]["what"]


@pytest.mark.parametrize(
    ("name", "mode", "advice"),
    [
        ("lessonroom.db", 0o644, "chmod 600"),
        ("signing-secret", 0o640, "chmod 600"),
        (".", 0o755, "chmod 700"),
    ],
)
def test_what_others_may_read_fails(home: Path, name: str, mode: int, advice: str) -> None:
    """[SECURITY Secrets] Each file by its name, with the command that closes it."""
    path = home / name
    if not path.exists():
        path.write_text("x" * 43)
    path.chmod(mode)
    (fault,) = found(settings_for(home), "files")
    assert fault.verdict is Verdict.FAIL
    assert fault.advice == f"{advice} {path if name != '.' else home}"


@pytest.mark.parametrize(
    ("free_mib", "verdict"), [(99, Verdict.FAIL), (1_000, Verdict.WARN), (2_000, Verdict.OK)]
)
def test_a_full_disk_is_told_of_in_time(
    home: Path, monkeypatch: pytest.MonkeyPatch, free_mib: int, verdict: Verdict
) -> None:
    """[P19] Lessons cannot be written any more when it is full."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(free_mib * 1024**2))
    assert found(settings_for(home), "disk")[0].verdict is verdict


@pytest.mark.parametrize(("free_gib", "verdict"), [(1, Verdict.WARN), (3, Verdict.OK)])
def test_where_recordings_end_for_want_of_room_it_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, free_gib: int, verdict: Verdict
) -> None:
    """[RC-9] Long before lessons cannot be written."""
    monkeypatch.setenv("LESSONROOM_RECORDING__ENABLED", "true")
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(free_gib * 1024**3))
    assert found(settings_for(home), "recordings")[0].verdict is verdict


@pytest.mark.parametrize(("kept", "verdict"), [(90, Verdict.OK), (91, Verdict.WARN)])
def test_where_takes_have_little_room_left_it_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, kept: int, verdict: Verdict
) -> None:
    """[RC-10] Of what all takes may use together."""
    monkeypatch.setenv("LESSONROOM_RECORDING__ENABLED", "true")
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(2**50))
    chunks = TakeFiles(home / RECORDINGS).chunks_of("00000000-0000-4000-8000-000000000000")
    chunks.parent.mkdir(parents=True)
    chunks.write_bytes(bytes(kept))
    (finding,) = found(settings_for(home, recording__bytes_total=100), "recordings")
    assert finding.verdict is verdict


def test_a_clock_that_went_back_fails(home: Path) -> None:
    """[P21] The database was written in what is now the future."""
    (fault,) = found(settings_for(home), "clock", now=NOW - timedelta(days=400))
    assert fault.verdict is Verdict.FAIL
    assert "gone back" in fault.what


def test_a_port_of_somebody_else_fails(home: Path) -> None:
    """[API doctor] Another program listens there, and no server of ours runs."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (fault,) = found(settings_for(home, server__port=port), "server")
    assert fault.verdict is Verdict.FAIL
    assert f":{port}" in fault.what


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (timedelta(days=22), Verdict.OK),
        (timedelta(days=20), Verdict.WARN),
        (timedelta(0), Verdict.FAIL),
    ],
)
def test_a_certificate_that_ends_is_told_of(home: Path, left: timedelta, verdict: Verdict) -> None:
    """[API doctor] Three weeks before, and when it has."""
    made = self_signed(home, names=["localhost"], now=NOW)
    settings = settings_for(home, server__tls_cert=made.certificate, server__tls_key=made.key)
    (finding,) = found(settings, "TLS", now=made.not_after - left)
    assert finding.verdict is verdict


def test_a_missing_or_open_key_fails(home: Path) -> None:
    """[API doctor] As it would stop the start of the server."""
    made = self_signed(home, names=["localhost"], now=NOW)
    settings = settings_for(home, server__tls_cert=made.certificate, server__tls_key=made.key)
    made.key.chmod(0o644)
    assert found(settings, "TLS")[0].verdict is Verdict.FAIL
    made.key.unlink()
    assert "cannot be read" in found(settings, "TLS")[0].what


def test_a_damaged_database_fails(home: Path) -> None:
    """[API doctor] With the advice to keep the file."""
    database = home / "lessonroom.db"
    content = bytearray(database.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    database.write_bytes(content)
    (fault,) = found(settings_for(home), "database")
    assert fault.verdict is Verdict.FAIL
    result = call("doctor", data_dir=home)
    assert result.exit_code == 1
    assert "checks failed" in result.stderr


# -- TURN


@contextmanager
def answering(answer: Callable[[bytes], bytes], *, is_stream: bool) -> Iterator[int]:
    """Answer one request on a port of this machine, which is yielded."""
    kind = socket.SOCK_STREAM if is_stream else socket.SOCK_DGRAM
    with closing(socket.socket(type=kind)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(10)
        if is_stream:
            listener.listen()

        def serve() -> None:
            if is_stream:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(answer(connection.recv(1500)))
            else:
                request, sender = listener.recvfrom(1500)
                listener.sendto(answer(request), sender)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join()


def binding_answer(request: bytes) -> bytes:
    """Return what RFC 8489 has a server answer, without attributes."""
    assert request[:8] == bytes.fromhex("000100002112a442")
    return b"\x01\x01\x00\x00" + request[4:20]


@pytest.mark.parametrize(("query", "is_stream"), [("", False), ("?transport=tcp", True)])
def test_a_turn_server_that_answers_is_there(query: str, is_stream: bool) -> None:  # noqa: FBT001 - a case
    """[API doctor][RFC 8489 §6.3.3] Over UDP and TCP, as its URL says."""
    with answering(binding_answer, is_stream=is_stream) as port:
        assert turn_fault(f"turn:127.0.0.1:{port}{query}") is None


def test_what_answers_something_else_is_no_turn_server() -> None:
    """[API doctor] A web server on that port, or the answer to somebody else's request."""
    with answering(lambda _: b"HTTP/1.1 400 Bad Request\r\n", is_stream=True) as port:
        fault = turn_fault(f"turn:127.0.0.1:{port}?transport=tcp")
    assert fault == "what answers there is no TURN server"
    with answering(
        lambda request: b"\x01\x01\x00\x00" + request[4:8] + bytes(12), is_stream=False
    ) as port:
        assert turn_fault(f"turn:127.0.0.1:{port}") is not None


def test_silence_and_refusal_are_faults() -> None:
    """[API doctor] Neither hangs."""
    with closing(socket.socket(type=socket.SOCK_DGRAM)) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        assert turn_fault(f"turn:127.0.0.1:{port}", timeout_s=0.05) == "no answer within 0.05 s"
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        assert turn_fault(f"turn:127.0.0.1:{port}?transport=tcp") == "Connection refused"


def test_scripts_that_exports_cannot_draw_are_named(home: Path, tmp_path: Path) -> None:
    """[API doctor] With what to install; a path that is none fails."""
    (missing,) = found(settings_for(home), "fonts")
    assert missing.verdict is Verdict.WARN
    assert "Chinese" in missing.what
    assert "fonts-noto-cjk" in missing.advice
    nothing = str(tmp_path / "none.ttf")
    (wrong,) = found(settings_for(home, export__fonts=[nothing]), "fonts")
    assert (wrong.verdict, nothing in wrong.what) == (Verdict.FAIL, True)
