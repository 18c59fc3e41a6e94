"""What an SVG document brings along: the faces that are written in, and no others."""

import base64
import re

from gateway.export import font
from gateway.export.job import Commission, DrawnFormat
from gateway.export.render import drawn
from lessonroom.board.model.elements import Element, Font, Style, Table, TableLine, TextElement
from tests.lessonroom.board.drawing.painted import board_of
from tests.lessonroom.lesson import stroke

_RULE = re.compile(
    r"font-family:&#39;([^&]+)&#39;;font-weight:(\d+);font-style:(\w+);"
    r"src:url\(data:font/woff2;base64,([^)]+)\)"
)


def text(content: str, **style: object) -> TextElement:
    look = Style(**style)  # type: ignore[arg-type]
    return TextElement(id=content.encode().hex(), layer="base", x=0, y=0, text=content, style=look)


def svg(*elements: Element, kind: DrawnFormat = DrawnFormat.SVG) -> bytes:
    commission = Commission(
        format=kind,
        board=board_of(*elements).encode(),
        title="",
        description="",
        page=None,
        assets={},
    )
    return drawn(commission).content


def faces_in(document: bytes) -> list[tuple[str, str, str]]:
    found = _RULE.findall(document.decode())
    assert all(base64.b64decode(content).startswith(b"wOF2") for *_, content in found)
    return [(family, weight, slope) for family, weight, slope, _ in found]


def test_a_document_brings_the_faces_that_it_is_written_in() -> None:
    """[BD-26] Once each, however often they are written in."""
    assert faces_in(svg(stroke("s1", [0, 0, 0.5, 0]))) == []
    document = svg(text("a"), text("b"), text("c", bold=True, italic=True, font=Font.HAND))
    assert faces_in(document) == [
        ("Lesson Hand", "700", "italic"),
        ("Lesson Sans", "400", "normal"),
    ]


def test_symbols_come_only_where_there_are_some() -> None:
    """[BD-26] In cells as in texts."""
    cells = {"1:a": "x ≤ 1"}
    lines = [TableLine(id="a", size=99)], [TableLine(id="1", size=20)]
    table = Table(id="t", layer="base", x=0, y=0, cols=lines[0], rows=lines[1], cells=cells)
    families = [family for family, *_ in faces_in(svg(table))]
    assert families == ["Lesson Sans", "Lesson Symbols"]


def test_a_pdf_is_written_in_the_same_faces() -> None:
    """[BD-26] Their names stand in it, and each letter is in one of them."""
    document = svg(
        text("Множення ≤ 1", bold=True, font=Font.SERIF),
        text("code", font=Font.MONO),
        kind=DrawnFormat.PDF,
    )
    names = {name.decode() for name in re.findall(rb"/BaseFont /\w+\+(\w+)", document)}
    assert names == {"LessonSerifBold", "LessonMonoRegular", "DejaVuSans"}


def test_bold_letters_make_more_ink_and_italic_ones_lean() -> None:
    """[BD-26] In the picture: each face is drawn with its own file."""
    looks: dict[str, dict[str, object]] = {
        "plain": {},
        "bold": {"bold": True},
        "italic": {"italic": True},
        **{kind: {"font": kind} for kind in Font if kind is not Font.SANS},
    }
    pictures = {
        name: svg(text("Рівняння", font_size=60, **look), kind=DrawnFormat.PNG)
        for name, look in looks.items()
    }
    assert len(set(pictures.values())) == len(pictures)


def test_the_licences_stand_beside_the_fonts() -> None:
    """[BD-26] What is changed must not bear a reserved name (OFL 1.1)."""
    assert "SIL OPEN FONT LICENSE" in (font.FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert not any("Plex" in font.family_of(face) for face in font._FACES)
