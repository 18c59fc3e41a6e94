"""Reading a PDF and drawing its pages. Run as a module, it does so in a confined process.

pypdfium2 is Chromium's own reader. It runs no script of a document, follows no link of one, and
fetches nothing. What goes on from here are pixels, words, and the pages alone as a document.
"""

import contextlib
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from gateway.confinement.confined import Declined, answer_many
from gateway.documents.job import (
    Chunk,
    Extract,
    Inspect,
    Inspected,
    Rasterize,
    Read,
    Reading,
    Sheet,
    Sketch,
    Thumbnail,
    Undrawn,
)
from gateway.documents.words import plain

_DPI: Final = 144
"""Sharp on a screen of double density; a page of text is 17 kB, losslessly."""
_UNITS_PER_POINT: Final = 96 / 72
_PIXELS_MOST: Final = 4_096
"""To a side."""
_SIDE_LEAST, _SIDE_MOST = 16.0, 20_000.0
"""Of a sheet of the board, in its units (PROTOCOL PG-1)."""
_JPEG_QUALITY: Final = 85
_SKETCH_PIXELS: Final = 320
"""To the longer side: a page of text is 10 kB."""
_SKETCH_QUALITY: Final = 70
_TITLE_CHARS: Final = 100
_TEXT_CHARS: Final = 20_000
"""Of a page; one that is closely printed has 5,000."""
_CHUNK_BYTES: Final = 1024 * 1024
_NOT_A_PDF: Final = "this is not a PDF document, or it is damaged"
_ENCRYPTED: Final = "this document asks for a password; save it without one"


def answers(reading: Reading) -> Iterator[Read]:
    """Yield the answer to either question; page by page, as each is drawn.

    Raises:
        Declined: it is no PDF, it is encrypted, or it has no pages.

    """
    document = _opened(reading.commission.path)
    match reading.commission:
        case Inspect():
            yield Read(Inspected(len(document), _title(document)))
        case Rasterize(numbers=numbers):
            yield from _rasterized(document, numbers)
        case Extract(numbers=numbers):
            yield from _extracted(document, numbers)
        case Sketch(numbers=numbers):
            yield from _sketched(document, numbers)


def _opened(path: str) -> pypdfium2.PdfDocument:
    try:
        # By its path: of a long document only what a page needs is read.
        document = pypdfium2.PdfDocument(Path(path))
    except pypdfium2.PdfiumError as error:
        raise Declined(_ENCRYPTED if "password" in str(error).lower() else _NOT_A_PDF) from error
    if not len(document):
        raise Declined("this document has no pages")
    return document


def _title(document: pypdfium2.PdfDocument) -> str:
    try:
        title = document.get_metadata_value("Title")
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return ""
    return plain(title)[:_TITLE_CHARS]


def _rasterized(document: pypdfium2.PdfDocument, numbers: list[int]) -> Iterator[Read]:
    with_forms = True
    try:
        # What was filled into a form is drawn too. Never fatal: a broken form is left out.
        document.init_forms()
    except pypdfium2.PdfiumError:
        with_forms = False
    for number in numbers:
        try:
            yield Read(_sheet(document, number, with_forms=with_forms))
        except (pypdfium2.PdfiumError, ValueError, OSError, MemoryError):
            yield Read(Undrawn(number))


def _extracted(document: pypdfium2.PdfDocument, numbers: list[int]) -> Iterator[Read]:
    with contextlib.suppress(pypdfium2.PdfiumError):
        document.init_forms()
    alone = pypdfium2.PdfDocument.new()
    try:
        alone.import_pages(document, [number - 1 for number in numbers])
        for page in alone:
            # What was filled in becomes part of the page; what can be clicked on is gone.
            raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            page.close()
        written = io.BytesIO()
        alone.save(written)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Declined("these pages cannot be kept as a document") from error
    content = written.getbuffer()
    for start in range(0, len(content), _CHUNK_BYTES):
        yield Read(Chunk(bytes(content[start : start + _CHUNK_BYTES])))


def _sketched(document: pypdfium2.PdfDocument, numbers: list[int]) -> Iterator[Read]:
    for number in numbers:
        try:
            yield Read(Thumbnail(number, _thumbnail(document[number - 1])))
        except (pypdfium2.PdfiumError, ValueError, OSError, MemoryError):
            yield Read(Undrawn(number))


def _thumbnail(page: pypdfium2.PdfPage) -> bytes:
    try:
        longest_pt = max(page.get_size())
        if not _is_size(longest_pt):
            raise ValueError("a page without a size")
        bitmap = page.render(scale=_SKETCH_PIXELS / longest_pt, fill_color=(255,) * 4)
        image = bitmap.to_pil().convert("RGB")
    finally:
        page.close()
    sketch = io.BytesIO()
    image.save(sketch, "JPEG", quality=_SKETCH_QUALITY)
    return sketch.getvalue()


def _text(page: pypdfium2.PdfPage) -> str:
    """Return the words of a page: as many as are read to somebody, one line to a line."""
    try:
        text_page = page.get_textpage()
        try:
            text = text_page.get_text_bounded()
        finally:
            text_page.close()
    except (pypdfium2.PdfiumError, UnicodeDecodeError, ValueError):
        return ""
    lines = (plain(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:_TEXT_CHARS]


def _sheet(document: pypdfium2.PdfDocument, number: int, *, with_forms: bool) -> Sheet:
    page = document[number - 1]
    try:
        width_pt, height_pt = page.get_size()
        if not (_is_size(width_pt) and _is_size(height_pt)):
            raise ValueError("a page without a size")
        longest_pt = max(width_pt, height_pt)
        scale = min(_DPI / 72, _PIXELS_MOST / longest_pt)
        # A strip: its short side would come to no pixel at all.
        scale = max(scale, 1 / min(width_pt, height_pt))
        if longest_pt * scale > 2 * _PIXELS_MOST:
            raise ValueError("a page of no width")
        bitmap = page.render(scale=scale, may_draw_forms=with_forms, fill_color=(255,) * 4)
        image = bitmap.to_pil().convert("RGB")
        text = _text(page)
    finally:
        page.close()
    content, media_type = _encoded(image)
    w, h = (_side(points) for points in (width_pt, height_pt))
    return Sheet(number, content, media_type, image.width, image.height, w, h, text)


def _is_size(points: float) -> bool:
    return math.isfinite(points) and points > 0


def _side(points: float) -> float:
    return round(min(max(points * _UNITS_PER_POINT, _SIDE_LEAST), _SIDE_MOST), 2)


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    """Return the shorter of a lossless picture and a photo's: text is one, a scan the other."""
    photo = io.BytesIO()
    image.save(photo, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    exact = io.BytesIO()
    # Method 1: five times as fast as the default, for a tenth more bytes.
    image.save(exact, "WEBP", lossless=True, method=1, quality=30)
    if exact.tell() <= photo.tell():
        return exact.getvalue(), "image/webp"
    return photo.getvalue(), "image/jpeg"


if __name__ == "__main__":
    answer_many(Reading, answers)
