"""A board that is far-flung, in parts: what lies together is shown, the void between is not.

Somebody puts one dot a hundred screens away, and a picture of the whole is a line of white with
nothing to be read in it. So each island is drawn by itself, and what is much longer than wide is
cut like a scroll. A caption says which part it is and where it lies.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from lessonroom.board.drawing.geometry import Bounds, painted_bounds, union
from lessonroom.board.drawing.scene import Scene
from lessonroom.board.drawing.text_layout import Measure
from lessonroom.board.model.elements import Element

WHOLE: Final = 6_000
"""Units to a side: what is no larger is shown as it is; one reads it in a picture of the whole."""
GAP: Final = 1_000
"""Units of nothing between two islands: more than half of a screen."""
MOST: Final = 32
"""Parts of a page; where there would be more, islands that lie nearer count as one."""
_MARGIN: Final = 16
_SCROLL: Final = 4_000
_LONG: Final = 6
"""So many times as long as wide is a scroll."""
_MOST_OF_A_SCROLL: Final = 8
_DEPTH: Final = 12
_CAPTION_LEAST: Final = 16
_CAPTION_SHARE: Final = 120
"""Of the width of a sheet: so many captions would stand above each other in a square."""
_CAPTION_LETTER: Final = 0.6


class Part(msgspec.Struct, frozen=True):
    """A part of a page as a page of its own, and what is written above it: nothing, on a whole."""

    scene: Scene
    caption: str


class _Laid(NamedTuple):
    element: Element
    bounds: Bounds


def parts_of(scene: Scene, measure: Measure) -> list[Part]:
    """Return a page in one part or, where it is far-flung, in several: from the top, then left."""
    bounds = scene.bounds
    if max(bounds.w, bounds.h) <= WHOLE:
        return [Part(scene, "")]
    laid = [
        _Laid(element, painted_bounds(element, measure))
        for sheet in scene.sheets
        for element in sheet.elements
    ]
    boxes = list(_boxes_of(laid))
    if len(boxes) == 1:
        return [Part(scene, "")]
    return [
        Part(_within(scene, laid, box), _caption(n, len(boxes), box))
        for n, box in enumerate(boxes, start=1)
    ]


class Place(msgspec.Struct, frozen=True):
    """Where a part stands among the others; its caption stands above it, on a line of this size."""

    part: Part
    bounds: Bounds
    caption_size: float


class Arrangement(msgspec.Struct, frozen=True):
    """The parts of a page on one sheet."""

    places: list[Place]
    bounds: Bounds


def arranged(parts: Sequence[Part]) -> Arrangement:
    """Return parts in rows, as words stand in a text, on a sheet that is about as wide as high."""
    sizes = [part.scene.bounds for part in parts]
    area = sum(size.w * size.h for size in sizes)
    width = max(*(size.w for size in sizes), math.sqrt(area) * 1.2)
    caption = max(_CAPTION_LEAST, width / _CAPTION_SHARE)
    places: list[Place] = []
    x = y = row = 0.0
    for part, size in zip(parts, sizes, strict=True):
        if x and x + size.w > width:
            x, y, row = 0.0, y + row, 0.0
        places.append(Place(part, Bounds(x, y + 2 * caption, size.w, size.h), caption))
        x += max(size.w, caption * len(part.caption) * _CAPTION_LETTER) + caption
        row = max(row, size.h + 3 * caption)
    used = max(x, *(place.bounds.x + place.bounds.w for place in places))
    return Arrangement(places, Bounds(0, 0, used, y + row).widened(_MARGIN))


def _boxes_of(laid: Sequence[_Laid]) -> Iterator[Bounds]:
    gap = GAP
    islands = _islands([one.bounds for one in laid], gap)
    while len(islands) > MOST:
        gap *= 2
        islands = _islands([one.bounds for one in laid], gap)
    for island in islands:
        box = union(island)
        if box is not None:
            yield from _scrolled(box.widened(_MARGIN))


def _islands(boxes: list[Bounds], gap: float) -> list[list[Bounds]]:
    """Return boxes in groups with a gap around each, cut across, then down, and so on."""
    done: list[list[Bounds]] = []
    waiting = [(boxes, 0, False)]
    while waiting:
        group, depth, is_cut = waiting.pop()
        # Down first, then across; a group that neither cuts is an island.
        pieces = _cut(group, gap, is_across=bool(depth % 2)) if depth < _DEPTH else [group]
        if len(pieces) == 1 and (is_cut or depth >= _DEPTH):
            done.append(group)
        else:
            is_whole = len(pieces) == 1
            waiting += ((piece, depth + 1, is_whole) for piece in reversed(pieces))
    return done


def _cut(boxes: list[Bounds], gap: float, *, is_across: bool) -> list[list[Bounds]]:
    ordered = sorted(boxes, key=lambda box: box.x if is_across else box.y)
    pieces: list[list[Bounds]] = []
    reach = -float("inf")
    for box in ordered:
        start, length = (box.x, box.w) if is_across else (box.y, box.h)
        if not pieces or start - reach > gap:
            pieces.append([])
        pieces[-1].append(box)
        reach = max(reach, start + length)
    return pieces


def _scrolled(box: Bounds) -> Iterator[Bounds]:
    """Yield a box, or, where it is a scroll, the pieces of it."""
    is_wide = box.w >= box.h
    length, breadth = max(box.w, box.h), min(box.w, box.h)
    count = -int(-length // _SCROLL)
    if length <= WHOLE or length < _LONG * breadth or count > _MOST_OF_A_SCROLL:
        yield box
        return
    step = length / count
    for n in range(count):
        if is_wide:
            yield box._replace(x=box.x + n * step, w=step)
        else:
            yield box._replace(y=box.y + n * step, h=step)


def _within(scene: Scene, laid: Sequence[_Laid], box: Bounds) -> Scene:
    inside = {one.element.id for one in laid if _meet(one.bounds, box)}
    sheets = [
        msgspec.structs.replace(sheet, elements=[one for one in sheet.elements if one.id in inside])
        for sheet in scene.sheets
    ]
    return msgspec.structs.replace(scene, sheets=sheets, bounds=box)


def _meet(one: Bounds, other: Bounds) -> bool:
    return (
        one.x <= other.x + other.w
        and other.x <= one.x + one.w
        and one.y <= other.y + other.h
        and other.y <= one.y + one.h
    )


def _caption(n: int, count: int, box: Bounds) -> str:
    """Return words that are the same in every language."""
    left, top = round(box.x), round(box.y)
    right, bottom = round(box.x + box.w), round(box.y + box.h)
    return f"{n} / {count}  ·  x {left} … {right}  ·  y {top} … {bottom}"
