"""What the process that reads documents is asked, and what it answers. No reader is loaded here."""

import msgspec


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """How many pages has this document, and what is it called?"""

    path: str


class Rasterize(msgspec.Struct, frozen=True, tag="rasterize"):
    """Draw some pages, by their numbers from 1, in this order."""

    path: str
    numbers: list[int]


class Reading(msgspec.Struct, frozen=True):
    """The request: one of the two."""

    commission: Inspect | Rasterize


class Inspected(msgspec.Struct, frozen=True, tag="inspected"):
    """What a document says of itself."""

    pages: int
    title: str


class Sheet(msgspec.Struct, frozen=True, tag="sheet"):
    """A page as it is kept: a picture, and how large it is on the board, 96 units to the inch."""

    number: int
    content: bytes
    media_type: str
    width: int
    height: int
    w: float
    h: float


class Undrawn(msgspec.Struct, frozen=True, tag="undrawn"):
    """A page that cannot be drawn."""

    number: int


class Read(msgspec.Struct, frozen=True):
    """One answer: to `Inspect` there is one, to `Rasterize` one for each page."""

    result: Inspected | Sheet | Undrawn
