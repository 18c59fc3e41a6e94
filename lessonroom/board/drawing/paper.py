"""What lies under all layers of a page: its paper's lines and its background (PROTOCOL PG-6)."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple, assert_never

from lessonroom.board.drawing.geometry import Bounds
from lessonroom.board.drawing.scene import Scene
from lessonroom.board.drawing.shapes import Paint, Picture, Polyline, Shape
from lessonroom.board.model.page import Page, Paper, PaperKind

_UNCHOSEN: Final = Paper()
"""The dots of a page where nobody chose a paper help the hand, and are not printed."""
_QUIET: Final = "#dde3ec"
_STRONG: Final = "#c3cddd"
_AXIS: Final = "#868e96"
_LINES_MOST: Final = 1_500
"""Of one family: finer ones are left out where a page is larger than a sheet."""


class _Lines(NamedTuple):
    """Parallel lines, `gap` units apart; `angle` in degrees from the x axis, clockwise."""

    angle: int
    gap: float
    width: float = 1
    is_strong: bool = False
    offset: float = 0


def ground_of(scene: Scene) -> Iterator[Shape]:
    """Yield the shapes under everything else of a page, the lowest first."""
    paper = scene.page.paper
    if paper != _UNCHOSEN:
        yield from _paper(scene.page, scene.bounds)
    if (under := scene.page.background) is not None:
        yield Picture(under.x, under.y, under.w, under.h, under.asset, "")


def _paper(page: Page, bounds: Bounds) -> Iterator[Shape]:
    paper = page.paper
    color = None if paper.color in {None, "transparent"} else paper.color
    for lines in _lines_of(paper):
        is_dots = paper.kind is PaperKind.DOTS
        paint = Paint(
            stroke=color or (_STRONG if lines.is_strong or is_dots else _QUIET),
            width=2 if is_dots else lines.width,
            dash=(0.01, lines.gap - 0.01) if is_dots else (),
        )
        for start, end in _segments(lines, bounds):
            begin = complex(math.ceil(start.real / lines.gap) * lines.gap, start.imag)
            yield Polyline([begin if is_dots else start, end], paint)
    if paper.kind is PaperKind.AXES:
        yield from _axes(page, bounds)


def _lines_of(paper: Paper) -> list[_Lines]:
    step = paper.step
    match paper.kind:
        case PaperKind.BLANK:
            return []
        case PaperKind.DOTS | PaperKind.LINED:
            return [_Lines(0, step)]
        case PaperKind.SQUARES | PaperKind.AXES:
            return [_Lines(0, step), _Lines(90, step)]
        case PaperKind.SEYES:
            strong = [_Lines(angle, step, 1, is_strong=True) for angle in (0, 90)]
            return [_Lines(0, step / 4, 0.5), *strong]
        case PaperKind.MILLIMETRE:
            fine = [_Lines(angle, step / 10, 0.4) for angle in (0, 90)]
            half = [_Lines(angle, step / 2, 0.7) for angle in (0, 90)]
            return [*fine, *half, *(_Lines(a, step, 1, is_strong=True) for a in (0, 90))]
        case PaperKind.ISOMETRIC:
            return [_Lines(angle, step * math.sqrt(3) / 2) for angle in (30, 90, 150)]
        case PaperKind.MUSIC:
            return [_Lines(0, 10 * step, 1, is_strong=True, offset=n * step) for n in range(5)]
        case _:
            assert_never(paper.kind)


def _segments(lines: _Lines, bounds: Bounds) -> Iterator[tuple[complex, complex]]:
    x, y, w, h = bounds
    turn = math.radians(lines.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    away = [cy * cos - cx * sin for cx in (x, x + w) for cy in (y, y + h)]
    first = math.ceil((min(away) - lines.offset) / lines.gap)
    last = math.floor((max(away) - lines.offset) / lines.gap)
    if last - first + 1 > _LINES_MOST:
        return
    for n in range(first, last + 1):
        at = n * lines.gap + lines.offset
        if lines.angle == 0:
            yield complex(x, at), complex(x + w, at)
        elif lines.angle == 90:  # noqa: PLR2004 - upright
            yield complex(-at, y), complex(-at, y + h)
        else:
            through, along = complex(-at * sin, at * cos), complex(cos, sin)
            across = sorted(((x - through.real) / cos, (x + w - through.real) / cos))
            down = sorted(((y - through.imag) / sin, (y + h - through.imag) / sin))
            begin, end = max(across[0], down[0]), min(across[1], down[1])
            if end > begin:
                yield through + begin * along, through + end * along


def _axes(page: Page, bounds: Bounds) -> Iterator[Shape]:
    x, y, w, h = bounds
    step = page.paper.step
    middle = [round(side / 2 / step) * step for side in page.size or (0, 0)]
    paint = Paint(stroke=_AXIS, width=1.8)
    tip, top = complex(x + w, middle[1]), complex(middle[0], y)
    yield Polyline([complex(x, middle[1]), tip], paint)
    yield Polyline([tip + complex(-9, -5), tip, tip + complex(-9, 5)], paint)
    yield Polyline([complex(middle[0], y + h), top], paint)
    yield Polyline([top + complex(-5, 9), top, top + complex(5, 9)], paint)
