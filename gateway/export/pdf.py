"""Pages of a board as a PDF document, drawn with lines and text, not as a picture."""

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, assert_never

from reportlab import rl_config
from reportlab.lib.colors import Color, getAllNamedColors
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from gateway.export import font
from gateway.export.originals import Originals
from gateway.export.set_text import SetLine
from gateway.export.visual_order import visual_order
from lessonroom.board.drawing.face import Face
from lessonroom.board.drawing.paper import ground_of
from lessonroom.board.drawing.parts import Part
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
from lessonroom.board.model.elements import Align

_POINTS_PER_UNIT: Final = 0.75
"""A unit is a CSS pixel, 1/96 inch; a point is 1/72."""
_LONGEST: Final = 14_400
"""Points to a side: more than that many readers do not show."""
_ROUND: Final = 1
_NONZERO: Final = 1
"""How a path is filled: where it winds round."""
_UNSEEN: Final = 3
"""How text is shown that is there for its words alone."""
_CAPTION: Final = "#868e96"
_CAPTION_POINTS: Final = 9
_MOST_SET: Final = 500
"""Lines of a page that are set as pictures; each takes some milliseconds."""
_SHARES: Final = {Align.START: 0.0, Align.CENTER: 0.5, Align.END: 1.0}
"""How much of a line stands before the place that it is written at."""
_HEX: Final = re.compile(r"#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\Z")
_BLACK: Final = Color(0, 0, 0)


