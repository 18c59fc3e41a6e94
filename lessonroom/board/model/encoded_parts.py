"""The encoding of a board in parts, which stay the same bytes for as long as their elements do.

A board of 10 MB that a stroke was added to is had again for what one part of it costs, and all who
are sent the board share its parts, whether they get it whole or page by page. Where the parts end
depends on the elements in them alone, so that one more at the beginning moves no border behind it.
"""

import zlib
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
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
_Known = tuple[_Part, bool, bytes]
"""A part, whether it is the first one of its page, and its encoding."""


class Codec(Protocol):
    """How a board is encoded: the bytes of its parts, one after another, are its encoding."""

    def head(self, board: Board) -> bytes:
        """Return what stands before the object of the elements."""

    def begin(self, count: int) -> bytes:
        """Return what an object of so many elements begins with."""

    def part(self, elements: Iterable[StoredElement], *, is_first: bool) -> bytes:
        """Return elements with their keys; what parts them from those before comes first."""

    @property
    def separator(self) -> bytes:
        """What a part begins with, and the first one of a page does not."""

    @property
    def end(self) -> bytes:
        """What an object of elements ends with, and a board likewise."""


class JsonCodec:
    """As `Board.encode` does it."""

    separator: Final = b","
    end: Final = b"}"

    def head(self, board: Board) -> bytes:
        """Return what stands before the object of the elements."""
        return board.encoded_head() + b'"elements":'

    def begin(self, count: int) -> bytes:  # noqa: ARG002 - a codec's
        """Return what an object of elements begins with."""
        return b"{"

    def part(self, elements: Iterable[StoredElement], *, is_first: bool) -> bytes:
        """Return elements with their keys."""
        pieces: list[bytes] = []
        for element in elements:
            pieces += (b',"', element.id.encode(), b'":', element.encoded)
        if is_first:
            pieces[0] = b'"'
        return b"".join(pieces)


class MsgpackCodec:
    """The same fields in MessagePack."""

    separator: Final = b""
    end: Final = b""

    def head(self, board: Board) -> bytes:
        """Return what stands before the object of the elements."""
        return _pack(_decode(board.encoded_head() + b'"elements":{}}')).removesuffix(_map_header(0))

    def begin(self, count: int) -> bytes:
        """Return what a map of so many elements begins with."""
        return _map_header(count)

    def part(self, elements: Iterable[StoredElement], *, is_first: bool) -> bytes:  # noqa: ARG002
        """Return elements with their keys."""
        pieces: list[bytes] = []
        for element in elements:
            pieces += (_pack(element.id), _pack(_decode(element.encoded)))
        return b"".join(pieces)


class EncodedPage(msgspec.Struct, frozen=True):
    """The elements of a page: how many, and their encoding in parts."""

    id: str
    count: int
    parts: list[bytes]


class EncodedBoard:
    """A board, encoded: to be had whole, or one page of it first and the others behind that.

    Whatever is had of it holds the same parts.

    Args:
        codec: how it was encoded.
        head: what stands before the elements.
        pages: the ids of all pages, in order.
        encoded: those of them on which something lies, in order.

    """

    def __init__(
        self, codec: Codec, head: bytes, pages: Sequence[str], encoded: Sequence[EncodedPage]
    ) -> None:
        self._codec = codec
        self._head = head
        self._pages = pages
        self._encoded = encoded

    def of(self, view: Board) -> "EncodedBoard":
        """Return the same with the pages and layers that `view` has, and what lies on those pages.

        Nothing is encoded but what stands before the elements.
        """
        encoded = [page for page in self._encoded if page.id in view.pages]
        return EncodedBoard(self._codec, self._codec.head(view), [*view.pages], encoded)

    def whole(self) -> list[bytes]:
        """Return the encoding of the board; its elements are in the order of their pages."""
        return self._around(self._encoded)

    def with_page(self, page_id: str) -> list[bytes]:
        """Return the encoding of the board with no elements but those of one page."""
        return self._around([page for page in self._encoded if page.id == page_id])

    def apart_from(self, page_id: str) -> list[EncodedPage]:
        """Return the other pages on which something lies, what is next to it first."""
        place = {page: n for n, page in enumerate(self._pages)}
        at = place[page_id]
        others = (page for page in self._encoded if page.id != page_id)
        return sorted(others, key=lambda page: abs(place[page.id] - at))

    def elements(self, page: EncodedPage) -> list[bytes]:
        """Return the encoding of the object that holds the elements of a page."""
        end = [self._codec.end] if self._codec.end else []
        return [self._codec.begin(page.count), *page.parts, *end]

    def _around(self, pages: Sequence[EncodedPage]) -> list[bytes]:
        codec = self._codec
        pieces = [self._head + codec.begin(sum(page.count for page in pages))]
        for n, page in enumerate(pages):
            if n and codec.separator:
                pieces.append(codec.separator)
            pieces += page.parts
        if codec.end:
            pieces.append(2 * codec.end)
        return pieces


