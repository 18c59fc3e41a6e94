"""Rewriting a take onto room time. Run as a module, it does so in a confined process.

It reads the chunks twice: once for when each came, which says where the recorder's time lies in the
room's, and once for the frames. What it holds does not grow with the lesson. Nothing is decoded.
"""

import hashlib
import heapq
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from gateway.confinement.confined import Declined, answer_many
from gateway.disk import FULL
from gateway.recordings.chunk_file import Chunk, chunks_in
from gateway.recordings.clock import Placed, VoiceClock, offsets_of, pictures_placed
from gateway.recordings.job import SEALED_NAME, Seal, SealedTake
from gateway.recordings.kept import KeptTime
from gateway.recordings.webm import opus
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.reading import Frame, WebmReader
from gateway.recordings.webm.track import Track
from gateway.recordings.webm.writing import WebmWriter

Chunks = Callable[[], Iterable[Chunk]]
"""Yields the chunks of a take from the first, whenever it is called."""
Clock = Callable[[Sequence[int | None]], Sequence[int]]

_GAP_LEAST_US: Final = 200_000
"""What is shorter is not named: nobody hears it as one."""
_GAPS_MOST: Final = 2_000
"""The longest are named."""
_LAST_PICTURE_MOST_US: Final = 1_000_000
_US_PER_MS: Final = 1_000
_READ_AT_ONCE_BYTES: Final = 1024 * 1024
MEDIA_TYPES: Final = {False: "audio/webm", True: "video/webm"}


class _Survey(msgspec.Struct, frozen=True):
    """What the first reading tells: of each chunk where it begins, and when in the room it lies."""

    track: Track | None
    begins: list[int]
    offsets_us: Sequence[int]
    chunks: int
    """As many are good."""


class _Written(msgspec.Struct):
    """What has come into the file so far; times in µs of the room."""

    start_us: int = 0
    end_us: int = 0
    begun: bool = False
    gaps: list[tuple[int, int]] = []

    def note_gap(self, begin_us: int, end_us: int) -> None:
        """Name a part of which the file holds nothing, if it is long enough."""
        if end_us - begin_us < _GAP_LEAST_US:
            return
        heapq.heappush(self.gaps, (end_us - begin_us, begin_us))
        if len(self.gaps) > _GAPS_MOST:
            heapq.heappop(self.gaps)

    def gaps_ms(self) -> list[tuple[int, int]]:
        """Return those that are named, in order, in ms."""
        return sorted(
            (begin_us // _US_PER_MS, (begin_us + length_us) // _US_PER_MS)
            for length_us, begin_us in self.gaps
        )


def answers(request: Seal) -> Iterator[SealedTake]:
    """Yield the index of a take, once its file is on the disk, under `SEALED_NAME`.

    Raises:
        Declined: there is no room for it.

    """
    source, target = Path(request.path), Path(request.directory) / SEALED_NAME

    def chunks() -> Iterable[Chunk]:
        return itertools.islice(chunks_in(source), request.chunks)

    try:
        fd = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "w+b") as file:
            index = seal(chunks, KeptTime(request.kept), file)
            file.flush()
            os.fsync(fd)
        if not index.size_bytes:
            target.unlink()
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise Declined("there is no room on the disk for the file", is_too_much=True) from error
    yield msgspec.structs.replace(index, is_whole=index.chunks == request.chunks)


