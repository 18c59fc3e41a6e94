"""What an element takes to be drawn, told from its fields alone and in no time.

The page judges alike (`frontend/src/board/drawing/weight.ts`, the same vectors): whoever puts an
element has everybody draw it, and what would take too long is drawn as a frame, the heaviest first.
The unit is a tenth of a microsecond of a browser that paints it.
"""

import math
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Final, assert_never

from lessonroom.board.drawing.table_layout import CELL_PADDING
from lessonroom.board.drawing.text_layout import LEAST_WIDTH, LETTER_WIDTH
from lessonroom.board.model.elements import (
    Arrow,
    Brush,
    Custom,
    Dash,
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
    Style,
    Table,
    TextElement,
)

DASHES: Final = {Dash.SOLID: (), Dash.DASHED: (4.0, 3.0), Dash.DOTTED: (0.1, 2.0)}
"""Lengths drawn and left out, for each unit of a line's width."""
DASHES_DRAWN: Final = 5_000
"""A line that would have more is drawn whole: nobody tells them apart where it is seen whole."""
DRAWN: Final = 20_000_000
"""What everything on a page may weigh together: two seconds of a browser, for each frame."""

_SCREEN: Final = 2_000
"""More than fits a screen is not painted, whatever its size."""
_FILLED: Final = 250
"""Square units that are filled in a unit of time."""
_PER_DASH: Final = 50
_PER_LETTER: Final = 2.5
_PER_LINE: Final = 50
_PLANE: Final = 5_000
"""Grid, axes and numbers of a graph: so many at most, however large it is."""
_PER_RUN: Final = 100
_PER_NUMBER: Final = 10
_PER_TEX: Final = 100
"""A character of TeX: its outline is no longer than `formula_outline.allowed_bytes`."""
_PER_TURN: Final = 50
"""An outline has a cap of 26 points where the pen turns back."""


def weight_of(element: Element) -> float:
    """Return what an element weighs; finite and above 0, whatever its fields are."""
    match element:
        case Stroke():
            return _stroke(element)
        case Line() | Arrow():
            length = math.hypot(element.x2 - element.x1, element.y2 - element.y1)
            return 50 + _reach(length) + _PER_DASH * _dashes(length, element.style)
        case Rect(w=w, h=h) | Ellipse(w=w, h=h):
            round_ = 2 * (w + h)
            dashes = _PER_DASH * _dashes(round_, element.style)
            return 50 + _area(w, h) + _reach(round_) + dashes
        case Polygon():
            return _polygon(element)
        case TextElement() | Note():
            return _text(element)
        case Image(w=w, h=h):
            return 50 + 2 * _area(w, h)
        case Formula(tex=tex, w=w, h=h):
            return 500 + _PER_TEX * len(tex) + _area(w, h)
        case Graph(w=w, h=h):
            runs = [run for curve in element.curves for run in curve.points]
            numbers = sum(len(run) for run in runs)
            return _PLANE + _PER_RUN * len(runs) + _PER_NUMBER * numbers + _area(w, h)
        case Table():
            return _table(element)
        case Custom(w=w, h=h):
            return 100 + _reach(2 * (w + h))
        case _:
            assert_never(element)


def heaviest(weights: Iterable[float], *, most: float = DRAWN) -> float:
    """Return the weight from which on elements are not drawn, so that the others fit in `most`.

    What weighs little comes first: nobody's handwriting is missing for the sake of what somebody
    put to stop the lesson. Infinite where everything fits.
    """
    ascending = sorted(weights)
    sums = zip(ascending, accumulate(ascending), strict=True)
    return next((weight for weight, together in sums if together > most), math.inf)


def dash_of(length: float, style: Style) -> tuple[float, ...]:
    """Return the lengths of dashes of a line of this length; none where it is drawn whole."""
    if not _dashes(length, style):
        return ()
    return tuple(part * style.width for part in DASHES[style.dash])


def stroke_length(stroke: Stroke) -> float:
    """Return how long a stroke is, as it lies on the board."""
    return sum(map(math.hypot, *_steps(stroke)))


def polygon_length(polygon: Polygon) -> float:
    """Return how long the lines of a polygon are together."""
    corners = list(zip(polygon.points[::2], polygon.points[1::2], strict=False))
    if polygon.closed:
        corners.append(corners[0])
    return sum(map(math.dist, corners, corners[1:]))


def _stroke(stroke: Stroke) -> float:
    length = ink = 0.0
    turns = 0
    before_x = before_y = 0.0
    for dx, dy in zip(*_steps(stroke), strict=True):
        step = math.hypot(dx, dy)
        length += step
        ink += min(step, _SCREEN)
        turns += dx * before_x + dy * before_y < 0
        before_x, before_y = dx, dy
    is_dashed = stroke.brush is Brush.HIGHLIGHTER
    dashes = _PER_DASH * _dashes(length, stroke.style) if is_dashed else 0
    return 20 + 2 * (len(stroke.points) // 4) + ink + _PER_TURN * turns + dashes


def _polygon(polygon: Polygon) -> float:
    xs, ys = polygon.points[::2], polygon.points[1::2]
    painted = 50 + 2 * len(xs) + _reach(length := polygon_length(polygon))
    filled = _area(max(xs) - min(xs), max(ys) - min(ys)) if polygon.closed else 0
    return painted + filled + _PER_DASH * _dashes(length, polygon.style)


def _steps(stroke: Stroke) -> tuple[list[float], list[float]]:
    xs, ys = stroke.points[::4], stroke.points[1::4]
    return (
        [(to - at) * stroke.scale_x for at, to in pairwise(xs)],
        [(to - at) * stroke.scale_y for at, to in pairwise(ys)],
    )


def _text(element: TextElement | Note) -> float:
    text, size = element.text, element.style.font_size
    letters = len(text)
    length = letters * size * LETTER_WIDTH
    width = max(element.w, size, LEAST_WIDTH) if element.w else length
    lines = 1 + text.count("\n") + (min(letters, length / width) if width else 0)
    paper = _area(element.w, element.h) if isinstance(element, Note) else 0
    return _PER_LETTER * letters + _PER_LINE * lines + _area(width, lines * size) + paper


def _table(table: Table) -> float:
    letters = sum(map(len, table.cells.values()))
    w, h = (sum(line.size for line in lines) for lines in (table.cols, table.rows))
    cells, size = len(table.rows) * len(table.cols), table.style.font_size
    width = max(w / len(table.cols) - 2 * CELL_PADDING, size, LEAST_WIDTH)
    lines = cells + min(letters, letters * size * LETTER_WIDTH / width)
    return _PER_LETTER * letters + _PER_LINE * lines + _area(w, h)


def _dashes(length: float, style: Style) -> float:
    period = sum(DASHES[style.dash]) * style.width
    count = length / period if period else 0.0
    return count if count <= DASHES_DRAWN else 0.0


def _reach(length: float) -> float:
    return min(length, _SCREEN)


def _area(w: float, h: float) -> float:
    return _reach(w) * _reach(h) / _FILLED
