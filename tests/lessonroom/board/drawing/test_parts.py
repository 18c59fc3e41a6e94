"""Far-flung boards are shown in parts: all that is on them, and not the void between."""

from time import perf_counter

import pytest

from lessonroom.board.drawing.geometry import painted_bounds
from lessonroom.board.drawing.parts import MOST, WHOLE, Part, arranged, parts_of
from lessonroom.board.drawing.scene import scene_of
from lessonroom.board.model.elements import Element, Line, Rect
from tests.lessonroom.board.drawing.painted import board_of, measure


def rect(name: str, x: float, y: float, *, w: float = 100, h: float = 80) -> Rect:
    return Rect(id=name, layer="base", x=x, y=y, w=w, h=h)


def parts(*elements: Element) -> list[Part]:
    return parts_of(scene_of(board_of(*elements), "p1", measure), measure)


def shown(part: Part) -> set[str]:
    return {element.id for sheet in part.scene.sheets for element in sheet.elements}


def islands(*elements: Element) -> list[set[str]]:
    return [shown(part) for part in parts(*elements)]


def test_what_fits_a_picture_is_one_part_without_a_caption() -> None:
    """However empty it is: one reads it."""
    (part,) = parts(rect("a", 0, 0), rect("b", WHOLE - 200, WHOLE - 200))
    assert part.caption == ""
    assert shown(part) == {"a", "b"}
    assert parts()[0].caption == ""


def test_one_stray_dot_is_a_part_of_its_own() -> None:
    """The lesson keeps its picture, and nothing is left out."""
    work = [rect("a", 0, 0), rect("b", 900, 400)]
    near, far = parts(*work, rect("dot", 14_000, 200, w=2, h=2))
    assert shown(near) == {"a", "b"}
    assert shown(far) == {"dot"}
    assert near.caption.startswith("1 / 2")
    assert "x -17 … 1017" in near.caption
    assert max(*near.scene.bounds[2:], *far.scene.bounds[2:]) < 1_100


@pytest.mark.parametrize("far", [-9e6, -20_000, 20_000, 9e6])
def test_parts_come_from_the_top_and_then_the_left(far: float) -> None:
    """As one reads them, wherever they are."""
    found = islands(
        rect("below", far, far + 9_000), rect("right", far + 5_000, far), rect("left", far, far)
    )
    assert found == [{"left"}, {"right"}, {"below"}]
    assert islands(rect("a", 0, 0), rect("b", far, 0)) == (
        [{"a"}, {"b"}] if far > 0 else [{"b"}, {"a"}]
    )


def test_islands_around_a_corner_are_told_apart() -> None:
    """Two rows of which each has a gap where the other has none."""
    found = islands(
        rect("a", 0, 0),
        rect("b", 8_000, 0),
        rect("c", 0, 5_000, w=8_100, h=2_000),
        rect("d", 20_000, 5_000),
    )
    assert found == [{"a"}, {"b"}, {"c"}, {"d"}]


def test_a_scroll_is_cut_and_what_lies_across_a_cut_is_on_both_sides() -> None:
    """A time line drawn from left to right."""
    line = Line(id="line", layer="base", x1=0, y1=0, x2=14_000, y2=0)
    steps = [rect(f"r{n}", n * 1_000, 10) for n in range(15)]
    found = parts(line, *steps)
    assert len(found) == 4
    assert all("line" in shown(part) for part in found)
    assert set().union(*(shown(part) for part in found)) == {"line", *(one.id for one in steps)}
    assert sum(part.scene.bounds.w for part in found) == pytest.approx(14_132, abs=5)
    (high,) = parts(Line(id="l", layer="base", x1=0, y1=0, x2=9_000, y2=9_000))
    assert high.caption == ""
    assert len(parts(Line(id="l", layer="base", x1=0, y1=0, x2=0, y2=9_000))) == 3


def test_so_many_islands_are_parts_and_no_more() -> None:
    """[P16] Whoever scatters a thousand dots makes nobody a document of a thousand pages."""
    dots = [rect(f"d{n}", (n % 50) * 3_000, n // 50 * 3_000 * (1 + n % 3)) for n in range(1_000)]
    found = parts(*dots)
    assert 1 <= len(found) <= MOST
    assert set().union(*(shown(part) for part in found)) == {dot.id for dot in dots}


def test_it_takes_no_time_whatever_lies_where() -> None:
    """[P16] A staircase is the most cuts that there can be."""
    stairs = [rect(f"d{n}", n * 4_000 % 9_999_000, n * 2_500 % 9_999_000) for n in range(10_000)]
    page = scene_of(board_of(*stairs), "p1", measure)
    began = perf_counter()
    assert len(parts_of(page, measure)) <= MOST
    assert perf_counter() - began < 5


def test_parts_are_arranged_without_lying_over_each_other() -> None:
    """In rows, each with its caption above it, about as wide as high."""
    found = parts(*[rect(f"d{n}", n * 3_000, n * 3_000, w=200 + n * 50) for n in range(20)])
    sheet = arranged(found)
    for n, one in enumerate(sheet.places):
        assert one.bounds.x >= sheet.bounds.x
        assert one.bounds.x + one.bounds.w <= sheet.bounds.x + sheet.bounds.w
        assert one.bounds.y + one.bounds.h <= sheet.bounds.y + sheet.bounds.h
        for other in sheet.places[n + 1 :]:
            above = one.bounds.y + one.bounds.h <= other.bounds.y - other.caption_size
            beside = one.bounds.x + one.bounds.w <= other.bounds.x
            assert above or beside
    assert max(sheet.bounds.w, sheet.bounds.h) < 4 * min(sheet.bounds.w, sheet.bounds.h)
    for part in found:
        for layer in part.scene.sheets:
            for element in layer.elements:
                box = painted_bounds(element, measure)
                assert part.scene.bounds.x <= box.x
