"""Reading a large board in pieces, between which others have their turn.

20 MB are a fifth of a second of decoding, in a thread, too: it holds the interpreter. So the text
is looked through for where elements end, and decoded a few of them at a time. What comes of it is
what `Board.decode` makes of the whole, and so are the errors.
"""

import re
from collections import deque
from collections.abc import Generator, Iterator
from typing import Final, TypeVar

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.board.model.stored import StoredElement

LARGE_BYTES: Final = 512 * 1024
"""What is shorter is decoded within 5 ms, and not worth the looking."""
PIECE_BYTES: Final = 64 * 1024
"""What is looked through, or decoded, at a time: a millisecond. One element may be larger."""

_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|\{|\}', re.DOTALL)
_T = TypeVar("_T")
_OPEN: Final = ord("{")
_CLOSE: Final = ord("}")

_decode_elements: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Cut(msgspec.Struct, frozen=True):
    """Where the items under a key stand: ranges of whole items, a comma between two of them."""

    items: list[tuple[int, int]]

    def rest_of(self, encoded: bytes) -> bytes:
        """Return the encoding as it would be without any items."""
        return encoded[: self.items[0][0]] + encoded[self.items[-1][1] :]

    def taken_from(self, encoded: bytes) -> Iterator[bytes]:
        """Return all items, copied at once, which are let go of one by one.

        Whoever lets go of `encoded` has in memory what is left of them, and not the whole beside
        what comes of it.
        """
        left = deque(encoded[begin:end] for begin, end in self.items)
        return (left.popleft() for _ in self.items)


def decode_in_pieces(
    encoded: bytes, *, piece_bytes: int = PIECE_BYTES
) -> Generator[None, None, Board]:
    """Return the board that `Board.encode` made these bytes of.

    Raises:
        msgspec.DecodeError: the bytes are not a board.

    """
    cut = None
    if len(encoded) > LARGE_BYTES or piece_bytes != PIECE_BYTES:
        cut = yield from cut_in_pieces(encoded, b'"elements"', depth=2, piece_bytes=piece_bytes)
    if cut is None:
        return Board.decode(encoded)
    rest = Board.decode(cut.rest_of(encoded))
    pieces = cut.taken_from(encoded)
    del encoded
    # By key, as in an object that is decoded whole: of two equal ones the last one holds.
    elements: dict[str, StoredElement] = {}
    for piece in pieces:
        for key, raw in _decode_elements(b"{%b}" % piece).items():
            elements[key] = StoredElement.from_encoded(bytes(raw))
        yield
    return Board(rest.layers.values(), elements.values(), rest.pages.values())


def decode(encoded: bytes) -> Board:
    """Return the board at once, for a thread: it lets others go on between two pieces, no less.

    Raises:
        msgspec.DecodeError: the bytes are not a board.

    """
    return finished(decode_in_pieces(encoded))


def finished(work: Generator[None, None, _T]) -> _T:
    """Return what a work in pieces returns, without a pause."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: _T = done.value
            return result


def cut_in_pieces(
    encoded: bytes, key: bytes, *, depth: int, piece_bytes: int = PIECE_BYTES
) -> Generator[None, None, Cut | None]:
    """Return where the items under a key of an object stand; None where that cannot be told.

    Strings and braces are looked at, nothing else: whoever decodes the pieces, and the rest, finds
    every error that there is.

    Args:
        encoded: the object, as JSON; its items are objects, too.
        key: with its quotes.
        depth: in how many objects an item stands: 1 in an array under the key, 2 in an object.
        piece_bytes: how much is looked through at a time, and how long pieces are at least.

    """
    items: list[tuple[int, int]] = []
    begin = -1
    level = end = looked_at = 0
    latest = b""
    has_passed = False
    for match in _TOKEN.finditer(encoded):
        at, behind = match.span()
        first = encoded[at]
        is_inside = level == depth and latest == key
        if first == _CLOSE:
            level -= 1
            if level == depth and latest == key and begin >= 0:
                end = behind
                if end - begin >= piece_bytes:
                    items.append((begin, end))
                    begin = -1
        elif is_inside and begin < 0 and (first == _OPEN) == (depth == 1):
            if items and encoded[items[-1][1] : at] != b",":
                return None
            begin = at
        if first == _OPEN:
            level += 1
        elif first != _CLOSE and level == 1:
            if latest == key:
                has_passed = True
            latest = match.group()
            if (has_passed and latest == key) or b"\\" in latest:
                # The key may be there twice, and the last one would hold.
                return None
        if behind - looked_at >= piece_bytes:
            looked_at = behind
            yield
    if 0 <= begin < end:
        items.append((begin, end))
    return Cut(items) if items else None
