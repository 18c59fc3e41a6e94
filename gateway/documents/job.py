"""What the process that reads documents is asked, and what it answers. No reader is loaded here."""

from typing import Final

import msgspec

MODULE: Final = "gateway.documents.rasterize"
"""What reads them, run as a module."""


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """How many pages has this document, and what is it called?"""

    path: str


class Rasterize(msgspec.Struct, frozen=True, tag="rasterize"):
    """Draw some pages, by their numbers from 1, in this order."""

    path: str
    numbers: list[int]


class Extract(msgspec.Struct, frozen=True, tag="extract"):
    """These pages alone, as a document: without scripts, links, attachments and who wrote it."""

    path: str
    numbers: list[int]


class Sketch(msgspec.Struct, frozen=True, tag="sketch"):
    """What do these pages look like, small?"""

    path: str
    numbers: list[int]


class Reading(msgspec.Struct, frozen=True):
    """The request: one of the four."""

    commission: Inspect | Rasterize | Extract | Sketch


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
    text: str = ""
    """What can be read on it, as far as the document says so; lines end with a line feed."""


class Thumbnail(msgspec.Struct, frozen=True, tag="thumbnail"):
    """A page as a small JPEG."""

    number: int
    content: bytes


class Undrawn(msgspec.Struct, frozen=True, tag="undrawn"):
    """A page that cannot be drawn."""

    number: int


class Chunk(msgspec.Struct, frozen=True, tag="chunk"):
    """A part of a document, which follows the one before."""

    content: bytes


class Read(msgspec.Struct, frozen=True):
    """One answer: to `Inspect` there is one, to `Rasterize` and `Sketch` one for each page."""

    result: Inspected | Sheet | Thumbnail | Undrawn | Chunk
