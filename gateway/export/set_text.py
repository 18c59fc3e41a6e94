"""Lines of text that a PDF library cannot set: letters that join, words from the right, others.

resvg shapes and orders them as a browser does; what it sets is a picture of the line, fine enough
to be printed.
"""

from collections.abc import Sequence
from typing import Final

import resvg_py

from gateway.export import font
from lessonroom.board.drawing.face import PLAIN
from lessonroom.board.drawing.shapes import TextLine
from lessonroom.board.drawing.svg import escaped, isolated, letters_of
from lessonroom.board.drawing.text_layout import Measure
from lessonroom.board.model.elements import Align

_PIXELS_PER_UNIT: Final = 4.0
_LARGEST_PIXELS: Final = 4_096
_ASCENT: Final = 1.4
_HEIGHT: Final = 2.0
"""Of the font size: room for marks above each other."""
_ROOM: Final = 1.1
"""Letters may be wider where they join."""
_ANCHORS: Final = {Align.START: "start", Align.CENTER: "middle", Align.END: "end"}


class SetLine:
    """A line of text as a picture, and the box that it fills, in board units."""

    def __init__(self, line: TextLine, measure: Measure, fonts: Sequence[str] = ()) -> None:
        """Set a line."""
        size = line.size
        self.w = measure(line.text, size, line.face) * _ROOM + 2 * size
        self.h = size * _HEIGHT
        inset = {Align.START: size, Align.CENTER: self.w / 2, Align.END: self.w - size}[line.align]
        self.x = line.x - inset
        self.y = line.y - size * _ASCENT
        zoom = min(_PIXELS_PER_UNIT, _LARGEST_PIXELS / max(self.w, self.h))
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.w:.2f}" height="{self.h:.2f}"'
            f' font-family="{font.family_of(PLAIN)}"><text x="{inset:.2f}" y="{size * _ASCENT:.2f}"'
            f' font-size="{size:.2f}" fill="{escaped(line.color)}"'
            f' text-anchor="{_ANCHORS[line.align]}"{letters_of(line.face)} xml:space="preserve">'
            f"{escaped(isolated(line))}</text></svg>"
        )
        self.png = bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                width=max(1, round(self.w * zoom)),
                height=max(1, round(self.h * zoom)),
                skip_system_fonts=True,
                font_files=[font.path_of(line.face), font.OTHERS_PATH, *fonts],
                font_family=font.OTHERS_FAMILY,
                sans_serif_family=font.OTHERS_FAMILY,
            )
        )
