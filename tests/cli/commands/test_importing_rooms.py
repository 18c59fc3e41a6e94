"""`rooms import`: what `rooms pack` wrote is taken up, and it says what came in.

Tests also: cli/rooms/importing.py.
"""

import json
from pathlib import Path

from tests.cli.calling import call, lesson, printed
from tests.serving import RunningServer


def test_a_pack_is_taken_up_and_told(server: RunningServer, tmp_path: Path) -> None:
    """[LP-6][LP-9] With who is whom, what it is a copy of, and a chain to compare."""
    session = lesson(server)
    path, data_dir = tmp_path / "lesson.zip", server.data_dir
    packed = printed(call("rooms", "pack", session["session_id"], "--to", path, data_dir=data_dir))
    host = session["host_id"]
    took = call("rooms", "import", path, "--as", str(host), data_dir=data_dir)
    said = printed(took)
    assert "Fractions, completed" in said
    assert f"user {host} ({host} of the pack)" in said
    assert "a name alone" in said
    assert said.splitlines()[-1] in packed
    assert f"this lesson is here already: {session['session_id']}" in took.stderr
    people = tmp_path / "people.json"
    people.write_text(json.dumps({str(session["guest_id"]): host}))
    words = ("rooms", "import", path, "--as", str(host), "--people", people)
    refused = call(*words, data_dir=data_dir)
    assert refused.exit_code == 1
    assert f"people.{session['guest_id']}: two are the same person" in refused.stderr
    people.write_text("{")
    assert "is no JSON" in call(*words, data_dir=data_dir).stderr
    told = json.loads(
        printed(call("rooms", "import", path, "--as", str(host), "--json", data_dir=data_dir))
    )
    assert len(told["copies"]) == 2


def test_what_is_no_pack_or_for_nobody_is_refused(server: RunningServer, tmp_path: Path) -> None:
    """[LP-6] In one sentence that names the entry."""
    path = tmp_path / "lesson.zip"
    missing = call("rooms", "import", path, "--as", "1", data_dir=server.data_dir)
    assert (missing.exit_code, "cannot be read" in missing.stderr) == (1, True)
    host = lesson(server)["host_id"]
    path.write_bytes(b"no pack")
    refused = call("rooms", "import", path, "--as", str(host), data_dir=server.data_dir)
    assert (refused.exit_code, "no ZIP archive" in refused.stderr) == (1, True)
    nobody = call("rooms", "import", path, "--as", "4711", data_dir=server.data_dir)
    assert "there is no such user" in nobody.stderr
