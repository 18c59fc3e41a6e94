"""A board with one stray dot is a file in which the lesson can be read."""

import io
import re
from typing import Final

from PIL import Image

from gateway.export.job import Commission, DrawnFormat
from gateway.export.render import drawn
from lessonroom.board.model.elements import Rect, Style
from tests.lessonroom.board.drawing.painted import board_of

RED: Final = Style(fill="#ff0000", color="#ff0000")
BLUE: Final = Style(fill="#0000ff", color="#0000ff")
BOARD: Final = board_of(
    Rect(id="work", layer="base", x=0, y=0, w=800, h=600, style=RED),
    Rect(id="dot", layer="base", x=14_000, y=300, w=40, h=40, style=BLUE),
)


def export(kind: DrawnFormat) -> bytes:
    commission = Commission(
        format=kind, board=BOARD.encode(), title="Algebra", description="", page=None, assets={}
    )
    return drawn(commission).content


def test_the_picture_shows_both_and_no_void() -> None:
    """It was 4096 by a few, and the lesson a thumb's breadth of it."""
    image = Image.open(io.BytesIO(export(DrawnFormat.PNG))).convert("RGB")
    assert min(image.size) > max(image.size) / 4
    colors = {color: count for count, color in image.getcolors(1 << 24) or []}
    area = image.width * image.height
    assert colors[(255, 0, 0)] > area / 3
    assert colors[(0, 0, 255)] > 100


def test_the_drawing_says_which_part_is_where() -> None:
    """In numbers, which every language has."""
    svg = export(DrawnFormat.SVG).decode()
    assert re.findall(r">(\d / \d)  ", svg) == ["1 / 2", "2 / 2"]
    assert "x 13983 … 14057" in svg


def test_the_document_has_a_page_for_each() -> None:
    """A page as large as what is on it."""
    pdf = export(DrawnFormat.PDF)
    boxes = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+)", pdf)
    assert len(boxes) == 2
    assert max(float(side) for box in boxes for side in box) < 800
