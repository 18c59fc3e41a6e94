"""The encoding of a board in parts, which stay the same bytes for as long as their elements do.

A board of 10 MB that a stroke was added to is had again for what one part of it costs, and all who
are sent the board share its parts. Where the parts end depends on the elements in them alone, so
that one more at the beginning moves no border behind it.
"""

import zlib
from collections.abc import Generator, Iterable, Iterator
from typing import Final, Protocol

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.board.model.stored import StoredElement

_AT_ONCE_BYTES: Final = 64 * 1024
"""Of so many bytes a part is made at least, where there are as many, and at most of what one more
element brings; encoding them takes 2 ms."""
_BORDERS: Final = 64
"""A part ends with one element of so many, where it does not end for its size."""

_decode: Final = msgspec.json.Decoder().decode
_pack: Final = msgspec.msgpack.Encoder().encode
_Part = tuple[StoredElement, ...]


class Codec(Protocol):
    """How a board is encoded: the bytes of its parts, one after another, are its encoding."""

    def begin(self, board: Board) -> bytes:
        """Return what stands before the elements."""

    def part(self, elements: Iterable[StoredElement]) -> bytes:
        """Return elements with their keys; what parts them from those before comes first."""

    @property
    def separator(self) -> bytes:
        """What a part begins with and the first one does not."""

    @property
    def end(self) -> bytes:
        """What stands behind the elements."""


class JsonCodec:
    """As `Board.encode` does it."""

    separator: Final = b","
    end: Final = b"}}"

    def begin(self, board: Board) -> bytes:
        """Return what stands before the elements."""
        return board.encoded_head() + b'"elements":{'

    def part(self, elements: Iterable[StoredElement]) -> bytes:
        """Return elements with their keys."""
        pieces: list[bytes] = []
        for element in elements:
            pieces += (b',"', element.id.encode(), b'":', element.encoded)
        return b"".join(pieces)


class MsgpackCodec:
    """The same fields in MessagePack."""

    separator: Final = b""
    end: Final = b""

    def begin(self, board: Board) -> bytes:
        """Return what stands before the elements."""
        packed = _pack(_decode(board.encoded_head() + b'"elements":{}}'))
        return packed.removesuffix(_map_header(0)) + _map_header(len(board.elements))

    def part(self, elements: Iterable[StoredElement]) -> bytes:
        """Return elements with their keys."""
        pieces: list[bytes] = []
        for element in elements:
            pieces += (_pack(element.id), _pack(_decode(element.encoded)))
        return b"".join(pieces)


class BoardParts:
    """The parts of a board that changes, encoded by one codec.

    Args:
        codec: how.

    """

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._parts: dict[str, tuple[_Part, bytes]] = {}
        """By the id of their first element."""

    def missing_bytes(self, board: Board) -> int:
        """Return how many bytes of elements would have to be encoded now."""
        return sum(
            sum(len(element.encoded) for element in part)
            for part in _split(board)
            if self._known(part) is None
        )

    def encode(self, board: Board) -> list[bytes]:
        """Return the encoding in parts; nothing else is kept of any board."""
        for _ in self.encode_in_pieces(board):
            pass
        encoded = [part for _, part in self._parts.values()]
        begin = self._codec.begin(board)
        if not encoded:
            return [begin + self._codec.end]
        encoded[0] = encoded[0].removeprefix(self._codec.separator)
        return [begin, *encoded, self._codec.end]

    def encode_in_pieces(self, board: Board) -> Generator[None, None, None]:
        """Encode what is missing, and stop behind each part of it for others to go on."""
        parts: dict[str, tuple[_Part, bytes]] = {}
        for part in _split(board):
            encoded = self._known(part)
            is_new = encoded is None
            parts[part[0].id] = (part, self._codec.part(part) if encoded is None else encoded)
            if is_new:
                yield
        self._parts = parts

    def forget(self) -> None:
        """Keep nothing."""
        self._parts = {}

    def _known(self, part: _Part) -> bytes | None:
        known = self._parts.get(part[0].id)
        return known[1] if known is not None and known[0] == part else None


def _split(board: Board) -> Iterator[_Part]:
    part: list[StoredElement] = []
    size_bytes = 0
    for element in board.elements.values():
        part.append(element)
        size_bytes += len(element.encoded)
        if size_bytes >= _AT_ONCE_BYTES or not zlib.crc32(element.id.encode()) % _BORDERS:
            yield tuple(part)
            part, size_bytes = [], 0
    if part:
        yield tuple(part)


def _map_header(count: int) -> bytes:
    if count < 1 << 4:
        return bytes([0x80 | count])
    if count < 1 << 16:
        return b"\xde" + count.to_bytes(2)
    return b"\xdf" + count.to_bytes(4)
