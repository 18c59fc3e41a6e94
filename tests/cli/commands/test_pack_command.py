"""`lessonroom pack`, and `rooms pack`, which writes what it looks at.

Tests also: cli/rooms/packing.py.
"""

import json
import stat
from pathlib import Path

from typer.testing import CliRunner, Result

from cli.app import app
from tests.cli.calling import call, lesson, printed
from tests.gateway.packs.packing import PICTURE, pack, repacked, saved
from tests.serving import RunningServer


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["pack", "check", *map(str, arguments)])


def test_a_lesson_is_packed_and_checked(server: RunningServer, tmp_path: Path) -> None:
    """[LP-1][LP-4] For its owner's eyes; one flipped bit is named, and the exit code says so."""
    session_id = lesson(server)["session_id"]
    path = tmp_path / "lesson.zip"
    said = printed(call("rooms", "pack", session_id, "--to", path, data_dir=server.data_dir))
    assert "as it was written" in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    found = check(path)
    assert found.exit_code == 0
    assert found.stdout.splitlines()[1] in said
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"README.txt") + 20] ^= 1
    path.write_bytes(whole)
    found = check(path)
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr.startswith("README.txt: ")


def test_a_pack_of_no_lesson_or_to_nowhere_is_refused(
    server: RunningServer, tmp_path: Path
) -> None:
    """[LP-1] Nothing is left of it."""
    path = tmp_path / "lesson.zip"
    none = call("rooms", "pack", "0" * 8, "--to", path, data_dir=server.data_dir)
    assert none.exit_code == 1
    session_id = lesson(server)["session_id"]
    nowhere = tmp_path / "none" / "lesson.zip"
    refused = call("rooms", "pack", session_id, "--to", nowhere, data_dir=server.data_dir)
    assert refused.exit_code == 1
    assert "cannot be written: No such file or directory" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_is_said_for_people_and_for_programs(tmp_path: Path) -> None:
    """[LP-4] Names of a stranger's file drive no terminal."""
    evil = "files/\x1b[2J.png"
    path = saved(tmp_path, repacked(pack(), {PICTURE: b"", evil: b""}))
    found = check(path)
    assert found.exit_code == 1
    assert found.stderr.splitlines() == [
        f"{PICTURE}: has 0 bytes, and had 1024",
        "'files/\\x1b[2J.png': is not in the manifest: it was added later",
    ]
    told = check(path, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["problems"][0]["entry"] == PICTURE
    path.write_bytes(b"no pack")
    refused = check(path)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "no ZIP archive" in refused.stderr
    assert "cannot be read" in check(tmp_path / "none.zip").stderr
