"""What every place for images must do (`AssetFiles`), whatever is below.

Tests also: storage/images/asset_directory.py.
"""

import hashlib
import os
from pathlib import Path

import pytest

from storage.images.asset_directory import AssetDirectory
from storage.images.asset_files import AssetFiles

NOBODYS = "0" * 64


@pytest.fixture(params=[AssetDirectory])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> AssetFiles:
    """An empty place of each kind."""
    made: AssetFiles = request.param(tmp_path / "assets")
    return made


def test_an_image_is_had_again_by_the_hash_of_its_bytes(files: AssetFiles) -> None:
    """[BD-13] Byte for byte, an empty one and a large one too."""
    for content in (b"", b"picture", bytes(range(256)) * 8_000):
        name = files.write(content)
        assert name == hashlib.sha256(content).hexdigest()
        path = files.file_of(name)
        assert path is not None
        assert path.read_bytes() == content


def test_what_was_never_written_is_not_there(files: AssetFiles) -> None:
    assert files.file_of(NOBODYS) is None
    assert list(files.names()) == []
    files.remove_drafts(than_s=2**40)


def test_the_same_image_twice_is_one(files: AssetFiles) -> None:
    assert files.write(b"twice") == files.write(b"twice")
    files.write(b"other")
    assert len(list(files.names())) == 2


def test_a_file_is_taken_in_and_stays(files: AssetFiles, tmp_path: Path) -> None:
    """Nothing of it is held in memory."""
    (tmp_path / "document").write_bytes(b"%PDF")
    asset = hashlib.sha256(b"%PDF").hexdigest()
    files.take_in(tmp_path / "document", asset)
    kept = files.file_of(asset)
    assert kept is not None
    assert kept.read_bytes() == b"%PDF"
    assert (tmp_path / "document").exists()
    assert list(files.names()) == [asset]


def test_only_what_is_older_is_removed(files: AssetFiles) -> None:
    """An upload that begins while a sweep looks for what is old keeps its image."""
    name = files.write(b"picture")
    path = files.file_of(name)
    assert path is not None
    written_s = path.stat().st_mtime
    assert not files.remove_unless_newer(name, than_s=written_s)
    assert files.file_of(name) is not None
    assert files.remove_unless_newer(name, than_s=written_s + 1)
    assert files.file_of(name) is None
    assert files.remove_unless_newer(name, than_s=written_s + 1)


def test_what_is_written_again_is_new_again(files: AssetFiles) -> None:
    name = files.write(b"picture")
    path = files.file_of(name)
    assert path is not None
    os.utime(path, (1_000, 1_000))
    files.write(b"picture")
    assert not files.remove_unless_newer(name, than_s=2_000)


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "/", "０" * 64]
)
def test_another_name_than_a_hash_leads_nowhere(files: AssetFiles, name: str) -> None:
    """A name may come from outside."""
    with pytest.raises(ValueError, match="64 lower-case hex"):
        files.file_of(name)
    with pytest.raises(ValueError, match="64 lower-case hex"):
        files.remove_unless_newer(name, than_s=2**40)
