"""The outline of a stroke drawn with a pen: the algorithm of perfect-freehand 1.2, in Python.

Browsers draw strokes with that library, so an export has to come to the same points; vectors made
with the library itself hold the two together. What is here is the part of it that the board uses:
round ends, no taper, linear easing, strokes that are complete.

Points are complex numbers, x + iy: turning is a multiplication. The y axis points down.
"""

import cmath
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

_SPEED_SHARE: Final = 0.275
_SETTLING_SAMPLES: Final = 10
_END_GAP: Final = 3
_LEAST_RADIUS: Final = 0.01
# A hair more than half a turn, so that a cap covers the seam to the side.
_HALF_TURN: Final = math.pi + 0.0001
_ACROSS: Final = -1j
_NO_PRESSURE: Final = 0.5


class Pen(NamedTuple):
    """How a pen draws. `size` is the diameter at pressure 0.5, in board units.

    `thinning` says how much pressure changes that, `smoothing` how far apart points of the outline
    are, `streamline` how closely the line follows the hand; each from 0 to 1. Where `is_simulated`,
    the speed of the hand stands in for its pressure.
    """

    size: float
    thinning: float
    smoothing: float
    streamline: float
    is_simulated: bool


class _Sample(NamedTuple):
    point: complex
    pressure: float
    direction: complex
    """Of length 1, back to the sample before."""
    distance: float
    length: float
    """Of the stroke up to here."""


def stroke_outline(points: Sequence[tuple[complex, float]], pen: Pen) -> list[complex]:
    """Return the corners of the closed outline of a stroke; none of a pen without a size.

    Args:
        points: where the pen was, each with its pressure from 0 to 1.
        pen: what it is drawn with.

    """
    if not points or pen.size <= 0:
        return []
    samples = _samples(points, pen)
    if len(samples) == 1:
        return _dot(samples[0].point, _radius(samples[0].pressure, pen))
    return _around(samples, pen)


# -- following the hand


def _samples(points: Sequence[tuple[complex, float]], pen: Pen) -> list[_Sample]:
    """Return points that lag behind the hand, without those that have hardly left the start."""
    inputs = _at_least_two(points)
    follow = 0.15 + (1 - pen.streamline) * 0.85
    previous, pressure = inputs[0]
    samples = [_Sample(previous, pressure, 1 + 1j, 0, 0)]
    length = 0.0
    is_away = False
    last = len(inputs) - 1
    for n, (target, pressure) in enumerate(inputs[1:], start=1):
        point = target if n == last else previous + (target - previous) * follow
        if point == previous:
            continue
        distance = abs(point - previous)
        length += distance
        if n < last and not is_away:
            if length < pen.size:
                continue
            is_away = True
        direction = (previous - point) / distance
        samples.append(_Sample(point, pressure, direction, distance, length))
        previous = point
    first_direction = samples[1].direction if len(samples) > 1 else 0
    samples[0] = samples[0]._replace(direction=first_direction)
    return samples


def _at_least_two(points: Sequence[tuple[complex, float]]) -> list[tuple[complex, float]]:
    """Return the points, with more of them where there are too few to tell a direction."""
    first, pressure = points[0]
    match len(points):
        case 1:
            return [points[0], (first + (1 + 1j), pressure)]
        case 2:
            step = (points[1][0] - first) / 4
            return [points[0], *((first + step * n, _NO_PRESSURE) for n in range(1, 5))]
        case _:
            return list(points)


# -- drawing around it


