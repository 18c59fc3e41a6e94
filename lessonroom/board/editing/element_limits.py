"""What no type can say of an element, and how much one asks others to lay out (PROTOCOL BD-9)."""

from typing import Final

import msgspec

from lessonroom.board.drawing.table_layout import expected_lines_of
from lessonroom.board.drawing.text_layout import expected_lines
from lessonroom.board.model.elements import (
    Custom,
    Element,
    Formula,
    Graph,
    Image,
    Note,
    Polygon,
    Stroke,
    Table,
    TextElement,
)
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.scalars import Number, check_free, check_text

_LEAST_TEXT_WIDTH: Final = 1
_LEAST_VIEW: Final = 1e-6
_GRAPH_NUMBERS: Final = 12_000
_CELLS: Final = 1_000

_decode = msgspec.json.Decoder(Element).decode


def check_element(
    element: Element, limits: Limits, *, field: str, previous: StoredElement | None
) -> None:
    """Refuse an element that somebody puts, or patches `previous` to.

    Boards are kept for years, and hold what an earlier version let in: where `previous` was not
    within a limit of layout, what is no worse passes, so that it can be moved and mended.

    Raises:
        Refused: `too_large` or `invalid`, with the field below `field`.

    """
    match element:
        case Stroke():
            check_points(element.points, f"{field}.points")
        case Polygon():
            _check_corners(element.points, f"{field}.points")
        case TextElement() | Note():
            _check_text(element.text, limits, f"{field}.text")
            _check_lines(element, limits, f"{field}.text", previous)
            if isinstance(element, TextElement):
                _check_width(element, f"{field}.w", previous)
        case Image():
            check_text(element.alt, f"{field}.alt")
        case Formula():
            check_text(element.tex, f"{field}.tex")
        case Graph():
            _check_graph(element, field)
        case Table():
            _check_table(element, limits, field)
        case Custom():
            check_free(element.data, f"{field}.data")
        case _:
            pass


def check_points(points: list[Number], field: str) -> None:
    """Refuse points that are none: not four numbers each, a pressure or a time out of range.

    Raises:
        Refused: `invalid`.

    """
    if len(points) % 4:
        raise Refused(ErrorCode.INVALID, "points come in fours: x, y, pressure, dt_ms", field=field)
    if min(points[2::4]) < 0 or max(points[2::4]) > 1:
        raise Refused(ErrorCode.INVALID, "a pressure is from 0 to 1", field=field)
    if min(points[3::4]) < 0:
        raise Refused(ErrorCode.INVALID, "dt_ms is 0 or more", field=field)


def _check_corners(points: list[Number], field: str) -> None:
    if len(points) % 2:
        raise Refused(ErrorCode.INVALID, "the corners of a polygon come in twos: x, y", field=field)


def _check_graph(graph: Graph, field: str) -> None:
    x0, x1, y0, y1 = graph.view
    if x1 - x0 < _LEAST_VIEW or y1 - y0 < _LEAST_VIEW:
        raise Refused(
            ErrorCode.INVALID,
            f"a view is x from, x to, y from, y to, each pair {_LEAST_VIEW} apart at least",
            field=f"{field}.view",
        )
    check_text(graph.x_name, f"{field}.x_name")
    check_text(graph.y_name, f"{field}.y_name")
    numbers = 0
    for n, curve in enumerate(graph.curves):
        check_text(curve.expr, f"{field}.curves[{n}].expr")
        for m, run in enumerate(curve.points):
            numbers += len(run) + 1
            if len(run) % 2:
                raise Refused(
                    ErrorCode.INVALID,
                    "points come in twos: x, y",
                    field=f"{field}.curves[{n}].points[{m}]",
                )
    if numbers > _GRAPH_NUMBERS:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"the curves of a graph have at most {_GRAPH_NUMBERS} numbers and runs",
            field=f"{field}.curves",
        )


def _check_table(table: Table, limits: Limits, field: str) -> None:
    for name, lines in (("rows", table.rows), ("cols", table.cols)):
        if len({line.id for line in lines}) < len(lines):
            raise Refused(ErrorCode.INVALID, "each has an id of its own", field=f"{field}.{name}")
    if len(table.rows) * len(table.cols) > _CELLS or len(table.cells) > 2 * _CELLS:
        raise Refused(
            ErrorCode.TOO_LARGE, f"a table has at most {_CELLS} cells", field=f"{field}.cells"
        )
    for key, text in table.cells.items():
        check_text(text, f"{field}.cells.{key}")
    if sum(map(len, table.cells.values())) > limits.text_chars:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"the texts of a table have at most {limits.text_chars} characters",
            field=f"{field}.cells",
        )
    if expected_lines_of(table) > 2 * limits.lines_per_text:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"a table has at most {2 * limits.lines_per_text} lines at its widths",
            field=f"{field}.cells",
        )


def _check_text(text: str, limits: Limits, field: str) -> None:
    if len(text) > limits.text_chars:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"a text has at most {limits.text_chars} characters",
            field=field,
        )
    check_text(text, field)


def _check_lines(
    element: TextElement | Note, limits: Limits, field: str, previous: StoredElement | None
) -> None:
    most = limits.lines_per_text
    # No line is shorter than a character or its end: most texts need no look at their words.
    if len(element.text) < most or (lines := expected_lines(element)) <= most:
        return
    before = _decode(previous.encoded) if previous is not None else None
    if isinstance(before, TextElement | Note) and expected_lines(before) >= lines:
        return
    raise Refused(
        ErrorCode.TOO_LARGE,
        f"a text has at most {most} lines; this one has about {lines} at its width",
        field=field,
    )


def _check_width(element: TextElement, field: str, previous: StoredElement | None) -> None:
    width = element.w
    if width is None or width == 0 or width >= _LEAST_TEXT_WIDTH:
        return
    before = _decode(previous.encoded) if previous is not None else None
    if isinstance(before, TextElement) and before.w == width:
        return
    raise Refused(
        ErrorCode.INVALID, f"the width of a text is 0 or at least {_LEAST_TEXT_WIDTH}", field=field
    )
