"""Chunks on the disk: what was acknowledged is there, whatever was cut off behind it (RC-14)."""

import errno
import os
import resource
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from gateway.recordings.chunk_file import (
    CHUNK_MOST_BYTES,
    Chunk,
    ChunkFile,
    ChunksDamaged,
    ChunksUnwritable,
    Conflict,
    TakeInUse,
    chunks_in,
)

CHUNKS: Final = [Chunk(n, 1_000 + n, 1_040 + n, bytes([n + 1]) * (100 + n)) for n in range(5)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recordings" / "aa" / "take.chunks"


@pytest.fixture
def file(path: Path) -> Iterator[ChunkFile]:
    opened = ChunkFile.opened(path)
    yield opened
    opened.close()


def stored(path: Path, chunks: list[Chunk] = CHUNKS) -> None:
    """Put chunks on the disk."""
    file = ChunkFile.opened(path)
    for chunk in chunks:
        file.append(chunk)
    file.close()


def reopened_next(path: Path) -> int:
    file = ChunkFile.opened(path)
    file.close()
    return file.next


def test_what_was_appended_is_read_again(file: ChunkFile, path: Path) -> None:
    assert [file.append(chunk) for chunk in CHUNKS] == [1, 2, 3, 4, 5]
    assert list(chunks_in(path)) == CHUNKS
    assert file.size_bytes == path.stat().st_size


def test_it_goes_on_where_it_was(path: Path) -> None:
    """RP-3: after a restart."""
    stored(path, CHUNKS[:3])
    stored(path, CHUNKS[3:])
    assert list(chunks_in(path)) == CHUNKS


def test_directories_and_file_are_for_this_user_alone(file: ChunkFile, path: Path) -> None:
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, *list(path.parents)[:2])]
    assert modes == [0o600, 0o700, 0o700]


def test_the_same_chunk_again_changes_nothing(file: ChunkFile, path: Path) -> None:
    """Whichever it is; its times may be others."""
    for chunk in CHUNKS:
        file.append(chunk)
    assert file.append(Chunk(2, 7, 7, CHUNKS[2].data)) == 5
    assert file.has(2, CHUNKS[2].data)
    assert not file.has(5, b"new")
    assert list(chunks_in(path)) == CHUNKS


def test_another_chunk_of_the_same_number_is_a_conflict(file: ChunkFile) -> None:
    file.append(CHUNKS[0])
    with pytest.raises(Conflict) as conflict:
        file.append(Chunk(0, 1_000, 1_040, b"other"))
    assert (conflict.value.next, conflict.value.is_other) == (1, True)
    with pytest.raises(Conflict):
        file.has(0, b"other")


def test_a_chunk_that_leaves_one_out_is_a_conflict(file: ChunkFile) -> None:
    """It says which is to come."""
    file.append(CHUNKS[0])
    with pytest.raises(Conflict) as conflict:
        file.append(CHUNKS[2])
    assert (conflict.value.next, conflict.value.is_other) == (1, False)
    with pytest.raises(Conflict):
        file.has(2, b"")


@pytest.mark.parametrize("data", [b"", bytes(CHUNK_MOST_BYTES + 1)], ids=["empty", "large"])
def test_what_is_no_chunk_is_not_written(file: ChunkFile, data: bytes) -> None:
    with pytest.raises(ValueError, match="1 to 16777216 bytes"):
        file.append(Chunk(0, 0, 0, data))


def test_a_torn_frame_is_cut_off_wherever_it_was_torn(path: Path) -> None:
    """RT3: at each byte; the others stay, and the next takes its place."""
    stored(path)
    whole = path.read_bytes()
    four = len(whole) - 28 - len(CHUNKS[4].data)
    for cut in range(four, len(whole)):
        path.write_bytes(whole[:cut])
        assert list(chunks_in(path)) == CHUNKS[:4]
        assert reopened_next(path) == 4
        assert path.read_bytes() == whole[:four]
    stored(path, CHUNKS[4:])
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "garbage", [bytes(5_000), b"\xff" * 40, b"\0\0\0\x04\0\0\0\x05" + bytes(40)]
)
def test_garbage_behind_the_last_frame_is_cut_off(path: Path, garbage: bytes) -> None:
    """A power cut leaves blocks of nothing."""
    stored(path)
    whole = path.read_bytes()
    path.write_bytes(whole + garbage)
    assert reopened_next(path) == 5
    assert path.read_bytes() == whole


def test_damage_in_the_middle_is_told_and_nothing_is_cut_off(path: Path) -> None:
    """RP-1: what was acknowledged is not thrown away because of a bit before it."""
    stored(path)
    whole = path.read_bytes()
    for at in range(len(whole) - 28 - len(CHUNKS[4].data)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(ChunksDamaged):
            ChunkFile.opened(path)
        assert path.read_bytes() == damaged


def test_more_than_one_frame_could_be_is_damage(path: Path) -> None:
    stored(path)
    with path.open("ab") as file:
        file.truncate(CHUNK_MOST_BYTES + 2_000)
    with pytest.raises(ChunksDamaged):
        ChunkFile.opened(path)


def test_there_is_one_writer(file: ChunkFile, path: Path) -> None:
    """Also of two servers; whoever reads does not mind."""
    with pytest.raises(TakeInUse):
        ChunkFile.opened(path)
    file.append(CHUNKS[0])
    assert list(chunks_in(path)) == CHUNKS[:1]
    file.close()
    file.close()
    assert reopened_next(path) == 1


def test_links_are_not_followed(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path.parent.parent.mkdir()
    path.parent.symlink_to(elsewhere)
    with pytest.raises(OSError, match=r"directory|symbolic"):
        ChunkFile.opened(path)
    path.parent.unlink()
    path.parent.mkdir()
    path.symlink_to(elsewhere / "file")
    with pytest.raises(OSError, match="symbolic"):
        ChunkFile.opened(path)
    with pytest.raises(OSError, match="symbolic"):
        next(chunks_in(path))
    assert not list(elsewhere.iterdir())


def test_what_is_no_plain_file_is_not_written(path: Path) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(OSError, match="no plain file"):
        ChunkFile.opened(path)


def test_a_full_disk_leaves_what_was_acknowledged(file: ChunkFile, path: Path) -> None:
    """RC-14: it is said, what was half-written is gone, and with room again it goes on."""
    for chunk in CHUNKS[:3]:
        file.append(chunk)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, hard))
    try:
        with pytest.raises(ChunksUnwritable) as full:
            file.append(CHUNKS[3])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.is_full
    assert path.read_bytes() == before
    with pytest.raises(ChunksUnwritable) as closed:
        file.append(CHUNKS[3])
    assert not closed.value.is_full
    stored(path, CHUNKS[3:])
    assert list(chunks_in(path)) == CHUNKS


def test_what_could_not_be_synced_is_not_acknowledged(
    file: ChunkFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RP-1: what the kernel still holds is nothing that counts."""
    file.append(CHUNKS[0])

    def broken(fd: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fdatasync", broken)
    with pytest.raises(ChunksUnwritable, match="broken"):
        file.append(CHUNKS[1])
    monkeypatch.undo()
    assert list(chunks_in(path)) == CHUNKS[:1]
    assert reopened_next(path) == 1


def test_many_threads_are_served_one_after_the_other(file: ChunkFile, path: Path) -> None:
    """Of those that bring the same chunk one writes it."""
    answers: list[int] = []

    def bring() -> None:
        for chunk in CHUNKS:
            while True:
                try:
                    answers.append(file.append(chunk))
                    break
                except Conflict:
                    continue

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert list(chunks_in(path)) == CHUNKS
