"""Streams read in pieces: all frames come, and whatever is no take is refused where it is none.

Tests also: gateway/recordings/webm/breach.py, gateway/recordings/webm/ids.py,
gateway/recordings/webm/track.py.
"""

import tracemalloc

import pytest

from gateway.recordings.webm import ids
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.ebml import element, id_of, real, size_of, unsigned
from gateway.recordings.webm.reading import BLOCK_MOST_BYTES, Frame, WebmReader
from gateway.recordings.webm.track import Codec
from tests.gateway.recordings.takes import (
    HEADER,
    INFO,
    OPUS_HEAD,
    PICTURES,
    PICTURES_BEGIN,
    SOUND,
    STREAMS,
    UNKNOWN_SIZE,
    VOICE_BEGIN,
    block,
    cluster,
    entry,
    frames_of,
    packet,
    picture,
    recorded,
    segment,
)

SPOKEN = packet(0)


def read_in_pieces(content: bytes, *sizes: int) -> list[Frame]:
    """Read a stream in pieces of these sizes, over and over."""
    reader, frames, at, n = WebmReader(), [], 0, 0
    while at < len(content):
        frames += reader.feed(content[at : at + sizes[n % len(sizes)]])
        at += sizes[n % len(sizes)]
        n += 1
    return frames


@pytest.mark.parametrize("name", sorted(recorded()))
def test_what_chromium_records_is_read_to_its_last_block(name: str) -> None:
    """RC-9: however it is cut, to the byte; the last block ends where the stream does."""
    content = (STREAMS / f"{name}.webm").read_bytes()
    frames = frames_of(content)
    assert len(frames) > 25
    # Recorded in one piece, it has an end of its own behind it.
    assert content.split(id_of(ids.CUES) + b"\x8d")[0].endswith(frames[-1].data)
    assert read_in_pieces(content, 1) == frames
    assert read_in_pieces(content, 7, 1_900, 1, 3, 250, 40_000) == frames


def test_a_voice_of_chromium_has_no_gaps() -> None:
    frames = frames_of((STREAMS / "voice.webm").read_bytes())
    assert {frame.lasts_us for frame in frames} == {60_000}
    assert [frame.time_us for frame in frames] == [60_000 * i for i in range(len(frames))]


def test_clusters_and_segments_may_say_how_large_they_are() -> None:
    """As muxers of others do, with all that may stand beside a block."""
    blocks = block(SPOKEN) + block(SPOKEN, after_ms=60)
    group = element(
        ids.BLOCK_GROUP,
        element(ids.BLOCK, b"\x81\x00\x78\x00" + SPOKEN)
        + unsigned(ids.BLOCK_DURATION, 60)
        + element(ids.DISCARD_PADDING, b"\0"),
    )
    inside = unsigned(ids.TIMESTAMP, 1_000) + unsigned(ids.PREV_SIZE, 9) + blocks + group
    sized = element(ids.CLUSTER, inside)
    content = HEADER + element(
        ids.SEGMENT,
        element(ids.SEEK_HEAD, b"")
        + element(ids.VOID, bytes(40))
        + INFO
        + element(ids.TRACKS, entry())
        + sized
        + element(ids.CUES, b"")
        + element(ids.CLUSTER, unsigned(ids.TIMESTAMP, 1_180) + block(SPOKEN)),
    )
    times = [frame.time_us for frame in frames_of(content)]
    assert times == [1_000_000, 1_060_000, 1_120_000, 1_180_000]
    assert read_in_pieces(content, 1) == frames_of(content)


def test_a_cluster_without_a_size_ends_where_the_segment_goes_on() -> None:
    content = (
        VOICE_BEGIN
        + cluster(0, block(SPOKEN), element(ids.VOID, b"."), block(SPOKEN, after_ms=60))
        + element(ids.TAGS, b"")
        + cluster(120, block(SPOKEN), block(SPOKEN, after_ms=-60))
    )
    assert [frame.time_us for frame in frames_of(content)] == [0, 60_000, 120_000, 60_000]


