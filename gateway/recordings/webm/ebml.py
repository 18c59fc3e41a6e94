"""The elements that a WebM file consists of: their ids and sizes, read and written (RFC 8794).

Readers look at bytes from a position on, and say by `None` that more are needed. Nothing here
allocates what a size only claims.
"""

import struct
from collections.abc import Iterator
from typing import Final

import msgspec

from gateway.recordings.webm.breach import BreachOfTake

UNKNOWN: Final = -1
"""The size of an element that does not say where it ends: all bits of its size are set."""

_ID_MOST_BYTES: Final = 4
_SIZE_MOST_BYTES: Final = 8
_LENGTHS: Final = bytes(9 - value.bit_length() for value in range(256))
"""How many bytes a number has, by its first byte: where the highest bit that is set stands."""
_UNSIGNED_MOST_BYTES: Final = 8
_CHILDREN_MOST: Final = 256
"""Of one element: a take's have a dozen."""


class NotEbml(BreachOfTake):
    """These bytes are no element."""


class Element(msgspec.Struct, frozen=True):
    """An element that is there whole."""

    id: int
    payload: bytes


def read_id(data: bytes, at: int) -> tuple[int, int] | None:
    """Return the id that begins at a position, with its marker, and how many bytes it has.

    Raises:
        NotEbml: it would be longer than four bytes, or is one of those that are never used.

    """
    if at >= len(data):
        return None
    length = _LENGTHS[data[at]]
    if length > _ID_MOST_BYTES:
        raise NotEbml("this is no id of an element")
    if at + length > len(data):
        return None
    found = int.from_bytes(data[at : at + length])
    value = found & ((1 << 7 * length) - 1)
    if value in {0, (1 << 7 * length) - 1}:
        raise NotEbml("this id is reserved")
    return found, length


def read_size(data: bytes, at: int) -> tuple[int, int] | None:
    """Return the size that begins at a position, or `UNKNOWN`, and how many bytes it has.

    Raises:
        NotEbml: it would be longer than eight bytes.

    """
    if at >= len(data):
        return None
    length = _LENGTHS[data[at]]
    if length > _SIZE_MOST_BYTES:
        raise NotEbml("this is no size of an element")
    if at + length > len(data):
        return None
    all_set = (1 << 7 * length) - 1
    value = int.from_bytes(data[at : at + length]) & all_set
    return UNKNOWN if value == all_set else value, length


def elements(payload: bytes) -> Iterator[Element]:
    """Yield the children of an element that is there whole; not theirs.

    Raises:
        NotEbml: they do not fill it exactly, one has no known size, or they are too many.

    """
    at = children = 0
    while at < len(payload):
        children += 1
        if children > _CHILDREN_MOST:
            raise NotEbml(f"an element has more than {_CHILDREN_MOST} others inside")
        found = read_id(payload, at)
        size = found and read_size(payload, at + found[1])
        if not found or not size:
            raise NotEbml("an element is cut off")
        begin = at + found[1] + size[1]
        at = begin + size[0]
        if size[0] == UNKNOWN:
            raise NotEbml("an element inside of another has no size")
        if at > len(payload):
            raise NotEbml("an element is larger than the one around it")
        yield Element(found[0], payload[begin:at])


def read_unsigned(payload: bytes) -> int:
    """Return what an unsigned integer says; an empty one is 0.

    Raises:
        NotEbml: it has more than eight bytes.

    """
    if len(payload) > _UNSIGNED_MOST_BYTES:
        raise NotEbml("an integer has more than eight bytes")
    return int.from_bytes(payload)


def size_of(value: int, *, length: int | None = None) -> bytes:
    """Return a size as it is written, in as few bytes as it takes, or in `length` of them."""
    if length is None:
        # One value less fits than bits would hold: all bits set says that the size is not known.
        length = next(n for n in range(1, _SIZE_MOST_BYTES + 1) if value < (1 << 7 * n) - 1)
    return ((1 << 7 * length) | value).to_bytes(length)


def element(number: int, payload: bytes) -> bytes:
    """Return an element as it is written."""
    return id_of(number) + size_of(len(payload)) + payload


def id_of(number: int) -> bytes:
    """Return an id as it is written; it holds its marker already."""
    return number.to_bytes((number.bit_length() + 7) // 8)


def unsigned(number: int, value: int, *, length: int | None = None) -> bytes:
    """Return an element that holds an unsigned integer, in as few bytes as it takes."""
    return element(number, value.to_bytes(length or max(1, (value.bit_length() + 7) // 8)))


def real(number: int, value: float) -> bytes:
    """Return an element that holds a float of eight bytes."""
    return element(number, struct.pack(">d", value))
