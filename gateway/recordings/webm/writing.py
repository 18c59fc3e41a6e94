"""A WebM file of our own: sizes known, with `Duration` and `Cues`, and nothing but frames in it."""

from collections.abc import Callable
from typing import BinaryIO, Final

from gateway.recordings.job import Cluster
from gateway.recordings.webm import ids
from gateway.recordings.webm.ebml import element, id_of, real, size_of, unsigned
from gateway.recordings.webm.track import CODEC_IDS, Codec, Track

CLUSTER_MS: Final = 5_000
_CLUSTER_MOST_BYTES: Final = 4 * 1024 * 1024
_MADE_BY: Final = b"lessonroom"
_SCALE_NS: Final = 1_000_000
_SAMPLES_PER_S: Final = 48_000
_NS_PER_S: Final = 1_000_000_000
_SEEK_PRE_ROLL_NS: Final = 80_000_000
_KEY_FLAG: Final = 0x80
_WIDE_BYTES: Final = 8
_HEADER: Final = element(
    ids.EBML,
    unsigned(ids.EBML_VERSION, 1)
    + unsigned(ids.EBML_READ_VERSION, 1)
    + unsigned(ids.EBML_MAX_ID_LENGTH, 4)
    + unsigned(ids.EBML_MAX_SIZE_LENGTH, 8)
    + element(ids.DOC_TYPE, b"webm")
    + unsigned(ids.DOC_TYPE_VERSION, 4)
    + unsigned(ids.DOC_TYPE_READ_VERSION, 2),
)
_SEGMENT: Final = id_of(ids.SEGMENT)


class WebmWriter:
    """Writes one track, frame by frame; what has no end yet is held, a cluster at the most.

    Clusters are of 5 s. Of pictures, what `Cues` and `runs` name begins with one that needs no
    other, so it may be longer.

    Args:
        file: where to write, from its beginning; seekable.
        track: what the frames are of.

    """

    def __init__(self, file: BinaryIO, track: Track) -> None:
        self._file = file
        self._track = track
        self._blocks: list[bytes] = []
        self._blocks_bytes = 0
        self._cluster_ms = 0
        self._run_ms: int | None = None
        self._began: list[tuple[int, int]] = []
        self._size = file.write(self._beginning(0, 0, 0))

    def add(self, at_ms: int, data: bytes, *, is_key: bool) -> None:
        """Write a frame; `at_ms`, file time, is not before that of the one before."""
        if self._run_ms is None or (is_key and at_ms - self._run_ms >= CLUSTER_MS):
            self._flush()
            self._run_ms = self._cluster_ms = at_ms
            self._began.append((at_ms, self._size))
        elif at_ms - self._cluster_ms >= CLUSTER_MS or self._blocks_bytes > _CLUSTER_MOST_BYTES:
            self._flush()
            self._cluster_ms = at_ms
        head = b"\xa3%b\x81%b%c" % (
            size_of(len(data) + 4),
            (at_ms - self._cluster_ms).to_bytes(2),
            _KEY_FLAG if is_key else 0,
        )
        self._blocks += [head, data]
        self._blocks_bytes += len(head) + len(data)

    def finish(self, duration_ms: int) -> list[Cluster]:
        """Write what is left, and what could not be known before; return the runs."""
        self._flush()
        cues_at = self._size
        self._write(element(ids.CUES, b"".join(map(self._cue, self._began))))
        ends = [*(offset for _, offset in self._began[1:]), cues_at]
        self._file.seek(0)
        self._file.write(self._beginning(self._size, cues_at, duration_ms))
        self._file.seek(0, 2)
        return [
            Cluster(at_ms, offset, end - offset)
            for (at_ms, offset), end in zip(self._began, ends, strict=True)
        ]

    def _flush(self) -> None:
        if self._blocks:
            time = unsigned(ids.TIMESTAMP, self._cluster_ms)
            size = size_of(len(time) + self._blocks_bytes)
            self._write(b"".join([id_of(ids.CLUSTER), size, time, *self._blocks]))
            self._blocks.clear()
            self._blocks_bytes = 0

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._size += len(content)

    def _cue(self, began: tuple[int, int]) -> bytes:
        at_ms, offset = began
        position = unsigned(ids.CUE_CLUSTER_POSITION, offset - _segment_at())
        where = element(ids.CUE_TRACK_POSITIONS, unsigned(ids.CUE_TRACK, 1) + position)
        return element(ids.CUE_POINT, unsigned(ids.CUE_TIME, at_ms) + where)

    def _beginning(self, size: int, cues_at: int, duration_ms: int) -> bytes:
        """Return all before the first cluster; it has as many bytes whatever is said in it."""
        info = element(
            ids.INFO,
            unsigned(ids.TIMESTAMP_SCALE, _SCALE_NS)
            + real(ids.DURATION, float(duration_ms))
            + element(ids.MUXING_APP, _MADE_BY)
            + element(ids.WRITING_APP, _MADE_BY),
        )
        tracks = element(ids.TRACKS, element(ids.TRACK_ENTRY, _entry_of(self._track)))
        begin = _segment_at()

        def seek_head(info_at: int) -> bytes:
            places = {ids.INFO: info_at, ids.TRACKS: info_at + len(info), ids.CUES: cues_at - begin}
            return element(ids.SEEK_HEAD, b"".join(map(_seek, places, places.values())))

        info_at = len(seek_head(0))
        segment = _SEGMENT + size_of(max(0, size - begin), length=_WIDE_BYTES)
        return _HEADER + segment + seek_head(info_at) + info + tracks


def _segment_at() -> int:
    """Return where in the file the segment's content begins: places are counted from there."""
    return len(_HEADER) + len(_SEGMENT) + _WIDE_BYTES


def _seek(number: int, at: int) -> bytes:
    where = unsigned(ids.SEEK_POSITION, max(0, at), length=_WIDE_BYTES)
    return element(ids.SEEK, element(ids.SEEK_ID, id_of(number)) + where)


def _entry_of(track: Track) -> bytes:
    described: Callable[[Track], bytes] = _pictures if track.codec.is_picture else _sound
    return (
        unsigned(ids.TRACK_NUMBER, 1)
        + unsigned(ids.TRACK_UID, 1)
        + unsigned(ids.TRACK_TYPE, 1 if track.codec.is_picture else 2)
        + unsigned(ids.FLAG_LACING, 0)
        + element(ids.CODEC_ID, CODEC_IDS[track.codec].encode())
        + described(track)
    )


def _pictures(track: Track) -> bytes:
    sides = unsigned(ids.PIXEL_WIDTH, track.width) + unsigned(ids.PIXEL_HEIGHT, track.height)
    return element(ids.VIDEO, sides)


def _sound(track: Track) -> bytes:
    assert track.codec is Codec.OPUS  # noqa: S101 - the one codec of sound
    head = (
        *(b"OpusHead\1", track.channels.to_bytes(), track.pre_skip.to_bytes(2, "little")),
        *(_SAMPLES_PER_S.to_bytes(4, "little"), bytes(3)),
    )
    return (
        unsigned(ids.CODEC_DELAY, track.pre_skip * _NS_PER_S // _SAMPLES_PER_S)
        + unsigned(ids.SEEK_PRE_ROLL, _SEEK_PRE_ROLL_NS)
        + element(ids.CODEC_PRIVATE, b"".join(head))
        + element(
            ids.AUDIO,
            real(ids.SAMPLING_FREQUENCY, float(_SAMPLES_PER_S))
            + unsigned(ids.CHANNELS, track.channels),
        )
    )
