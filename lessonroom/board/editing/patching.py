"""What a patch makes of an element, without taking apart what it leaves alone (BD-2)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec

from lessonroom.board.model.bulk import BULKS
from lessonroom.board.model.stored import StoredElement, merged

_WEIGHTS: Final[Mapping[str, int]] = {"table": 3}
"""A byte of a cell takes as long as so many others: its key, its text and its lines are checked."""
_decode = msgspec.json.Decoder().decode


class Patched(msgspec.Struct, frozen=True):
    """The fields of an element with a patch merged in, to be checked and encoded.

    `kept` is the bulk that the patch leaves as it is: there is a stand-in for it among the fields.
    `decoded_bytes` had to be taken apart, `copied_bytes` not.
    """

    fields: dict[str, Any]
    kept: bytes = b""
    decoded_bytes: int = 0
    copied_bytes: int = 0


def patch(stored: StoredElement, changes: dict[str, Any], unset: Sequence[str]) -> Patched:
    """Merge a patch into an element."""
    size_bytes = len(stored.encoded)
    head, encoded_bulk = stored.parted()
    bulk = BULKS.get(stored.type) if encoded_bulk else None
    if bulk is not None:
        is_replaced = bulk.is_replaced(changes, unset)
        if is_replaced or not bulk.is_concerned(changes, unset):
            # To move a stroke of 10,000 points takes as long as one of ten.
            fields = merged({**_decode(head), **bulk.stand_in}, changes, unset)
            kept = b"" if is_replaced else encoded_bulk
            return Patched(fields, kept, copied_bytes=size_bytes)
    decoded_bytes = size_bytes * _WEIGHTS.get(stored.type, 1)
    fields = merged(stored.fields(), changes, unset)
    return Patched(fields, decoded_bytes=decoded_bytes)


def fields_apart(one: StoredElement, other: StoredElement | None) -> Collection[str] | None:
    """Return the names of the fields by which they are apart; None where one is not there."""
    if other is None:
        return None
    ours, theirs = map(_decode, sides(one, other))
    return [name for name in ours | theirs if ours.get(name) != theirs.get(name)]


def sides(*each: StoredElement) -> tuple[bytes, ...]:
    """Return the encodings of elements without their bulk where that is the same for all."""
    heads, bulks = zip(*(stored.parted() for stored in each), strict=True)
    return heads if len({*bulks}) == 1 else tuple(stored.encoded for stored in each)
