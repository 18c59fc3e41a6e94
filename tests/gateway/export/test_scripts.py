"""Words of every direction in files: ordered and joined as on the page.

Tests also: gateway/export/set_text.py.
"""

import io
import re
from typing import Final

import pypdfium2
import pytest
from PIL import Image, ImageChops

from gateway.export.job import Commission, DrawnFormat
from gateway.export.render import drawn
from lessonroom.board.model.elements import Align, Element, Note, Style, TextElement
from tests.gateway.export.test_originals import needs_poppler, text_of
from tests.lessonroom.board.drawing.painted import board_of

HEBREW: Final = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd."
ARABIC: Final = "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645."

_DIRECTIONS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def export(kind: DrawnFormat, *elements: Element) -> bytes:
    commission = Commission(
        format=kind,
        board=board_of(*elements).encode(),
        title="Algebra",
        description="",
        page=None,
        assets={},
    )
    return drawn(commission).content


def text(words: str, *, align: Align = Align.START) -> TextElement:
    return TextElement(
        id="t", layer="base", x=0, y=0, w=400, text=words, style=Style(font_size=40, align=align)
    )


def ink(*elements: Element) -> tuple[int, int, int, int]:
    """Return the box of what is not white, in half units."""
    image = Image.open(io.BytesIO(export(DrawnFormat.PNG, *elements))).convert("L")
    box = ImageChops.invert(image).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("words", [HEBREW, ARABIC])
def test_a_line_from_the_right_begins_there_and_its_full_stop_is_on_the_left(words: str) -> None:
    """Without its stop the same line ends later on the left: there it stood."""
    left, _, right, _ = ink(text(words))
    assert right > 780
    without_left, _, without_right, _ = ink(text(words.rstrip(".")))
    assert without_left > left + 5
    assert abs(without_right - right) <= 2


def test_the_end_of_a_line_from_the_right_is_the_left() -> None:
    """Alignment goes by reading, as on the page."""
    assert ink(text(HEBREW, align=Align.END))[0] < 60
    left, _, right, _ = ink(text(HEBREW, align=Align.CENTER))
    assert abs((left + right) / 2 - 432) < 20


@pytest.mark.parametrize("words", [HEBREW, ARABIC])
def test_in_a_document_such_lines_are_set_as_pictures(words: str) -> None:
    """The library of documents would write them backwards, letter by letter."""
    assert export(DrawnFormat.PDF, text(words)).count(b"/Subtype /Image") >= 1
    assert export(DrawnFormat.PDF, text("plain")).count(b"/Subtype /Image") == 0


@needs_poppler
@pytest.mark.parametrize("words", [HEBREW, ARABIC])
def test_words_from_the_right_are_found_in_a_document(words: str) -> None:
    """Over the picture lies the text, unseen: for searching, copying and reading aloud."""
    found = text_of(export(DrawnFormat.PDF, text(words)))
    # What readers of documents tell of directions.
    assert _DIRECTIONS.sub("", found).strip() == words


def test_the_text_over_a_picture_is_not_seen() -> None:
    """Else every letter would be there twice, and not joined."""
    words, *_ = ARABIC.split()
    content = export(DrawnFormat.PDF, text(words))
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        with_text = page.render(scale=1).to_pil().convert("L")
        for shown in list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])):
            page.remove_obj(shown)
        page.gen_content()
        without = page.render(scale=1).to_pil().convert("L")
    assert ImageChops.difference(with_text, without).getbbox() is None


def test_notes_grow_with_what_is_written_on_them() -> None:
    """Twenty lines on paper for four: the paper is as long as they are."""
    note = Note(
        id="n",
        layer="base",
        x=0,
        y=0,
        w=200,
        h=100,
        text="line\n" * 20,
        style=Style(fill="#000000"),
    )
    left, top, right, bottom = ink(note)
    assert bottom - top == pytest.approx(2 * (21 * 20 * 1.3 + 24), abs=4)
    assert right - left == pytest.approx(400, abs=4)


def test_spaces_are_as_typed() -> None:
    """At the beginning, twice, and tabs."""
    plain, spaced = ink(text("ab")), ink(text("    a  b"))
    assert spaced[0] > plain[0] + 60
    assert spaced[2] - spaced[0] > plain[2] - plain[0] + 20
    assert ink(text("\ta"))[0] == ink(text("    a"))[0]
