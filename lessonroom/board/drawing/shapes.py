"""What elements look like, as shapes: what SVG and PDF have in common.

The same as the browser paints them. Points are complex numbers, x + iy.
"""

import cmath
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final, assert_never

import msgspec

from lessonroom.board.drawing.face import PLAIN, Face, face_of
from lessonroom.board.drawing.formula_outline import FormulaOutline, Outlines
from lessonroom.board.drawing.geometry import arrow_head_length, bounds_of, corners_of
from lessonroom.board.drawing.graph_plane import NAME_SIZE, NUMBER_SIZE, WIDEST_CURVE, Plane
from lessonroom.board.drawing.outline import Pen, stroke_outline
from lessonroom.board.drawing.scene import Scene, Sheet
from lessonroom.board.drawing.table_layout import table_layout
from lessonroom.board.drawing.text_layout import (
    LINE_HEIGHT,
    NOTE_PADDING,
    Measure,
    note_height,
    text_rows,
    text_width,
)
from lessonroom.board.drawing.weight import dash_of, polygon_length, stroke_length
from lessonroom.board.model.elements import (
    Align,
    Arrow,
    Brush,
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
    Style,
    Table,
    TextElement,
)

_PEN_SIZE: Final = 1.6
_MOUSE_PRESSURES: Final = frozenset({0, 0.5})
"""What a device without a sense of pressure reports."""
_HEAD_ANGLE: Final = 0.45
_RECT_RADIUS: Final = 3
_NOTE_RADIUS: Final = 4
_FRAME_COLOR: Final = "#868e96"
_GRID_COLOR: Final = "#ced4da"
_NO_OUTLINES: Final[Outlines] = MappingProxyType({})


