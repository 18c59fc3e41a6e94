"""`lessonroom recordings` beside a real server. What is in the files, test_exporting.py sees."""

from pathlib import Path

from tests.cli.calling import call, lesson, printed
from tests.serving import RunningServer


def test_a_lesson_that_was_not_recorded_has_nothing(server: RunningServer, tmp_path: Path) -> None:
    """It is said, and no folder is made."""
    short = lesson(server)["session_id"][:13]
    for words in (("list", short), ("export", short, "--to", tmp_path / "out")):
        said = printed(call("recordings", *words, data_dir=server.data_dir))
        assert said == "nothing was recorded of this session"
    assert printed(call("recordings", "list", short, "--json", data_dir=server.data_dir)) == "[]"
    assert not (tmp_path / "out").exists()


def test_a_session_that_there_is_not_is_refused(server: RunningServer, tmp_path: Path) -> None:
    """As with every other command."""
    for words in (("list", "0" * 13), ("export", "0" * 13)):
        refused = call("recordings", *words, data_dir=server.data_dir)
        assert refused.exit_code == 1
        assert "there is no session whose id begins with" in refused.stderr
    down = call("recordings", "list", "0" * 13, data_dir=tmp_path)
    assert down.exit_code == 3
