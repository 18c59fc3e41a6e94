"""Where takes lie, and what of a confined process's work gets there."""

import stat
from pathlib import Path
from typing import Final

import pytest

from gateway.recordings.job import SEALED_NAME, SealedTake
from gateway.recordings.take_files import TakeFiles

TAKE: Final = "0f8fad5b-d9cb-469f-a165-70867728950e"
INDEX: Final = SealedTake(chunks=1, is_whole=True, size_bytes=4)


@pytest.fixture
def files(tmp_path: Path) -> TakeFiles:
    return TakeFiles(tmp_path / "recordings")


def sealed(files: TakeFiles, content: bytes = b"webm") -> None:
    with files.lent_directory() as directory:
        (directory / SEALED_NAME).write_bytes(content)
        files.adopt(TAKE, directory, INDEX)


def test_a_take_has_two_files_by_its_name(files: TakeFiles, tmp_path: Path) -> None:
    assert files.chunks_of(TAKE) == tmp_path / "recordings" / "0f" / f"{TAKE}.chunks"
    assert files.sealed_of(TAKE) == tmp_path / "recordings" / "0f" / f"{TAKE}.webm"


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", TAKE.upper(), TAKE[:-1], f"{TAKE}\n", f"{TAKE}/x"]
)
def test_no_other_name_leads_anywhere(files: TakeFiles, name: str) -> None:
    for path_of in (files.chunks_of, files.sealed_of):
        with pytest.raises(ValueError, match="no id of a take"):
            path_of(name)


def test_what_was_made_gets_its_name(files: TakeFiles) -> None:
    """It is whole for who reads the one before."""
    sealed(files, b"one.")
    with files.open_sealed(TAKE) as reading:
        sealed(files, b"two.")
        assert reading.read() == b"one."
    with files.open_sealed(TAKE) as reading:
        assert reading.read() == b"two."
    path = files.sealed_of(TAKE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_where_nothing_may_be_kept_the_file_of_before_is_gone(files: TakeFiles) -> None:
    """RC-6: after a withdrawal that reaches back."""
    sealed(files)
    with files.lent_directory() as directory:
        files.adopt(TAKE, directory, SealedTake(chunks=1, is_whole=True))
    with pytest.raises(FileNotFoundError):
        files.open_sealed(TAKE)


def test_a_link_is_not_adopted(files: TakeFiles, tmp_path: Path) -> None:
    """A process that was taken over would have the server's files served."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"webm")
    with files.lent_directory() as directory:
        (directory / SEALED_NAME).symlink_to(secret)
        with pytest.raises(ValueError, match="not what was said"):
            files.adopt(TAKE, directory, INDEX)
        (directory / SEALED_NAME).unlink()
        (directory / SEALED_NAME).hardlink_to(secret)
        with pytest.raises(ValueError, match="not what was said"):
            files.adopt(TAKE, directory, INDEX)
    assert files.take_ids() == set()


def test_a_file_of_another_size_is_not_adopted(files: TakeFiles) -> None:
    with pytest.raises(ValueError, match="not what was said"):
        sealed(files, b"longer")


def test_what_is_lent_is_gone_at_the_end(files: TakeFiles, tmp_path: Path) -> None:
    with files.lent_directory() as directory:
        (directory / "left").write_bytes(b"behind")
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert not directory.exists()
    with files.lent_directory() as directory:
        files.sweep_work()
        assert not directory.exists()
    assert list((tmp_path / "recordings").iterdir()) == []


def test_what_is_deleted_is_gone(files: TakeFiles, tmp_path: Path) -> None:
    """RC-19: nothing of its name is left; what is not there is no trouble."""
    sealed(files)
    files.chunks_of(TAKE).write_bytes(b"chunks")
    assert (files.take_ids(), files.size_bytes()) == ({TAKE}, 10)
    files.delete_chunks(TAKE)
    assert files.size_bytes() == 4
    files.delete(TAKE)
    files.delete(TAKE)
    assert not list((tmp_path / "recordings").rglob(f"*{TAKE}*"))
    assert (files.take_ids(), files.size_bytes()) == (set(), 0)


def test_before_the_first_take_there_is_nothing(files: TakeFiles) -> None:
    assert (files.take_ids(), files.size_bytes()) == (set(), 0)
    assert files.free_bytes() > 0
    files.delete(TAKE)


def test_what_is_coming_is_not_left_over(files: TakeFiles, tmp_path: Path) -> None:
    """[LP-6] Its row is written behind it; what came in is the file itself, no other."""
    packed = tmp_path / "packed"
    packed.write_bytes(b"webm")
    with files.coming([TAKE]):
        files.take_in(TAKE, packed)
        assert files.take_ids() == set()
        with pytest.raises(FileExistsError):
            files.take_in(TAKE, packed)
    assert files.take_ids() == {TAKE}
    packed.unlink()
    assert files.sealed_of(TAKE).read_bytes() == b"webm"
