"""What the process that sets formulas is asked, and what it answers. No library is loaded here."""

from typing import Annotated

import msgspec

MAX_CHARS = 2_000
"""Of the TeX of one formula."""

_Units = Annotated[int, msgspec.Meta(ge=-200_000, le=200_000)]
_Side = Annotated[int, msgspec.Meta(ge=0, le=200_000)]
_Contour = Annotated[list[_Units], msgspec.Meta(min_length=6)]


class Typeset(msgspec.Struct, frozen=True):
    """The TeX of a formula."""

    tex: str


class Fault(msgspec.Struct, frozen=True, tag=True):
    """Why a formula cannot be set: `at` is the character of its TeX, counted from 0."""

    at: int
    message: str


class Setting(msgspec.Struct, frozen=True, tag=True):
    """What a formula looks like, in thousandths of its font size; as `FormulaOutline` has it."""

    w: _Side
    h: _Side
    contours: list[_Contour]


class Typesetting(msgspec.Struct, frozen=True):
    """What became of a formula."""

    outcome: Setting | Fault
