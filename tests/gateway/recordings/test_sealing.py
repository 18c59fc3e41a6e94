"""Takes sealed: all that came and may be kept is in the file, and nothing else (RT5, RT11).

Tests also: gateway/recordings/job.py.
"""

import hashlib
import io
import itertools
import resource
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from gateway.confinement.confined import Declined
from gateway.recordings.chunk_file import Chunk, ChunkFile
from gateway.recordings.job import SEALED_NAME, Seal, SealedTake
from gateway.recordings.kept import KeptTime
from gateway.recordings.sealing import answers, seal
from tests.gateway.recordings.takes import (
    T0_MS,
    errors_ms,
    frames_of,
    marked_us,
    pictures,
    recorded,
    recorded_chunks,
    sealed,
    voice,
)

PACKET_MS: Final = 60
SILENCES: Final = {b"\xf8\xff\xfe", b"\xf0\xff\xfe", b"\xe8\xff\xfe", b"\xe0\xff\xfe"}


def heard_ms(index: SealedTake, content: bytes) -> list[float]:
    """Return when in the room what is not silent was recorded."""
    assert index.size_bytes == len(content)
    return [
        true_us / 1000 for frame in frames_of(content) if (true_us := marked_us(frame)) is not None
    ]


@pytest.mark.counted
@pytest.mark.parametrize("name", sorted(recorded()))
def test_what_chromium_records_is_sealed_to_its_last_block(name: str) -> None:
    """RT11: every frame, in its order, with its bytes."""
    chunks = recorded_chunks(name)
    index, content = sealed(chunks)
    came = frames_of(b"".join(chunk.data for chunk in chunks))
    frames = frames_of(content)
    assert [frame.data for frame in frames if frame.data not in SILENCES] == [
        frame.data for frame in came
    ]
    assert index.is_whole
    assert index.chunks == len(chunks)
    assert index.sha256 == hashlib.sha256(content).hexdigest()
    assert index.codec == ("opus" if name.startswith("voice") else name.partition("_")[0])
    # When the last block is over the last chunk comes, or later.
    late_ms = chunks[-1].at_ms - index.start_at - index.duration_ms
    assert -150 < late_ms < 150
    assert index.gaps == []
    assert b"Chrome" not in content


