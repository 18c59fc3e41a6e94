"""What no type can say of an element, and how much one asks others to lay out (PROTOCOL BD-9)."""

from typing import Final

import msgspec

from lessonroom.board.drawing.text_layout import expected_lines
from lessonroom.board.model.elements import (
    Custom,
    Element,
    Formula,
    Image,
    Note,
    Polygon,
    Stroke,
    TextElement,
)
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.scalars import Number, check_free, check_text

_LEAST_TEXT_WIDTH: Final = 1

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
