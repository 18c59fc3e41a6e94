"""What the process that draws boards is asked, and what it answers."""

from enum import StrEnum

import msgspec


class DrawnFormat(StrEnum):
    """What a board can be drawn as."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    SVG_ZIP = "svg.zip"
    PNG_ZIP = "png.zip"
    """All pages, each as a file of its own."""


class Commission(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drawn.

    `page` is one page of the board, by its id or its number from 1; where it is absent, SVG and PNG
    show the first, and the others have all.
    `assets` are files on this machine, by the images that they hold: all that the board may show.
    `fonts` are files on it, too, of letters that ours lack.
    """

    format: DrawnFormat
    board: bytes
    title: str = ""
    description: str = ""
    page: str | None = None
    assets: dict[str, str] = {}
    fonts: tuple[str, ...] = ()
    pixels_most: int = 4_096
    """To a side of a PNG."""


class Drawn(msgspec.Struct, frozen=True):
    """A file."""

    content: bytes
