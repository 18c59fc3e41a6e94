"""A page of a board as an SVG document."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, assert_never

from lessonroom.board.drawing.face import Face
from lessonroom.board.drawing.geometry import Bounds
from lessonroom.board.drawing.paper import ground_of
from lessonroom.board.drawing.parts import Part, arranged
from lessonroom.board.drawing.scene import Scene
from lessonroom.board.drawing.shapes import (
    Box,
    Curve,
    Drawing,
    Glyphs,
    Oval,
    Paint,
    Picture,
    Polyline,
    Shape,
    TextLine,
    drawings_on,
)
from lessonroom.board.drawing.text_layout import Measure, has_rtl
from lessonroom.board.model.elements import Align, Font

_FAMILY: Final = (
    "'Lesson {font}', 'Lesson Symbols', 'DejaVu Sans', system-ui, 'Segoe UI', Roboto, 'Noto Sans',"
    " {generic}"
)
"""First the font that the lines were broken with."""
_GENERIC: Final = {
    Font.SANS: "sans-serif",
    Font.SERIF: "serif",
    Font.MONO: "monospace",
    Font.HAND: "cursive",
}

_PAPER: Final = "#ffffff"
_CAPTION: Final = "#868e96"
_ANCHORS: Final = {Align.START: "start", Align.CENTER: "middle", Align.END: "end"}
_ENTITIES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
)
_FROM_LEFT, _FROM_RIGHT, _SET_END = "\u2066", "\u2067", "\u2069"
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, not even escaped (XML 1.0, production 2)."""


def page_svg(
    scene: Scene,
    *,
    title: str,
    description: str,
    measure: Measure,
    images: Mapping[str, str],
    faces: str = "",
) -> str:
    """Return an SVG document of a page, on white paper.

    Args:
        scene: what to draw.
        title: what the document is called, for those who hear it read.
        description: what is on it.
        measure: the width of text.
        images: a `data:` URL for each asset; a frame with its `alt` stands in for one that is not
            there. Nothing else is referred to.
        faces: rules of a style sheet that bring the fonts; without them others take their place.

    """
    lines = [
        *_head(scene.bounds, title=title, description=description, faces=faces),
        *_content(scene, measure, images),
        "</svg>\n",
    ]
    return "\n".join(lines)


def parts_svg(
    parts: Sequence[Part],
    bounds: Bounds,
    *,
    title: str,
    description: str,
    measure: Measure,
    images: Mapping[str, str],
    faces: str = "",
) -> str:
    """Return an SVG document of a far-flung page: its parts as `arranged` has them.

    Args:
        parts: what to draw.
        bounds: of all of it.
        title: as for `page_svg`, and so are the others.
        description: likewise.
        measure: likewise.
        images: likewise.
        faces: likewise.

    """
    lines = [*_head(bounds, title=title, description=description, faces=faces)]
    for place in arranged(parts).places:
        scene, caption, size = place.part.scene, place.part.caption, place.caption_size
        x, y, w, h = place.bounds
        line = TextLine(x, y - size / 2, caption, size, _CAPTION, Align.START)
        frame = Box(x, y, w, h, 0, Paint(stroke=_CAPTION, width=size / 20))
        viewed = " ".join(_number(value) for value in scene.bounds)
        lines.append(_text(line))
        lines.append(f'<svg{_box(frame)} viewBox="{viewed}" overflow="hidden">')
        lines += _content(scene, measure, images)
        lines.append("</svg>")
        lines.append(_shape(frame, images))
    lines.append("</svg>\n")
    return "\n".join(lines)


def _head(bounds: Bounds, *, title: str, description: str, faces: str) -> Iterator[str]:
    x, y, w, h = (_number(value) for value in bounds)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"'
        f' viewBox="{x} {y} {w} {h}" role="img" aria-labelledby="title desc"'
        f' font-family="{escaped(font_family(Font.SANS))}" font-kerning="none"'
        ' stroke-linecap="round" stroke-linejoin="round">'
    )
    yield f'<title id="title">{escaped(title)}</title>'
    yield f'<desc id="desc">{escaped(description)}</desc>'
    if faces:
        yield f"<style>{escaped(faces)}</style>"
    yield f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{_PAPER}"/>'


def _content(scene: Scene, measure: Measure, images: Mapping[str, str]) -> list[str]:
    parts = [_shape(shape, images) for shape in ground_of(scene)]
    for sheet in scene.sheets:
        parts.append(
            f'<g data-layer="{escaped(sheet.layer.id)}" aria-label="{escaped(sheet.layer.name)}">'
        )
        parts += (_drawn(drawing, images) for drawing in drawings_on(scene, sheet, measure))
        parts.append("</g>")
    return parts


def font_family(font: Font) -> str:
    """Return the families that letters of a font are taken from, as CSS names them."""
    return _FAMILY.format(font=font.capitalize(), generic=_GENERIC[font])


def letters_of(face: Face) -> str:
    """Return the attributes of a text that is written in a face: none for the plain one."""
    family = (
        f' font-family="{escaped(font_family(face.font))}"' if face.font is not Font.SANS else ""
    )
    weight = ' font-weight="700"' if face.is_bold else ""
    return family + weight + (' font-style="italic"' if face.is_italic else "")


def escaped(text: str) -> str:
    """Return text as it stands in XML, between tags and within quotes."""
    return _NO_XML.sub("\ufffd", text).translate(_ENTITIES)


