"""`lessonroom db`: beside a server, and without one.

Tests also: cli/server/exclusive.py.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.cli.calling import PREFIX, call, lesson, printed, user_token
from tests.serving import RunningServer, start_server


def changed(database: Path, statement: str) -> None:
    """Change a database behind the server's back, as a broken disk does."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)


@pytest.fixture
def stopped(tmp_path: Path) -> RunningServer:
    """A server with one lesson, stopped."""
    server = start_server(tmp_path / "data")
    lesson(server)
    assert server.stop() == 0
    return server


def test_a_sound_database_passes(server: RunningServer) -> None:
    """[API db check] Beside the server; the counts are those of the database."""
    lesson(server)
    checked = json.loads(printed(call("db", "check", "--json", data_dir=server.data_dir)))
    assert checked["faults"] == []
    assert checked["sessions"] >= 1
    assert checked["events"] >= 4
    assert "all is well" in printed(call("db", "check", data_dir=server.data_dir))


def test_damage_is_named_and_the_exit_code_says_so(stopped: RunningServer) -> None:
    """[API db check] What is damaged, in which session; 1."""
    database = stopped.data_dir / "lessonroom.db"
    changed(database, "UPDATE session_event SET at = at + 1 WHERE seq = 2")
    result = call("db", "check", data_dir=stopped.data_dir)
    assert result.exit_code == 1
    assert "event 2: does not match its checksum" in result.stdout
    assert "1 things are wrong with the database" in result.stderr
    document = json.loads(call("db", "check", "--json", data_dir=stopped.data_dir).stdout)
    (fault,) = document["faults"]
    assert fault["place"].startswith("session ")


def test_a_backup_of_a_running_server_is_checked_and_private(
    server: RunningServer, tmp_path: Path
) -> None:
    """[API db backup] It names what it holds; a second one does not replace it."""
    made = lesson(server, title="Backed up")
    target = tmp_path / "backup.db"
    said = printed(call("db", "backup", target, data_dir=server.data_dir))
    assert "checked" in said
    assert target.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(target)) as connection:
        titles = connection.execute("SELECT uuid, title FROM classroom_session").fetchall()
    assert (made["session_id"], "Backed up") in titles
    again = call("db", "backup", target, data_dir=server.data_dir)
    assert again.exit_code == 1
    assert "already" in again.stderr


def test_a_damaged_database_makes_no_backup_that_looks_sound(
    stopped: RunningServer, tmp_path: Path
) -> None:
    """[API db backup] The copy is kept under another name, for whoever repairs it."""
    changed(stopped.data_dir / "lessonroom.db", "DELETE FROM session_event WHERE seq = 2")
    target = tmp_path / "backup.db"
    result = call("db", "backup", target, data_dir=stopped.data_dir)
    assert result.exit_code == 1
    assert "missing from the log: event 2" in result.stdout
    assert not target.exists()
    assert (tmp_path / "backup.db.unchecked").exists()


def test_restoring_is_refused_while_a_server_runs(server: RunningServer, tmp_path: Path) -> None:
    """[API db restore] And nothing is changed."""
    target = tmp_path / "backup.db"
    printed(call("db", "backup", target, data_dir=server.data_dir))
    result = call("db", "restore", target, "--yes", data_dir=server.data_dir)
    assert result.exit_code == 1
    assert "another lessonroom is running" in result.stderr


