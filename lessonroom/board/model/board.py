"""The board: its pages, what lies on them, and what a list of operations comes to."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from lessonroom.board.model.elements import Layer
from lessonroom.board.model.page import FIRST_PAGE, Page, number_of
from lessonroom.board.model.stored import StoredElement

FIRST_LAYER: Final = Layer(id="base", name="Layer 1")
"""The layer that a new board has."""

_NEW: Final = Page(id=FIRST_PAGE)
"""The one page that a new board has; it is left out of its encoding."""
_UNKNOWN: Final = 0
_OF_ANY_CLIENT: Final = 1
_OF_PAGES: Final = 3
_OF_OPEN_LAYERS: Final = 6
_PUT: Final = b'{"op":"put","element":'
_AROUND_PUT: Final = len(_PUT) + len(b"}")
_BRACKETS: Final = len(b"[]")
_encode = msgspec.json.Encoder().encode


class BoardChange(msgspec.Struct, frozen=True):
    """What a list of operations comes to, not yet applied.

    `elements` maps ids to what they become, None for what is removed; `layers` and `pages` are
    absent where they stay. `logged` are the operations as they are logged and broadcast: encoded,
    or the element that one puts, whose bytes are copied for the event alone.
    """

    elements: Mapping[str, StoredElement | None]
    layers: Mapping[str, Layer] | None
    pages: Mapping[str, Page] | None
    size_bytes: int
    """Bytes that the elements take once the change is applied."""
    text_chars: int
    """Characters of all texts and notes once the change is applied."""
    logged: Sequence[bytes | StoredElement]
    is_clear: bool = False
    layers_written: Collection[str] = ()
    """The layers of all that operations wrote, also of what others of them have taken away again:
    who sees none of them is told nothing (AU-1). Not known where `layers` or `pages` are there."""
    decoded_bytes: int = 0
    """What patches had to take apart: an operation may be short, and what it is about long."""
    copied_bytes: int = 0
    """What they had only to copy."""

    def ops_bytes(self) -> int:
        """Return how long the list of the operations in `body` is, without making it."""
        n_bytes = _BRACKETS + max(0, len(self.logged) - 1)
        for op in self.logged:
            n_bytes += len(op) if isinstance(op, bytes) else len(op.encoded) + _AROUND_PUT
        return n_bytes

    def body(self, *, restored: int | None = None) -> bytes:
        """Return what the event of this change says (`log.events.BoardChanged`), encoded.

        Joined once, from the elements themselves: a restored board may take 20 MB.
        """
        parts = [b'{"ops":[']
        for op in self.logged:
            if isinstance(op, bytes):
                parts += (op, b",")
            else:
                parts += (_PUT, op.encoded, b"},")
        if self.logged:
            parts[-1] = parts[-1].removesuffix(b",")
        parts.append(b"]}" if restored is None else b'],"restored":%d}' % restored)
        return b"".join(parts)


class Board:
    """Pages, layers and elements in the order they came.

    The elements of a page are painted by the order of their layers, then by `z`, then by `id`.
    """

    __slots__ = (
        "elements",
        "has_private",
        "known_schema",
        "later",
        "layers",
        "pages",
        "size_bytes",
        "text_chars",
    )

    def __init__(
        self,
        layers: Iterable[Layer] = (FIRST_LAYER,),
        elements: Iterable[StoredElement] = (),
        pages: Iterable[Page] = (),
    ) -> None:
        """Make a board; without `pages` it has those that its layers name (PROTOCOL PG-3)."""
        self.layers: dict[str, Layer] = {layer.id: layer for layer in layers}
        self.pages: dict[str, Page] = {page.id: page for page in pages}
        if not self.pages:
            self.pages = named_pages(self.layers.values())
        self.elements: dict[str, StoredElement] = {element.id: element for element in elements}
        self.size_bytes = sum(len(element.encoded) for element in self.elements.values())
        self.text_chars = sum(element.text_chars for element in self.elements.values())

        self.later = Counter(element.least_schema for element in self.elements.values())
        """How many elements need a client that knows of which board schema."""
        self.known_schema = _UNKNOWN
        """The `least_schema`, or that it has to be worked out."""
        self.has_private = has_private(self.pages.values())
        """Whether a page has an audience; kept, as each stroke asks."""

    @classmethod
    def decode(cls, encoded: bytes) -> "Board":
        """Take up a board from bytes that `encode` made.

        Raises:
            msgspec.DecodeError: the bytes are not a board.

        """
        board = _decode_board(encoded)
        return cls(
            board.layers,
            (StoredElement.from_encoded(bytes(raw)) for raw in board.elements.values()),
            board.pages,
        )

    def encode(self) -> bytes:
        """Return the board as the wire and the snapshots carry it, in canonical JSON."""
        # One copy of each element: a board of 20 MB is as long as the copy takes.
        parts = [self.encoded_head(), b'"elements":{']
        comma = b'"'
        for element_id, element in self.elements.items():
            parts += (comma, element_id.encode(), b'":', element.encoded)
            comma = b',"'
        parts.append(b"}}")
        return b"".join(parts)

    def copy(self) -> "Board":
        """Return a board that stays as this one is now; 10,000 elements take 0.1 ms.

        Elements and layers never change, so both boards hold the same ones.
        """
        board = Board.__new__(Board)
        board.pages, board.layers = self.pages.copy(), self.layers.copy()
        board.elements = self.elements.copy()
        board.size_bytes, board.text_chars = self.size_bytes, self.text_chars
        board.later = self.later.copy()
        board.known_schema = self.known_schema
        board.has_private = self.has_private
        return board

    def add(self, elements: Iterable[StoredElement]) -> None:
        """Add elements that are not there, as they came from a board with the same layers."""
        for element in elements:
            self.elements[element.id] = element
            self.size_bytes += len(element.encoded)
            self.text_chars += element.text_chars
            self.later[element.least_schema] += 1
        self.known_schema = _UNKNOWN

    def encoded_bytes(self) -> int:
        """Return how long `encode` would be, without making it."""
        n = len(self.elements)
        keys = sum(map(len, self.elements)) + 3 * n + max(0, n - 1)
        return len(self.encoded_head()) + len(b'"elements":{}}') + keys + self.size_bytes

    @property
    def least_schema(self) -> int:
        """The least board schema of which a client can show this board (PROTOCOL BD-16)."""
        # Worked out where it may be another one: it is asked for before and after each change.
        if self.known_schema == _UNKNOWN:
            of_pages = _OF_ANY_CLIENT if _is_new(self.pages) else _OF_PAGES
            has_open = any(page.open for page in self.pages.values()) or any(
                layer.open for layer in self.layers.values()
            )
            if has_open:
                of_pages = _OF_OPEN_LAYERS
            needed = (schema for schema, count in self.later.items() if count)
            self.known_schema = max([of_pages, *needed])
        return self.known_schema

    def encoded_head(self) -> bytes:
        """Return what stands before the elements in `encode`."""
        layers = b'"layers":%b,' % _encode(list(self.layers.values()))
        if _is_new(self.pages):
            return b"{" + layers
        return b'{"pages":%b,%b' % (_encode(list(self.pages.values())), layers)

    def apply(self, change: BoardChange) -> None:
        """Apply a change that was drafted on this very state of the board."""
        elements, later = self.elements, self.later
        for element_id, element in change.elements.items():
            before = elements.get(element_id)
            if before is not None:
                schema = before.least_schema
                later[schema] -= 1
                if not later[schema]:
                    self.known_schema = _UNKNOWN
            if element is None:
                elements.pop(element_id, None)
            else:
                schema = element.least_schema
                later[schema] += 1
                if later[schema] == 1:
                    self.known_schema = _UNKNOWN
                elements[element_id] = element
        if change.layers is not None:
            self.layers = dict(change.layers)
            self.known_schema = _UNKNOWN
        if change.pages is not None:
            self.pages = dict(change.pages)
            self.has_private = has_private(self.pages.values())
            self.known_schema = _UNKNOWN
        self.size_bytes = change.size_bytes
        self.text_chars = change.text_chars

    def digest(self) -> str:
        """Return a hash of the content that does not depend on the order of arrival."""
        digest = hashlib.sha256(self.encoded_head())
        for element_id in sorted(self.elements):
            digest.update(self.elements[element_id].encoded)
        return digest.hexdigest()


def named_pages(layers: Iterable[Layer]) -> dict[str, Page]:
    """Return the pages that layers name, in order of their numbers."""
    named = {layer.page_id for layer in layers}
    in_order = sorted(named, key=lambda page_id: (number_of(page_id) or 0, page_id))
    return {page_id: Page(id=page_id) for page_id in in_order}


def has_private(pages: Iterable[Page]) -> bool:
    """Whether one of the pages has an audience."""
    return any(page.audience is not None for page in pages)


def _is_new(pages: Mapping[str, Page]) -> bool:
    return len(pages) == 1 and pages.get(FIRST_PAGE) == _NEW


class _Encoded(msgspec.Struct):
    layers: list[Layer]
    elements: dict[str, msgspec.Raw]
    pages: list[Page] = []


_decode_board = msgspec.json.Decoder(_Encoded).decode
