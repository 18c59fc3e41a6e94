"""The file that is written: sizes known, `Duration`, `Cues`, clusters, and nothing else in it."""

import io
import struct

from gateway.recordings.job import Cluster
from gateway.recordings.webm import ids
from gateway.recordings.webm.ebml import Element, elements, id_of, read_unsigned
from gateway.recordings.webm.reading import WebmReader
from gateway.recordings.webm.track import Codec, Track
from gateway.recordings.webm.writing import WebmWriter
from tests.gateway.recordings.takes import frames_of, packet, picture

VOICE = Track(codec=Codec.OPUS, number=7, channels=2, pre_skip=312)
FACE = Track(codec=Codec.VP9, width=320, height=180)
KEY, BETWEEN = b"\x82\x49\x83\x42" + bytes(40), b"\x86" + bytes(20)


def file_of(
    track: Track, frames: list[tuple[int, bytes, bool]], duration_ms: int
) -> tuple[bytes, list[Cluster]]:
    file = io.BytesIO()
    writer = WebmWriter(file, track)
    for at_ms, data, is_key in frames:
        writer.add(at_ms, data, is_key=is_key)
    runs = writer.finish(duration_ms)
    return file.getvalue(), runs


def spoken(lasts_ms: int) -> list[tuple[int, bytes, bool]]:
    return [(at_ms, packet(at_ms), True) for at_ms in range(0, lasts_ms, 60)]


def parts_of(content: bytes) -> dict[int, list[Element]]:
    """Return the elements of the segment by their ids; that they fill the file is checked."""
    header, segment = elements(content)
    assert (header.id, segment.id) == (ids.EBML, ids.SEGMENT)
    found: dict[int, list[Element]] = {}
    for part in elements(segment.payload):
        found.setdefault(part.id, []).append(part)
    return found


def test_all_frames_are_in_the_file() -> None:
    """At their times, in clusters of 5 s."""
    content, _ = file_of(VOICE, spoken(60_000), 60_000)
    frames = frames_of(content)
    assert [frame.time_us for frame in frames] == [at_ms * 1000 for at_ms, _, _ in spoken(60_000)]
    assert [frame.data for frame in frames] == [data for _, data, _ in spoken(60_000)]
    parts = parts_of(content)
    assert len(parts[ids.CLUSTER]) == 12
    assert set(parts) == {ids.SEEK_HEAD, ids.INFO, ids.TRACKS, ids.CLUSTER, ids.CUES}


def test_duration_and_track_are_said() -> None:
    content, _ = file_of(VOICE, spoken(600), 1_234)
    info = {part.id: part.payload for part in elements(parts_of(content)[ids.INFO][0].payload)}
    assert struct.unpack(">d", info[ids.DURATION]) == (1_234,)
    reader = WebmReader()
    reader.feed(content)
    assert reader.track == Track(codec=Codec.OPUS, number=1, channels=2, pre_skip=312)
    reader = WebmReader()
    reader.feed(file_of(FACE, [(0, KEY, True)], 1)[0])
    assert reader.track == FACE


def test_seek_head_and_cues_point_at_what_they_say() -> None:
    """Counted from where the segment's content begins."""
    content, runs = file_of(VOICE, spoken(21_000), 21_000)
    begin = content.index(id_of(ids.SEGMENT)) + 12
    parts = parts_of(content)
    for seek in elements(parts[ids.SEEK_HEAD][0].payload):
        number, place = (part.payload for part in elements(seek.payload))
        assert content[begin + read_unsigned(place) :].startswith(number)
    cues = [
        {part.id: part.payload for part in elements(point.payload)}
        for point in elements(parts[ids.CUES][0].payload)
    ]
    assert [read_unsigned(cue[ids.CUE_TIME]) for cue in cues] == [run.ms for run in runs]
    for cue, run in zip(cues, runs, strict=True):
        where = {part.id: part.payload for part in elements(cue[ids.CUE_TRACK_POSITIONS])}
        assert begin + read_unsigned(where[ids.CUE_CLUSTER_POSITION]) == run.offset
        assert content[run.offset :].startswith(id_of(ids.CLUSTER))
    assert [run.ms for run in runs] == [0, 5_040, 10_080, 15_120, 20_160]


def test_runs_of_pictures_begin_with_one_that_needs_no_other() -> None:
    """However far apart those are; together they are all that stands behind the header."""
    frames = [(i * 100, KEY if i % 80 == 0 else BETWEEN, i % 80 == 0) for i in range(300)]
    content, runs = file_of(FACE, frames, 30_000)
    assert [run.ms for run in runs] == [0, 8_000, 16_000, 24_000]
    header = content[: runs[0].offset]
    for run, after in zip(runs, [*runs[1:], None], strict=True):
        alone = WebmReader()
        alone.feed(header)
        shown = alone.feed(content[run.offset : run.offset + run.length])
        assert shown[0].is_key
        assert shown[0].time_us == run.ms * 1000
        assert len(shown) == (80 if after else 60)
        assert after is None or run.offset + run.length == after.offset


def test_a_key_picture_each_time_makes_no_cluster_each_time() -> None:
    _, runs = file_of(FACE, [(i * 100, KEY, True) for i in range(300)], 30_000)
    assert [run.ms for run in runs] == [i * 5_000 for i in range(6)]


def test_clusters_are_small_where_pictures_are_large() -> None:
    """What is held does not grow with them."""
    large = picture(0, is_key=False, size=1_000_000)
    content, runs = file_of(
        Track(codec=Codec.VP8, width=1, height=1), [(i, large, False) for i in range(20)], 20
    )
    assert len(runs) == 1
    assert max(len(part.payload) for part in parts_of(content)[ids.CLUSTER]) < 6_000_000


def test_a_hole_of_hours_is_no_trouble() -> None:
    """A block's time is counted from its cluster's, in two bytes."""
    content, _ = file_of(VOICE, [(0, packet(0), True), (20_000_000, packet(0), True)], 20_000_060)
    assert [frame.time_us for frame in frames_of(content)] == [0, 20_000_000_000]


def test_the_same_frames_give_the_same_bytes() -> None:
    """Nothing of when, where or by whom."""
    first, second = file_of(VOICE, spoken(6_000), 6_000), file_of(VOICE, spoken(6_000), 6_000)
    assert first == second
    assert struct.pack(">d", 6_000) in first[0]
