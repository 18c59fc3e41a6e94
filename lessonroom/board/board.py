"""The board: what lies on it, and how a list of operations changes it."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from lessonroom.board.elements import Layer
from lessonroom.board.stored import StoredElement

FIRST_LAYER: Final = Layer(id="base", name="Layer 1")
"""The layer that a new board has."""

_FRAME_BYTES: Final = len(b'{"layers":,"elements":{}}')
_encode = msgspec.json.Encoder().encode


class BoardChange(msgspec.Struct, frozen=True):
    """What a list of operations comes to, not yet applied.

    `elements` maps ids to what they become, None for what is removed; `layers` is absent where the
    layers stay. `ops` are the operations as they are logged and broadcast, encoded.
    """

    elements: Mapping[str, StoredElement | None]
    layers: Mapping[str, Layer] | None
    size_bytes: int
    """Bytes that the elements take once the change is applied."""
    text_chars: int
    """Characters of all texts and notes once the change is applied."""
    ops: bytes
    is_clear: bool = False


class Board:
    """Layers and elements in the order they came.

    Elements are painted by the order of their layers, then by `z`, then by `id`.
    """

    __slots__ = ("elements", "layers", "size_bytes", "text_chars")

    def __init__(
        self,
        layers: Iterable[Layer] = (FIRST_LAYER,),
        elements: Iterable[StoredElement] = (),
    ) -> None:
        self.layers: dict[str, Layer] = {layer.id: layer for layer in layers}
        self.elements: dict[str, StoredElement] = {element.id: element for element in elements}
        self.size_bytes = sum(len(element.encoded) for element in self.elements.values())
        self.text_chars = sum(element.text_chars for element in self.elements.values())

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
        )

    def encode(self) -> bytes:
        """Return the board as the wire and the snapshots carry it, in canonical JSON."""
        # One copy of each element: a board of 20 MB is as long as the copy takes.
        parts = [b'{"layers":', _encode(list(self.layers.values())), b',"elements":{']
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
        board.layers, board.elements = self.layers.copy(), self.elements.copy()
        board.size_bytes, board.text_chars = self.size_bytes, self.text_chars
        return board

    def encoded_bytes(self) -> int:
        """Return how long `encode` would be, without making it."""
        n = len(self.elements)
        keys = sum(map(len, self.elements)) + 3 * n + max(0, n - 1)
        return _FRAME_BYTES + len(_encode(list(self.layers.values()))) + keys + self.size_bytes

    def apply(self, change: BoardChange) -> None:
        """Apply a change that was drafted on this very state of the board."""
        for element_id, element in change.elements.items():
            if element is None:
                self.elements.pop(element_id, None)
            else:
                self.elements[element_id] = element
        if change.layers is not None:
            self.layers = dict(change.layers)
        self.size_bytes = change.size_bytes
        self.text_chars = change.text_chars

    def digest(self) -> str:
        """Return a hash of the content that does not depend on the order of arrival."""
        digest = hashlib.sha256(_encode(list(self.layers.values())))
        for element_id in sorted(self.elements):
            digest.update(self.elements[element_id].encoded)
        return digest.hexdigest()


class _Encoded(msgspec.Struct):
    layers: list[Layer]
    elements: dict[str, msgspec.Raw]


_decode_board = msgspec.json.Decoder(_Encoded).decode