def test_a_restored_server_goes_on_from_the_backup_in_a_new_epoch(tmp_path: Path) -> None:
    """[P6][P23][BD-7] Old tokens are void, the log goes on under another epoch, nothing is lost."""
    server = start_server(tmp_path / "data")
    made = lesson(server)
    path = f"{PREFIX}/{made['session_id']}"
    backup = tmp_path / "backup.db"
    printed(call("db", "backup", backup, data_dir=server.data_dir))
    later = lesson(server, title="After the backup")
    joined = httpx.post(
        f"{server.url}{path}/join/", json={"access_code": made["access_code"], "name": "Grace"}
    ).json()
    assert server.stop() == 0

    said = printed(call("db", "restore", backup, "--yes", data_dir=server.data_dir))
    (aside,) = server.data_dir.glob("lessonroom.db.before-restore-*Z")
    assert str(aside) in said

    server = start_server(tmp_path / "data")
    try:
        host = {"Authorization": f"Bearer {user_token(server)}"}
        assert httpx.get(f"{server.url}{path}/", headers=host).status_code == 200
        gone = httpx.get(f"{server.url}{PREFIX}/{later['session_id']}/", headers=host)
        assert gone.status_code == 404
        old = {"Authorization": f"Bearer {joined['token']}"}
        assert httpx.get(f"{server.url}{path}/", headers=old).status_code == 401
        resumed = httpx.post(f"{server.url}{path}/pause/", headers=host)
        assert resumed.json()["status"] == "paused"
    finally:
        assert server.stop() == 0
    assert epochs(server.data_dir / "lessonroom.db", made["session_id"])[-1] not in epochs(
        aside, made["session_id"]
    )
    assert "all is well" in printed(call("db", "check", data_dir=server.data_dir))


def epochs(database: Path, session_id: str) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT data FROM session_event e JOIN classroom_session s ON s.id = e.session_id"
            " WHERE s.uuid = ? AND event_type = 'room_open' ORDER BY seq",
            (session_id,),
        ).fetchall()
    return [json.loads(data)["epoch"] for (data,) in rows]


def test_what_is_no_sound_backup_is_not_restored(stopped: RunningServer, tmp_path: Path) -> None:
    """[API db restore] Text, another program's database, a damaged one: each is named."""
    text = tmp_path / "text.db"
    text.write_text("no database" * 1_000)
    other = tmp_path / "other.db"
    changed(other, "CREATE TABLE song (title)")
    damaged = tmp_path / "damaged.db"
    printed(call("db", "backup", damaged, data_dir=stopped.data_dir))
    changed(damaged, "DELETE FROM session_event WHERE seq = 2")
    before = (stopped.data_dir / "lessonroom.db").read_bytes()
    for source, why in (
        (text, "cannot be read as a database"),
        (other, "is no database of lessonroom"),
        (damaged, "missing from the log: event 2"),
        (tmp_path / "missing.db", "there is no file"),
    ):
        result = call("db", "restore", source, "--yes", data_dir=stopped.data_dir)
        assert result.exit_code == 1
        assert why in result.stderr
    assert (stopped.data_dir / "lessonroom.db").read_bytes() == before


def test_a_restore_asks_first(stopped: RunningServer, tmp_path: Path) -> None:
    """[API Command line] Where nobody can be asked, `--yes` is needed."""
    backup = tmp_path / "backup.db"
    printed(call("db", "backup", backup, data_dir=stopped.data_dir))
    result = call("db", "restore", backup, data_dir=stopped.data_dir)
    assert result.exit_code == 2
    assert "--yes" in result.stderr


def test_upgrading_makes_what_is_missing_and_says_so(tmp_path: Path) -> None:
    """[API db upgrade] From nothing to this version; the second time there is nothing to do."""
    data_dir = tmp_path / "data"
    assert "upgraded from nothing to" in printed(call("db", "upgrade", data_dir=data_dir))
    assert "already" in printed(call("db", "upgrade", data_dir=data_dir))


def test_upgrading_is_refused_while_a_server_runs(server: RunningServer) -> None:
    """[API db upgrade] Two of them would be two writers."""
    assert call("db", "upgrade", data_dir=server.data_dir).exit_code == 1


def test_without_a_database_there_is_nothing_to_check(tmp_path: Path) -> None:
    """[API Exit codes] 3 where there never was a server; nothing is made by looking."""
    result = call("db", "check", data_dir=tmp_path / "data")
    assert result.exit_code == 3
    assert not (tmp_path / "data" / "lessonroom.db").exists()
