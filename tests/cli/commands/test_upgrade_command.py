"""`lessonroom upgrade check`, and the copy that an upgrade keeps.

Tests also: cli/server/keeping.py.
"""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.migrate import head_revision
from storage.upkeep import copying
from tests.cli.calling import call, printed
from tests.serving import start_server

FIRST = Path(__file__).parents[2] / "storage/kept/upgrades/0001.sqlite3.gz"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory as the first program left it."""
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    (home / "lessonroom.db").write_bytes(gzip.decompress(FIRST.read_bytes()))
    return home


def revision_of(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def set_revision(file: Path, revision: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def kept_in(home: Path) -> list[Path]:
    return sorted(home.glob("lessonroom.db.before-upgrade-*"))


def test_an_upgrade_is_tried_on_a_copy_and_nothing_is_changed(home: Path) -> None:
    """[API upgrade check] Each step, what it needs, what came of it; the copy is gone."""
    before = (home / "lessonroom.db").read_bytes()
    said = printed(call("upgrade", "check", data_dir=home))
    assert f"from revision 0001 to {head_revision()}" in said
    assert "0002 webhooks" in said
    assert "tried on a copy" in said
    assert "1 sessions" in said
    assert "the way back" in said
    document = json.loads(printed(call("upgrade", "check", "--json", data_dir=home)))
    assert document["steps"][0] == "0002_webhooks"
    assert document["steps"][-1].startswith(head_revision())
    assert document["sessions"] == 1
    assert document["free_bytes"] > document["database_bytes"] == len(before)
    told = json.loads(printed(call("upgrade", "check", "--json", "--no-rehearse", data_dir=home)))
    assert told["rehearsed_s"] is None
    assert (home / "lessonroom.db").read_bytes() == before
    assert not [path for path in home.iterdir() if "check" in path.name]


def test_nothing_to_upgrade_is_said(tmp_path: Path, home: Path) -> None:
    """[API upgrade check] Where there is no database, and where it is as it should be."""
    assert "no database yet" in printed(call("upgrade", "check", data_dir=tmp_path / "none"))
    printed(call("db", "upgrade", data_dir=home))
    assert "nothing to upgrade" in printed(call("upgrade", "check", data_dir=home))


def test_damage_is_found_before_the_upgrade_is(home: Path) -> None:
    """[API upgrade check] What would be wrong afterwards; exit code 1."""
    with closing(sqlite3.connect(home / "lessonroom.db")) as connection, connection:
        connection.execute("DELETE FROM session_event WHERE seq = 12")
    result = call("upgrade", "check", data_dir=home)
    assert result.exit_code == 1
    assert "event 12" in result.stderr
    assert "was not changed" in result.stderr
    assert revision_of(home / "lessonroom.db") == "0001"


def test_a_newer_database_is_refused_with_the_way_back(home: Path) -> None:
    """[API upgrade check][API db upgrade] A downgrade changes nothing, and keeps no copy."""
    set_revision(home / "lessonroom.db", "9999")
    before = (home / "lessonroom.db").read_bytes()
    for command in (("upgrade", "check"), ("db", "upgrade"), ("serve", "--port", "0")):
        result = call(*command, data_dir=home)
        assert result.exit_code == 1, command
        assert "revision 9999, which this program does not know" in result.stderr
        assert "restore a backup made before the upgrade" in result.stderr
    assert (home / "lessonroom.db").read_bytes() == before
    assert not kept_in(home)


def test_a_server_keeps_the_database_as_it_was_and_once(home: Path) -> None:
    """[API db upgrade] Private, whole, of the old revision; a second start keeps nothing."""
    for _ in range(2):
        server = start_server(home)
        assert server.stop() == 0
    (kept,) = kept_in(home)
    assert kept.name.startswith("lessonroom.db.before-upgrade-from-0001-")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert revision_of(kept) == "0001"
    assert revision_of(home / "lessonroom.db") == head_revision()
    # The way back.
    said = printed(call("db", "restore", kept, "--yes", data_dir=home))
    assert "restored" in said
    assert revision_of(home / "lessonroom.db") == "0001"


def test_no_copy_is_kept_where_one_says_so(home: Path) -> None:
    """[API db upgrade] The setting, or the option of the command."""
    assert "kept" not in printed(call("db", "upgrade", "--no-backup", data_dir=home))
    assert not kept_in(home)
    assert revision_of(home / "lessonroom.db") == head_revision()


def test_without_room_for_the_copy_nothing_is_upgraded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[API db upgrade] It says where room is needed, and how to go on without."""

    def full(_source: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, "copy_database", full)
    result = call("db", "upgrade", data_dir=home)
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert "storage.backup_before_upgrade" in result.stderr
    assert revision_of(home / "lessonroom.db") == "0001"
    assert not kept_in(home)


def test_a_damaged_file_is_not_upgraded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """[API db upgrade] What SQLite finds wrong with the copy is wrong with the database."""
    monkeypatch.setattr(copying, "integrity_faults", lambda *_, **__: ["page 3 is nowhere"])
    result = call("db", "upgrade", data_dir=home)
    assert result.exit_code == 1
    assert "page 3 is nowhere" in result.stderr
    assert revision_of(home / "lessonroom.db") == "0001"
