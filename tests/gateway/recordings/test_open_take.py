"""A take as it comes: looked at first, then on the disk; after a restart as if there was none."""

import resource
from pathlib import Path

import pytest

from gateway.recordings.chunk_file import Chunk, ChunksUnwritable, Conflict, TakeInUse, chunks_in
from gateway.recordings.open_take import OpenTake
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.stream import TakeChecker
from tests.gateway.recordings.takes import T0_MS, VOICE_BEGIN, block, cluster, packet, voice


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recordings" / "aa" / "take.chunks"


def opened(path: Path) -> OpenTake:
    return OpenTake.opened(path, TakeChecker("audio/webm", 32_000, begun_ms=T0_MS))


def test_what_is_put_is_on_the_disk(path: Path) -> None:
    take, chunks = opened(path), list(voice(20))
    assert [take.put(chunk) for chunk in chunks] == list(range(1, len(chunks) + 1))
    assert take.track is not None
    assert take.size_bytes == path.stat().st_size
    take.close()
    assert list(chunks_in(path)) == chunks


def test_a_chunk_may_come_twice(path: Path) -> None:
    """Its answer was lost; the stream is none the worse for it."""
    take, chunks = opened(path), list(voice(20))
    for chunk in chunks:
        take.put(chunk)
        assert take.put(chunk) == chunk.n + 1
    with pytest.raises(Conflict):
        take.put(Chunk(0, T0_MS, T0_MS, b"other"))
    with pytest.raises(Conflict) as conflict:
        take.put(Chunk(99, T0_MS, T0_MS, b"later"))
    assert conflict.value.next == take.next == len(chunks)
    take.close()


def test_a_breach_is_not_kept_and_ends_it(path: Path) -> None:
    """RC-17: what was good stays."""
    take, chunks = opened(path), list(voice(20))
    for chunk in chunks[:5]:
        take.put(chunk)
    with pytest.raises(BreachOfTake, match="more than 1048576"):
        take.put(Chunk(5, T0_MS + 12_000, T0_MS + 12_000, b"\x1a\x45\xdf\xa3" * 20))
    with pytest.raises(BreachOfTake, match="more than 1048576"):
        take.put(chunks[5])
    take.close()
    assert list(chunks_in(path)) == chunks[:5]


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_after_a_restart_it_is_as_if_there_was_none(path: Path, cut: int) -> None:
    """RP-3: also in the middle of a block."""
    content = VOICE_BEGIN + cluster(0, block(packet(0)))
    cut += len(VOICE_BEGIN)
    take = opened(path)
    take.put(Chunk(0, T0_MS + 60, T0_MS + 60, content[:cut]))
    take.close()
    take = opened(path)
    assert take.next == 1
    assert take.track is not None
    take.put(Chunk(1, T0_MS + 60, T0_MS + 60, content[cut:]))
    with pytest.raises(BreachOfTake, match="than time has passed"):
        take.put(Chunk(2, T0_MS + 120, T0_MS + 120, block(packet(0), after_ms=8_000)))
    take.close()


def test_a_breach_on_the_disk_is_one_after_a_restart(path: Path) -> None:
    """Where what is allowed has changed meanwhile."""
    take = opened(path)
    take.put(next(iter(voice(20))))
    take.close()
    again = OpenTake.opened(path, TakeChecker("video/webm", 32_000, begun_ms=T0_MS))
    with pytest.raises(BreachOfTake, match="otherwise than was said"):
        again.put(Chunk(1, T0_MS, T0_MS, b"."))
    again.close()


def test_after_a_full_disk_it_is_opened_again(path: Path) -> None:
    """RC-18: it does not go on with a stream of which a part is not there."""
    take, chunks = opened(path), list(voice(20))
    take.put(chunks[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (take.size_bytes + 50, hard))
    try:
        with pytest.raises(ChunksUnwritable) as full:
            take.put(chunks[1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.is_full
    with pytest.raises(ChunksUnwritable):
        take.put(chunks[1])
    take.close()
    take = opened(path)
    for chunk in chunks[1:]:
        take.put(chunk)
    take.close()
    assert list(chunks_in(path)) == chunks


def test_it_is_open_once(path: Path) -> None:
    take = opened(path)
    with pytest.raises(TakeInUse):
        opened(path)
    take.close()
    with pytest.raises(ChunksUnwritable):
        take.put(next(iter(voice(20))))
    opened(path).close()
