"""The PDF of a board with pages of a document: their own lines and text, with ink over them."""

import io
import itertools
import os
import shutil
import subprocess
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from gateway.documents.job import Chunk, Extract, Reading
from gateway.documents.rasterize import answers
from gateway.export.job import Commission, DrawnFormat
from gateway.export.render import drawn
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer, Rect, Style, TextElement
from lessonroom.board.model.page import Background, Page, Paper, PaperKind
from lessonroom.board.model.stored import StoredElement
from tests.gateway.documents.pdfs import RED_BOX, exercise, pdf, written_by_hand
from tests.gateway.rest.images import encoded

DOCUMENT, PICTURE = "d" * 64, "e" * 64
SHEET = (794.0, 1123.0)

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None and "CI" not in os.environ,
    reason="pdftotext (poppler-utils) is not installed",
)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "picture").write_bytes(encoded("PNG"))
    return {DOCUMENT: str(tmp_path / "document"), PICTURE: str(tmp_path / "picture")}


def extracted(content: bytes, numbers: list[int], tmp_path: Path) -> bytes:
    """Return some pages of a document as they are kept."""
    (tmp_path / "sent").write_bytes(content)
    read = answers(Reading(Extract(str(tmp_path / "sent"), numbers)))
    return b"".join(each.result.content for each in read if isinstance(each.result, Chunk))


def page_of(number: int, *, size: tuple[float, float] = SHEET, name: str = "") -> Page:
    under = Background(asset=PICTURE, w=size[0], h=size[1], document=DOCUMENT, number=number)
    name = name or f"page{number}"
    return Page(id=name, size=size, paper=Paper(kind=PaperKind.BLANK), background=under)


def board_of(*pages: Page) -> bytes:
    """Return a board; on each page stand a word and a blue box in the middle of its sheet."""
    layers = [Layer(id=page.id, name="Layer 1", page=page.id) for page in pages]
    elements = []
    for n, page in enumerate(pages, start=1):
        w, h = page.size or SHEET
        blue = Style(color="#0000ff", fill="#0000ff")
        box = Rect(id=f"r{n}", layer=page.id, x=w / 2 - 8, y=h / 2 - 8, w=16, h=16, style=blue)
        word = TextElement(id=f"t{n}", layer=page.id, x=w / 4, y=h / 4, text=f"Answer{n}")
        elements += [StoredElement.of(each) for each in (box, word)]
    board = Board(layers, elements, list(pages))
    return board.encode()


def exported(board: bytes, files: dict[str, str]) -> bytes:
    return drawn(
        Commission(
            format=DrawnFormat.PDF,
            board=board,
            title="Fractions",
            description="",
            page=None,
            assets=files,
        )
    ).content


def text_of(content: bytes) -> str:
    """Return what poppler finds, a program that none of ours is made of."""
    found = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    return found.stdout.decode()


