"""The server wherever its data directory is: names that mean something elsewhere, long paths.

Tests also: gateway/unix_address.py.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.calling import call, lesson, printed
from tests.serving import start_server

NAMES = (
    *("n%41", "a?mode=ro", "a#b", "with blanks", "schüle-школа", ":memory:", "file:x", "100%"),
    *(
        "a&b=c;d",
        "[red]x",
        "*",
        "$HOME",
        "it's",
        'a"b',
        "back\\slash",
        "user@host:1",
        "{id}",
    ),
)


@pytest.mark.parametrize("name", ["/".join(NAMES[:8]), "/".join(NAMES[8:])], ids=["some", "others"])
def test_everything_lies_where_it_was_asked_for(tmp_path: Path, name: str) -> None:
    """A path is a path: never a URL, a pattern, a format or markup. Of any length, too."""
    home = tmp_path / name / ("long" * 40)
    home.parent.mkdir(parents=True)
    server = start_server(home)
    try:
        lesson(server, title="Here")
        assert "Here" in printed(call("rooms", "list", "--all", data_dir=home))
        assert "all is well" in printed(call("db", "check", data_dir=home))
        backup = home.parent / "file:backup?.db"
        assert "checked" in printed(call("db", "backup", backup, data_dir=home))
        found = json.loads(call("doctor", "--json", data_dir=home).stdout)
        assert [f for f in found if f["thing"] == "database" and f["verdict"] == "fail"] == []
    finally:
        assert server.stop() == 0
    assert {file.name for file in home.iterdir()} >= {"lessonroom.db", "lock", "signing-secret"}
    with closing(sqlite3.connect(home / "lessonroom.db")) as database:
        assert database.execute("SELECT title FROM classroom_session").fetchall() == [("Here",)]
    assert "written anew" in printed(call("db", "compact", data_dir=home))
    printed(call("db", "restore", backup, "--yes", data_dir=home))
    assert "all is well" in printed(call("db", "check", data_dir=home))
    # Nothing was made beside it.
    beside = {path.name for path in tmp_path.iterdir()}
    assert beside == {name.partition("/")[0]}
    assert {path.name for path in home.parent.iterdir()} == {
        home.name,
        f"{home.name}.log",
        backup.name,
    }


def test_a_socket_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path, and not the port that has nothing to do with it."""
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    (home / "operator.sock").mkdir()
    result = call("serve", "--port", "0", data_dir=home)
    assert result.exit_code == 1
    assert str(home / "operator.sock") in result.stderr
