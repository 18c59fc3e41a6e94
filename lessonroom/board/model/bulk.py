"""The bulk of an element: what is nearly all of its encoding, and is copied, not decoded.

Points of strokes and polygons, curves, cells, data, texts. Whoever moves or colours such an
element, or puts another bulk in its place, has no need of the one that it has: an element is looked
at with a stand-in, and the bytes of its bulk are copied.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

_STYLE: Final = "style"
_encode = msgspec.json.Encoder().encode


class Bulk(msgspec.Struct, frozen=True):
    """Which fields of a type are its bulk; they lie together in its encoding.

    `stand_in` are values for them that are within every limit, whatever stands beside them, and are
    encoded as `encoded`; `judges` are the other fields, with `style.` before those of the style,
    that are within the limits or not depending on the bulk. Of `behind`, what stands there follows.
    """

    stand_in: dict[str, Any]
    begin: bytes
    encoded: bytes
    judges: frozenset[str] = frozenset()
    behind: tuple[bytes, ...] = ()

    @classmethod
    def of(
        cls, stand_in: dict[str, Any], *, judges: Iterable[str] = (), behind: Iterable[bytes] = ()
    ) -> "Bulk":
        """Return the bulk of fields, in their order, for which these values can stand."""
        first = next(iter(stand_in))
        begin = b',"%b":%b' % (first.encode(), _encode(stand_in[first])[:1])
        encoded = b"," + _encode(stand_in)[1:-1]
        return cls(stand_in, begin, encoded, frozenset(judges), tuple(behind))

    def span(self, encoded: bytes) -> tuple[int, int] | None:
        """Return from where to where the bulk is in an element's encoding; None if not there.

        A quote within a text is encoded as another sequence, so nothing else looks like its begin.
        """
        at = encoded.find(self.begin)
        if at < 0:
            return None
        end = len(encoded) - 1
        for field in reversed(self.behind):
            if encoded.endswith(field, at, end):
                end -= len(field)
        return (at, end) if encoded[end - 1 : end] in {b"]", b"}", b'"'} else None

    def is_replaced(self, changes: Mapping[str, Any], unset: Iterable[str]) -> bool:
        """Whether a patch leaves nothing of it."""
        return len(self.stand_in) == 1 and not self.stand_in.keys().isdisjoint((*changes, *unset))

    def is_concerned(self, changes: Mapping[str, Any], unset: Iterable[str]) -> bool:
        """Whether it has to be looked at to tell what a patch comes to, and whether it may be."""
        style = changes.get(_STYLE)
        inner = [f"{_STYLE}.{name}" for name in style] if isinstance(style, dict) else []
        names = {*(name for name in changes if name != _STYLE), *unset, *inner}
        return not (names.isdisjoint(self.judges) and names.isdisjoint(self.stand_in))


_OF_LINES: Final = ("w", _STYLE, "style.font_size")
"""By which a text has more lines or fewer; a style that is taken away, not one that is merged."""
_POINTS: Final = Bulk.of({"points": [0, 0, 0, 0]})
_TEXT: Final = Bulk.of({"text": "x"}, judges=_OF_LINES)
BULKS: Final[Mapping[str, Bulk]] = {
    "stroke": _POINTS,
    "polygon": _POINTS,
    "text": _TEXT,
    "note": _TEXT,
    "graph": Bulk.of({"curves": [{"expr": ""}]}, behind=(b',"axes":false', b',"grid":false')),
    "table": Bulk.of(
        {"cols": [{"id": "c", "size": 8}], "rows": [{"id": "r", "size": 8}], "cells": {"r:c": "x"}},
        judges=_OF_LINES,
    ),
    "custom": Bulk.of({"data": {"a": 0}}),
}
"""By type; elements of others are short."""
