"""Takes that are made up: packets that say when in the room they were recorded."""

import io
import itertools
import json
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from gateway.recordings.chunk_file import Chunk
from gateway.recordings.clock import offsets_of
from gateway.recordings.job import SealedTake
from gateway.recordings.kept import KeptTime
from gateway.recordings.sealing import Clock, seal
from gateway.recordings.webm import ids
from gateway.recordings.webm.ebml import element, id_of, real, unsigned
from gateway.recordings.webm.reading import Frame, WebmReader

STREAMS: Final = Path(__file__).parent / "streams"
T0_MS: Final = 1_800_000_000_000
"""When the takes begin, room time."""
UNKNOWN_SIZE: Final = b"\x01" + b"\xff" * 7
PACKET_MS: Final = 60
CHUNK_MS: Final = 2_000
CLUSTER_MS: Final = 30_000
_LEAST_MARKED_BYTES: Final = 20

HEADER: Final = element(
    ids.EBML, unsigned(ids.EBML_READ_VERSION, 1) + element(ids.DOC_TYPE, b"webm")
)
OPUS_HEAD: Final = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
SOUND: Final = element(ids.AUDIO, real(ids.SAMPLING_FREQUENCY, 48_000) + unsigned(ids.CHANNELS, 1))
PICTURES: Final = element(
    ids.VIDEO, unsigned(ids.PIXEL_WIDTH, 320) + unsigned(ids.PIXEL_HEIGHT, 180)
)
INFO: Final = element(ids.INFO, unsigned(ids.TIMESTAMP_SCALE, 1_000_000))


def entry(codec: bytes = b"A_OPUS", described: bytes = SOUND, *, number: int = 1) -> bytes:
    """Return a track, as it stands among others."""
    private = element(ids.CODEC_PRIVATE, OPUS_HEAD) if codec == b"A_OPUS" else b""
    return element(
        ids.TRACK_ENTRY,
        unsigned(ids.TRACK_NUMBER, number)
        + unsigned(ids.TRACK_TYPE, 2 if codec.startswith(b"A") else 1)
        + element(ids.CODEC_ID, codec)
        + private
        + described,
    )


def segment(*inside: bytes) -> bytes:
    """Return a segment that does not say how large it is."""
    return id_of(ids.SEGMENT) + UNKNOWN_SIZE + b"".join(inside)


VOICE_BEGIN: Final = HEADER + segment(INFO, element(ids.TRACKS, entry()))
PICTURES_BEGIN: Final = HEADER + segment(INFO, element(ids.TRACKS, entry(b"V_VP8", PICTURES)))


def cluster(at_ms: int, *blocks: bytes) -> bytes:
    """Return a cluster that does not say how large it is."""
    return id_of(ids.CLUSTER) + UNKNOWN_SIZE + unsigned(ids.TIMESTAMP, at_ms) + b"".join(blocks)


def block(data: bytes, *, after_ms: int = 0, flags: int = 0x80, number: int = 1) -> bytes:
    """Return a frame in a block."""
    head = bytes([0x80 | number]) + after_ms.to_bytes(2, signed=True) + bytes([flags])
    return element(ids.SIMPLE_BLOCK, head + data)


def packet(true_us: int, size: int = 240) -> bytes:
    """Return 60 ms of Opus that say when they were recorded; nobody could hear them."""
    return b"\xfb\x03" + struct.pack(">q", true_us) + bytes(size - 10)


def picture(true_us: int, *, is_key: bool, size: int = 800) -> bytes:
    """Return a frame of VP8 that says when it was recorded; nobody could see it."""
    head = b"\x10\x00\x00\x9d\x01\x2a\x40\x01\xb4\x00" if is_key else b"\x11\x00\x00" + bytes(7)
    return head + struct.pack(">q", true_us) + bytes(size - 18)


def marked_us(frame: Frame) -> int | None:
    """Return when a frame says that it was recorded; None of silence."""
    if len(frame.data) < _LEAST_MARKED_BYTES:
        return None
    at = 2 if frame.lasts_us else 10
    return int(struct.unpack_from(">q", frame.data, at)[0])


