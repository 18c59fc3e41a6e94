"""The one track of a take: what is known of it, and how it is read of the header."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from gateway.recordings.webm import ids
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.ebml import elements, read_unsigned


class Codec(StrEnum):
    """What a track may be encoded as."""

    OPUS = "opus"
    VP8 = "vp8"
    VP9 = "vp9"

    @property
    def is_picture(self) -> bool:
        """Whether it is of what is seen."""
        return self is not Codec.OPUS


CODEC_IDS: Final[Mapping[Codec, str]] = {
    Codec.OPUS: "A_OPUS",
    Codec.VP8: "V_VP8",
    Codec.VP9: "V_VP9",
}

_CODECS: Final = {name.encode(): codec for codec, name in CODEC_IDS.items()}
_TYPE_OF_PICTURES: Final = 1
_TYPE_OF_SOUND: Final = 2
_CHANNELS_MOST: Final = 2
_SIDE_MOST: Final = 4_096
_PRE_SKIP_MOST: Final = 5_760
_NUMBER_MOST: Final = 126
"""What takes one byte in a block; recorders say 1."""
_OPUS_HEAD: Final = b"OpusHead"
_OPUS_HEAD_BYTES: Final = 19
_OPUS_VERSIONS: Final = range(16)

_HARMLESS: Final = frozenset(
    {
        *(ids.VOID, ids.CRC_32, ids.TRACK_UID, ids.FLAG_ENABLED, ids.FLAG_DEFAULT),
        *(ids.FLAG_FORCED, ids.FLAG_LACING, ids.DEFAULT_DURATION, ids.NAME, ids.LANGUAGE),
        *(ids.LANGUAGE_BCP47, ids.CODEC_NAME, ids.CODEC_DELAY, ids.SEEK_PRE_ROLL),
        ids.MAX_BLOCK_ADDITION_ID,
    }
)
_READ: Final = frozenset(
    {
        *(ids.TRACK_NUMBER, ids.TRACK_TYPE, ids.CODEC_ID, ids.CODEC_PRIVATE, ids.AUDIO, ids.VIDEO),
    }
)
_OF_SOUND: Final = frozenset(
    {
        *(ids.VOID, ids.SAMPLING_FREQUENCY, ids.OUTPUT_SAMPLING_FREQUENCY, ids.CHANNELS),
        ids.BIT_DEPTH,
    }
)
_OF_PICTURES: Final = frozenset(
    {
        *(ids.VOID, ids.FLAG_INTERLACED, ids.STEREO_MODE, ids.ALPHA_MODE, ids.PIXEL_WIDTH),
        *(ids.PIXEL_HEIGHT, ids.PIXEL_CROP_BOTTOM, ids.PIXEL_CROP_TOP, ids.PIXEL_CROP_LEFT),
        *(ids.PIXEL_CROP_RIGHT, ids.DISPLAY_WIDTH, ids.DISPLAY_HEIGHT, ids.DISPLAY_UNIT),
        *(ids.FRAME_RATE, ids.COLOUR, ids.PROJECTION),
    }
)


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a take's header; all else of it is dropped.

    `pre_skip` is in samples of 48 kHz; `width` and `height` in pixels. What a codec has not is 0.
    """

    codec: Codec
    number: int = 1
    channels: int = 0
    pre_skip: int = 0
    width: int = 0
    height: int = 0


def track_of(payload: bytes) -> Track:
    """Return the track that `Tracks` describes.

    Raises:
        BreachOfTake: there are several or none, its codec is not taken, or it says what it may not.

    """
    entries: list[bytes] = []
    for child in elements(payload):
        if child.id == ids.TRACK_ENTRY:
            entries.append(child.payload)
        elif child.id not in {ids.VOID, ids.CRC_32}:
            raise BreachOfTake("an element that is not known stands among the tracks")
    if len(entries) != 1:
        raise BreachOfTake(f"a take has one track, and not {len(entries)}")
    return _track_of(entries[0])


def _track_of(entry: bytes) -> Track:
    said: dict[int, bytes] = {}
    for child in elements(entry):
        if child.id in _READ:
            if child.id in said:
                raise BreachOfTake("a track says something twice")
            said[child.id] = child.payload
        elif child.id not in _HARMLESS:
            raise BreachOfTake("an element that is not known stands in the track")
    codec = _CODECS.get(said.get(ids.CODEC_ID, b"").rstrip(b"\0"))
    if codec is None:
        raise BreachOfTake("the track is neither Opus nor VP8 nor VP9")
    number = read_unsigned(said.get(ids.TRACK_NUMBER, b""))
    if not 1 <= number <= _NUMBER_MOST:
        raise BreachOfTake(f"the number of the track is not one of 1 to {_NUMBER_MOST}")
    kind = _TYPE_OF_PICTURES if codec.is_picture else _TYPE_OF_SOUND
    if read_unsigned(said.get(ids.TRACK_TYPE, b"")) != kind:
        raise BreachOfTake("the track is not of the kind that its codec is")
    if codec.is_picture:
        return _of_pictures(codec, number, said.get(ids.VIDEO, b""))
    return _of_sound(number, said.get(ids.AUDIO, b""), said.get(ids.CODEC_PRIVATE, b""))


def _of_sound(number: int, described: bytes, head: bytes) -> Track:
    for child in elements(described):
        if child.id not in _OF_SOUND:
            raise BreachOfTake("an element that is not known describes the sound")
    if len(head) != _OPUS_HEAD_BYTES or not head.startswith(_OPUS_HEAD):
        raise BreachOfTake("the header of Opus is missing")
    channels, pre_skip = head[9], int.from_bytes(head[10:12], "little")
    if head[8] not in _OPUS_VERSIONS or head[18] != 0 or not 1 <= channels <= _CHANNELS_MOST:
        raise BreachOfTake("the sound has neither one channel nor two")
    if pre_skip > _PRE_SKIP_MOST:
        raise BreachOfTake("the header of Opus skips too much")
    return Track(codec=Codec.OPUS, number=number, channels=channels, pre_skip=pre_skip)


def _of_pictures(codec: Codec, number: int, described: bytes) -> Track:
    sides = {ids.PIXEL_WIDTH: 0, ids.PIXEL_HEIGHT: 0}
    for child in elements(described):
        if child.id in sides:
            sides[child.id] = read_unsigned(child.payload)
        elif child.id not in _OF_PICTURES:
            raise BreachOfTake("an element that is not known describes the picture")
    width, height = sides.values()
    if not (1 <= width <= _SIDE_MOST and 1 <= height <= _SIDE_MOST):
        raise BreachOfTake(f"the picture is not of 1 to {_SIDE_MOST} pixels a side")
    return Track(codec=codec, number=number, width=width, height=height)