class BoardParts:
    """The parts of a board that changes, encoded by one codec.

    Args:
        codec: how.

    """

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._parts: dict[str, _Known] = {}
        """By the id of their first element."""

    def missing_bytes(self, board: Board) -> int:
        """Return how many bytes of elements would have to be encoded now."""
        return sum(
            sum(len(element.encoded) for element in part)
            for elements in _by_page(board).values()
            for n, part in enumerate(_split(elements))
            if self._known(part, is_first=n == 0) is None
        )

    def encode(self, board: Board) -> EncodedBoard:
        """Return the encoding; nothing else is kept of any board."""
        work = self.encode_in_pieces(board)
        while True:
            try:
                next(work)
            except StopIteration as done:
                encoded: list[EncodedPage] = done.value
                return EncodedBoard(self._codec, self._codec.head(board), [*board.pages], encoded)

    def encode_in_pieces(self, board: Board) -> Generator[None, None, list[EncodedPage]]:
        """Encode what is missing, and stop behind each part of it for others to go on.

        Returns the pages on which something lies, in order.
        """
        known: dict[str, _Known] = {}
        pages: list[EncodedPage] = []
        for page_id, elements in _by_page(board).items():
            parts: list[bytes] = []
            for part in _split(elements):
                is_first = not parts
                encoded = self._known(part, is_first=is_first)
                is_new = encoded is None
                if encoded is None:
                    encoded = self._codec.part(part, is_first=is_first)
                parts.append(encoded)
                known[part[0].id] = (part, is_first, encoded)
                if is_new:
                    yield
            pages.append(EncodedPage(page_id, len(elements), parts))
        self._parts = known
        return pages

    def forget(self) -> None:
        """Keep nothing."""
        self._parts = {}

    def _known(self, part: _Part, *, is_first: bool) -> bytes | None:
        known = self._parts.get(part[0].id)
        is_same = known is not None and known[1] == is_first and known[0] == part
        return known[2] if known is not None and is_same else None


def encode_in_order(board: Board) -> Generator[None, None, bytes]:
    """Return what `Board.encode` does, and stop behind each part of it for others to go on."""
    codec = JsonCodec()
    pieces = [codec.head(board), codec.begin(len(board.elements))]
    for n, part in enumerate(_split(board.elements.values())):
        pieces.append(codec.part(part, is_first=n == 0))
        yield
    pieces.append(2 * codec.end)
    return b"".join(pieces)


def _by_page(board: Board) -> Mapping[str, Collection[StoredElement]]:
    """Return the elements of each page on which something lies, in the order of the pages."""
    elements = board.elements.values()
    if len(board.pages) == 1:
        return dict.fromkeys(board.pages, elements) if elements else {}
    lists: dict[str, list[StoredElement]] = {page_id: [] for page_id in board.pages}
    # What lies nowhere is shown nowhere; it must not be what a room fails with.
    first = next(iter(lists.values()))
    of_layer = {layer.id: lists.get(layer.page_id, first) for layer in board.layers.values()}
    for element in elements:
        of_layer.get(element.layer, first).append(element)
    return {page_id: found for page_id, found in lists.items() if found}


def _split(elements: Iterable[StoredElement]) -> Iterator[_Part]:
    part: list[StoredElement] = []
    size_bytes = 0
    for element in elements:
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