def chunked(
    frames: Iterable[tuple[float, float, bytes]],
    *,
    begin: bytes = VOICE_BEGIN,
    late_ms: Callable[[int], float] = lambda _: 0,
) -> Iterator[Chunk]:
    """Yield the chunks of a take, cut as Chromium does: behind the first byte of the next block.

    Args:
        frames: of each its time by the recorder, when in the room it is over, in ms, and its bytes.
        begin: what stands before the first cluster.
        late_ms: by how much a chunk comes later than it could.

    """
    data, n, cluster_ms, cut_ms = bytearray(begin), 0, None, T0_MS + CHUNK_MS
    over_ms: float = T0_MS
    for time_ms, over_ms, content in frames:
        if cluster_ms is None or time_ms - cluster_ms > CLUSTER_MS:
            cluster_ms = round(time_ms)
            data += cluster(cluster_ms)
        made = block(content, after_ms=round(time_ms) - cluster_ms)
        data += made[:1]
        if over_ms >= cut_ms:
            at_ms = round(over_ms + late_ms(n))
            yield Chunk(n, at_ms, at_ms + 40, bytes(data))
            data.clear()
            n += 1
            cut_ms += CHUNK_MS * -int((cut_ms - over_ms - 1) // CHUNK_MS)
        data += made[1:]
    at_ms = round(over_ms + late_ms(n))
    yield Chunk(n, at_ms, at_ms + 40, bytes(data))


def voice(
    lasts_s: float,
    *,
    ppm: float = 0,
    lost_ms: Callable[[int], float] = lambda _: 0,
    late_ms: Callable[[int], float] = lambda _: 0,
) -> Iterator[Chunk]:
    """Yield a voice.

    Args:
        lasts_s: how long.
        ppm: by how much the recorder's clock is too fast.
        lost_ms: how much sound was lost before each packet, by its number.
        late_ms: by how much each chunk comes late, by its number.

    """

    def frames() -> Iterator[tuple[float, float, bytes]]:
        true_ms = float(T0_MS)
        for i in itertools.count():
            true_ms += lost_ms(i)
            if true_ms >= T0_MS + 1000 * lasts_s:
                return
            over_ms = true_ms + PACKET_MS / (1 + ppm / 1e6)
            yield i * PACKET_MS, over_ms, packet(round(true_ms * 1000))
            true_ms = over_ms

    return chunked(frames(), late_ms=late_ms)


def pictures(
    lasts_s: float, *, per_s: int = 12, key_every: int = 100, ppm: float = 0, size: int = 800
) -> Iterator[Chunk]:
    """Yield what a camera sees."""

    def frames() -> Iterator[tuple[float, float, bytes]]:
        for i in range(int(lasts_s * per_s)):
            true_ms = T0_MS + 1000 * i / per_s
            time_ms = 1000 * i / per_s * (1 + ppm / 1e6)
            content = picture(round(true_ms * 1000), is_key=i % key_every == 0, size=size)
            yield time_ms, true_ms, content

    return chunked(frames(), begin=PICTURES_BEGIN)


def sealed(
    chunks: Iterable[Chunk],
    kept: Sequence[tuple[int, int | None]] = ((0, None),),
    *,
    clock: Clock = offsets_of,
) -> tuple[SealedTake, bytes]:
    """Return the index and the file of a take."""
    taken, file = list(chunks), io.BytesIO()
    index = seal(lambda: taken, KeptTime(kept), file, clock=clock)
    return index, file.getvalue()


def frames_of(content: bytes) -> list[Frame]:
    """Return all frames of a file."""
    return WebmReader().feed(content)


def errors_ms(index: SealedTake, content: bytes) -> list[float]:
    """Return by how much each frame of a file is later than it was in the room."""
    return [
        index.start_at + frame.time_us / 1000 - true_us / 1000
        for frame in frames_of(content)
        if (true_us := marked_us(frame)) is not None
    ]


def recorded() -> dict[str, Any]:
    """Return what `record.mjs` says of the streams that it recorded, by their names."""
    described: dict[str, Any] = json.loads((STREAMS / "streams.json").read_bytes())
    return described


def recorded_chunks(name: str) -> list[Chunk]:
    """Return a stream that Chromium recorded, in the chunks that it came in."""
    content = (STREAMS / f"{name}.webm").read_bytes()
    chunks: list[Chunk] = []
    at = 0
    for n, (length, at_ms) in enumerate(recorded()[name]["chunks"]):
        chunks.append(Chunk(n, at_ms, at_ms + 40, content[at : at + length]))
        at += length
    return chunks
