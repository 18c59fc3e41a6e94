"""Where elements lie, in board units."""

import cmath
import math
from collections.abc import Iterable
from typing import Final, NamedTuple, Self, assert_never

from lessonroom.board.drawing.face import face_of
from lessonroom.board.drawing.table_layout import table_layout
from lessonroom.board.drawing.text_layout import LINE_HEIGHT, Measure, note_height, text_lines
from lessonroom.board.model.elements import (
    Arrow,
    Custom,
    Element,
    Ellipse,
    Formula,
    Graph,
    Image,
    Line,
    Note,
    Polygon,
    Rect,
    Stroke,
    Table,
    TextElement,
)

_WIDEST_PEN: Final = 1.3
"""A pen that is pressed hard reaches so far to each side, for each unit of its width."""


class Bounds(NamedTuple):
    """A box with upright sides."""

    x: float
    y: float
    w: float
    h: float

    @classmethod
    def around(cls, points: Iterable[complex]) -> Self:
        """Return the box around points; there is one at least."""
        points = list(points)
        xs = [point.real for point in points]
        ys = [point.imag for point in points]
        left, top = min(xs), min(ys)
        return cls(left, top, max(xs) - left, max(ys) - top)

    @property
    def centre(self) -> complex:
        """The point that an element is turned about."""
        return complex(self.x + self.w / 2, self.y + self.h / 2)

    @property
    def corners(self) -> tuple[complex, complex, complex, complex]:
        """The corners, clockwise from the top left one."""
        right, bottom = self.x + self.w, self.y + self.h
        return (
            complex(self.x, self.y),
            complex(right, self.y),
            complex(right, bottom),
            complex(self.x, bottom),
        )

    def widened(self, margin: float) -> "Bounds":
        """Return the box with a margin on each side."""
        return Bounds(self.x - margin, self.y - margin, self.w + 2 * margin, self.h + 2 * margin)

    def rotated(self, degrees: float) -> "Bounds":
        """Return the box around this one turned clockwise about its centre."""
        if not degrees:
            return self
        turn = cmath.rect(1, math.radians(degrees))
        return Bounds.around(self.centre + (corner - self.centre) * turn for corner in self.corners)


def union(boxes: Iterable[Bounds]) -> Bounds | None:
    """Return the box around boxes; None around none."""
    corners = [corner for box in boxes for corner in (box.corners[0], box.corners[2])]
    return Bounds.around(corners) if corners else None


def bounds_of(element: Element, measure: Measure) -> Bounds:
    """Return the box around an element, its rotation and its pen's width left out."""
    match element:
        case Stroke():
            return Bounds.around(stroke_points(element))
        case Line() | Arrow():
            return Bounds.around((complex(element.x1, element.y1), complex(element.x2, element.y2)))
        case Polygon():
            return Bounds.around(corners_of(element))
        case TextElement():
            return _text_bounds(element, measure)
        case Table():
            xs, ys, _ = table_layout(element, measure)
            return Bounds(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0])
        case Note():
            return Bounds(element.x, element.y, element.w, note_height(element, measure))
        case Rect() | Ellipse() | Image() | Formula() | Graph() | Custom():
            return Bounds(element.x, element.y, element.w, element.h)
        case _:
            assert_never(element)


def painted_bounds(element: Element, measure: Measure) -> Bounds:
    """Return the box around everything that is painted of an element."""
    bounds = bounds_of(element, measure)
    width = element.style.width
    match element:
        case Stroke():
            reach = _WIDEST_PEN * width * max(abs(element.scale_x), abs(element.scale_y))
        case Arrow():
            # Its head is as wide to each side as it is long, at most.
            reach = width / 2 + arrow_head_length(element)
        case Note() | Formula() | Graph():
            reach = 0.0
        case _:
            reach = width / 2
    return bounds.widened(reach).rotated(element.rotation)


def stroke_points(stroke: Stroke) -> list[complex]:
    """Return where a stroke's points lie on the board."""
    points = stroke.points
    return [
        complex(stroke.x + x * stroke.scale_x, stroke.y + y * stroke.scale_y)
        for x, y in zip(points[::4], points[1::4], strict=True)
    ]


def corners_of(polygon: Polygon) -> list[complex]:
    """Return where a polygon's corners lie on the board."""
    points = polygon.points
    pairs = zip(points[::2], points[1::2], strict=False)
    return [complex(polygon.x + x, polygon.y + y) for x, y in pairs]


def arrow_head_length(arrow: Arrow) -> float:
    """Return how long the strokes of an arrow's head are."""
    length = math.hypot(arrow.x2 - arrow.x1, arrow.y2 - arrow.y1)
    return min(length / 2, 8 + arrow.style.width * 3)


def _text_bounds(element: TextElement, measure: Measure) -> Bounds:
    size, face = element.style.font_size, face_of(element.style)
    lines = text_lines(element, measure)
    width = element.w or max(size / 2, *(measure(line, size, face) for line in lines))
    return Bounds(element.x, element.y, width, len(lines) * size * LINE_HEIGHT)
