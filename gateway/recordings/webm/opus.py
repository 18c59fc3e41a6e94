"""What an Opus packet says of itself (RFC 6716, 3.1 and 3.2), and the packet that is silent."""

from collections.abc import Iterator
from typing import Final

SILENCE_US: Final = 20_000
"""How long the usual packet of silence lasts."""

_SILENCES: Final = (
    (SILENCE_US, b"\xf8\xff\xfe"),
    (10_000, b"\xf0\xff\xfe"),
    (5_000, b"\xe8\xff\xfe"),
    (2_500, b"\xe0\xff\xfe"),
)
"""Packets of which nothing is heard, in whatever stream; the longest first."""

_FRAMES_MOST_US: Final = 120_000
_FRAME_US: Final = tuple(
    [10_000, 20_000, 40_000, 60_000] * 3 + [10_000, 20_000] * 2 + [2_500, 5_000, 10_000, 20_000] * 4
)
"""How long one frame of a packet lasts, by its configuration."""
_COUNT: Final = 0x3F
_ANY_COUNT: Final = 3


def duration_us(packet: bytes) -> int | None:
    """Return how long a packet lasts, in µs; None if it is no packet of Opus."""
    if not packet:
        return None
    code = packet[0] & 3
    if code == _ANY_COUNT:
        if len(packet) == 1:
            return None
        frames = packet[1] & _COUNT
    else:
        frames = 2 if code else 1
    lasts_us = frames * _FRAME_US[packet[0] >> 3]
    return lasts_us if 0 < lasts_us <= _FRAMES_MOST_US else None


def silence(lasts_us: int) -> Iterator[tuple[int, bytes]]:
    """Yield packets of silence, each with how long it lasts; a rest under 2.5 ms is left."""
    for each_us, packet in _SILENCES:
        while lasts_us >= each_us:
            yield each_us, packet
            lasts_us -= each_us
