"""The plane that a graph shows: where its numbers and names stand, and what of its curves is seen.

The page draws the same (`frontend/src/board/figures/graph_plane.ts`, the same vectors).
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, Self

from lessonroom.board.model.elements import Align, Graph

NUMBER_SIZE: Final = 12
"""Font size of the numbers beside the axes."""
NAME_SIZE: Final = 13
"""Font size of the names of the axes."""
WIDEST_CURVE: Final = 32
"""A thousand corners that are wider take a browser seconds."""
_LEAST_STEP: Final = 36
"""Board units from a line of the grid to the next, at least."""
_MOST_LINES: Final = 60
_GAP: Final = 4
_STEPS: Final = (1, 2, 5, 10)

Line = tuple[complex, complex]


class Plane(NamedTuple):
    """A window of the plane, x0 to x1 and y0 to y1, in a box of the board."""

    x: float
    y: float
    w: float
    h: float
    x0: float
    x1: float
    y0: float
    y1: float
    x_name: str = ""
    y_name: str = ""

    @classmethod
    def of(cls, graph: Graph) -> Self:
        """Return what a graph shows."""
        return cls(graph.x, graph.y, graph.w, graph.h, *graph.view, graph.x_name, graph.y_name)

    def at(self, x: float, y: float) -> complex:
        """Return where a point of the plane lies on the board."""
        return complex(
            self.x + (x - self.x0) / (self.x1 - self.x0) * self.w,
            self.y + (self.y1 - y) / (self.y1 - self.y0) * self.h,
        )

    def grid(self) -> Iterator[Line]:
        """Yield the lines at the numbers of both axes."""
        for x in ticks(self.x0, self.x1, self.w):
            yield self.at(x, self.y0), self.at(x, self.y1)
        for y in ticks(self.y0, self.y1, self.h):
            yield self.at(self.x0, y), self.at(self.x1, y)

    def axes(self) -> Iterator[Line]:
        """Yield the axes that are seen."""
        if self.y0 <= 0 <= self.y1:
            yield self.at(self.x0, 0), self.at(self.x1, 0)
        if self.x0 <= 0 <= self.x1:
            yield self.at(0, self.y0), self.at(0, self.y1)

    def numbers(self) -> Iterator[tuple[complex, str, Align]]:
        """Yield the numbers beside the axes, each with where its base line begins, or its middle.

        Where an axis is not seen they stand at the side of the window that is nearest to it; none
        stands below the name of the axis that goes up.
        """
        below = self._below()
        top = self.y + NAME_SIZE + _GAP + NUMBER_SIZE if self.y_name else self.y
        for x in ticks(self.x0, self.x1, self.w):
            if x and self.x0 < x < self.x1:
                yield complex(self.at(x, 0).real, below), number(x), Align.CENTER
        beside, is_left = self._beside()
        for y in ticks(self.y0, self.y1, self.h):
            if y and self.y0 < y < self.y1 and self.at(0, y).imag + _GAP >= top:
                at = complex(beside + (-_GAP if is_left else _GAP), self.at(0, y).imag + _GAP)
                yield at, number(y), Align.END if is_left else Align.START

    def names(self) -> Iterator[tuple[complex, str, Align]]:
        """Yield the names of the axes, each with where its base line begins or ends.

        That of x stands at the right, above its axis, or below the numbers where there is no room;
        that of y at the top, on the side of the numbers.
        """
        if self.x_name:
            axis = self.at(0, min(max(0.0, self.y0), self.y1)).imag
            above = min(axis - _GAP, self._below() - NUMBER_SIZE - _GAP / 2)
            is_room = above - NAME_SIZE >= self.y
            base = above if is_room else self._below() + NAME_SIZE + _GAP / 2
            yield complex(self.x + self.w - _GAP, base), self.x_name, Align.END
        if self.y_name:
            beside, is_left = self._beside()
            at = complex(beside + (-_GAP if is_left else _GAP), self.y + NAME_SIZE)
            yield at, self.y_name, Align.END if is_left else Align.START

    def _below(self) -> float:
        """Return the base line of the numbers of x."""
        below = self.at(0, min(max(0.0, self.y0), self.y1)).imag + NUMBER_SIZE + _GAP / 2
        return min(below, self.y + self.h - _GAP)

    def _beside(self) -> tuple[float, bool]:
        """Return where the numbers of y stand, and whether that is where they end."""
        beside = self.at(min(max(0.0, self.x0), self.x1), 0).real
        return beside, beside > self.x + self.w / 2

    def seen(self, run: Sequence[float]) -> Iterator[list[complex]]:
        """Yield the pieces of a run of points, flat x, y, that lie within the window."""
        piece: list[complex] = []
        for (ax, ay), (bx, by) in pairwise(zip(run[::2], run[1::2], strict=True)):
            part = self._within(ax, ay, bx, by)
            if part is None:
                if piece:
                    yield piece
                piece = []
                continue
            start, end = part
            if start > 0 and piece:
                yield piece
                piece = []
            if not piece:
                piece = [self.at(ax + (bx - ax) * start, ay + (by - ay) * start)]
            piece.append(self.at(ax + (bx - ax) * end, ay + (by - ay) * end))
            if end < 1:
                yield piece
                piece = []
        if piece:
            yield piece

    def _within(self, ax: float, ay: float, bx: float, by: float) -> tuple[float, float] | None:
        """Return the part of a straight piece that lies in the window (Liang and Barsky)."""
        start, end = 0.0, 1.0
        for delta, room in (
            (ax - bx, ax - self.x0),
            (bx - ax, self.x1 - ax),
            (ay - by, ay - self.y0),
            (by - ay, self.y1 - ay),
        ):
            if delta == 0:
                if room < 0:
                    return None
            elif delta < 0:
                start = max(start, room / delta)
            else:
                end = min(end, room / delta)
        return (start, end) if start < end else None


def ticks(begin: float, end: float, length: float) -> list[float]:
    """Return the round numbers from `begin` to `end` that a side of `length` has room for."""
    room = min(max(1, math.floor(length / _LEAST_STEP)), _MOST_LINES)
    least = (end - begin) / room
    unit = 10.0 ** math.floor(math.log10(least))
    step = unit * next(each for each in _STEPS if each * unit >= least * (1 - 1e-9))
    first, last = math.ceil(begin / step - 1e-9), math.floor(end / step + 1e-9)
    return [n * step for n in range(first, min(last, first + 2 * _MOST_LINES) + 1)]


def number(value: float) -> str:
    """Return a number as it stands beside an axis: six digits at most."""
    text = f"{value:.6g}"
    return text.replace("-", "\u2212")
