"""Boards as earlier programs encoded them."""

import re
from typing import Final

import msgspec

WITH_PAGES: Final = 3


def as_then(board: bytes, schema: int) -> bytes:
    """Return a board as it was encoded under a schema, once it is as it was then."""
    if schema >= WITH_PAGES:
        return board
    fields = msgspec.json.decode(board)
    numbers = [1] if "pages" not in fields else [int(each["id"][1:]) for each in fields["pages"]]
    named = {int(layer.get("page", "p1")[1:]) for layer in fields["layers"]}
    assert numbers == sorted(named), "pages are those that layers name, in the order of numbers"
    assert all(each.keys() == {"id"} for each in fields.get("pages", ()))
    return re.sub(rb'"page":"p(\d+)"', rb'"page":\1', re.sub(rb'^{"pages":[^]]*],', b"{", board))
