"""What of an upload is taken, and what it is refused for: time, rate, codec, number."""

from collections.abc import Iterable

import pytest

from gateway.recordings.chunk_file import Chunk
from gateway.recordings.webm import ids
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.ebml import element
from gateway.recordings.webm.stream import TakeChecker, codecs_of
from gateway.recordings.webm.track import Codec
from tests.gateway.recordings.takes import (
    CHUNK_MS,
    PICTURES_BEGIN,
    T0_MS,
    VOICE_BEGIN,
    block,
    cluster,
    packet,
    picture,
    pictures,
    recorded,
    recorded_chunks,
    voice,
)

VOICE = "audio/webm;codecs=opus"


def checker(media_type: str = VOICE, bits_per_s: int = 32_000) -> TakeChecker:
    return TakeChecker(media_type, bits_per_s, begun_ms=T0_MS)


def feed(take: TakeChecker, chunks: Iterable[Chunk]) -> None:
    for chunk in chunks:
        take.feed(chunk.data, at_ms=chunk.at_ms, received_at_ms=chunk.received_at_ms)


@pytest.mark.parametrize(
    ("media_type", "codecs"),
    [
        ("audio/webm;codecs=opus", {Codec.OPUS}),
        ('Audio/WebM; codecs="opus"', {Codec.OPUS}),
        ("audio/webm", {Codec.OPUS}),
        ("video/webm;codecs=vp8", {Codec.VP8}),
        ("video/webm;codecs=vp09.00.10.08", {Codec.VP9}),
        ("video/webm;codecs=vp9.0", {Codec.VP9}),
        ("video/webm", {Codec.VP8, Codec.VP9}),
    ],
)
def test_a_media_type_says_what_comes(media_type: str, codecs: set[Codec]) -> None:
    assert codecs_of(media_type) == codecs


@pytest.mark.parametrize(
    ("media_type", "reason"),
    [
        ("audio/mp4;codecs=mp4a.40.2", "MP4 are not taken yet"),
        ("video/mp4", "MP4 are not taken yet"),
        ("video/webm;codecs=avc1", "VP8 or VP9"),
        ("video/webm;codecs=opus", "VP8 or VP9"),
        ("video/webm;codecs=vp8,opus", "audio/webm or video/webm"),
        ("audio/webm;codecs=vp8", "Opus"),
        ("audio/ogg;codecs=opus", "audio/webm or video/webm"),
        ("text/html", "audio/webm or video/webm"),
        ("", "audio/webm or video/webm"),
    ],
)
def test_other_media_types_are_refused_with_what_is_allowed(media_type: str, reason: str) -> None:
    """RC-8: MP4 comes later."""
    with pytest.raises(BreachOfTake, match=reason):
        checker(media_type)


@pytest.mark.parametrize("name", sorted(recorded()))
def test_what_chromium_records_is_taken(name: str) -> None:
    """RC-17: with what it was asked for, by the times at which it came."""
    said, chunks = recorded()[name], recorded_chunks(name)
    begun_ms = chunks[0].at_ms - 3_000
    take = TakeChecker(said["media_type"], said["bits_per_s"], begun_ms=begun_ms)
    feed(take, chunks)
    assert take.track is not None
    assert take.track.codec.is_picture == (said["kind"] == "video")


@pytest.mark.parametrize("ppm", [-1_000, 0, 1_000])
def test_hours_of_a_clock_that_is_wrong_are_taken(ppm: float) -> None:
    """RC-17: one that is wrong by a thousandth; of the chunks one of ten comes late."""
    take = checker()
    feed(take, voice(2 * 3600, ppm=ppm, late_ms=lambda n: 4_000 if n % 10 == 0 else 3))


def test_sound_that_was_lost_is_no_breach() -> None:
    feed(checker(), voice(60, lost_ms=lambda i: 10_000 if i == 100 else 0))


def test_what_comes_days_later_is_taken() -> None:
    """RC-11: a page that was closed sends what it has when its person is back."""
    later = [
        Chunk(chunk.n, chunk.at_ms, chunk.received_at_ms + 3 * 86_400_000, chunk.data)
        for chunk in voice(60)
    ]
    feed(checker(), later)


def test_an_hour_of_pictures_is_taken() -> None:
    feed(checker("video/webm;codecs=vp8", 150_000), pictures(3600))


def test_a_track_of_another_codec_is_refused() -> None:
    with pytest.raises(BreachOfTake, match="otherwise than was said"):
        feed(checker(), pictures(5))
    with pytest.raises(BreachOfTake, match="otherwise than was said"):
        feed(checker("video/webm;codecs=vp9"), pictures(5))


def test_after_a_breach_nothing_is_taken() -> None:
    """RC-17: it closes the take, whatever comes then."""
    take = checker()
    with pytest.raises(BreachOfTake, match="no WebM"):
        take.feed(b"<html>", at_ms=T0_MS, received_at_ms=T0_MS)
    with pytest.raises(BreachOfTake, match="no WebM"):
        feed(take, voice(5))


