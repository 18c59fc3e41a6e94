"""What a frame of VP8 (RFC 6386, 9.1) or VP9 (bitstream 0.6, 6.2) says of itself."""

from typing import Final

_VP8_HEADER_BYTES: Final = 3
_VP8_KEY_HEADER_BYTES: Final = 10
_VP8_START_CODE: Final = b"\x9d\x01\x2a"
_VP9_MARKER: Final = 2
_VP9_START_CODE: Final = b"\x49\x83\x42"


def is_key_of_vp8(frame: bytes) -> bool | None:
    """Whether a frame needs no other; None if it is none of VP8."""
    if len(frame) < _VP8_HEADER_BYTES:
        return None
    if frame[0] & 1:
        return False
    begins_well = len(frame) >= _VP8_KEY_HEADER_BYTES and frame[3:6] == _VP8_START_CODE
    return True if begins_well else None


def is_key_of_vp9(frame: bytes) -> bool | None:
    """Whether a frame needs no other; None if it is none of VP9, profile 0.

    Browsers record profile 0 alone: eight bits, 4:2:0.
    """
    # From the top: marker (2 bits), profile (2), shows one again (1), is none of its own (1).
    if not frame or frame[0] >> 6 != _VP9_MARKER or frame[0] & 0x30:
        return None
    if frame[0] & 0x0C:
        return False
    return True if frame[1:4] == _VP9_START_CODE else None
