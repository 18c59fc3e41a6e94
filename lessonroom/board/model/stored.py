"""An element as the board keeps it: encoded, beside the few fields that the rules need.

A board of 20 MiB thus takes 20 MiB, and a full sync joins bytes instead of walking objects.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

import msgspec

from lessonroom.board.model.bulk import BULKS
from lessonroom.board.model.elements import (
    Element,
    Font,
    Graph,
    Note,
    Rect,
    Stroke,
    Table,
    TextElement,
)
from lessonroom.scalars import Number

_PLAIN: Final = Rect(id="plain", layer="base", x=0, y=0, w=0, h=0).style
_POINTS: Final = b'"points":['
_OF_LATER: Final[Mapping[str, int]] = {"formula": 4, "graph": 4, "polygon": 4, "table": 4}
"""The board schema of which a client must be to show an element, where any other can show it."""
_OF_FORMATTING: Final = 5
"""Likewise, where its letters are bold, italic or of another font."""
_OF_NESTING: Final = 7
"""Likewise, where it is of a group in a group, or names the axes of a graph."""
_TAG_OF: Final[Mapping[type[Element], str]] = {
    each: str(each.__struct_config__.tag) for each in get_args(Element)
}
"""Looked up: msgspec makes a new object of a type's configuration each time it is asked."""
_MERGED: Final = ("style", "cells")
"""Fields that a patch changes in part."""
_encode = msgspec.json.Encoder().encode


class StoredElement(msgspec.Struct, frozen=True, gc=False):
    """One element. `encoded` is its canonical JSON.

    `points` counts those of a stroke, `text_chars` the characters of a text or a note;
    `least_schema` is the least board schema of which a client can show it (PROTOCOL BD-16).
    """

    id: str
    layer: str
    type: str
    by: int
    encoded: bytes
    points: int = 0
    text_chars: int = 0
    locked: bool = False
    least_schema: int = 1

    @classmethod
    def of(cls, element: Element) -> "StoredElement":
        """Encode an element, canonically: equal elements have equal bytes."""
        if element.style == _PLAIN:
            # Only this very object is left out as a default.
            element = msgspec.structs.replace(element, style=_PLAIN)
        if isinstance(element, Stroke):
            points, text_chars = len(element.points) // 4, 0
        else:
            points, text_chars = 0, _chars(element)
        return cls(
            id=element.id,
            layer=element.layer,
            type=_TAG_OF[type(element)],
            by=element.by,
            encoded=_encode(element),
            points=points,
            text_chars=text_chars,
            locked=element.locked,
            least_schema=_least_schema(
                _TAG_OF[type(element)],
                is_formatted=element.style.is_formatted,
                is_of_now=bool(element.inner_groups) or _names_axes(element),
            ),
        )

    @classmethod
    def from_encoded(cls, encoded: bytes) -> "StoredElement":
        """Take up an element from bytes that `encoded` held before."""
        head = _decode_head(encoded)
        points = 0
        if head.type == "stroke":
            points = (encoded.count(b",", encoded.rindex(_POINTS)) + 1) // 4
        return cls(
            head.id,
            head.layer,
            head.type,
            head.by,
            encoded,
            points,
            len(head.text) + sum(map(len, head.cells.values())),
            head.locked,
            _least_schema(
                head.type,
                is_formatted=head.style.is_formatted,
                is_of_now=bool(head.inner_groups or head.x_name or head.y_name),
            ),
        )

    def extended(self, points: list[Number]) -> "StoredElement":
        """Return this stroke with more points at its end.

        `points` is a stroke's last field, so its canonical encoding ends in `]}` and can be
        extended without being decoded: a long stroke costs a copy of its bytes, no more.
        """
        encoded = self.encoded[:-2] + b"," + _encode(points)[1:-1] + b"]}"
        return msgspec.structs.replace(self, encoded=encoded, points=self.points + len(points) // 4)

    def is_same(self, other: "StoredElement | None") -> bool:
        """Whether `other` is this element in every field; cheap where it is the same object."""
        return other is self or (other is not None and other.encoded == self.encoded)

    def extends(self, begun: "StoredElement") -> bool:
        """Whether this is the stroke `begun` with more points at its end, and nothing else."""
        return self.type == begun.type == "stroke" and self.encoded.startswith(begun.encoded[:-2])

    def fields(self) -> dict[str, Any]:
        """Decode the element into a fresh dictionary."""
        fields: dict[str, Any] = msgspec.json.decode(self.encoded)
        return fields

    def parted(self) -> tuple[bytes, bytes]:
        """Return the encoding as an object without its bulk, and the bulk as it stands in it.

        Where there is none, the second is empty.
        """
        bulk = BULKS.get(self.type)
        span = bulk.span(self.encoded) if bulk is not None else None
        if span is None:
            return self.encoded, b""
        at, end = span
        return self.encoded[:at] + self.encoded[end:], self.encoded[at:end]

    def with_bulk(self, bulk: bytes, whole: "StoredElement") -> "StoredElement":
        """Return this element, which has a stand-in, with the bulk of `whole`, of its type."""
        encoded = self.encoded.replace(BULKS[self.type].encoded, bulk, 1)
        return msgspec.structs.replace(
            self, encoded=encoded, points=whole.points, text_chars=whole.text_chars
        )


def _least_schema(kind: str, *, is_formatted: bool, is_of_now: bool) -> int:
    if is_of_now:
        return _OF_NESTING
    return _OF_FORMATTING if is_formatted else _OF_LATER.get(kind, 1)


def _names_axes(element: Element) -> bool:
    return isinstance(element, Graph) and bool(element.x_name or element.y_name)


def _chars(element: Element) -> int:
    match element:
        case TextElement(text=text) | Note(text=text):
            return len(text)
        case Table(cells=cells):
            return sum(map(len, cells.values()))
        case _:
            return 0


def merged(fields: dict[str, Any], changes: dict[str, Any], unset: Iterable[str]) -> dict[str, Any]:
    """Merge a patch into an element's fields; `style` and `cells` are merged field by field."""
    for name in _MERGED:
        value = changes.get(name)
        if isinstance(value, dict):
            changes = {**changes, name: {**fields.get(name, {}), **value}}
    fields |= changes
    for name in unset:
        parent, _, child = name.partition(".")
        if parent == "style" and child:
            fields.get("style", {}).pop(child, None)
        else:
            fields.pop(name, None)
    return fields


class _Letters(msgspec.Struct, gc=False, frozen=True):
    font: Font = Font.SANS
    bold: bool = False
    italic: bool = False

    @property
    def is_formatted(self) -> bool:
        return self != _PLAIN_LETTERS


_PLAIN_LETTERS: Final = _Letters()


class _Head(msgspec.Struct, gc=False):
    id: str
    layer: str
    type: str
    by: int = 0
    locked: bool = False
    text: str = ""
    """Only texts and notes have a field of that name."""
    cells: dict[str, str] = {}
    """And only tables one of this."""
    inner_groups: list[str] = []
    x_name: str = ""
    y_name: str = ""
    """And only graphs these two."""
    style: _Letters = _PLAIN_LETTERS


_decode_head = msgspec.json.Decoder(_Head).decode