def test_what_is_recorded_later_than_it_comes_is_refused() -> None:
    take = checker()
    take.feed(VOICE_BEGIN, at_ms=T0_MS + 5_000, received_at_ms=T0_MS)
    with pytest.raises(BreachOfTake, match="later than it came"):
        take.feed(cluster(0), at_ms=T0_MS + 5_001, received_at_ms=T0_MS)


def test_what_was_recorded_before_the_recording_is_refused() -> None:
    with pytest.raises(BreachOfTake, match="before the recording began"):
        checker().feed(VOICE_BEGIN, at_ms=T0_MS - 5_001, received_at_ms=T0_MS)


def test_chunks_come_in_the_order_of_their_times() -> None:
    """But for what a clock that is corrected may go back."""
    take = checker()
    take.feed(VOICE_BEGIN, at_ms=T0_MS + 20_000, received_at_ms=T0_MS + 20_000)
    take.feed(cluster(0), at_ms=T0_MS + 15_000, received_at_ms=T0_MS + 20_000)
    with pytest.raises(BreachOfTake, match="before the one that it follows"):
        take.feed(cluster(0), at_ms=T0_MS + 14_999, received_at_ms=T0_MS + 20_000)


def racing(factor: float) -> Iterable[Chunk]:
    """Yield chunks of a recorder whose time runs so much faster."""
    data, time_ms = VOICE_BEGIN, 0
    for n in range(100):
        data += cluster(time_ms, *(block(packet(0, 20), after_ms=60 * i) for i in range(33)))
        time_ms += round(CHUNK_MS * factor)
        at_ms = T0_MS + (n + 1) * CHUNK_MS
        yield Chunk(n, at_ms, at_ms + 40, data)
        data = b""


def test_time_may_not_run_ahead() -> None:
    """RC-17: by more than 5 s, whether at once or little by little."""
    feed(checker(), racing(1.02))
    with pytest.raises(BreachOfTake, match=r"runs ahead|than time has passed"):
        feed(checker(), racing(1.06))
    with pytest.raises(BreachOfTake, match="than time has passed"):
        feed(checker(), racing(5))


def test_a_leap_of_hours_is_refused() -> None:
    """RC-17: a file of days is made of a few bytes otherwise."""
    take, chunks = checker(), list(voice(60))
    feed(take, chunks)
    leap = cluster(3_600_000, block(packet(0)))
    at_ms = T0_MS + 62_000
    with pytest.raises(BreachOfTake, match="runs ahead"):
        take.feed(leap, at_ms=at_ms, received_at_ms=at_ms)


def test_a_block_may_not_go_back_in_time() -> None:
    take = checker()
    content = VOICE_BEGIN + cluster(2_000, block(packet(0)), block(packet(0), after_ms=-1_000))
    take.feed(content, at_ms=T0_MS + 2_000, received_at_ms=T0_MS + 2_000)
    with pytest.raises(BreachOfTake, match="back in time"):
        take.feed(
            block(packet(0), after_ms=-1_001), at_ms=T0_MS + 2_000, received_at_ms=T0_MS + 2_000
        )


@pytest.mark.parametrize(("bits_per_s", "is_taken"), [(30_000, True), (10_000, False)])
def test_three_times_what_was_asked_for_may_come(bits_per_s: int, *, is_taken: bool) -> None:
    """RC-17: over a minute; the voice has 32 kbit/s."""
    take = checker(bits_per_s=bits_per_s)
    if is_taken:
        feed(take, voice(600))
        return
    with pytest.raises(BreachOfTake, match="3 times what was asked for"):
        feed(take, voice(600))


def test_what_is_too_much_is_not_read() -> None:
    """RC-17: reading is what costs."""
    with pytest.raises(BreachOfTake, match="3 times"):
        checker().feed(bytes(200_000), at_ms=T0_MS, received_at_ms=T0_MS)


def test_many_small_elements_are_refused() -> None:
    """RC-17: 60 kB of nothing cost what an hour of voice does."""
    content = VOICE_BEGIN + element(ids.VOID, b"") * 6_000
    with pytest.raises(BreachOfTake, match="too many elements"):
        checker().feed(content, at_ms=T0_MS, received_at_ms=T0_MS)


def test_many_small_chunks_are_refused() -> None:
    take = checker()
    content = VOICE_BEGIN + cluster(0) * 100
    bytes_of_it = [Chunk(n, T0_MS, T0_MS, content[n : n + 1]) for n in range(201)]
    feed(take, bytes_of_it[:200])
    with pytest.raises(BreachOfTake, match="too many chunks"):
        feed(take, bytes_of_it[200:])


def test_a_picture_as_large_as_a_block_may_be_comes_in_the_first_chunk() -> None:
    """A screen begins with all of it."""
    take = checker("video/webm;codecs=vp8", 400_000)
    key = picture(0, is_key=True, size=1_000_000)
    take.feed(PICTURES_BEGIN + cluster(0, block(key)), at_ms=T0_MS, received_at_ms=T0_MS)