def pages_pdf(
    parts: Iterable[Part],
    *,
    title: str,
    measure: Measure,
    images: Mapping[str, bytes],
    originals: Originals,
    fonts: Sequence[str] = (),
) -> bytes:
    """Return a document with a page for each part of each page of the board.

    Args:
        parts: what to draw.
        title: what the document is called.
        measure: the width of text.
        images: the bytes of each image; a frame stands in for one that is not there.
        originals: the pages of documents that lie under them, instead of their pictures.
        fonts: files of letters that ours lack.

    """
    pdfmetrics.registerFont(TTFont(font.OTHERS_FAMILY, font.OTHERS_PATH))
    # Letters instead of bytes take half of the time, and a fifth more room.
    rl_config.useA85 = 0
    output = io.BytesIO()
    # Invariant: the same board gives the same bytes, without a date and random ids.
    canvas = Canvas(output, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    canvas.setCreator("lessonroom")
    canvas.setAuthor("")
    pictures = {asset: ImageReader(io.BytesIO(content)) for asset, content in images.items()}
    for place in originals.places():
        canvas.beginForm(place, 0, 0, 1, 1)
        canvas.endForm()
    for part in parts:
        original = originals.place_of(part.scene.page.background)
        _Sheet(canvas, pictures, measure, fonts).draw(
            part.scene, caption=part.caption, original=original
        )
        canvas.showPage()
    canvas.save()
    return originals.put_into(output.getvalue())


class _Sheet:
    """A page of the document in board units: the y axis points down."""

    def __init__(
        self,
        canvas: Canvas,
        pictures: Mapping[str, ImageReader],
        measure: Measure,
        fonts: Sequence[str],
    ) -> None:
        self._canvas = canvas
        self._pictures = pictures
        self._opacity = 1.0
        self._measure = measure
        self._fonts = fonts
        self._set = 0

    def draw(self, scene: Scene, *, caption: str = "", original: str | None = None) -> None:
        canvas, bounds = self._canvas, scene.bounds
        scale = min(_POINTS_PER_UNIT, _LONGEST / max(bounds.w, bounds.h))
        canvas.setPageSize((bounds.w * scale, bounds.h * scale))
        canvas.transform(scale, 0, 0, -scale, -bounds.x * scale, (bounds.y + bounds.h) * scale)
        canvas.setLineCap(_ROUND)
        canvas.setLineJoin(_ROUND)
        for shape in ground_of(scene):
            if original is not None and isinstance(shape, Picture):
                self._original(shape, original)
            else:
                self._shape(shape)
        for sheet in scene.sheets:
            for drawing in drawings_on(scene, sheet, self._measure):
                self._draw(drawing)
        if caption:
            self._opacity = 1.0
            size = _CAPTION_POINTS / scale
            self._text(
                TextLine(bounds.x + size, bounds.y + size, caption, size, _CAPTION, Align.START)
            )

    def _draw(self, drawing: Drawing) -> None:
        canvas = self._canvas
        canvas.saveState()
        self._opacity = drawing.opacity
        if drawing.is_multiplied:
            canvas.setBlendMode("Multiply")
        if drawing.rotation:
            turn = math.radians(drawing.rotation)
            cos, sin = math.cos(turn), math.sin(turn)
            x, y = drawing.centre.real, drawing.centre.imag
            canvas.transform(cos, sin, -sin, cos, x - x * cos + y * sin, y - x * sin - y * cos)
        canvas.transform(
            drawing.scale[0], 0, 0, drawing.scale[1], drawing.offset.real, drawing.offset.imag
        )
        for shape in drawing.shapes:
            self._shape(shape)
        canvas.restoreState()

    def _shape(self, shape: Shape) -> None:
        match shape:
            case Curve():
                self._curve(shape)
            case Polyline():
                self._polyline(shape)
            case Box():
                paint = self._use(shape.paint)
                radius = min(shape.radius, shape.w / 2, shape.h / 2)
                self._canvas.roundRect(shape.x, shape.y, shape.w, shape.h, radius, **paint)
            case Oval(x=x, y=y, w=w, h=h):
                self._canvas.ellipse(x, y, x + w, y + h, **self._use(shape.paint))
            case TextLine():
                self._text(shape)
            case Picture():
                self._picture(shape)
            case Glyphs():
                self._glyphs(shape)
            case _:
                assert_never(shape)

    def _curve(self, curve: Curve) -> None:
        corners = curve.corners
        if not corners:
            return
        here = corners[0]
        # Written out: an outline has hundreds of them, and `curveTo` takes ten times as long.
        code = [f"{_pair(here)} m"]
        for corner, following in zip(corners, (*corners[1:], corners[0]), strict=True):
            end = (corner + following) / 2
            # PDF has cubic curves only; a quadratic one has its corner two thirds of the way.
            first, second = here + (corner - here) * 2 / 3, end + (corner - end) * 2 / 3
            code.append(f"{_pair(first)} {_pair(second)} {_pair(end)} c")
            here = end
        path = PDFPathObject([*code, "h"])
        self._canvas.drawPath(path, fillMode=1, **self._use(curve.paint))

    def _polyline(self, line: Polyline) -> None:
        path = self._canvas.beginPath()
        path.moveTo(line.points[0].real, line.points[0].imag)
        for point in line.points[1:]:
            path.lineTo(point.real, point.imag)
        self._canvas.drawPath(path, fillMode=1, **self._use(line.paint))

    def _text(self, line: TextLine) -> None:
        canvas = self._canvas
        needs_setting = has_rtl(line.text) or (self._fonts and _lacks_letters(line))
        if needs_setting and self._set < _MOST_SET:
            self._set += 1
            self._image(SetLine(line, self._measure, self._fonts))
            self._words_of(line)
            return
        self._use(Paint(fill=line.color))
        canvas.saveState()
        # Letters would stand on their heads: the page is turned over.
        canvas.transform(1, 0, 0, -1, line.x, line.y)
        width = self._measure(line.text, line.size, line.face)
        written = canvas.beginText(-_SHARES[line.align] * width, 0)
        for piece in font.pieces_of(line.text, line.face):
            name = _registered(line.face) if piece.is_own else font.OTHERS_FAMILY
            written.setFont(name, line.size)
            written.textOut(piece.text)
        canvas.drawText(written)
        canvas.restoreState()

    def _words_of(self, line: TextLine) -> None:
        """Put the words of a line that is a picture over it, unseen: to be found and copied."""
        canvas = self._canvas
        canvas.saveState()
        canvas.transform(1, 0, 0, -1, line.x, line.y)
        width = self._measure(line.text, line.size, line.face)
        written = canvas.beginText(-_SHARES[line.align] * width, 0)
        written.setTextRenderMode(_UNSEEN)
        written.setFont(font.OTHERS_FAMILY, line.size)
        written.textOut(visual_order(line.text, is_rtl=line.is_rtl))
        canvas.drawText(written)
        canvas.restoreState()

    def _image(self, line: SetLine) -> None:
        canvas = self._canvas
        self._use(Paint(fill="#000000"))
        canvas.saveState()
        canvas.transform(1, 0, 0, -1, line.x, line.y + line.h)
        picture = ImageReader(io.BytesIO(line.png))
        canvas.drawImage(picture, 0, 0, line.w, line.h, mask="auto")
        canvas.restoreState()

    def _picture(self, picture: Picture) -> None:
        canvas = self._canvas
        found = self._pictures.get(picture.asset)
        if found is None:
            frame = Paint(stroke="#868e96", width=1)
            canvas.rect(picture.x, picture.y, picture.w, picture.h, **self._use(frame))
            return
        if not picture.w or not picture.h:
            return
        self._use(Paint(fill="#000000"))
        canvas.saveState()
        canvas.transform(1, 0, 0, -1, picture.x, picture.y + picture.h)
        if picture.is_mirrored:
            canvas.transform(-1, 0, 0, 1, picture.w, 0)
        canvas.drawImage(found, 0, 0, picture.w, picture.h, mask="auto")
        canvas.restoreState()

    def _glyphs(self, glyphs: Glyphs) -> None:
        code: list[str] = []
        for contour in glyphs.outline.contours:
            here = complex(*contour[:2])
            code.append(f"{_pair(here)} m")
            for x1, y1, x, y in zip(*(contour[n::4] for n in (2, 3, 4, 5)), strict=True):
                corner, end = complex(x1, y1), complex(x, y)
                if corner == end:
                    code.append(f"{_pair(end)} l")
                else:
                    first, second = here + (corner - here) * 2 / 3, end + (corner - end) * 2 / 3
                    code.append(f"{_pair(first)} {_pair(second)} {_pair(end)} c")
                here = end
            code.append("h")
        if not code or glyphs.color is None:
            return
        canvas = self._canvas
        paint = self._use(Paint(fill=glyphs.color))
        canvas.saveState()
        canvas.transform(glyphs.scale[0], 0, 0, glyphs.scale[1], glyphs.x, glyphs.y)
        canvas.drawPath(PDFPathObject(code), fillMode=_NONZERO, **paint)
        canvas.restoreState()

    def _original(self, picture: Picture, place: str) -> None:
        """Put a page of a document where its picture would be."""
        canvas = self._canvas
        canvas.saveState()
        canvas.transform(picture.w, 0, 0, -picture.h, picture.x, picture.y + picture.h)
        canvas.doForm(place)
        canvas.restoreState()

    def _use(self, paint: Paint) -> dict[str, Any]:
        """Set colours and line, and return what of fill and stroke is to be painted."""
        canvas = self._canvas
        if paint.fill is not None:
            color = _color(paint.fill)
            canvas.setFillColorRGB(color.red, color.green, color.blue, color.alpha * self._opacity)
        if paint.stroke is not None:
            color = _color(paint.stroke)
            canvas.setStrokeColorRGB(
                color.red, color.green, color.blue, color.alpha * self._opacity
            )
            canvas.setLineWidth(paint.width)
            canvas.setDash(list(paint.dash))
        return {"fill": int(paint.fill is not None), "stroke": int(paint.stroke is not None)}


def _lacks_letters(line: TextLine) -> bool:
    """Whether a line has letters that none of our own fonts has."""
    others = pdfmetrics.getFont(font.OTHERS_FAMILY)
    assert isinstance(others, TTFont)  # noqa: S101 - registered as one
    known = others.face.charToGlyph
    return any(
        ord(letter) not in known
        for piece in font.pieces_of(line.text, line.face)
        if not piece.is_own
        for letter in piece.text
    )


def _registered(face: Face) -> str:
    """Return the name of a face's font, read from its file the first time."""
    name = font.name_of(face)
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, font.path_of(face)))
    return name


def _color(text: str) -> Color:
    """Return a colour of CSS; one that CSS does not know is black, as in a browser."""
    if found := _HEX.match(text):
        digits = found[1]
        if len(digits) <= 4:  # noqa: PLR2004 - one digit a channel
            digits = "".join(digit * 2 for digit in digits)
        return Color(*_channels(bytes.fromhex(digits)))
    named: Color = getAllNamedColors().get(text, _BLACK)
    return named


def _pair(point: complex) -> str:
    return f"{point.real:.2f} {point.imag:.2f}"


def _channels(values: bytes) -> Sequence[float]:
    return [value / 255 for value in values]
