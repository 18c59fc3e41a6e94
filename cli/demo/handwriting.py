"""The pen strokes of the demo lesson, read from the package's own data.

The strokes are synthesised, not recorded from a person: `scripts/make_handwriting.py` models the
glyphs and the movement of a hand, and writes `strokes.json`.
"""

from importlib import resources
from typing import Literal

import msgspec

Author = Literal["teacher", "student1", "student2"]

NUMBERS_PER_POINT = 4
"""A point is x, y, pressure, dt_ms (PROTOCOL section 4)."""


class PenStroke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One contact of a pen, or of an eraser, with the board.

    `at_ms` is when the pen comes down, counted from the start of the lesson. `points` is flat:
    x and y in board units (CSS pixels at zoom 1), pressure 0 to 1, and the milliseconds since the
    previous point, 0 for the first. A stroke with `erases` set leaves no ink: it is the eraser's
    path over the stroke at that index of `Lesson.strokes`, which its own author drew earlier.
    """

    author: Author
    at_ms: int
    points: tuple[float, ...]
    color: str
    width: float
    erases: int | None = None

    @property
    def duration_ms(self) -> float:
        """How long the pen stays down."""
        return sum(self.points[3::NUMBERS_PER_POINT])


class Lesson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole lesson: its strokes in the order in which the pens came down."""

    width: int
    height: int
    strokes: tuple[PenStroke, ...]

    @property
    def duration_ms(self) -> float:
        """From the start of the lesson until the last pen is lifted."""
        return max(stroke.at_ms + stroke.duration_ms for stroke in self.strokes)


def load_strokes() -> Lesson:
    """Read the demo lesson that is shipped with the package."""
    data = resources.files("cli.demo").joinpath("strokes.json").read_bytes()
    return msgspec.json.decode(data, type=Lesson)