@pytest.mark.counted
@pytest.mark.parametrize("name", sorted(recorded()))
def test_chunks_cut_at_every_byte_give_the_same_file(name: str) -> None:
    """RT11: a chunk is whatever comes (RC-9)."""
    chunks = recorded_chunks(name)
    _, content = sealed(chunks)
    ends = list(itertools.accumulate(len(chunk.data) for chunk in chunks))
    for end in ends[:-1]:
        assert sealed(_cut_at(chunks, end - 1))[1] == content
    step = max(1, ends[-1] // 60)
    for cut in [*range(1, 300, 7), *range(300, ends[-1], step)]:
        assert sealed(_cut_at(chunks, cut))[1] == content


def _cut_at(chunks: list[Chunk], cut: int) -> list[Chunk]:
    """Return the chunks, one of them in two."""
    pieces: list[Chunk] = []
    for chunk in chunks:
        inside = cut if 0 < cut < len(chunk.data) else len(chunk.data)
        for data in (chunk.data[:inside], chunk.data[inside:]):
            if data:
                pieces.append(Chunk(len(pieces), chunk.at_ms, chunk.received_at_ms, data))
        cut -= len(chunk.data)
    return pieces


@pytest.mark.proof
@pytest.mark.parametrize("name", ["voice_disabled", "vp9_unsliced"])
def test_chunks_cut_at_every_single_byte_give_the_same_file(name: str) -> None:
    """RT11: all of some ten thousand places."""
    chunks = recorded_chunks(name)
    _, content = sealed(chunks)
    for cut in range(1, sum(len(chunk.data) for chunk in chunks)):
        assert sealed(_cut_at(chunks, cut))[1] == content


def test_what_came_to_seconds_of_a_take_that_goes_on_is_sealed() -> None:
    """RC-15: earlier, for whoever wants to listen; then all of it."""
    chunks = list(voice(60))
    earlier, _ = sealed(chunks[:10])
    later, _ = sealed(chunks)
    assert 19_800 < earlier.duration_ms <= 20_100
    assert earlier.start_at == later.start_at == T0_MS
    assert abs(later.duration_ms - 60_000) <= PACKET_MS


def test_the_same_chunks_give_the_same_bytes() -> None:
    assert sealed(voice(60)) == sealed(voice(60))


OUTSIDE: Final[dict[str, list[tuple[int, int | None]]]] = {
    "stopped": [(T0_MS, T0_MS + 30_000)],
    "withdrawn_and_given_again": [(T0_MS, T0_MS + 10_015), (T0_MS + 20_017, None)],
    "began_before": [(T0_MS + 7_001, None)],
    "three_parts": [(T0_MS + i * 15_000, T0_MS + i * 15_000 + 5_033) for i in range(3)],
}


@pytest.mark.counted
@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_what_may_not_be_kept_is_not_in_the_file(name: str) -> None:
    """RC-6, RT5: to within a packet of what may; a page that uploads on changes nothing."""
    kept = OUTSIDE[name]
    index, content = sealed(voice(60), kept)
    heard = heard_ms(index, content)
    for begin_ms, end_ms in kept:
        inside = [at_ms for at_ms in heard if begin_ms <= at_ms < (end_ms or 2 * T0_MS)]
        assert inside[0] - begin_ms <= PACKET_MS
        assert min(end_ms or 2 * T0_MS, T0_MS + 60_000) - inside[-1] <= 2 * PACKET_MS
        heard = [at_ms for at_ms in heard if at_ms not in inside]
    assert heard == []
    # What is cut out in the middle is silent, and as long as it was.
    assert max(map(abs, errors_ms(index, content))) <= 5
    assert len(index.gaps) == len(kept) - 1
    assert index.inserted_ms == 0


def test_where_nothing_may_be_kept_there_is_no_file() -> None:
    """RC-6: not its first packet."""
    for kept in ([], [(T0_MS + 70_000, None)], [(T0_MS + 5_000, T0_MS + 5_010)]):
        index, content = sealed(voice(60), kept)
        assert content == b""
        assert index.size_bytes == 0


def test_pictures_that_may_not_be_kept_are_not_in_the_file() -> None:
    """RC-6: nor those that build on them; the gap lasts until one needs no other."""
    kept = [(T0_MS, T0_MS + 10_000), (T0_MS + 12_000, T0_MS + 40_000)]
    index, content = sealed(pictures(60, key_every=60), kept)
    times = heard_ms(index, content)
    assert max(map(abs, errors_ms(index, content))) < 2
    assert all(at_ms < T0_MS + 10_001 or T0_MS + 14_999 < at_ms < T0_MS + 40_001 for at_ms in times)
    ((begin_ms, end_ms),) = index.gaps
    assert abs(begin_ms - T0_MS - 10_000) < 100
    assert abs(end_ms - T0_MS - 15_000) < 100
    shown = frames_of(content)
    assert shown[0].is_key
    assert next(shown[i].is_key for i, at_ms in enumerate(times) if at_ms > T0_MS + 12_000)


def test_pictures_are_found_by_their_clusters() -> None:
    """With the header before it each can be shown; together they are the lesson."""
    index, content = sealed(pictures(60))
    header = content[: index.clusters[0].offset]
    shown = 0
    for part in index.clusters:
        frames = frames_of(header + content[part.offset : part.offset + part.length])
        assert frames[0].is_key
        assert frames[0].time_us // 1000 == part.ms
        shown += len(frames)
    assert shown == 60 * 12
    assert (index.width, index.height, index.media_type) == (320, 180, "video/webm")


def test_a_voice_has_no_list_of_clusters() -> None:
    index, _ = sealed(voice(20))
    assert (index.clusters, index.media_type, index.codec) == ([], "audio/webm", "opus")


def test_the_longest_gaps_are_named() -> None:
    """Of thousands."""
    kept: list[tuple[int, int | None]] = [
        (T0_MS + i * 500, T0_MS + i * 500 + 250) for i in range(2_500) if i != 2_400
    ]
    index, _ = sealed(voice(1_250), kept)
    assert len(index.gaps) == 2_000
    assert max(end - begin for begin, end in index.gaps) >= 700
    assert index.gaps == sorted(index.gaps)


@pytest.mark.parametrize("at", [0.0, 0.3, 0.9])
def test_a_stream_that_the_disk_has_changed_is_sealed_up_to_there(at: float) -> None:
    """It is said, and what was good stays."""
    chunks = list(voice(60))
    k = int(at * len(chunks))
    chunks[k] = Chunk(k, chunks[k].at_ms, chunks[k].received_at_ms, b"\xff" * 3_000)
    index, content = sealed(chunks)
    assert index.chunks == k
    assert bool(content) == bool(k)


def from_file(path: Path, take: Iterable[Chunk], **said: object) -> Seal:
    file = ChunkFile.opened(path / "aa" / "take.chunks")
    for chunk in take:
        file.append(chunk)
    file.close()
    directory = path / "work"
    directory.mkdir()
    request = {"path": str(path / "aa" / "take.chunks"), "directory": str(directory)}
    return Seal(**{**request, "chunks": file.next, "kept": [(0, None)], **said})  # type: ignore[arg-type]


def test_a_file_of_chunks_becomes_a_file(tmp_path: Path) -> None:
    request = from_file(tmp_path, voice(20))
    (index,) = answers(request)
    made = Path(request.directory, SEALED_NAME)
    assert index.is_whole
    assert made.stat().st_size == index.size_bytes
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.read_bytes() == sealed(voice(20))[1]


def test_chunks_that_were_not_acknowledged_are_left_out(tmp_path: Path) -> None:
    (index,) = answers(from_file(tmp_path, voice(20), chunks=3))
    assert (index.chunks, index.is_whole) == (3, True)


def test_chunks_that_are_missing_are_told(tmp_path: Path) -> None:
    """RP-5: never passed over."""
    (index,) = answers(from_file(tmp_path, voice(20), chunks=99))
    assert not index.is_whole
    assert index.chunks == 11


def test_where_nothing_may_be_kept_no_file_is_left(tmp_path: Path) -> None:
    request = from_file(tmp_path, voice(20), kept=[])
    (index,) = answers(request)
    assert index.size_bytes == 0
    assert not list(Path(request.directory).iterdir())


def test_a_full_disk_is_declined(tmp_path: Path) -> None:
    request = from_file(tmp_path, voice(60))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(Declined, match="no room on the disk") as declined:
            list(answers(request))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert declined.value.is_too_much


class _Nowhere(io.RawIOBase):
    """A file that keeps nothing but how large it is."""

    def __init__(self) -> None:
        self._at = 0

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._at += len(content)
        return len(content)

    def seek(self, at: int, whence: int = 0) -> int:
        self._at = at if whence == 0 else self._at
        return self._at

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - as it is called
        return b""


def again(take: Callable[[], Iterator[Chunk]]) -> tuple[int, float]:
    """Return the most memory that sealing a take needs, and its CPU time, in bytes and s."""
    tracemalloc.start()
    began_s = time.process_time()
    seal(take, KeptTime([(0, None)]), _Nowhere())  # type: ignore[arg-type]
    took_s = time.process_time() - began_s
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak_bytes, took_s


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (lambda: voice(60), lambda: voice(300)),
        (lambda: pictures(30, size=5_000), lambda: pictures(150, size=5_000)),
    ],
    ids=["voice", "pictures"],
)
def test_memory_does_not_grow_with_the_lesson(
    short: Callable[[], Iterator[Chunk]], long: Callable[[], Iterator[Chunk]]
) -> None:
    """RC-15: but for some bytes a chunk."""
    for_short, for_long = again(short)[0], again(long)[0]
    assert for_long < for_short + 100_000
