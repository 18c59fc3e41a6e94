import hashlib
import platform
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from scripts.release.make_release import CHECKSUMS, NoRelease, checksums, make_release


def test_checksums_are_those_that_sha256sum_reads(tmp_path: Path) -> None:
    """[API Install] A line for each file but their own."""
    (tmp_path / "b").write_bytes(b"2")
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / CHECKSUMS).write_text("old")
    digests = [hashlib.sha256(text).hexdigest() for text in (b"1", b"2")]
    assert checksums(tmp_path) == f"{digests[0]}  a\n{digests[1]}  b\n"


def test_a_commit_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    """[API Install] What was there stays."""
    (tmp_path / "lessonroom-1.tar.gz").write_bytes(b"of before")
    with pytest.raises(NoRelease, match="git log"):
        make_release(tmp_path, commit="of-nobody")
    assert [file.name for file in tmp_path.iterdir()] == ["lessonroom-1.tar.gz"]


@pytest.mark.proof
def test_two_releases_of_a_commit_are_the_same_bytes(tmp_path: Path) -> None:
    """[API Install] Built anew each time; the sdist has the page, the wheel is made of it."""
    is_linux = (sys.platform, platform.machine()) == ("linux", "x86_64")
    first = make_release(tmp_path / "first")
    second = make_release(tmp_path / "second")
    assert [file.name for file in first] == [file.name for file in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert any(file.name.endswith("-linux-x86_64") for file in first) == is_linux
    subprocess.run(["sha256sum", "--check", CHECKSUMS], cwd=tmp_path / "first", check=True)
    (sdist,) = (tmp_path / "first").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"gateway/static/index.html", "hatch_build.py", "requirements.lock"} <= names
