"""The fonts of exports, the same ones as those of the page: how wide their letters are.

What none of them has, DejaVu Sans has: mathematics, arrows, further scripts.
"""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final, NamedTuple

from PIL import ImageFont

from lessonroom.board.drawing.face import PLAIN, Face
from lessonroom.board.model.elements import Font

FOLDER: Final = files("gateway.export") / "fonts"
OTHERS_FAMILY: Final = "DejaVu Sans"
OTHERS_PATH: Final = str(FOLDER / "DejaVuSans.ttf")
"""Of the letters that a face lacks."""

_MEASURED_AT: Final = 1_000
_KEPT: Final = 65_536
"""Letters of faces: a few megabytes."""
_FACES: Final = tuple(
    Face(font, is_bold, is_italic)
    for font in Font
    for is_bold in (False, True)
    for is_italic in (False, True)
)


_IDEOGRAPHIC: Final = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff"
    "\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]"
)
"""Letters of the East, as wide as they are high."""


def family_of(face: Face) -> str:
    """Return what a face's family is called."""
    return f"Lesson {face.font.capitalize()}"


def name_of(face: Face) -> str:
    """Return what a face's file is called, without what kind of file it is."""
    slope = "-".join(
        word for word, holds in zip(("bold", "italic"), face[1:], strict=True) if holds
    )
    return f"{face.font}-{slope or 'regular'}"


def path_of(face: Face) -> str:
    """Return where a face's TrueType file is."""
    return str(FOLDER / f"{name_of(face)}.ttf")


PATHS: Final = (*map(path_of, _FACES), OTHERS_PATH)
"""All TrueType files."""


class Piece(NamedTuple):
    """A part of a line whose letters are all of the line's own face, or all of the others."""

    text: str
    is_own: bool


def pieces_of(text: str, face: Face) -> Iterator[Piece]:
    """Yield a line in pieces, each of one font."""
    for found in _PIECES[face.font].finditer(text):
        yield Piece(found[0], found.lastgroup == "own")


def needs_symbols(text: str, face: Face) -> bool:
    """Return whether a line has letters that the page takes from its face of symbols."""
    return any(not piece.is_own and _SYMBOLS.search(piece.text) for piece in pieces_of(text, face))


class Ruler:
    """Measures text as `lessonroom.board.drawing.text_layout` wants it.

    A line is as wide as its letters: none are moved together and none join, so that a line is as
    wide in a browser, a picture and a PDF.
    """

    def __init__(self, *, keeps_at_most: int = _KEPT) -> None:
        self._keeps_at_most = keeps_at_most
        self._fonts: dict[str, ImageFont.FreeTypeFont] = {}
        self._widths: dict[tuple[Face, str], float] = {}

    def __call__(self, text: str, size: float, face: Face = PLAIN) -> float:
        """Return the width of a line of text at a font size."""
        widths = self._widths
        together = 0.0
        for letter in text:
            key = (face, letter)
            together += widths[key] if key in widths else self._measured(face, letter)
        return together * size / _MEASURED_AT

    @property
    def kept(self) -> int:
        """How many widths are kept."""
        return len(self._widths)

    def _measured(self, face: Face, letter: str) -> float:
        is_own = _PIECES[face.font].match(letter)
        path = path_of(face) if is_own and is_own.lastgroup == "own" else OTHERS_PATH
        if path not in self._fonts:
            self._fonts[path] = ImageFont.truetype(
                path, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC
            )
        width = self._fonts[path].getlength(letter)
        if path == OTHERS_PATH and _IDEOGRAPHIC.match(letter):
            # Ours have none of them, and others' fonts all draw them as wide as high.
            width = _MEASURED_AT
        if len(self._widths) >= self._keeps_at_most:
            self._widths.clear()
        self._widths[face, letter] = width
        return width


def _letters() -> Mapping[str, str]:
    """Return the letters of each family, and of the symbols, as the inside of a set of `re`."""
    ranges = json.loads((FOLDER / "letters.json").read_text(encoding="utf-8"))
    return {
        name: "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in codes)
        for name, codes in ranges.items()
    }


_LETTERS: Final = _letters()
_PIECES: Final = {
    font: re.compile(f"(?P<own>[{_LETTERS[font]}]+)|[^{_LETTERS[font]}]+") for font in Font
}
_SYMBOLS: Final = re.compile(f"[{_LETTERS['symbols']}]")