def seal(
    chunks: Chunks, kept: KeptTime, file: BinaryIO, *, clock: Clock = offsets_of
) -> SealedTake:
    """Write the file of a take; return its index. Where nothing may be kept, nothing is written.

    Args:
        chunks: the take, to be read twice.
        kept: what of it the file may hold.
        file: empty; to be written and read, from its beginning.
        clock: says where each chunk lies in room time, by when they came.

    """
    survey = _survey(chunks, clock)
    index = SealedTake(chunks=survey.chunks, is_whole=True)
    if survey.track is None:
        return index
    track = survey.track
    written = _Written()
    writer = WebmWriter(file, track)
    voice = VoiceClock()
    if track.codec.is_picture:
        _write_pictures(pictures_placed(_timed(chunks, survey)), kept, writer, written)
    else:
        _write_voice(voice.placed(_timed(chunks, survey)), kept, writer, written)
    if not written.begun:
        file.seek(0)
        file.truncate()
        return index
    duration_ms = -(-(written.end_us - written.start_us) // _US_PER_MS)
    runs = writer.finish(duration_ms)
    return msgspec.structs.replace(
        index,
        media_type=MEDIA_TYPES[track.codec.is_picture],
        codec=track.codec.value,
        width=track.width,
        height=track.height,
        start_at=written.start_us // _US_PER_MS,
        duration_ms=duration_ms,
        inserted_ms=voice.inserted_us // _US_PER_MS,
        dropped_ms=voice.dropped_us // _US_PER_MS,
        gaps=written.gaps_ms(),
        sha256=digest_of(file),
        size_bytes=file.seek(0, os.SEEK_END),
        clusters=runs if track.codec.is_picture else [],
    )


def _survey(chunks: Chunks, clock: Clock) -> _Survey:
    reader = WebmReader()
    begins: list[int] = []
    came_us: list[int] = []
    ends_us: list[int | None] = []
    size = chunk_of = 0
    for chunk in chunks():
        try:
            frames = reader.feed(chunk.data)
        except BreachOfTake:
            # It was looked at when it came: it is the disk that has changed it.
            break
        begins.append(size)
        came_us.append(chunk.at_ms * _US_PER_MS)
        ends_us.append(None)
        size += len(chunk.data)
        for frame in frames:
            while chunk_of + 1 < len(begins) and begins[chunk_of + 1] <= frame.begins_at:
                chunk_of += 1
            end_us = ends_us[chunk_of]
            if end_us is None or frame.end_us > end_us:
                ends_us[chunk_of] = frame.end_us
    anchors = [
        None if end_us is None else at_us - end_us
        for at_us, end_us in zip(came_us, ends_us, strict=True)
    ]
    return _Survey(reader.track, begins, clock(anchors), len(begins))


def _timed(chunks: Chunks, survey: _Survey) -> Iterator[tuple[int, Frame]]:
    """Yield all frames, and when in the room they began by the clock of the recorder."""
    reader = WebmReader()
    begins, offsets_us, k = survey.begins, survey.offsets_us, 0
    for chunk in itertools.islice(chunks(), survey.chunks):
        for frame in reader.feed(chunk.data):
            while k + 1 < len(begins) and begins[k + 1] <= frame.begins_at:
                k += 1
            yield frame.time_us + offsets_us[k], frame


def _write_voice(
    placed: Iterable[Placed], kept: KeptTime, writer: WebmWriter, written: _Written
) -> None:
    """Write packets, and silence wherever there are none between two of them."""
    for packet in placed:
        at_us, frame = packet.at_us, packet.frame
        end_us = at_us + frame.lasts_us
        if not kept.holds(at_us, end_us):
            continue
        if not written.begun:
            written.begun, written.start_us, written.end_us = True, at_us, at_us
        elif at_us > written.end_us:
            written.note_gap(written.end_us, at_us)
            for silent_us, silence in opus.silence(at_us - written.end_us):
                at_ms = (written.end_us - written.start_us) // _US_PER_MS
                writer.add(at_ms, silence, is_key=True)
                written.end_us += silent_us
        writer.add((at_us - written.start_us) // _US_PER_MS, frame.data, is_key=True)
        written.end_us = end_us


def _write_pictures(
    placed: Iterable[Placed], kept: KeptTime, writer: WebmWriter, written: _Written
) -> None:
    """Write pictures; after some that are not kept, from the next on that needs none of them."""
    is_broken = True
    last_us = 0
    for picture in placed:
        at_us, frame = picture.at_us, picture.frame
        if not kept.holds(at_us, at_us):
            is_broken = True
            continue
        if is_broken and not frame.is_key:
            continue
        if not written.begun:
            written.begun, written.start_us, last_us = True, at_us, at_us
        elif is_broken:
            written.note_gap(written.end_us, at_us)
        is_broken = False
        writer.add((at_us - written.start_us) // _US_PER_MS, frame.data, is_key=frame.is_key)
        # The last is shown for as long as the one before it was.
        written.end_us = at_us + min(at_us - last_us, _LAST_PICTURE_MOST_US)
        last_us = at_us


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a whole file."""
    sha256 = hashlib.sha256()
    file.seek(0)
    while part := file.read(_READ_AT_ONCE_BYTES):
        sha256.update(part)
    return sha256.hexdigest()


if __name__ == "__main__":
    answer_many(Seal, answers)
