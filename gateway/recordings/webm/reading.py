"""A take's frames, read as its bytes come: in pieces of any size, never looked at twice."""

from typing import Final

import msgspec

from gateway.recordings.webm import ids, opus, pictures
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.ebml import (
    UNKNOWN,
    elements,
    read_id,
    read_size,
    read_unsigned,
)
from gateway.recordings.webm.track import Codec, Track, track_of

BLOCK_MOST_BYTES: Final = 1024 * 1024
_HEADER_MOST_BYTES: Final = 64 * 1024
"""Of an element that is no block: what is held until it is there whole."""
_NUMBER_MOST_BYTES: Final = 8
_BLOCK_HEADER_BYTES: Final = 4
_LACING: Final = 0x06
_NS_PER_US: Final = 1_000
_SCALE_NS: Final = 1_000_000
_SCALES_NS: Final = range(1_000, 10_000_001)
_LATEST_US: Final = 7 * 86_400 * 1_000_000
_READ_VERSION: Final = 1
_DOC_TYPE_READ_VERSIONS: Final = range(1, 5)

_OF_HEADER: Final = frozenset(
    {
        *(ids.EBML_VERSION, ids.EBML_READ_VERSION, ids.EBML_MAX_ID_LENGTH, ids.VOID),
        *(ids.EBML_MAX_SIZE_LENGTH, ids.DOC_TYPE, ids.DOC_TYPE_VERSION, ids.CRC_32),
        ids.DOC_TYPE_READ_VERSION,
    }
)
_OF_INFO: Final = frozenset(
    {
        *(ids.TIMESTAMP_SCALE, ids.DURATION, ids.DATE_UTC, ids.TITLE, ids.MUXING_APP),
        *(ids.WRITING_APP, ids.SEGMENT_UUID, ids.VOID, ids.CRC_32),
    }
)
_OF_GROUP: Final = frozenset(
    {
        *(ids.BLOCK_DURATION, ids.REFERENCE_BLOCK, ids.REFERENCE_PRIORITY, ids.DISCARD_PADDING),
        # What can be seen through of a picture is dropped: the picture itself is whole without.
        *(ids.BLOCK_ADDITIONS, ids.VOID, ids.CRC_32),
    }
)
_SKIPPED: Final = frozenset({ids.SEEK_HEAD, ids.VOID, ids.CRC_32, ids.TAGS, ids.CUES})
"""Of the segment: nothing of it is needed, nor kept."""
_OF_SEGMENT: Final = _SKIPPED | {ids.INFO, ids.TRACKS, ids.CLUSTER}
_SKIPPED_IN_CLUSTER: Final = frozenset({ids.POSITION, ids.PREV_SIZE, ids.VOID, ids.CRC_32})
_MOST_BYTES: Final = {
    ids.SIMPLE_BLOCK: BLOCK_MOST_BYTES,
    ids.BLOCK_GROUP: BLOCK_MOST_BYTES,
    # Of a sealed take that is taken up again, an entry for each five seconds.
    ids.CUES: BLOCK_MOST_BYTES,
    ids.TIMESTAMP: _NUMBER_MOST_BYTES,
}


class Frame(msgspec.Struct, frozen=True, gc=False):
    """A packet of sound, or a picture.

    `time_us` is by the recorder's clock, `begins_at` where in the stream its block begins.
    `lasts_us` is 0 for a picture. `is_key`: it needs none of those before it.
    """

    time_us: int
    begins_at: int
    data: bytes
    lasts_us: int
    is_key: bool

    @property
    def end_us(self) -> int:
        """When it is over, by the recorder's clock."""
        return self.time_us + self.lasts_us


