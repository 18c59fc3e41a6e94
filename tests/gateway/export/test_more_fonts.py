"""Letters that none of our fonts has, by fonts of the machine."""

import io
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from PIL import Image, ImageChops

from gateway.export import font, more_fonts
from gateway.export.job import Commission, DrawnFormat
from gateway.export.more_fonts import NoFont
from gateway.export.render import drawn
from tests.gateway.export.test_scripts import text
from tests.gateway.export.tiny_font import tiny_font
from tests.lessonroom.board.drawing.painted import board_of

HAN = "\u6f22"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A font that has one Chinese letter."""
    made = tmp_path / "tiny.TTF"
    made.write_bytes(tiny_font(HAN))
    return str(made)


def export(kind: DrawnFormat, words: str, *fonts: str) -> bytes:
    commission = Commission(
        format=kind,
        board=board_of(text(words)).encode(),
        title="",
        description="",
        page=None,
        assets={},
    )
    return drawn(msgspec.structs.replace(commission, fonts=fonts)).content


def ink(image: Image.Image) -> int:
    """Return how many of a hundred points are dark, within what is drawn at all."""
    grey = image.convert("L")
    box = ImageChops.invert(grey).getbbox()
    assert box is not None
    dark = grey.crop(box).point(lambda value: 255 if value < 128 else 0)
    return round(100 * dark.histogram()[255] / (dark.width * dark.height))


def of_pdf(content: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(content) as document:
        image: Image.Image = document[0].render(scale=2).to_pil()
    return image


def test_a_letter_that_ours_lack_is_drawn_by_a_font_that_has_it(path: str) -> None:
    """As PNG and as PDF: the square of the font, where a frame stands without it."""
    assert ink(Image.open(io.BytesIO(export(DrawnFormat.PNG, HAN)))) < 50
    assert ink(Image.open(io.BytesIO(export(DrawnFormat.PNG, HAN, path)))) > 90
    assert ink(of_pdf(export(DrawnFormat.PDF, HAN))) < 50
    assert ink(of_pdf(export(DrawnFormat.PDF, HAN, path))) > 90


def test_what_ours_have_stays_as_it_is(path: str) -> None:
    """Byte for byte: no other font gets in between, and no line becomes a picture."""
    for kind in (DrawnFormat.PNG, DrawnFormat.PDF):
        assert export(kind, "x \u2264 \u0457", path) == export(kind, "x \u2264 \u0457")


def test_letters_of_the_east_are_as_wide_as_high() -> None:
    """Lines break where they do on the page, whose browser has fonts for them."""
    measure = font.Ruler()
    assert measure(HAN * 3 + "\u3042\uac00", 20) == pytest.approx(100)
    assert measure("x", 20) < 20


def test_fonts_are_files_or_folders_of_them(path: str, tmp_path: Path) -> None:
    """Each once, in order; what is none is named."""
    (tmp_path / "README").write_text("no font")
    below = tmp_path / "more"
    below.mkdir()
    (below / "b.otf").write_bytes(tiny_font("\u0905"))
    assert more_fonts.found([str(tmp_path), path]) == (str(below / "b.otf"), path)
    assert more_fonts.found([]) == ()
    for wrong in (tmp_path / "README", tmp_path / "nothing"):
        with pytest.raises(NoFont, match=str(wrong)):
            more_fonts.found([str(wrong)])


def test_a_folder_of_hundreds_is_refused(tmp_path: Path) -> None:
    """Each would be read for every drawing."""
    for n in range(more_fonts.FONTS_MOST + 1):
        (tmp_path / f"{n}.ttf").write_bytes(b"")
    with pytest.raises(NoFont, match="more than 64 fonts"):
        more_fonts.found([str(tmp_path)])


def test_what_cannot_be_drawn_is_named(path: str, tmp_path: Path) -> None:
    """By script; a file that cannot be read has no letters."""
    assert "Chinese" in more_fonts.missing([])
    assert "Chinese" not in more_fonts.missing([path])
    assert "Thai" in more_fonts.missing([path])
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"\0" * 100)
    assert more_fonts.missing([str(broken)]) == more_fonts.missing([])
