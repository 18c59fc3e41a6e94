"""Takes sealed in a process of their own, and put in their place."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from gateway.confinement.confinement import Confinement
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.recordings.chunk_file import Chunk
from gateway.recordings.job import SealedTake
from gateway.recordings.open_take import OpenTake
from gateway.recordings.sealer import Sealer
from gateway.recordings.take_files import TakeFiles
from gateway.recordings.webm.stream import TakeChecker
from tests.gateway.recordings.takes import T0_MS, frames_of, sealed, voice

TAKE: Final = "0f8fad5b-d9cb-469f-a165-70867728950e"
OWNER: Final = Owner("ann", "algebra")


@pytest.fixture
def files(tmp_path: Path) -> TakeFiles:
    return TakeFiles(tmp_path / "recordings")


def put(files: TakeFiles, chunks: list[Chunk]) -> int:
    checker = TakeChecker("audio/webm;codecs=opus", 32_000, begun_ms=T0_MS)
    take = OpenTake.opened(files.chunks_of(TAKE), checker)
    for chunk in chunks:
        take.put(chunk)
    take.close()
    return take.next


async def seal(files: TakeFiles, chunks: int) -> SealedTake:
    return await Sealer(Confinement(), files).seal(
        TAKE, chunks=chunks, kept=[(T0_MS, None)], owner=OWNER
    )


async def test_a_take_is_sealed_while_it_comes_and_when_it_has_come(
    files: TakeFiles, tmp_path: Path
) -> None:
    """RC-15: with the same bytes as here, under its name, and nothing is left beside it."""
    chunks = list(voice(60))
    there = put(files, chunks[:10])
    earlier = await seal(files, there)
    assert files.sealed_of(TAKE).read_bytes() == sealed(chunks[:10])[1]
    later = await seal(files, put(files, chunks))
    content = files.sealed_of(TAKE).read_bytes()
    assert content == sealed(chunks)[1]
    assert (earlier.duration_ms, later.duration_ms) < (later.duration_ms, later.duration_ms + 1)
    assert len(frames_of(content)) == 1_000
    files.delete_chunks(TAKE)
    left = [path for path in (tmp_path / "recordings").rglob("*") if path.is_file()]
    assert left == [files.sealed_of(TAKE)]
    assert not list((tmp_path / "recordings" / ".work").iterdir())


async def test_without_chunks_there_is_nothing_to_seal(files: TakeFiles) -> None:
    with pytest.raises(FileNotFoundError):
        await seal(files, 1)


@pytest.mark.usefixtures("log_events")
async def test_a_link_in_the_place_of_the_chunks_is_not_read(
    files: TakeFiles, tmp_path: Path
) -> None:
    put(files, list(voice(10)))
    shutil.move(files.chunks_of(TAKE), tmp_path / "elsewhere")
    files.chunks_of(TAKE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProcessFailed):
        await seal(files, 5)
    assert not files.sealed_of(TAKE).exists()
    assert not list((tmp_path / "recordings" / ".work").iterdir())
