"""The fonts that an SVG document brings along, so that it looks alike wherever it is opened."""

import base64
from collections.abc import Iterable, Iterator

from gateway.export import font
from lessonroom.board.drawing.face import PLAIN, Face, face_of
from lessonroom.board.drawing.scene import Scene
from lessonroom.board.model.elements import Custom, Element, Graph, Note, Table, TextElement


def face_rules(scenes: Iterable[Scene], *, captioned: bool = False) -> str:
    """Return the rules of a style sheet for the faces that are written in; 20 to 60 kB for each.

    Args:
        scenes: what is drawn.
        captioned: whether there are words besides, in the plain face.

    """
    faces: set[Face] = {PLAIN} if captioned else set()
    has_symbols = False
    for scene in scenes:
        for sheet in scene.sheets:
            for element in sheet.elements:
                for face, text in _written(element):
                    faces.add(face)
                    has_symbols = has_symbols or font.needs_symbols(text, face)
    rules = [_rule(font.family_of(face), font.name_of(face), face) for face in sorted(faces)]
    if has_symbols:
        rules.append(_rule("Lesson Symbols", "symbols", PLAIN))
    return "".join(rules)


def _written(element: Element) -> Iterator[tuple[Face, str]]:
    match element:
        case TextElement(text=text) | Note(text=text):
            yield face_of(element.style), text
        case Table(cells=cells):
            for text in cells.values():
                yield face_of(element.style), text
        case Graph() | Custom():
            yield PLAIN, ""
        case _:
            pass


def _rule(family: str, name: str, face: Face) -> str:
    content = base64.b64encode((font.FOLDER / f"{name}.woff2").read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{family}';"
        f"font-weight:{700 if face.is_bold else 400};"
        f"font-style:{'italic' if face.is_italic else 'normal'};"
        f"src:url(data:font/woff2;base64,{content})}}"
    )