def _around(samples: Sequence[_Sample], pen: Pen) -> list[complex]:
    """Return the left side, the cap at the end, the right side back, the cap at the start."""
    left: list[complex] = []
    right: list[complex] = []
    least_step = pen.size * pen.smoothing
    is_corner_before = False
    pressure_before = _settled_pressure(samples, pen)
    direction_before = samples[0].direction
    left_before = right_before = samples[0].point
    radius = _radius(samples[-1].pressure, pen)
    end = samples[-1].length
    for n, (sample, following) in enumerate(pairwise([*samples, samples[-1]])):
        is_last = n == len(samples) - 1
        if not is_last and end - sample.length < _END_GAP:
            continue
        pressure = sample.pressure
        if pen.is_simulated and pen.thinning:
            pressure = _simulated(pressure_before, sample.distance, pen)
        radius = max(_LEAST_RADIUS, _radius(pressure, pen))
        turn = 1.0 if is_last else _dot_product(sample.direction, following.direction)
        is_corner = _dot_product(sample.direction, direction_before) < 0 and not is_corner_before
        if is_corner or turn < 0:
            offset = direction_before * _ACROSS * radius
            for rotation in _CORNER:
                left.append(sample.point - offset * rotation)
                right.append(sample.point + offset * rotation.conjugate())
            left_before, right_before = left[-1], right[-1]
            is_corner_before = is_corner_before or turn < 0
            continue
        is_corner_before = False
        if is_last:
            offset = sample.direction * _ACROSS * radius
            left.append(sample.point - offset)
            right.append(sample.point + offset)
            continue
        blend = following.direction + (sample.direction - following.direction) * turn
        offset = blend * _ACROSS * radius
        if n <= 1 or abs(sample.point - offset - left_before) > least_step:
            left_before = sample.point - offset
            left.append(left_before)
        if n <= 1 or abs(sample.point + offset - right_before) > least_step:
            right_before = sample.point + offset
            right.append(right_before)
        pressure_before = pressure
        direction_before = sample.direction
    start_cap = _turned(right[0], samples[0].point, _START_CAP)
    last = samples[-1]
    end_cap = _turned(last.point - last.direction * _ACROSS * radius, last.point, _END_CAP)
    return [*left, *end_cap, *reversed(right), *start_cap]


def _settled_pressure(samples: Sequence[_Sample], pen: Pen) -> float:
    """Return the pressure to begin with: the hand is heavy before it has come up to speed."""
    settled = samples[0].pressure
    for sample in samples[:_SETTLING_SAMPLES]:
        pressure = sample.pressure
        if pen.is_simulated:
            pressure = _simulated(settled, sample.distance, pen)
        settled = (settled + pressure) / 2
    return settled


def _simulated(before: float, distance: float, pen: Pen) -> float:
    speed = min(1.0, distance / pen.size)
    rate = min(1.0, 1 - speed)
    return min(1.0, before + (rate - before) * (speed * _SPEED_SHARE))


def _radius(pressure: float, pen: Pen) -> float:
    return pen.size * (0.5 - pen.thinning * (0.5 - pressure))


def _dot(centre: complex, radius: float) -> list[complex]:
    away = (-1 + 1j) / math.sqrt(2)
    return _turned(centre - away * radius, centre, _DOT)


def _turned(point: complex, about: complex, rotations: Sequence[complex]) -> list[complex]:
    return [about + (point - about) * rotation for rotation in rotations]


def _dot_product(a: complex, b: complex) -> float:
    return a.real * b.real + a.imag * b.imag


def _rotations(whole: float, *, parts: int, start: float, is_closed: bool) -> list[complex]:
    """Return the rotations from `start` on in steps of a part.

    The steps are added up, as the library does: whether the last one still counts depends on how
    the sum was rounded.
    """

    def shares() -> Iterator[float]:
        share = start
        while share <= 1 if is_closed else share < 1:
            yield share
            share += 1 / parts

    return [cmath.rect(1, whole * share) for share in shares()]


_CORNER: Final = _rotations(_HALF_TURN, parts=13, start=0, is_closed=True)
_START_CAP: Final = _rotations(_HALF_TURN, parts=13, start=1 / 13, is_closed=True)
_END_CAP: Final = _rotations(_HALF_TURN * 3, parts=29, start=1 / 29, is_closed=False)
_DOT: Final = _rotations(_HALF_TURN * 2, parts=13, start=1 / 13, is_closed=True)
