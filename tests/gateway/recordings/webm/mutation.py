"""Takes, changed by chance until something gives. A seed gives the same inputs again."""

import random
from collections.abc import Iterator
from typing import Final

from gateway.recordings.webm import ids
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.ebml import element, id_of, size_of, unsigned
from gateway.recordings.webm.reading import BLOCK_MOST_BYTES, Frame, WebmReader
from tests.gateway.recordings.takes import (
    HEADER,
    INFO,
    PICTURES_BEGIN,
    UNKNOWN_SIZE,
    VOICE_BEGIN,
    block,
    cluster,
    entry,
    frames_of,
    packet,
    picture,
    recorded,
    recorded_chunks,
)

_BEGINNING_BYTES: Final = 1_500
_TOKENS: Final = (
    UNKNOWN_SIZE, b"\xff", b"\x7f\xff", b"\x1f\xff\xff\xff", b"\x01" + bytes(7), b"\x00", b"\x80",
    size_of(2**56 - 2), size_of(2**32), size_of(BLOCK_MOST_BYTES), size_of(0, length=8), bytes(9),
    HEADER, VOICE_BEGIN, INFO, element(ids.TRACKS, entry()), element(ids.TRACKS, entry() * 9),
    entry(), cluster(0), cluster(0) * 20, cluster(2**40), block(packet(0, 40)), block(b"\xf8"),
    block(packet(0, 40), flags=0x86), block(packet(0, 40), after_ms=-32_768), b"\xa3", b"\xa0",
    block(packet(0, 40), number=2), element(ids.VOID, bytes(20)), element(ids.VOID, b"") * 30,
    element(ids.BLOCK_GROUP, element(ids.BLOCK, b"\x81\x00\x00\x00" + packet(0, 40))),
    element(ids.BLOCK_GROUP, element(ids.BLOCK_GROUP, element(ids.BLOCK_GROUP, b""))),
    *(id_of(number) + UNKNOWN_SIZE for number in (ids.SEGMENT, ids.CLUSTER, ids.TRACKS)),
    unsigned(ids.TIMESTAMP, 2**63), unsigned(ids.TIMESTAMP_SCALE, 0), b"<script>", b"OpusHead",
    b"V_VP8", b"V_VP9", b"A_OPUS", b"webm", b"matroska",
)  # fmt: skip


class Mutator:
    """Makes streams out of those that were recorded, and of some made up."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - inputs of tests, not secrets
        made = [
            VOICE_BEGIN + cluster(0, *(block(packet(i, 60), after_ms=60 * i) for i in range(6))),
            PICTURES_BEGIN
            + cluster(0, *(block(picture(i, is_key=not i, size=60)) for i in range(4)))
            + cluster(900, block(picture(9, is_key=True, size=60))),
        ]
        came = [b"".join(chunk.data for chunk in recorded_chunks(name)) for name in recorded()]
        self._streams = [*made, *made, *(stream[:_BEGINNING_BYTES] for stream in came)]

    def inputs(self, count: int) -> Iterator[bytes]:
        """Iterate over `count` streams, most of them wrong."""
        chance = self._random
        for _ in range(count):
            stream = bytearray(chance.choice(self._streams))
            for _ in range(chance.choice((0, 1, 1, 1, 2, 5))):
                self._damage(stream)
            yield bytes(stream)

    def pieces(self, stream: bytes) -> list[bytes]:
        """Return a stream in pieces of any size."""
        pieces, at = [], 0
        while at < len(stream):
            size = self._random.choice((1, 1, 2, 3, 7, 60, 400, 2_000))
            pieces.append(stream[at : at + size])
            at += size
        return pieces

    def _damage(self, stream: bytearray) -> None:
        chance = self._random
        # Most of what decides stands at the beginning.
        most = len(stream) if chance.random() < 0.5 else min(len(stream), 250)
        at = chance.randrange(most + 1)
        match chance.randrange(6):
            case 0 | 1:
                if at < len(stream):
                    stream[at] ^= 1 << chance.randrange(8)
            case 2:
                stream[at:at] = chance.choice(_TOKENS)
            case 3:
                token = chance.choice(_TOKENS)
                stream[at : at + len(token)] = token
            case 4:
                del stream[at : at + chance.choice((1, 2, 8, 90))]
            case _:
                other = chance.choice(self._streams)
                begin = chance.randrange(len(other))
                stream[at:at] = other[begin : begin + chance.choice((4, 30, 300))]


def check(mutator: Mutator, stream: bytes) -> str:
    """Read a stream at once and in pieces, check all that holds of it, and say what it was."""
    try:
        frames = frames_of(stream)
    except BreachOfTake:
        assert _read_in_pieces(mutator, stream)[1], "what is refused at once is refused in pieces"
        return "refused"
    in_pieces, is_refused = _read_in_pieces(mutator, stream)
    assert not is_refused
    assert in_pieces == frames
    for frame in frames:
        assert 0 < len(frame.data) <= BLOCK_MOST_BYTES
        assert 0 <= frame.time_us <= 7 * 86_400 * 1_000_000
        assert 0 <= frame.lasts_us <= 120_000
        assert frame.data in stream
    return "frames" if frames else "nothing"


def _read_in_pieces(mutator: Mutator, stream: bytes) -> tuple[list[Frame], bool]:
    reader, frames = WebmReader(), []
    try:
        for piece in mutator.pieces(stream):
            frames += reader.feed(piece)
            assert len(reader._held) <= len(stream)
    except BreachOfTake:
        return frames, True
    return frames, False


def check_many(seed: int, count: int) -> dict[str, int]:
    """Check so many streams; return how many were what."""
    mutator = Mutator(seed)
    found = {"frames": 0, "nothing": 0, "refused": 0}
    for n, stream in enumerate(mutator.inputs(count)):
        try:
            found[check(mutator, stream)] += 1
        except Exception as error:
            error.add_note(f"seed {seed}, input {n}: {stream!r}")
            raise
    return found