def pixels(content: bytes, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(content) as document:
        image: Image.Image = document[page].render(scale=1).to_pil().convert("RGB")
    return image


@needs_poppler
def test_the_text_of_an_imported_page_is_found_and_ours_too(
    files: dict[str, str], tmp_path: Path
) -> None:
    """[PG-6] By poppler; the pages of the board that are of no document are among them."""
    Path(files[DOCUMENT]).write_bytes(extracted(pdf(5), [4, 2], tmp_path))
    own = Page(id="own", size=SHEET)
    content = exported(board_of(page_of(1), own, page_of(2)), files)
    first, second, third, _ = text_of(content).split("\f")
    assert "Exercise 4" in first
    assert "Answer1" in first
    assert "Exercise" not in second
    assert "Answer2" in second
    assert "Exercise 2" in third
    assert "Answer3" in third


def test_ink_lies_over_the_page_and_the_page_is_where_its_picture_is(
    files: dict[str, str], tmp_path: Path
) -> None:
    """[PG-6] Red of the document at the lower left, blue of the board in the middle."""
    whole = b"1 0 0 rg 0 0 595 842 re f"
    Path(files[DOCUMENT]).write_bytes(extracted(written_by_hand(whole, RED_BOX), [1, 2], tmp_path))
    content = exported(board_of(page_of(1), page_of(2)), files)
    over = pixels(content)
    assert over.getpixel((over.width // 2, over.height // 2)) == (0, 0, 255)
    assert over.getpixel((over.width // 2 + 30, over.height // 2)) == (255, 0, 0)
    box = pixels(content, 1)
    assert box.getpixel((50, box.height - 50)) == (255, 0, 0)
    assert box.getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("crop", [b"", b"/CropBox[100 200 500 700]"], ids=["whole", "cropped"])
def test_turned_and_cropped_pages_lie_as_they_were_drawn(
    files: dict[str, str], tmp_path: Path, rotation: int, crop: bytes
) -> None:
    """[PG-6] As the reader shows them; beside what is cropped away nothing shows."""
    corners = (b"1 0 0 rg 100 200 60 60 re f 0 1 0 rg 440 640 60 60 re f"
               b" 0 0.5 0.5 rg 0 0 60 60 re f 0.5 0.5 0 rg 535 782 60 60 re f")  # fmt: skip
    more = crop + b"/Rotate %d" % rotation
    sent = written_by_hand(corners, more=more)
    Path(files[DOCUMENT]).write_bytes(extracted(sent, [1], tmp_path))
    with pypdfium2.PdfDocument(sent) as document:
        width, height = document[0].get_size()
    size = (width * 96 / 72, height * 96 / 72)
    ours, theirs = pixels(exported(board_of(page_of(1, size=size)), files)), pixels(sent)
    assert ours.size == theirs.size
    for x, y in itertools.product((0.03, 0.2, 0.8, 0.97), repeat=2):
        at = (round(x * (ours.width - 1)), round(y * (ours.height - 1)))
        assert ours.getpixel(at) == pytest.approx(theirs.getpixel(at), abs=3), at


def test_a_page_that_was_moved_and_made_smaller_lies_there(
    files: dict[str, str], tmp_path: Path
) -> None:
    """[PG-6] On a larger sheet."""
    Path(files[DOCUMENT]).write_bytes(
        extracted(written_by_hand(b"1 0 0 rg 0 0 595 842 re f"), [1], tmp_path)
    )
    under = Background(asset=PICTURE, x=400, y=0, w=400, h=400, document=DOCUMENT)
    page = Page(id="p", size=(800.0, 800.0), background=under)
    image = pixels(exported(board_of(page), files))
    assert image.getpixel((450, 100)) == (255, 0, 0)
    assert image.getpixel((100, 100)) == (255, 255, 255)
    assert image.getpixel((450, 400)) == (255, 255, 255)


def test_pages_that_share_a_font_have_it_once(files: dict[str, str], tmp_path: Path) -> None:
    """[PG-6] A hundred pages are a small file, smaller than one of their pictures each."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - of this test alone
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    from gateway.export import font  # noqa: PLC0415

    pdfmetrics.registerFont(TTFont("Shared", font.OTHERS_PATH))

    def draw(canvas: Canvas, number: int) -> None:
        canvas.setFont("Shared", 12)
        canvas.drawString(72, 700, f"Вправа {number}: " + "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")

    sent = pdf(100, draw=draw)
    Path(files[DOCUMENT]).write_bytes(extracted(sent, list(range(1, 101)), tmp_path))
    content = exported(board_of(*(page_of(n) for n in range(1, 101))), files)
    assert len(content) < 3 * len(sent) + 200_000


def test_nothing_but_what_a_page_shows_comes_along(files: dict[str, str], tmp_path: Path) -> None:
    """[PG-6] No link, form or author; what was filled in shows. No other page of the document."""

    def draw(canvas: Canvas, number: int) -> None:
        exercise(canvas, number)
        canvas.setAuthor("A. Author")
        canvas.linkURL("https://example.org/answers", (0, 0, 100, 100))
        canvas.acroForm.textfield(name=f"f{number}", value="typed", x=100, y=500, width=200)

    kept = extracted(pdf(7, draw=draw), [1, 3], tmp_path)
    Path(files[DOCUMENT]).write_bytes(kept)
    assert len(pypdf.PdfReader(io.BytesIO(kept)).pages) == 2
    content = exported(board_of(page_of(1), page_of(2)), files)
    assert b"example.org" not in content
    for each in (kept, content):
        assert b"A. Author" not in each
        assert "AcroForm" not in str(pypdf.PdfReader(io.BytesIO(each)).trailer["/Root"])
    read = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert all("typed" in text for text in read)
    assert "Exercise 3" in read[1]


@pytest.mark.parametrize(
    "content",
    [None, b"", b"hello", encoded("PNG"), pdf(1, password="x"), pdf(2)[:900]],
    ids=["gone", "empty", "text", "picture", "encrypted", "cut"],
)
def test_without_the_document_there_is_its_picture(
    files: dict[str, str], content: bytes | None
) -> None:
    """[PG-6] So a page of a document that is gone, or of what is none, is exported still."""
    if content is None:
        del files[DOCUMENT]
    else:
        Path(files[DOCUMENT]).write_bytes(content)
    pages = pypdf.PdfReader(io.BytesIO(exported(board_of(page_of(1)), files))).pages
    assert len(pages[0].images) == 1


def test_a_number_that_the_document_has_not_is_its_picture(
    files: dict[str, str], tmp_path: Path
) -> None:
    """[PG-6] Whatever a client names."""
    Path(files[DOCUMENT]).write_bytes(extracted(pdf(2), [1], tmp_path))
    pages = pypdf.PdfReader(io.BytesIO(exported(board_of(page_of(7)), files))).pages
    assert len(pages[0].images) == 1


def test_a_document_put_as_a_picture_is_a_frame(files: dict[str, str]) -> None:
    """[PG-6] Nothing is read of it as a picture."""
    Path(files[PICTURE]).write_bytes(pdf(1))
    page = Page(id="p", size=SHEET, background=Background(asset=PICTURE, w=100, h=100))
    content = exported(board_of(page), files)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages[0].images) == 0
