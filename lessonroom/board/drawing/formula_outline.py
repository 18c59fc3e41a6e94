"""What a formula looks like: closed lines of whole numbers, which whoever draws it fills.

The server makes them of TeX and keeps them as it keeps images (PROTOCOL BD-21). So no client loads
a library for mathematics, nothing that is drawn is code, and the screen and every file are alike.
"""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

OUTLINE_MEDIA_TYPE: Final = "application/vnd.lessonroom.outline+json"
OUTLINE_BYTES: Final = 65_536
"""Of one outline, encoded."""
EM: Final = 1_000
"""Units of an outline to the font size."""

_BASE_BYTES: Final = 6_000
_BYTES_PER_CHAR: Final = 1_000

_Units = Annotated[int, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
_Side = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class FormulaOutline(msgspec.Struct, frozen=True):
    """Contours in a box of `w` by `h`, from its upper left corner; filled where they wind round.

    A contour is flat: x, y where it begins, then for each piece the x, y of its control point and
    of its end, a quadratic curve; where both are the same point the piece is straight.
    """

    w: _Side
    h: _Side
    contours: list[list[_Units]]

    def __post_init__(self) -> None:
        """Refuse contours that are none."""
        for contour in self.contours:
            if len(contour) % 4 != 2:  # noqa: PLR2004 - two, and four for each piece
                raise ValueError("a contour has two numbers, and four for each piece")


Outlines = Mapping[str, FormulaOutline]
"""By the assets that they are kept as."""

_decode = msgspec.json.Decoder(FormulaOutline).decode


def decoded(content: bytes, tex: str | None = None) -> FormulaOutline | None:
    """Return the outline that bytes hold; None where they hold none, or a longer one than allowed.

    With `tex`, what its formula says of itself, it may be as long as that can come to: what weighs
    much cannot be passed off as light.
    """
    if len(content) > (OUTLINE_BYTES if tex is None else allowed_bytes(tex)):
        return None
    try:
        return _decode(content)
    except (msgspec.DecodeError, ValueError):
        return None


def allowed_bytes(tex: str) -> int:
    """Return how long the outline of a formula is at most; no real one comes near that."""
    return min(OUTLINE_BYTES, _BASE_BYTES + _BYTES_PER_CHAR * len(tex))
