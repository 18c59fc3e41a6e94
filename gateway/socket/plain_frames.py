"""The frames that nearly all are: whole, unextended, in one piece. The rest is the library's.

RFC 6455 section 5.2. Reading one here costs a tenth of what a parser does that may stop anywhere.
"""

from typing import Final

from websockets.frames import Opcode

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

_FIN: Final = 0x80
_MASKED: Final = 0x80
_MASK_BYTES: Final = 4
_FIRST_BYTES: Final = frozenset(fin | opcode for fin in (0, _FIN) for opcode in Opcode)
_SHORT_MOST: Final = 125
_TWO_BYTES: Final = 126
_EIGHT_BYTES: Final = 127
_TWO_BYTES_MOST: Final = 0xFFFF
HEADER_BYTES_MOST: Final = 14
"""Two bytes, eight of length, four of mask."""


def plain_frame(opcode: Opcode, payload: bytes) -> bytes:
    """Return a message as one frame of a server, which is not masked."""
    size = len(payload)
    if size <= _SHORT_MOST:
        return b"%c%c%b" % (_FIN | opcode, size, payload)
    if size <= _TWO_BYTES_MOST:
        return b"%c%c%b%b" % (_FIN | opcode, _TWO_BYTES, size.to_bytes(2), payload)
    return b"%c%c%b%b" % (_FIN | opcode, _EIGHT_BYTES, size.to_bytes(8), payload)


def plain_header(opcode: Opcode, size: int) -> bytes:
    """Return what stands before a payload of `size` bytes in such a frame."""
    if size <= _SHORT_MOST:
        return b"%c%c" % (_FIN | opcode, size)
    if size <= _TWO_BYTES_MOST:
        return b"%c%c%b" % (_FIN | opcode, _TWO_BYTES, size.to_bytes(2))
    return b"%c%c%b" % (_FIN | opcode, _EIGHT_BYTES, size.to_bytes(8))


def read_plain_frame(
    data: bytes, at: int, opcode: Opcode, *, max_bytes: int
) -> tuple[bytes, int] | None:
    """Read a client's frame that is a whole message of `opcode` and lies in `data` from `at` on.

    Returns its payload, unmasked, and where the next frame begins; None where it is of another
    kind, not all there, longer than `max_bytes` or against the protocol.
    """
    start = at + 6
    if len(data) < start or data[at] != _FIN | opcode:
        return None
    size = data[at + 1] - _MASKED
    if size == _TWO_BYTES:
        size = int.from_bytes(data[at + 2 : at + 4])
        start += 2
    if not 0 <= size <= max_bytes or data[at + 1] == _MASKED | _EIGHT_BYTES:
        return None
    end = start + size
    if len(data) < end:
        return None
    return apply_mask(data[start:end], data[start - 4 : start]), end


def frame_end(data: bytes, at: int) -> int | None:
    """Return where the client's frame that begins at `at` ends; None where its header is cut.

    What no client may send (extended, of an unknown kind, not masked) never becomes a frame: it
    ends with `data`, for the library to refuse without waiting for the rest.
    """
    if data[at] not in _FIRST_BYTES:
        return len(data)
    if len(data) < at + 2:
        return None
    if not data[at + 1] & _MASKED:
        return len(data)
    length_at = at + 2
    size = data[at + 1] & ~_MASKED
    extended = {_TWO_BYTES: 2, _EIGHT_BYTES: 8}.get(size, 0)
    if extended:
        if len(data) < length_at + extended:
            return None
        size = int.from_bytes(data[length_at : length_at + extended])
    return length_at + extended + _MASK_BYTES + size
