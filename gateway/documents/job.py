"""What the process that reads documents is asked, and what it answers. No reader is loaded here."""

import msgspec


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """How many pages has this document, and what is it called?"""

    content: bytes


class Rasterize(msgspec.Struct, frozen=True, tag="rasterize"):
    """Draw some pages, by their numbers from 1."""

    content: bytes
    numbers: list[int]


class Reading(msgspec.Struct, frozen=True):
    """The request: one of the two."""

    commission: Inspect | Rasterize


class Inspected(msgspec.Struct, frozen=True):
    """What a document says of itself."""

    pages: int
    title: str


class Sheet(msgspec.Struct, frozen=True):
    """A page as it is kept: a picture, and how large it is on the board, 96 units to the inch."""

    number: int
    content: bytes
    media_type: str
    width: int
    height: int
    w: float
    h: float


class Rasterized(msgspec.Struct, frozen=True):
    """The pages that could be drawn; of the others, their numbers."""

    sheets: list[Sheet]
    failed: list[int]
