"""Sealing a take anew that another server has sealed. Run as a module, in a confined process.

The file of a stranger is read frame by frame and written as this server writes takes: nothing else
of it goes on. What the log does not allow may not be in it. A take that this program has sealed
comes out byte for byte as it was.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from gateway.confinement.confined import Declined, answer_many
from gateway.disk import FULL
from gateway.recordings.job import SEALED_NAME, SealedTake
from gateway.recordings.kept import KeptTime
from gateway.recordings.sealing import MEDIA_TYPES, digest_of
from gateway.recordings.webm import opus
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.reading import Frame, WebmReader
from gateway.recordings.webm.track import Track
from gateway.recordings.webm.writing import WebmWriter
from lessonroom.recording.recording import TakeKind

_US_PER_MS: Final = 1_000
_ROUNDED_MS: Final = 2
"""File time is in whole ms from a beginning in whole ms: what was allowed may seem so much off."""
_LAST_PICTURE_MOST_MS: Final = 1_000
_BLOCK_LEAST_BYTES: Final = 8
_READ_AT_ONCE_BYTES: Final = 256 * 1024
_SILENCES: Final = frozenset(packet for _, packet in opus.silence(37_500))


class Reseal(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed take is to be sealed anew; `directory` is for the result alone.

    `kept` are the parts of room time, in ms, of which it may hold something; `start_at` is when in
    the room it begins, `duration_ms` and `gaps` what was said of it.
    """

    path: str
    directory: str
    kind: TakeKind
    kept: list[tuple[int, int | None]]
    start_at: int
    duration_ms: int
    gaps: list[tuple[int, int]]


def answers(request: Reseal) -> Iterator[SealedTake]:
    """Yield the index of a take, once its file is on the disk, under `SEALED_NAME`.

    Raises:
        Declined: it is no take, or holds what was not to be kept; there is no room for it.

    """
    source, target = Path(request.path), Path(request.directory) / SEALED_NAME
    try:
        fd = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "w+b") as file, source.open("rb") as taken:
            index = resealed(taken, source.stat().st_size, file, request)
            file.flush()
            os.fsync(fd)
    except BreachOfTake as breach:
        raise Declined(str(breach)) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise Declined("there is no room on the disk for the file", is_too_much=True) from error
    yield index


def resealed(source: BinaryIO, size_bytes: int, file: BinaryIO, request: Reseal) -> SealedTake:
    """Write the file of a take anew; return its index.

    Raises:
        BreachOfTake: it is no take.
        Declined: it holds what was not to be kept.

    """
    kept = KeptTime(_widened(request.kept))
    reader = WebmReader(elements_most=size_bytes // _BLOCK_LEAST_BYTES + 100)
    writer: WebmWriter | None = None
    track: Track | None = None
    last_ms = end_ms = 0
    while piece := source.read(_READ_AT_ONCE_BYTES):
        for frame in reader.feed(piece):
            if writer is None or track is None:
                track = _track_of(reader, request.kind)
                writer = WebmWriter(file, track)
            at_ms = frame.time_us // _US_PER_MS
            if at_ms < last_ms:
                raise BreachOfTake("a block goes back in time")
            _require_kept(frame, request.start_at + at_ms, kept)
            writer.add(at_ms, frame.data, is_key=frame.is_key)
            last_ms = at_ms
            end_ms = at_ms + -(-frame.lasts_us // _US_PER_MS)
    if writer is None or track is None:
        raise BreachOfTake("there is nothing in it")
    # How long the last picture was shown, or what was rounded, its file does not say.
    is_likely = end_ms - _ROUNDED_MS <= request.duration_ms <= end_ms + _LAST_PICTURE_MOST_MS
    duration_ms = request.duration_ms if is_likely else end_ms
    runs = writer.finish(duration_ms)
    return SealedTake(
        chunks=1,
        is_whole=True,
        media_type=MEDIA_TYPES[track.codec.is_picture],
        codec=track.codec.value,
        width=track.width,
        height=track.height,
        start_at=request.start_at,
        duration_ms=duration_ms,
        gaps=request.gaps,
        sha256=digest_of(file),
        size_bytes=file.seek(0, os.SEEK_END),
        clusters=runs if track.codec.is_picture else [],
    )


def _track_of(reader: WebmReader, kind: TakeKind) -> Track:
    track = reader.track
    assert track is not None  # noqa: S101 - a frame came
    if track.codec.is_picture == (kind is TakeKind.AUDIO):
        raise BreachOfTake(f"this is no take of the kind {kind}")
    return track


def _require_kept(frame: Frame, at_ms: int, kept: KeptTime) -> None:
    """Refuse what the log does not allow; silence stands for what is not kept."""
    begin_us = at_ms * _US_PER_MS
    if kept.holds(begin_us, begin_us + frame.lasts_us):
        return
    if frame.data not in _SILENCES:
        raise Declined(f"holds something of {at_ms}, of which the log lets nothing be kept")


def _widened(parts: Sequence[tuple[int, int | None]]) -> Iterator[tuple[int, int | None]]:
    before_ms = 0
    for begin_ms, end_ms in parts:
        begin = max(before_ms, begin_ms - _ROUNDED_MS)
        end = None if end_ms is None else end_ms + _ROUNDED_MS
        yield begin, end
        before_ms = end or begin


if __name__ == "__main__":
    answer_many(Reseal, answers)
