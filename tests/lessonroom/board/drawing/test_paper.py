"""What is printed under everything else of a page."""

import pytest

from lessonroom.board.drawing.geometry import Bounds
from lessonroom.board.drawing.paper import ground_of
from lessonroom.board.drawing.scene import Scene
from lessonroom.board.drawing.shapes import Picture, Polyline
from lessonroom.board.model.page import Background, Page, Paper, PaperKind

SHEET = Bounds(0, 0, 800, 600)
ASSET = "ab" * 32


def lines(paper: Paper, bounds: Bounds = SHEET) -> list[Polyline]:
    page = Page(id="p1", paper=paper, size=(bounds.w, bounds.h))
    shapes = list(ground_of(Scene(page, [], bounds)))
    assert all(isinstance(shape, Polyline) for shape in shapes)
    return [shape for shape in shapes if isinstance(shape, Polyline)]


@pytest.mark.parametrize("kind", [kind for kind in PaperKind if kind is not PaperKind.BLANK])
def test_each_paper_that_was_chosen_is_printed_within_the_sheet(kind: PaperKind) -> None:
    """[PG-6] Whatever its step, also where the sheet does not begin at nought."""
    # Axes are those of the sheet, wherever one looks.
    elsewhere = () if kind is PaperKind.AXES else (Bounds(-333, 77, 500, 900),)
    for bounds in (SHEET, *elsewhere):
        drawn = lines(Paper(kind=kind, step=20), bounds)
        assert drawn
        x, y, w, h = bounds
        points = [point for shape in drawn for point in shape.points]
        assert all(x - 10 <= point.real <= x + w + 10 for point in points)
        assert all(y - 10 <= point.imag <= y + h + 10 for point in points)


@pytest.mark.parametrize("paper", [Paper(kind=PaperKind.BLANK), Paper()])
def test_blank_paper_and_the_dots_that_nobody_chose_are_not_printed(paper: Paper) -> None:
    """[PG-6] A board that says nothing of its paper looks in a file as it always did."""
    assert lines(paper) == []


def test_squares_have_both_families_of_lines() -> None:
    """[PG-6] As many as fit: 800 by 600 in steps of 100 are 9 upright and 7 level."""
    drawn = lines(Paper(kind=PaperKind.SQUARES, step=100))
    upright = [shape for shape in drawn if shape.points[0].real == shape.points[1].real]
    assert (len(upright), len(drawn)) == (9, 16)


def test_a_colour_that_was_chosen_is_that_of_the_lines() -> None:
    """[PG-6] Otherwise they are quiet."""
    paint = lines(Paper(kind=PaperKind.LINED, color="#ff0000"))[0].paint
    assert paint.stroke == "#ff0000"
    assert lines(Paper(kind=PaperKind.LINED))[0].paint.stroke != "#ff0000"


def test_the_finest_lines_of_an_endless_page_are_bounded() -> None:
    """[P15] A stray dot a million away does not ask for a hundred thousand lines."""
    far = Bounds(0, 0, 2_000_000, 2_000_000)
    assert len(lines(Paper(kind=PaperKind.MILLIMETRE, step=4), far)) <= 6 * 1_500


def test_the_background_lies_on_the_paper_and_under_the_layers() -> None:
    """[PG-6] It is the last of what is under everything else."""
    under = Background(asset=ASSET, x=10, y=20, w=300, h=400)
    page = Page(id="p1", paper=Paper(kind=PaperKind.SQUARES), background=under)
    *_, last = ground_of(Scene(page, [], SHEET))
    assert last == Picture(10, 20, 300, 400, ASSET, "")
