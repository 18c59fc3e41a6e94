"""The face of letters: which font they are of, and whether they are bold or italic."""

from typing import Final, NamedTuple

from lessonroom.board.model.elements import Font, Style


class Face(NamedTuple):
    """One drawing of all letters; letters that it lacks come from others."""

    font: Font = Font.SANS
    is_bold: bool = False
    is_italic: bool = False


PLAIN: Final = Face()
"""The face of what has no style, such as the numbers of a graph."""


def face_of(style: Style) -> Face:
    """Return the face of what is written in a style."""
    return Face(style.font, style.bold, style.italic)