def test_time_is_counted_in_the_units_that_are_said() -> None:
    info = element(ids.INFO, unsigned(ids.TIMESTAMP_SCALE, 500_000))
    content = HEADER + segment(info, element(ids.TRACKS, entry())) + cluster(7, block(SPOKEN))
    assert [frame.time_us for frame in frames_of(content)] == [3_500]


def test_a_track_says_what_is_needed_to_play_it() -> None:
    reader = WebmReader()
    reader.feed(PICTURES_BEGIN)
    assert reader.track is not None
    assert (reader.track.codec, reader.track.width, reader.track.height) == (Codec.VP8, 320, 180)


def tracks(*entries: bytes) -> bytes:
    return HEADER + segment(INFO, element(ids.TRACKS, b"".join(entries)))


def track(*described: bytes) -> bytes:
    return tracks(element(ids.TRACK_ENTRY, b"".join(described)))


NUMBER, TYPE = unsigned(ids.TRACK_NUMBER, 1), unsigned(ids.TRACK_TYPE, 2)
OPUS, HEAD = element(ids.CODEC_ID, b"A_OPUS"), element(ids.CODEC_PRIVATE, OPUS_HEAD)

NO_TAKES = {
    "html": (b"<!doctype html><script>alert(1)</script>", "no WebM"),
    "zip": (b"PK\x03\x04" + bytes(30), "no WebM|no id"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(30), "no WebM"),
    "mp4": (b"\x00\x00\x00\x1cftypiso5", "no id"),
    "zeros": (bytes(50), "no id"),
    "matroska": (element(ids.EBML, element(ids.DOC_TYPE, b"matroska")), "no WebM"),
    "no_doc_type": (element(ids.EBML, b""), "no WebM"),
    "other_version": (
        element(ids.EBML, element(ids.DOC_TYPE, b"webm") + unsigned(ids.EBML_READ_VERSION, 2)),
        "version",
    ),
    "large_header": (id_of(ids.EBML) + size_of(70_000), "more than 65536 bytes"),
    "header_without_size": (id_of(ids.EBML) + UNKNOWN_SIZE, "has none"),
    "header_with_more": (
        element(ids.EBML, element(ids.DOC_TYPE, b"webm") + element(ids.NAME, b"x")),
        "not known",
    ),
    "no_segment": (HEADER + element(ids.VOID, b""), "no segment"),
    "two_headers": (HEADER + HEADER, "no segment"),
    "chained": (VOICE_BEGIN + HEADER, "not known"),
    "behind_its_end": (
        HEADER + element(ids.SEGMENT, INFO) + element(ids.VOID, b""),
        "follows",
    ),
    "attachment": (VOICE_BEGIN + id_of(0x1941A469) + size_of(10), "not known"),
    "chapters": (VOICE_BEGIN + id_of(0x1043A770) + size_of(10), "not known"),
    "block_outside": (VOICE_BEGIN + block(SPOKEN), "not known"),
    "cluster_before_tracks": (HEADER + segment(INFO) + cluster(0), "before the track"),
    "tracks_twice": (VOICE_BEGIN + element(ids.TRACKS, entry()), "twice"),
    "info_late": (VOICE_BEGIN + INFO, "twice, or late"),
    "scale": (
        HEADER + segment(element(ids.INFO, unsigned(ids.TIMESTAMP_SCALE, 0))),
        "units",
    ),
    "info_with_more": (
        HEADER + segment(element(ids.INFO, element(ids.CODEC_ID, b""))),
        "not known",
    ),
    "no_track": (tracks(), "one track, and not 0"),
    "two_tracks": (tracks(entry(), entry(b"V_VP8", PICTURES, number=2)), "one track, and not 2"),
    "a_thousand_tracks": (tracks(*[entry()] * 300), "more than 256"),
    "h264": (tracks(entry(b"V_MPEG4/ISO/AVC", PICTURES)), "neither Opus"),
    "pcm": (tracks(entry(b"A_PCM/INT/LIT")), "neither Opus"),
    "no_codec": (track(NUMBER, TYPE, HEAD, SOUND), "neither Opus"),
    "number_0": (track(TYPE, OPUS, HEAD, SOUND), "number"),
    "number_of_two_bytes": (tracks(entry(number=127)), "number"),
    "other_kind": (track(NUMBER, unsigned(ids.TRACK_TYPE, 1), OPUS, HEAD, SOUND), "kind"),
    "codec_twice": (track(NUMBER, TYPE, OPUS, OPUS, HEAD, SOUND), "twice"),
    "encrypted": (track(NUMBER, TYPE, OPUS, HEAD, SOUND, element(0x6D80, b"")), "not known"),
    "no_opus_head": (track(NUMBER, TYPE, OPUS, SOUND), "header of Opus"),
    "long_opus_head": (
        track(NUMBER, TYPE, OPUS, element(ids.CODEC_PRIVATE, OPUS_HEAD + b"<html>"), SOUND),
        "header of Opus",
    ),
    "eight_channels": (
        track(
            NUMBER, TYPE, OPUS, element(ids.CODEC_PRIVATE, OPUS_HEAD[:9] + b"\x08" + OPUS_HEAD[10:])
        ),
        "one channel",
    ),
    "skips_a_second": (
        track(
            *(NUMBER, TYPE, OPUS),
            element(ids.CODEC_PRIVATE, OPUS_HEAD[:10] + b"\x80\xbb" + OPUS_HEAD[12:]),
        ),
        "skips",
    ),
    "sound_with_more": (
        track(NUMBER, TYPE, OPUS, HEAD, element(ids.AUDIO, unsigned(ids.PIXEL_WIDTH, 1))),
        "describes the sound",
    ),
    "no_picture": (tracks(entry(b"V_VP8", element(ids.VIDEO, b""))), "pixels"),
    "large_picture": (
        tracks(
            entry(
                b"V_VP9",
                element(
                    ids.VIDEO,
                    unsigned(ids.PIXEL_WIDTH, 100_000) + unsigned(ids.PIXEL_HEIGHT, 100),
                ),
            )
        ),
        "pixels",
    ),
    "a_track_of_a_float": (
        track(NUMBER, TYPE, OPUS, HEAD, element(ids.AUDIO, real(ids.TIMESTAMP, 1))),
        "describes the sound",
    ),
    "block_before_time": (
        VOICE_BEGIN + id_of(ids.CLUSTER) + UNKNOWN_SIZE + block(SPOKEN),
        "before the time",
    ),
    "other_track": (VOICE_BEGIN + cluster(0, block(SPOKEN, number=2)), "another track"),
    "xiph_lacing": (VOICE_BEGIN + cluster(0, block(SPOKEN, flags=0x82)), "several frames"),
    "fixed_lacing": (VOICE_BEGIN + cluster(0, block(SPOKEN, flags=0x84)), "several frames"),
    "ebml_lacing": (VOICE_BEGIN + cluster(0, block(SPOKEN, flags=0x86)), "several frames"),
    "empty_block": (VOICE_BEGIN + cluster(0, block(b"")), "empty"),
    "no_opus": (VOICE_BEGIN + cluster(0, block(b"\xfb\x3f")), "no packet of Opus"),
    "no_vp8": (PICTURES_BEGIN + cluster(0, block(b"<html></html>")), "no frame of VP8"),
    "before_all_time": (VOICE_BEGIN + cluster(5, block(SPOKEN, after_ms=-6)), "cannot be"),
    "after_all_time": (VOICE_BEGIN + cluster(10**12, block(SPOKEN)), "cannot be"),
    "large_block": (
        VOICE_BEGIN + cluster(0, id_of(ids.SIMPLE_BLOCK) + size_of(BLOCK_MOST_BYTES + 1)),
        "more than 1048576 bytes",
    ),
    "huge_block": (
        VOICE_BEGIN + cluster(0, id_of(ids.SIMPLE_BLOCK) + size_of(2**56 - 2)),
        "more than",
    ),
    "block_without_size": (
        VOICE_BEGIN + cluster(0, id_of(ids.SIMPLE_BLOCK) + UNKNOWN_SIZE),
        "has none",
    ),
    "huge_void": (VOICE_BEGIN + id_of(ids.VOID) + size_of(2**55), "more than 65536"),
    "huge_void_in_a_cluster": (
        VOICE_BEGIN + cluster(0, id_of(ids.VOID) + size_of(2**55)),
        "more than",
    ),
    "long_time": (VOICE_BEGIN + cluster(0, element(ids.TIMESTAMP, bytes(9))), "more than 8"),
    "nested_segments": (HEADER + segment(segment()), "not known"),
    "nested_clusters": (HEADER + segment(INFO, cluster(0, cluster(0))), "before the track"),
    "group_of_groups": (
        VOICE_BEGIN + cluster(0, element(ids.BLOCK_GROUP, element(ids.BLOCK_GROUP, b""))),
        "beside a block",
    ),
    "group_without_size": (
        VOICE_BEGIN + cluster(0, id_of(ids.BLOCK_GROUP) + UNKNOWN_SIZE),
        "has none",
    ),
    "group_of_two": (
        VOICE_BEGIN + cluster(0, element(ids.BLOCK_GROUP, element(ids.BLOCK, SPOKEN) * 2)),
        "one block",
    ),
    "group_of_thousands": (
        VOICE_BEGIN + cluster(0, element(ids.BLOCK_GROUP, element(ids.VOID, b"") * 1000)),
        "more than 256",
    ),
    "past_its_cluster": (
        VOICE_BEGIN + id_of(ids.CLUSTER) + size_of(5) + unsigned(ids.TIMESTAMP, 0) + block(SPOKEN),
        "around it",
    ),
    "cluster_past_its_segment": (
        HEADER
        + id_of(ids.SEGMENT)
        + size_of(len(INFO) + len(element(ids.TRACKS, entry())) + 20)
        + INFO
        + element(ids.TRACKS, entry())
        + id_of(ids.CLUSTER)
        + size_of(99),
        "around it",
    ),
}


