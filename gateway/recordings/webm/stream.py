"""Whether what a browser uploads is a take, told as its chunks come (RC-17)."""

import re
from typing import Final

from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.reading import WebmReader
from gateway.recordings.webm.track import Codec, Track

AHEAD_MOST_MS: Final = 5_000
"""By how much a take may run ahead of the time at which it comes."""
BIT_RATE_FACTOR: Final = 3
"""How much more may come than was asked for."""

_DRIFT: Final = 0.001
"""Of a clock that is wrong: what a lesson of hours may come to is not held against its recorder."""
_ANCHORS: Final = 16
"""Out of so many chunks at the beginning comes when the recorder began: one of them may be late."""
_BURST_S: Final = 10
_BURST_LEAST_BYTES: Final = 64 * 1024
_ELEMENTS_PER_S: Final = 500
"""Packets of Opus last 2.5 ms or more."""
_ELEMENTS_BURST: Final = 5_000
_CHUNKS_PER_S: Final = 5
_CHUNKS_BURST: Final = 200
_BACK_MOST_MS: Final = 1_000

_MEDIA_TYPE: Final = re.compile(r'(audio|video)/webm(?:;codecs="?([a-z0-9.]+)"?)?')
_CODEC_NAMES: Final = (
    ("opus", Codec.OPUS),
    ("vp8", Codec.VP8),
    ("vp9", Codec.VP9),
    ("vp09", Codec.VP9),
)


def codecs_of(media_type: str) -> frozenset[Codec]:
    """Return what a track of a media type may be encoded as; `MediaRecorder.mimeType` says it.

    Where it names no codec, it may be each of its kind.

    Raises:
        BreachOfTake: takes of this type are not taken.

    """
    plain = media_type.lower().replace(" ", "")
    if plain.startswith(("audio/mp4", "video/mp4")):
        raise BreachOfTake("recordings in MP4 are not taken yet: WebM is")
    found = _MEDIA_TYPE.fullmatch(plain)
    if found is None:
        raise BreachOfTake("a take is audio/webm or video/webm, with one codec or none named")
    is_picture = found[1] == "video"
    named = found[2]
    codecs = frozenset(
        codec
        for name, codec in _CODEC_NAMES
        if codec.is_picture == is_picture
        and (named is None or named == name or named.startswith(f"{name}."))
    )
    if not codecs:
        kinds = "VP8 or VP9" if is_picture else "Opus"
        raise BreachOfTake(f"a take of {found[1]} is encoded as {kinds}")
    return codecs


class TakeChecker:
    """Looks at each chunk of one take, in order, before it is kept.

    It has no clock and does no I/O. What it knows comes of the chunks alone, so that after a
    restart it is made again by feeding those that are stored, with the times that stand there. It
    holds at most one block that is not there whole. After a breach it refuses all that follows.

    Args:
        media_type: what the browser said that it records.
        asked_bits_per_s: what it was asked to encode with; three times that is allowed.
        begun_ms: room time before which nothing can have been recorded: when the recording was
            started.

    Raises:
        BreachOfTake: takes of this type are not taken.

    """

    def __init__(self, media_type: str, asked_bits_per_s: int, *, begun_ms: int) -> None:
        self._codecs = codecs_of(media_type)
        self._bytes_per_s = BIT_RATE_FACTOR * asked_bits_per_s / 8
        self._begun_ms = begun_ms
        self._reader = WebmReader(elements_most=0)
        self._breach: BreachOfTake | None = None
        self._chunks = 0
        self._bytes = 0
        self._at_ms: int | None = None
        # Room time at the recorder's time 0.
        self._anchor_ms: float | None = None
        self._anchors = 0
        self._first_ms: float | None = None
        self._newest_ms = 0.0

    @property
    def track(self) -> Track | None:
        """What is recorded, once its header has come."""
        return self._reader.track

    def feed(self, chunk: bytes, *, at_ms: int, received_at_ms: int) -> None:
        """Take the next chunk; what begins in it may end in a later one.

        Args:
            chunk: its bytes; not empty.
            at_ms: the room time that the browser says it came of its recorder.
            received_at_ms: the room time at which it came here.

        Raises:
            BreachOfTake: this is no take, or no longer; nothing of this chunk is to be kept.

        """
        if self._breach is not None:
            raise self._breach
        try:
            self._check(chunk, at_ms, received_at_ms)
        except BreachOfTake as breach:
            self._breach = breach
            raise

    def _check(self, chunk: bytes, at_ms: int, received_at_ms: int) -> None:
        if at_ms > received_at_ms + AHEAD_MOST_MS:
            raise BreachOfTake("a chunk was recorded later than it came")
        if at_ms < self._begun_ms - AHEAD_MOST_MS:
            raise BreachOfTake("a chunk was recorded before the recording began")
        if self._at_ms is not None and at_ms < self._at_ms - AHEAD_MOST_MS:
            raise BreachOfTake("a chunk was recorded before the one that it follows")
        self._at_ms = at_ms if self._at_ms is None else max(at_ms, self._at_ms)
        # Nothing that has not been counted is read: reading is what costs.
        lasted_s = max(0, self._at_ms - self._begun_ms) / 1000
        self._chunks += 1
        if self._chunks > _CHUNKS_BURST + _CHUNKS_PER_S * lasted_s:
            raise BreachOfTake("there are too many chunks for so short a time")
        self._bytes += len(chunk)
        burst_bytes = max(_BURST_LEAST_BYTES, self._bytes_per_s * _BURST_S)
        if self._bytes > burst_bytes + self._bytes_per_s * lasted_s:
            raise BreachOfTake(f"this is more than {BIT_RATE_FACTOR} times what was asked for")
        self._reader.elements_most = _ELEMENTS_BURST + round(_ELEMENTS_PER_S * lasted_s)
        had_track = self._reader.track is not None
        frames = self._reader.feed(chunk)
        track = self._reader.track
        if not had_track and track is not None and track.codec not in self._codecs:
            raise BreachOfTake("the track is encoded otherwise than was said")
        for frame in frames:
            if frame.time_us / 1000 < self._newest_ms - _BACK_MOST_MS:
                raise BreachOfTake("a block goes back in time")
            self._newest_ms = max(self._newest_ms, frame.time_us / 1000)
        if frames:
            if self._first_ms is None:
                self._first_ms = frames[0].time_us / 1000
            self._check_time(frames[-1].end_us / 1000, at_ms, received_at_ms)

    def _check_time(self, end_ms: float, at_ms: int, received_at_ms: int) -> None:
        """Check that recorded time runs as the clock on the wall does, or slower."""
        if self._anchors < _ANCHORS:
            self._anchors += 1
            anchor_ms = at_ms - end_ms
            known_ms = self._anchor_ms
            self._anchor_ms = anchor_ms if known_ms is None else min(anchor_ms, known_ms)
        assert self._anchor_ms is not None  # noqa: S101 - there is one after the first
        assert self._first_ms is not None  # noqa: S101
        ahead_most_ms = AHEAD_MOST_MS + _DRIFT * (end_ms - self._first_ms)
        if self._anchor_ms + self._first_ms < self._begun_ms - ahead_most_ms:
            raise BreachOfTake("more was recorded than time has passed")
        if self._anchor_ms + end_ms > received_at_ms + ahead_most_ms:
            raise BreachOfTake("the recording runs ahead of the time")