def _drawn(drawing: Drawing, images: Mapping[str, str]) -> str:
    attributes = [f'data-id="{escaped(drawing.element_id)}"']
    if drawing.opacity != 1:
        attributes.append(f'opacity="{_number(drawing.opacity)}"')
    if transform := _transform(drawing):
        attributes.append(f'transform="{transform}"')
    if drawing.is_multiplied:
        attributes.append('style="mix-blend-mode:multiply"')
    shapes = "".join(_shape(shape, images) for shape in drawing.shapes)
    return f"<g {' '.join(attributes)}>{shapes}</g>"


def _transform(drawing: Drawing) -> str:
    steps = []
    if drawing.rotation:
        steps.append(f"rotate({_number(drawing.rotation)} {_pair(drawing.centre)})")
    if drawing.offset:
        steps.append(f"translate({_pair(drawing.offset)})")
    if drawing.scale != (1, 1):
        scale_x, scale_y = drawing.scale
        steps.append(f"scale({_number(scale_x)} {_number(scale_y)})")
    return " ".join(steps)


def _shape(shape: Shape, images: Mapping[str, str]) -> str:
    match shape:
        case Curve():
            return f'<path d="{"".join(_curve(shape.corners))}"{_painted(shape.paint)}/>'
        case Polyline():
            points = " ".join(_short_pair(point) for point in shape.points)
            return f'<polyline points="{points}"{_painted(shape.paint)}/>'
        case Box():
            return f'<rect{_box(shape)} rx="{shape.radius}"{_painted(shape.paint)}/>'
        case Oval():
            return (
                f'<ellipse cx="{_number(shape.x + shape.w / 2)}"'
                f' cy="{_number(shape.y + shape.h / 2)}"'
                f' rx="{_number(shape.w / 2)}" ry="{_number(shape.h / 2)}"{_painted(shape.paint)}/>'
            )
        case TextLine():
            return _text(shape)
        case Picture():
            return _picture(shape, images)
        case Glyphs():
            return _glyphs(shape)
        case _:
            assert_never(shape)


def _curve(corners: Sequence[complex]) -> Iterator[str]:
    if not corners:
        return
    yield f"M{_short_pair(corners[0])}Q"
    for corner, following in zip(corners, (*corners[1:], corners[0]), strict=True):
        yield f"{_short_pair(corner)} {_short_pair((corner + following) / 2)} "
    yield "Z"


def _text(line: TextLine) -> str:
    anchor = "" if line.align is Align.START else f' text-anchor="{_ANCHORS[line.align]}"'
    return (
        f'<text x="{_number(line.x)}" y="{_number(line.y)}" font-size="{_number(line.size)}"'
        f' fill="{escaped(line.color)}"{anchor}{letters_of(line.face)} xml:space="preserve">'
        f"{escaped(isolated(line))}</text>"
    )


def isolated(line: TextLine) -> str:
    """Return a line in the direction of its paragraph, whatever it begins with (UAX #9)."""
    if not line.is_rtl and not has_rtl(line.text):
        return line.text
    return (_FROM_RIGHT if line.is_rtl else _FROM_LEFT) + line.text + _SET_END


def _picture(picture: Picture, images: Mapping[str, str]) -> str:
    source = images.get(picture.asset)
    title = f"<title>{escaped(picture.alt)}</title>" if picture.alt else ""
    if source is None:
        return f'<rect{_box(picture)} fill="none" stroke="#868e96">{title}</rect>'
    mirror = ""
    if picture.is_mirrored:
        mirror = f' transform="translate({_number(2 * picture.x + picture.w)} 0) scale(-1 1)"'
    return (
        f'<image{_box(picture)}{mirror} preserveAspectRatio="none"'
        f' href="{escaped(source)}">{title}</image>'
    )


def _glyphs(glyphs: Glyphs) -> str:
    code = "".join("".join(contour_code(contour)) for contour in glyphs.outline.contours)
    x, y = glyphs.scale
    transform = f"translate({_number(glyphs.x)} {_number(glyphs.y)}) scale({x:.6g} {y:.6g})"
    return (
        f'<path transform="{transform}" d="{code}" fill="{escaped(glyphs.color or "none")}">'
        f"<title>{escaped(glyphs.tex)}</title></path>"
    )


def contour_code(contour: Sequence[int]) -> Iterator[str]:
    """Yield a contour of an outline as a path of SVG."""
    yield f"M{contour[0]} {contour[1]}"
    for x1, y1, x, y in zip(*(contour[n::4] for n in (2, 3, 4, 5)), strict=True):
        yield f"L{x} {y}" if (x1, y1) == (x, y) else f"Q{x1} {y1} {x} {y}"
    yield "Z"


def _box(shape: Box | Picture) -> str:
    return (
        f' x="{_number(shape.x)}" y="{_number(shape.y)}"'
        f' width="{_number(shape.w)}" height="{_number(shape.h)}"'
    )


def _painted(paint: Paint) -> str:
    attributes = f' fill="{escaped(paint.fill or "none")}"'
    if paint.stroke is not None:
        attributes += f' stroke="{escaped(paint.stroke)}" stroke-width="{_number(paint.width)}"'
        if paint.dash:
            dash = " ".join(_number(length) for length in paint.dash)
            attributes += f' stroke-dasharray="{dash}"'
    return attributes


def _pair(point: complex) -> str:
    return f"{_number(point.real)} {_number(point.imag)}"


def _short_pair(point: complex) -> str:
    """Return a point of an outline: a hundredth of a unit is finer than anyone sees."""
    x = math.floor(point.real * 100 + 0.5) / 100
    y = math.floor(point.imag * 100 + 0.5) / 100
    # Ten digits are enough for two decimals of what a coordinate can be.
    return f"{x:.10g} {y:.10g}"


def _number(value: float) -> str:
    """Return a number without an exponent and without noughts at its end."""
    rounded = round(value, 4)
    return str(int(rounded)) if rounded == int(rounded) else repr(rounded)