@pytest.mark.counted
@pytest.mark.parametrize("name", sorted(NO_TAKES))
@pytest.mark.parametrize("size", [10**6, 1], ids=["at_once", "by_the_byte"])
def test_what_is_no_take_is_refused(name: str, size: int) -> None:
    """RC-17: at once where it says so, long before what it claims to hold has come."""
    content, reason = NO_TAKES[name]
    with pytest.raises(BreachOfTake, match=reason):
        read_in_pieces(content, size)


def test_clusters_in_clusters_end_each_other() -> None:
    """RC-17: however many without a size there are, none is inside of another."""
    content = VOICE_BEGIN + cluster(0) * 50_000 + cluster(60, block(SPOKEN))
    assert [frame.time_us for frame in frames_of(content)] == [60_000]


def test_elements_are_counted() -> None:
    """RC-17: many small ones cost more than their bytes tell."""
    reader = WebmReader(elements_most=1_000)
    with pytest.raises(BreachOfTake, match="too many elements"):
        reader.feed(VOICE_BEGIN + element(ids.VOID, b"") * 2_000)
    assert reader.elements == 1_001


def test_a_block_that_comes_by_the_byte_is_held_once() -> None:
    """RC-17: memory is bounded by one block, and so is the time that its pieces take."""
    content = VOICE_BEGIN + cluster(0, block(SPOKEN + bytes(500_000)))
    reader = WebmReader()
    tracemalloc.start()
    for at in range(0, len(content) - 5, 5):
        assert reader.feed(content[at : at + 5]) == []
    held_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held_bytes < 1_000_000
    (frame,) = reader.feed(content[at + 5 :])
    assert frame.data == SPOKEN + bytes(500_000)


def test_pictures_in_groups_lose_what_can_be_seen_through() -> None:
    group = element(
        ids.BLOCK_GROUP,
        element(ids.BLOCK, b"\x81\x00\x00\x00" + picture(0, is_key=True))
        + element(ids.BLOCK_ADDITIONS, b"seen through"),
    )
    (frame,) = frames_of(PICTURES_BEGIN + cluster(0, group))
    assert frame.data == picture(0, is_key=True)
    assert frame.is_key
