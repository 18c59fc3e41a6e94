"""The demo lesson as what its three clients send, and when.

A pure function of the strokes: no clock and no socket, so a player can run it at any speed.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from cli.demo.handwriting import NUMBERS_PER_POINT, Author, Lesson, PenStroke

APPEND_EVERY_MS = 33
POINTER_EVERY_MS = 50
LAYER = "base"
LONGEST_TRAVEL_MS = 500
"""A pen that is up for longer rests where it was, and moves at the end."""

_Z_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class DrawStep(msgspec.Struct, frozen=True):
    """A `board_event` that the author's client sends: its ops, as dicts of PROTOCOL section 4."""

    at_ms: int
    author: Author
    ops: tuple[dict[str, Any], ...]


class PointerStep(msgspec.Struct, frozen=True):
    """A `pointer_move` that the author's client sends; `tool` is `pen` or `eraser`."""

    at_ms: int
    author: Author
    x: float
    y: float
    tool: str


Step = DrawStep | PointerStep


def lesson_steps(lesson: Lesson, *, id_prefix: str, layer: str = LAYER) -> list[Step]:
    """Turn the lesson into all that its clients send, in the order of time.

    A stroke is put with its first point and grows by an `append` about every 33 ms while the pen
    is down; an eraser moves the pointer and removes its stroke when it is lifted; a pen in the air
    moves the pointer. Times are milliseconds from the start of the lesson. Element ids are
    `<id_prefix><index of the stroke>`, so that lessons with different prefixes can share a board.

    A prefix that no element id may begin with, and an eraser that names no earlier stroke of its
    own author, raise ValueError.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,56}", id_prefix):
        raise ValueError(f"id_prefix is {id_prefix!r}, allowed are 1 to 56 of A-Z a-z 0-9 _ -")
    steps: list[Step] = []
    last_of: dict[Author, PenStroke] = {}
    for index, stroke in enumerate(lesson.strokes):
        if stroke.author in last_of:
            steps += _travel(last_of[stroke.author], stroke)
        last_of[stroke.author] = stroke
        if stroke.erases is None:
            steps += _draw(stroke, element_id=f"{id_prefix}{index}", z=z_key(index), layer=layer)
        else:
            _check_eraser(lesson, index=index, target=stroke.erases)
            steps += _erase(stroke, element_id=f"{id_prefix}{stroke.erases}")
    # Stable: what one client sends at the same millisecond keeps its order.
    return sorted(steps, key=lambda step: step.at_ms)


def z_key(index: int) -> str:
    """The fractional index of the element drawn as number `index`, of 3906 at most.

    Integer keys in the manner of fractional indexing: `a0` to `az`, then `b00` to `bzz`. They sort
    as strings, and a key can be made between any two.
    """
    one_digit, two_digits = len(_Z_DIGITS), len(_Z_DIGITS) ** 2
    if not 0 <= index < one_digit + two_digits:
        raise ValueError(f"index is {index}, allowed are 0 to {one_digit + two_digits - 1}")
    if index < one_digit:
        return f"a{_Z_DIGITS[index]}"
    high, low = divmod(index - one_digit, one_digit)
    return f"b{_Z_DIGITS[high]}{_Z_DIGITS[low]}"


def _draw(stroke: PenStroke, *, element_id: str, z: str, layer: str) -> Iterator[DrawStep]:
    first, *rest = _points(stroke)
    element = {
        "id": element_id,
        "layer": layer,
        "type": "stroke",
        "z": z,
        "points": list(first),
        "style": {"color": stroke.color, "width": stroke.width},
    }
    yield DrawStep(stroke.at_ms, stroke.author, ({"op": "put", "element": element},))
    batch: list[float] = []
    sent = 1
    now_ms = sent_ms = 0.0
    for number, point in enumerate(rest, start=1):
        batch += point
        now_ms += point[3]
        if now_ms - sent_ms >= APPEND_EVERY_MS or number == len(rest):
            op = {"op": "append", "id": element_id, "at": sent, "points": batch}
            yield DrawStep(round(stroke.at_ms + now_ms), stroke.author, (op,))
            sent += len(batch) // NUMBERS_PER_POINT
            batch, sent_ms = [], now_ms


def _erase(stroke: PenStroke, *, element_id: str) -> Iterator[Step]:
    now_ms, sent_ms = 0.0, -float(POINTER_EVERY_MS)
    for x, y, _pressure, dt_ms in _points(stroke):
        now_ms += dt_ms
        if now_ms - sent_ms >= POINTER_EVERY_MS:
            yield PointerStep(round(stroke.at_ms + now_ms), stroke.author, x, y, "eraser")
            sent_ms = now_ms
    op = {"op": "remove", "ids": [element_id]}
    yield DrawStep(round(stroke.at_ms + now_ms), stroke.author, (op,))


def _travel(last: PenStroke, following: PenStroke) -> Iterator[PointerStep]:
    """Move from where one stroke ends to where the next begins, with a minimum-jerk speed."""
    lifted_ms = last.at_ms + last.duration_ms
    start_ms = max(lifted_ms, following.at_ms - LONGEST_TRAVEL_MS)
    length_ms = following.at_ms - start_ms
    x0, y0 = last.points[-NUMBERS_PER_POINT], last.points[1 - NUMBERS_PER_POINT]
    x1, y1 = following.points[:2]
    tool = "pen" if following.erases is None else "eraser"
    for step in range(1, int(length_ms // POINTER_EVERY_MS) + 1):
        tau = step * POINTER_EVERY_MS / length_ms
        share = tau**3 * (10 - 15 * tau + 6 * tau**2)
        yield PointerStep(
            at_ms=int(start_ms + step * POINTER_EVERY_MS),
            author=following.author,
            x=round(x0 + (x1 - x0) * share, 1),
            y=round(y0 + (y1 - y0) * share, 1),
            tool=tool,
        )


def _points(stroke: PenStroke) -> Iterator[tuple[float, float, float, float]]:
    numbers = iter(stroke.points)
    return zip(numbers, numbers, numbers, numbers, strict=True)


def _check_eraser(lesson: Lesson, *, index: int, target: int) -> None:
    is_earlier_ink = 0 <= target < index and lesson.strokes[target].erases is None
    if not is_earlier_ink or lesson.strokes[target].author != lesson.strokes[index].author:
        raise ValueError(
            f"strokes[{index}].erases is {target}, allowed is an earlier stroke of its author"
        )