class Paint(msgspec.Struct, frozen=True):
    """How a shape is painted; a colour that is None is not."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 0
    dash: tuple[float, ...] = ()


class Curve(msgspec.Struct, frozen=True):
    """A closed, smooth line: a quadratic curve for each corner, through the middles between."""

    corners: list[complex]
    paint: Paint


class Polyline(msgspec.Struct, frozen=True):
    """Straight lines from point to point, with round ends and corners."""

    points: list[complex]
    paint: Paint


class Box(msgspec.Struct, frozen=True):
    """A rectangle with rounded corners."""

    x: float
    y: float
    w: float
    h: float
    radius: float
    paint: Paint


class Oval(msgspec.Struct, frozen=True):
    """An ellipse within its box."""

    x: float
    y: float
    w: float
    h: float
    paint: Paint


class TextLine(msgspec.Struct, frozen=True):
    """A line of text. Its left end, its middle or its right end is at x; y is its base line."""

    x: float
    y: float
    text: str
    size: float
    color: str
    align: Align
    is_rtl: bool = False
    """Whether its paragraph is read from the right."""
    face: Face = PLAIN


class Picture(msgspec.Struct, frozen=True):
    """An uploaded image, stretched into its box; mirrored: with its left side on the right."""

    x: float
    y: float
    w: float
    h: float
    asset: str
    alt: str
    is_mirrored: bool = False


class Glyphs(msgspec.Struct, frozen=True):
    """The outline of a formula, stretched into its box."""

    x: float
    y: float
    scale: tuple[float, float]
    outline: FormulaOutline
    color: str | None
    tex: str


Shape = Curve | Polyline | Box | Oval | TextLine | Picture | Glyphs


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """An element as shapes, the lowest first.

    They are scaled, then moved by `offset`, then turned by `rotation` degrees about `centre`. Where
    `is_multiplied`, the paint darkens what lies under it as a highlighter does.
    """

    element_id: str
    shapes: list[Shape]
    opacity: float = 1
    is_multiplied: bool = False
    offset: complex = 0j
    scale: tuple[float, float] = (1, 1)
    rotation: float = 0
    centre: complex = 0j


def drawings_on(scene: Scene, sheet: Sheet, measure: Measure) -> Iterator[Drawing]:
    """Yield what the elements of a sheet look like on their page, the lowest first."""
    for element in sheet.elements:
        if element.id in scene.framed:
            yield _frame_of(element, measure)
        else:
            yield drawing_of(element, measure, scene.outlines)


def _frame_of(element: Element, measure: Measure) -> Drawing:
    x, y, w, h = bounds_of(element, measure)
    frame = Box(x, y, w, h, 0, Paint(stroke=_FRAME_COLOR, width=1))
    return Drawing(element_id=element.id, shapes=[frame])


def drawing_of(element: Element, measure: Measure, outlines: Outlines = _NO_OUTLINES) -> Drawing:
    """Return what an element looks like; a frame stands for a formula without an outline."""
    rotation = element.rotation % 360
    drawing = Drawing(
        element_id=element.id,
        shapes=_shapes(element, measure, outlines),
        opacity=element.style.opacity,
        rotation=rotation,
        centre=bounds_of(element, measure).centre if rotation else 0j,
    )
    if isinstance(element, Stroke):
        return msgspec.structs.replace(
            drawing,
            is_multiplied=element.brush is Brush.HIGHLIGHTER,
            offset=complex(element.x, element.y),
            scale=(element.scale_x, element.scale_y),
        )
    return drawing


def _shapes(element: Element, measure: Measure, outlines: Outlines) -> list[Shape]:
    style = element.style
    match element:
        case Stroke():
            return [_stroke(element)]
        case Line():
            ends = _ends(element)
            return [Polyline(ends, _lined(style, abs(ends[1] - ends[0])))]
        case Arrow():
            ends = _ends(element)
            return [Polyline(ends, _lined(style, abs(ends[1] - ends[0]))), _arrow_head(element)]
        case Rect(x=x, y=y, w=w, h=h):
            return [Box(x, y, w, h, _RECT_RADIUS, _lined(style, 2 * (w + h), is_filled=True))]
        case Ellipse(x=x, y=y, w=w, h=h):
            return [Oval(x, y, w, h, _lined(style, 2 * (w + h), is_filled=True))]
        case Polygon():
            return [_polygon(element)]
        case TextElement():
            return _text(element, element.x, element.y, measure)
        case Note(x=x, y=y, w=w):
            h = note_height(element, measure)
            paper = Box(x, y, w, h, _NOTE_RADIUS, Paint(fill=_color(style.fill)))
            return [paper, *_text(element, x + NOTE_PADDING, y + NOTE_PADDING, measure)]
        case Image(x=x, y=y, w=w, h=h):
            return [Picture(x, y, w, h, element.asset, element.alt, element.mirrored)]
        case Formula():
            return [_formula(element, outlines.get(element.outline))]
        case Graph():
            return list(_graph(element))
        case Table():
            return list(_table(element, measure))
        case Custom():
            return _custom(element)
        case _:
            assert_never(element)


def _stroke(stroke: Stroke) -> Shape:
    style = stroke.style
    points = [complex(x, y) for x, y in zip(stroke.points[::4], stroke.points[1::4], strict=True)]
    if stroke.brush is Brush.HIGHLIGHTER:
        if len(points) == 1:
            points.append(points[0] + 0.1)
        return Polyline(points, _lined(style, stroke_length(stroke)))
    pressures = stroke.points[2::4]
    has_pressure = any(pressure not in _MOUSE_PRESSURES for pressure in pressures)
    pen = Pen(
        size=style.width * _PEN_SIZE,
        thinning=0.6 if has_pressure else 0.35,
        smoothing=0.5,
        streamline=0.35,
        is_simulated=not has_pressure,
    )
    outline = stroke_outline(list(zip(points, pressures, strict=True)), pen)
    return Curve(outline, Paint(fill=_color(style.color)))


def _polygon(polygon: Polygon) -> Shape:
    corners = corners_of(polygon)
    paint = _lined(polygon.style, polygon_length(polygon), is_filled=polygon.closed)
    return Polyline([*corners, corners[0]] if polygon.closed else corners, paint)


def _arrow_head(arrow: Arrow) -> Shape:
    start, end = _ends(arrow)
    direction = cmath.phase(end - start)
    length = arrow_head_length(arrow)
    sides = [end - cmath.rect(length, direction + turn) for turn in (_HEAD_ANGLE, -_HEAD_ANGLE)]
    # Of no length: a head has no dashes.
    return Polyline([sides[0], end, sides[1]], _lined(arrow.style, 0))


def _text(element: TextElement | Note, x: float, y: float, measure: Measure) -> list[Shape]:
    style = element.style
    color, face = _color(style.color), face_of(style)
    width = text_width(element)
    if color is None:
        return []
    rows = text_rows(element, measure)
    room = width or 0.0
    if width is None and (style.align is not Align.START or any(row.is_rtl for row in rows)):
        # They stand beside the longest one.
        room = max(measure(row.text, style.font_size, face) for row in rows)
    height = style.font_size * LINE_HEIGHT
    shapes: list[Shape] = []
    for n, row in enumerate(rows):
        if row.text and style.font_size:
            align = _side(style.align, is_rtl=row.is_rtl)
            shift = {Align.START: 0.0, Align.CENTER: 0.5, Align.END: 1.0}[align] * room
            at = (x + shift, y + height * n + style.font_size)
            line = TextLine(*at, row.text, style.font_size, color, align, row.is_rtl, face)
            shapes.append(line)
    return shapes


def _side(align: Align, *, is_rtl: bool) -> Align:
    """Return where lines stand: what is read from the right starts there."""
    if not is_rtl:
        return align
    return {Align.START: Align.END, Align.CENTER: Align.CENTER, Align.END: Align.START}[align]


def _formula(formula: Formula, outline: FormulaOutline | None) -> Shape:
    x, y, w, h = formula.x, formula.y, formula.w, formula.h
    if outline is None:
        return Box(x, y, w, h, 0, Paint(stroke=_FRAME_COLOR, width=1))
    scale = (w / outline.w, h / outline.h)
    return Glyphs(x, y, scale, outline, _color(formula.style.color), formula.tex)


def _graph(graph: Graph) -> Iterator[Shape]:
    plane = Plane.of(graph)
    ink = _color(graph.style.color)
    if graph.grid:
        for line in plane.grid():
            yield Polyline(list(line), Paint(stroke=_GRID_COLOR, width=1))
    yield Box(graph.x, graph.y, graph.w, graph.h, 0, Paint(stroke=_FRAME_COLOR, width=1))
    if graph.axes:
        for line in plane.axes():
            yield Polyline(list(line), Paint(stroke=ink, width=1.5))
    for curve in graph.curves:
        paint = Paint(stroke=_color(curve.color), width=min(graph.style.width, WIDEST_CURVE))
        for run in curve.points:
            for piece in plane.seen(run):
                yield Polyline(piece, paint)
    if graph.axes and ink is not None:
        for at, text, align in plane.numbers():
            yield TextLine(at.real, at.imag, text, NUMBER_SIZE, ink, align)
        for at, text, align in plane.names():
            yield TextLine(at.real, at.imag, text, NAME_SIZE, ink, align)


def _table(table: Table, measure: Measure) -> Iterator[Shape]:
    xs, ys, texts = table_layout(table, measure)
    fill = _color(table.style.fill)
    if fill is not None:
        yield Box(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0], 0, Paint(fill=fill))
    ink = _color(table.style.color)
    line = Paint(stroke=ink if table.style.width else None, width=table.style.width)
    for x in xs:
        yield Polyline([complex(x, ys[0]), complex(x, ys[-1])], line)
    for y in ys:
        yield Polyline([complex(xs[0], y), complex(xs[-1], y)], line)
    for text in texts:
        yield from _text(text, text.x, text.y, measure)


def _custom(element: Custom) -> list[Shape]:
    frame = Paint(stroke=_FRAME_COLOR, width=1)
    return [
        Box(element.x, element.y, element.w, element.h, 0, frame),
        TextLine(element.x + 8, element.y + 20, element.kind, 14, _FRAME_COLOR, Align.START),
    ]


def _ends(element: Line | Arrow) -> list[complex]:
    return [complex(element.x1, element.y1), complex(element.x2, element.y2)]


def _lined(style: Style, length: float, *, is_filled: bool = False) -> Paint:
    width = style.width
    return Paint(
        fill=_color(style.fill) if is_filled else None,
        stroke=_color(style.color) if width else None,
        width=width,
        dash=dash_of(length, style),
    )


def _color(color: str) -> str | None:
    return None if color == "transparent" else color