class WebmReader:
    """Reads one stream. It holds at most one element that is not there whole, of 1 MiB.

    After a `BreachOfTake` it is at its end. `elements_most` bounds how many elements are read in
    all, and so what many small ones cost; whoever feeds may raise it from time to time.

    Args:
        elements_most: none, or how many elements there may be until that changes.

    """

    def __init__(self, elements_most: int | None = None) -> None:
        self.elements_most = elements_most
        self.elements = 0
        self.track: Track | None = None
        self._held = bytearray()
        self._needed = 1
        # Where in the stream what is held begins.
        self._at = 0
        self._begun = False
        self._has_info = False
        self._scale_ns = _SCALE_NS
        self._segment_end: int | None = None
        self._in_segment = False
        self._cluster_end: int | None = None
        self._in_cluster = False
        self._cluster_time: int | None = None

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the frames that are whole with this piece of the stream.

        Raises:
            BreachOfTake: the stream is none that is taken, at the first place where it is not.

        """
        if self._held:
            self._held += chunk
            if len(self._held) < self._needed:
                return []
            data = bytes(self._held)
            self._held.clear()
        else:
            data = chunk
        frames: list[Frame] = []
        at = self._read(data, frames)
        self._at += at
        self._held += data[at:]
        return frames

    def _read(self, data: bytes, frames: list[Frame]) -> int:
        """Read all elements that are there whole; return where the first that is not begins."""
        at, begins = 0, self._at
        self._needed = 1
        while at < len(data):
            found = read_id(data, at)
            size = found and read_size(data, at + found[1])
            if not found or not size:
                if found and begins == 0 and at == 0 and found[0] != ids.EBML:
                    raise BreachOfTake("this is no WebM")
                break
            number, payload_bytes = found[0], size[0]
            head_bytes = found[1] + size[1]
            payload_at = at + head_bytes
            self._leave(begins + at, number)
            if self._enters(number, payload_bytes, begins + payload_at):
                at = payload_at
            else:
                self._check_size(number, payload_bytes, begins + payload_at)
                end = payload_at + payload_bytes
                if end > len(data):
                    self._needed = end - at
                    break
                payload = data[payload_at:end]
                if number == ids.SIMPLE_BLOCK:
                    frames.append(self._frame(payload, begins + at))
                else:
                    self._take(number, payload, begins + at, frames)
                at = end
            self.elements += 1
            if self.elements_most is not None and self.elements > self.elements_most:
                raise BreachOfTake("there are too many elements for so short a time")
        return at

    def _leave(self, at: int, number: int) -> None:
        """Leave the cluster and the segment where they end, by their size or by what follows."""
        if self._in_cluster and (
            at == self._cluster_end or (self._cluster_end is None and number in _OF_SEGMENT)
        ):
            # What may stand in both stays inside: it ends nothing.
            if self._cluster_end is None and number in _SKIPPED_IN_CLUSTER:
                return
            self._in_cluster = False
            self._cluster_end = None
        if self._in_segment and not self._in_cluster and at == self._segment_end:
            raise BreachOfTake("something follows the end of the recording")

    def _enters(self, number: int, size: int, payload_at: int) -> bool:
        """Whether an element is one whose children are read one by one; then it is entered."""
        if self._begun and not self._in_segment and number == ids.SEGMENT:
            self._in_segment = True
            self._segment_end = None if size == UNKNOWN else payload_at + size
            return True
        if self._in_segment and not self._in_cluster and number == ids.CLUSTER:
            if self.track is None:
                raise BreachOfTake("a cluster comes before the track is described")
            if size != UNKNOWN:
                self._check_fits(payload_at + size, self._segment_end)
            self._in_cluster = True
            self._cluster_time = None
            self._cluster_end = None if size == UNKNOWN else payload_at + size
            return True
        return False

    def _check_size(self, number: int, size: int, payload_at: int) -> None:
        """Refuse what is not known here, and what is too large, before it is there."""
        if not self._begun:
            if number != ids.EBML:
                raise BreachOfTake("this is no WebM")
        elif not self._in_segment:
            raise BreachOfTake("no segment follows the header")
        elif self._in_cluster:
            if number not in _MOST_BYTES and number not in _SKIPPED_IN_CLUSTER:
                raise BreachOfTake("an element that is not known stands in a cluster")
        elif number not in _OF_SEGMENT:
            raise BreachOfTake("an element that is not known stands in the segment")
        if size == UNKNOWN:
            raise BreachOfTake("an element that must have a size has none")
        most = _MOST_BYTES.get(number, _HEADER_MOST_BYTES)
        if size > most:
            raise BreachOfTake(f"an element has more than {most} bytes")
        self._check_fits(payload_at + size, self._cluster_end)
        self._check_fits(payload_at + size, self._segment_end)

    def _check_fits(self, end: int, around: int | None) -> None:
        if around is not None and end > around:
            raise BreachOfTake("an element is larger than the one around it")

    def _take(self, number: int, payload: bytes, at: int, frames: list[Frame]) -> None:
        match number:
            case ids.EBML:
                _check_header(payload)
                self._begun = True
            case ids.INFO:
                if self._has_info or self.track is not None:
                    raise BreachOfTake("what is said of the recording is said twice, or late")
                self._has_info = True
                self._scale_ns = _scale_of(payload)
            case ids.TRACKS:
                if self.track is not None:
                    raise BreachOfTake("tracks are described twice")
                self.track = track_of(payload)
            case ids.TIMESTAMP:
                self._cluster_time = read_unsigned(payload)
            case ids.BLOCK_GROUP:
                frames.append(self._frame(_block_of(payload), at))
            case _:
                pass

    def _frame(self, block: bytes, at: int) -> Frame:
        track, cluster_time = self.track, self._cluster_time
        if track is None or cluster_time is None:
            raise BreachOfTake("a block comes before the time of its cluster")
        if len(block) <= _BLOCK_HEADER_BYTES:
            raise BreachOfTake("a block is empty")
        if block[0] != 0x80 | track.number:
            raise BreachOfTake("a block is of another track")
        if block[3] & _LACING:
            raise BreachOfTake("a block holds several frames")
        relative = (block[1] << 8 | block[2]) - ((block[1] & 0x80) << 9)
        time_us = (cluster_time + relative) * self._scale_ns // _NS_PER_US
        if not 0 <= time_us <= _LATEST_US:
            raise BreachOfTake("a block is of a time that cannot be")
        data = block[_BLOCK_HEADER_BYTES:]
        if track.codec is Codec.OPUS:
            lasts_us = opus.duration_us(data)
            if lasts_us is None:
                raise BreachOfTake("a block is no packet of Opus")
            return Frame(time_us, at, data, lasts_us, True)  # noqa: FBT003 - as it is declared
        is_key_of = pictures.is_key_of_vp8 if track.codec is Codec.VP8 else pictures.is_key_of_vp9
        is_key = is_key_of(data)
        if is_key is None:
            raise BreachOfTake(f"a block is no frame of {track.codec.upper()}")
        return Frame(time_us, at, data, 0, is_key)


def _check_header(payload: bytes) -> None:
    said = {child.id: child.payload for child in elements(payload)}
    if not said.keys() <= _OF_HEADER:
        raise BreachOfTake("an element that is not known stands in the header")
    if said.get(ids.DOC_TYPE, b"").rstrip(b"\0") != b"webm":
        raise BreachOfTake("this is no WebM")
    if (
        read_unsigned(said.get(ids.EBML_READ_VERSION, b"\1")) != _READ_VERSION
        or read_unsigned(said.get(ids.DOC_TYPE_READ_VERSION, b"\1")) not in _DOC_TYPE_READ_VERSIONS
    ):
        raise BreachOfTake("this is a version of WebM that is not known")


def _scale_of(payload: bytes) -> int:
    """Return how many ns a unit of time is."""
    scale_ns = _SCALE_NS
    for child in elements(payload):
        if child.id not in _OF_INFO:
            raise BreachOfTake("an element that is not known stands in what is said of the whole")
        if child.id == ids.TIMESTAMP_SCALE:
            scale_ns = read_unsigned(child.payload)
    if scale_ns not in _SCALES_NS:
        raise BreachOfTake("time is counted in units that are not taken")
    return scale_ns


def _block_of(group: bytes) -> bytes:
    blocks: list[bytes] = []
    for child in elements(group):
        if child.id == ids.BLOCK:
            blocks.append(child.payload)
        elif child.id not in _OF_GROUP:
            raise BreachOfTake("an element that is not known stands beside a block")
    if len(blocks) != 1:
        raise BreachOfTake("a group has one block")
    return blocks[0]
