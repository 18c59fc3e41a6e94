"""The one file in a root that has the C library and nothing else: no Python, no Node, no shell."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from scripts.release.make_release import make_release
from tests.deploy.installed import alone

MOST_BYTES: Final = 60_000_000
# What a program for glibc is loaded with; all else it brings.
_LIBRARIES: Final = (
    *("/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6"),
    *(f"/lib/x86_64-linux-gnu/{name}" for name in ("libdl.so.2", "libm.so.6", "libpthread.so.0")),
    *(f"/lib/x86_64-linux-gnu/{name}" for name in ("librt.so.1", "libutil.so.1", "libz.so.1")),
)
_DEVICES: Final = {"null": (1, 3), "urandom": (1, 9), "zero": (1, 5)}

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a root with devices"),
]


def bare_root(root: Path) -> None:
    """Make a root that a program finds its C library in, and under its outer name, too."""
    for library in _LIBRARIES:
        target = root / library[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library, target)
    (root / "tmp").mkdir(mode=0o1777)
    (root / "dev").mkdir()
    for name, (major, minor) in _DEVICES.items():
        os.mknod(root / "dev" / name, 0o020666, os.makedev(major, minor))
    # So that a path means the same inside and outside.
    inside = root / str(root)[1:]
    inside.parent.mkdir(parents=True, exist_ok=True)
    inside.symlink_to("/")


def test_one_file_does_everything_in_an_empty_root(tmp_path: Path) -> None:
    """[API Install] Serve, page, demo, exports in confined processes, backup, doctor, torture."""
    made = make_release(tmp_path / "release", with_onefile=True)
    (program,) = (file for file in made if file.name.endswith("-linux-x86_64"))
    assert program.stat().st_size <= MOST_BYTES
    root = tmp_path / "root"
    bare_root(root)
    shutil.copy2(program, root / "lessonroom")
    home = root / "home"
    home.mkdir()
    found = alone(home, ["/usr/sbin/chroot", str(root), "/lessonroom"], how="whole")
    assert found["interfaces"] == ["lo"]
    assert found["help"]
    assert (found["png"], found["pdf"]) == ("\x89PNG", "%PDF")
    assert found["demo"]["is_agreed"]
    assert "checked; 1 sessions" in found["backup"]
    ended = subprocess.run(
        [
            "/usr/sbin/chroot",
            str(root),
            "/lessonroom",
            "torture",
            "--rounds",
            "2",
            "--clients",
            "2",
        ],
        env={"PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    # Nothing that it unpacked to is left behind.
    assert not list((root / "tmp").glob("_MEI*"))
