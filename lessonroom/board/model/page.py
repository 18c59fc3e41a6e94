"""A page of a board, and the paper that it is made of (PROTOCOL PG-1)."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from lessonroom.scalars import Color, Extent, Id, Number, Sha256

FIRST_PAGE: Final = "p1"
"""The page that a new board has."""


class PaperKind(StrEnum):
    """What is printed on the paper."""

    BLANK = "blank"
    DOTS = "dots"
    SQUARES = "squares"
    LINED = "lined"
    SEYES = "seyes"
    MILLIMETRE = "millimetre"
    ISOMETRIC = "isometric"
    MUSIC = "music"
    AXES = "axes"


class Paper(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Paper, with its marks `step` board units apart; without a colour they have a quiet one."""

    kind: PaperKind = PaperKind.DOTS
    step: (
        Annotated[int, msgspec.Meta(ge=4, le=1_000)]
        | Annotated[float, msgspec.Meta(ge=4, le=1_000)]
    ) = 32
    color: Color | None = None


Side = (
    Annotated[int, msgspec.Meta(ge=16, le=20_000)]
    | Annotated[float, msgspec.Meta(ge=16, le=20_000)]
)
"""A side of a sheet, in board units: 96 to the inch."""


class Background(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A picture under every layer, which nobody picks or erases: a page of a document.

    Of an imported one also the `document` that it was, as a PDF without its other pages, `number`
    there from 1, and what is written on it: both are assets, as the picture is.
    """

    asset: Sha256
    x: Number = 0
    y: Number = 0
    w: Extent
    h: Extent
    document: Sha256 | None = None
    number: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    text: Sha256 | None = None

    def assets(self) -> dict[str, str]:
        """Return the assets that it names, by the field that names each."""
        named = {"asset": self.asset, "document": self.document, "text": self.text}
        return {field: asset for field, asset in named.items() if asset is not None}


class Audience(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sees a page besides those who lead the lesson (PROTOCOL AU-1): the `user` of a seat."""

    user: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


_PLAIN: Final = Paper()


class Page(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A part of the board that is shown at once: its layers name it.

    It is a sheet of `size` (width, height) from the origin, or endless. Where it is `open` all its
    layers are. Without an `audience` everyone sees it.
    """

    id: Id
    title: Annotated[str, msgspec.Meta(max_length=128)] = ""
    paper: Paper = _PLAIN
    size: tuple[Side, Side] | None = None
    background: Background | None = None
    open: bool = False
    audience: Audience | None = None

    def __post_init__(self) -> None:
        """Have one encoding for equal pages: only this very object is left out as a default."""
        if self.paper == _PLAIN:
            msgspec.structs.force_setattr(self, "paper", _PLAIN)


def numbered(page: int) -> str:
    """Return the id of a page of before pages had ids (PROTOCOL PG-3)."""
    return f"p{page}"


def number_of(page_id: str) -> int | None:
    """Return n where an id is `pn`, as `numbered` makes it."""
    digits = page_id.removeprefix("p")
    is_number = digits != page_id and digits.isascii() and digits.isdecimal()
    return int(digits) if is_number and len(digits) <= len("1000") else None
