"""What is read of a document, and what its pages come to.

Tests also: gateway/documents/job.py.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from gateway.confinement.confined import Declined
from gateway.documents.job import Inspect, Inspected, Rasterize, Reading, Sheet, Undrawn
from gateway.documents.rasterize import answers
from tests.gateway.documents.pdfs import pdf


class Rasterized(NamedTuple):
    """What came of some pages."""

    sheets: list[Sheet]
    failed: list[int]


@pytest.fixture
def inspect(tmp_path: Path) -> Callable[[bytes], Inspected]:
    def inspected(content: bytes) -> Inspected:
        (tmp_path / "one.pdf").write_bytes(content)
        (read,) = answers(Reading(Inspect(str(tmp_path / "one.pdf"))))
        assert isinstance(read.result, Inspected)
        return read.result

    return inspected


class Rasterizes(Protocol):
    def __call__(self, content: bytes, *numbers: int) -> Rasterized: ...


@pytest.fixture
def rasterize(tmp_path: Path) -> Rasterizes:
    def rasterized(content: bytes, *numbers: int) -> Rasterized:
        (tmp_path / "one.pdf").write_bytes(content)
        commission = Rasterize(str(tmp_path / "one.pdf"), list(numbers))
        results = [read.result for read in answers(Reading(commission))]
        return Rasterized(
            [each for each in results if isinstance(each, Sheet)],
            [each.number for each in results if isinstance(each, Undrawn)],
        )

    return rasterized


def picture(sheet: Sheet) -> Image.Image:
    return Image.open(io.BytesIO(sheet.content))


@pytest.mark.parametrize("title", ["Fractions", "Дроби, аркуш 3", ""])
def test_a_document_says_what_it_is_called(
    inspect: Callable[[bytes], Inspected], title: str
) -> None:
    """And how many pages it has."""
    found = inspect(pdf(4, title=title))
    assert found.pages == 4
    assert found.title in {title, "untitled"}


def test_a_title_is_one_short_line(inspect: Callable[[bytes], Inspected]) -> None:
    """It comes to stand beside other words of the page."""
    assert inspect(pdf(title="a\nb\u202ec" + "d" * 500)).title == "abc" + "d" * 97


def test_pages_are_drawn_in_the_order_asked_for(rasterize: Rasterizes) -> None:
    """Each is the one of its number: the colour of its box tells."""
    sheets = rasterize(pdf(5), 4, 2).sheets
    assert [sheet.number for sheet in sheets] == [4, 2]
    for sheet in sheets:
        with picture(sheet) as image:
            box = image.convert("RGB").crop((10, image.height - 40, 40, image.height - 10))
            red, green = (max(box.getchannel(band).tobytes()) for band in ("R", "G"))
        assert red > 240
        assert green == pytest.approx(sheet.number / 16 * 255, abs=12)


def test_a_page_is_as_large_on_the_board_as_on_paper(rasterize: Rasterizes) -> None:
    """[PG-1] 96 board units to the inch; 144 pixels."""
    (sheet,) = rasterize(pdf(1, size=(144, 72)), 1).sheets
    assert (sheet.w, sheet.h) == (192, 96)
    assert (sheet.width, sheet.height) == (288, 144)
    with picture(sheet) as image:
        assert image.size == (288, 144)


@pytest.mark.parametrize("size", [(14_400.0, 14_400.0), (14_400.0, 20.0)])
def test_the_picture_of_a_huge_page_is_bounded(
    rasterize: Rasterizes, size: tuple[float, float]
) -> None:
    """The page keeps its shape; the sheet is at most what a board has."""
    (sheet,) = rasterize(pdf(1, size=size), 1).sheets
    assert max(sheet.width, sheet.height) <= 4_097
    assert max(sheet.w, sheet.h) <= 20_000


def test_a_strip_without_a_width_fails_alone(rasterize: Rasterizes) -> None:
    """The other pages are drawn."""

    def strip(canvas: Canvas, number: int) -> None:
        canvas.setPageSize((14_400, 0.01) if number == 2 else (595, 842))

    result = rasterize(pdf(3, draw=strip), 1, 2, 3)
    assert [sheet.number for sheet in result.sheets] == [1, 3]
    assert result.failed == [2]


def test_text_is_kept_without_loss_and_a_photo_is_not(rasterize: Rasterizes) -> None:
    """Whichever is shorter."""

    def noise(canvas: Canvas, _: int) -> None:
        grain = Image.effect_noise((600, 800), 90).convert("RGB")
        canvas.drawImage(ImageReader(grain), 0, 0, 595, 842)

    (text,) = rasterize(pdf(1), 1).sheets
    (photo,) = rasterize(pdf(1, draw=noise), 1).sheets
    assert (text.media_type, photo.media_type) == ("image/webp", "image/jpeg")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "not a PDF"),
        (b"%PDF-1.7\n%%EOF", "not a PDF"),
        (pdf(2)[:300], "not a PDF"),
        (pdf(2, password="secret"), "password"),
    ],
    ids=["text", "empty", "cut", "encrypted"],
)
def test_what_cannot_be_read_is_declined_in_words(
    inspect: Callable[[bytes], Inspected], rasterize: Rasterizes, content: bytes, words: str
) -> None:
    """For both questions."""
    with pytest.raises(Declined, match=words):
        inspect(content)
    with pytest.raises(Declined, match=words):
        rasterize(content, 1)
