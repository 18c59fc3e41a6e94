from pathlib import Path

import pytest

from scripts.release import onefile
from scripts.release.onefile import LOCK, NotOursToPassOn, libraries_of_system, notices

LISTED = """\
 1, 2, 3, 1, 'b', 'libssl.so.3'
 1, 2, 3, 1, 'b', 'libreadline.so.8'
 1, 2, 3, 1, 'b', 'libpython3.11.so.1.0'
 1, 2, 3, 0, 'n', 'libjpeg-6dc8d115.so.62.4.0'
 1, 2, 3, 1, 'b', 'pillow.libs/libjpeg-6dc8d115.so.62.4.0'
 1, 2, 3, 1, 'b', 'uvloop/loop.cpython-311-x86_64-linux-gnu.so'
"""


def test_libraries_that_no_wheel_has_brought_are_named() -> None:
    """[API Licences] Neither the interpreter, whose notice is Python's, nor those of wheels."""
    assert libraries_of_system(LISTED) == ["libreadline", "libssl"]


def test_a_library_that_nobody_has_looked_at_stops_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[API Licences] It is named: a GPL library gets in by being installed here."""
    viewer = tmp_path / "tools/PyInstaller/utils/cliutils/archive_viewer.py"
    viewer.parent.mkdir(parents=True)
    viewer.write_text(f"print({LISTED!r})")
    monkeypatch.setattr(onefile, "_python_licence", lambda: "of Python")
    with pytest.raises(NotOursToPassOn, match="libreadline got into the one file"):
        notices(tmp_path / "program", tmp_path)


def test_what_builds_it_is_pinned_with_hashes() -> None:
    """[API Install] Each package of its lock."""
    pinned = LOCK.read_text(encoding="utf-8").split("\n\n")[0]
    names = [line.split("==")[0] for line in pinned.splitlines() if "==" in line and line[0] != "#"]
    assert names == ["altgraph", "pyinstaller", "pyinstaller-hooks-contrib"]
    assert pinned.count("--hash=sha256:") >= len(names)
