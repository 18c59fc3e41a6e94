"""Pages of documents under the ink of a board's pages: their own lines and text, no pictures.

reportlab draws what lies over them, with an empty form where each belongs; here that form is
replaced by the page, so that everything lies in its order, whatever its place and size. Of a page
nothing but what it shows is taken: no links, scripts, forms and attachments.
"""

import contextlib
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
)

from lessonroom.board.drawing.parts import Part
from lessonroom.board.model.page import Background

_UNREADABLE: Final = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError)
"""What pypdf comes to with a document that is none, or that is damaged."""
_PLACE: Final = "original-"
_TURNED: Final = 90
_FULL_CIRCLE: Final = 360

Key = tuple[str, int]
"""A document, and the number of a page in it."""


class Originals:
    """The pages of documents that can be put under what is drawn.

    Args:
        parts: what is drawn.
        files: the file of each asset; one may be gone since.

    """

    def __init__(self, parts: Iterable[Part], files: Mapping[str, str]) -> None:
        self._places: dict[Key, str] = {}
        self._forms: dict[str, StreamObject] = {}
        self._put_already: dict[str, Any] = {}
        readers: dict[str, pypdf.PdfReader | None] = {}
        for part in parts:
            under = part.scene.page.background
            key = None if under is None else _key(under)
            if key is None or key in self._places:
                continue
            document, number = key
            if document not in readers:
                readers[document] = _reader(files.get(document))
            reader = readers[document]
            if reader is not None:
                with contextlib.suppress(*_UNREADABLE, IndexError):
                    place = f"{_PLACE}{len(self._places)}"
                    self._forms[place] = _form(reader.pages[number - 1])
                    self._places[key] = place

    def place_of(self, under: Background | None) -> str | None:
        """Return the name of the form that stands where a page of a document belongs."""
        key = None if under is None else _key(under)
        return None if key is None else self._places.get(key)

    def places(self) -> Iterator[str]:
        """Iterate over the names of all of them; each is one unit wide and high."""
        return iter(self._forms)

    def put_into(self, drawn: bytes) -> bytes:
        """Return a document with the pages where their places are."""
        if not self._forms:
            return drawn
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn))
        # A form that many pages show is one object; what documents share comes along once.
        for page in writer.pages:
            forms = _resolved(_resolved(page["/Resources"]).get("/XObject", DictionaryObject()))
            for name in list(forms):
                place = str(name).rpartition(".")[2]
                if place in self._forms:
                    forms[NameObject(name)] = self._put(writer, place)
        written = io.BytesIO()
        writer.write(written)
        return written.getvalue()

    def _put(self, writer: pypdf.PdfWriter, place: str) -> Any:  # noqa: ANN401 - pypdf's reference
        if place not in self._put_already:
            form = self._forms[place].clone(writer)
            self._put_already[place] = writer._add_object(form)  # noqa: SLF001 - as pypdf documents
        return self._put_already[place]


def _key(under: Background) -> Key | None:
    return None if under.document is None else (under.document, under.number)


def _reader(path: str | None) -> pypdf.PdfReader | None:
    if path is None:
        return None
    with contextlib.suppress(*_UNREADABLE):
        reader = pypdf.PdfReader(path)
        len(reader.pages)
        return reader
    return None


def _form(page: pypdf.PageObject) -> StreamObject:
    """Return what a page shows as a form that is one unit wide and high, upright."""
    contents = page.get_contents()
    form = StreamObject()
    form.set_data(b"" if contents is None else contents.get_data())
    box = page.cropbox
    x, y, w, h = (float(side) for side in (box.left, box.bottom, box.width, box.height))
    if not (w > 0 and h > 0):
        raise ValueError("a page without a size")
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = _numbers(x, y, x + w, y + h)
    form[NameObject("/Matrix")] = _numbers(*_upright(x, y, w, h, rotation=page.rotation))
    form[NameObject("/Resources")] = page.get("/Resources", DictionaryObject())
    if "/Group" in page:
        form[NameObject("/Group")] = page["/Group"]
    return form.flate_encode()


def _upright(x: float, y: float, w: float, h: float, *, rotation: int) -> tuple[float, ...]:
    """Return the matrix that brings a box to the unit square, turned clockwise as a reader does."""
    match rotation % _FULL_CIRCLE // _TURNED:
        case 1:
            return 0, -1 / w, 1 / h, 0, -y / h, 1 + x / w
        case 2:
            return -1 / w, 0, 0, -1 / h, 1 + x / w, 1 + y / h
        case 3:
            return 0, 1 / w, -1 / h, 0, 1 + y / h, -x / w
        case _:
            return 1 / w, 0, 0, 1 / h, -x / w, -y / h


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)


def _resolved(found: Any) -> DictionaryObject:  # noqa: ANN401 - a dictionary or a reference to one
    resolved = found.get_object()
    assert isinstance(resolved, DictionaryObject)  # noqa: S101 - as reportlab writes it
    return resolved
