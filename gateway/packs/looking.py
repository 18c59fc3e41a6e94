"""Whether files of a lesson pack are what its log says. Run as a module, in a confined process.

They keep the bytes that they have, or nothing would name them any more: so a picture is decoded to
the last pixel and may carry nothing else, outlines of formulas and words are read, and documents
begin as such. They are handed out as those are that somebody sent.
"""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image, UnidentifiedImageError

from gateway.confinement.confined import Declined, answer_many
from gateway.documents.office_kinds import OFFICE_KINDS
from gateway.images.metadata import without_metadata
from gateway.packs.job import Expected, Looking, Seen
from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE, decoded

_FORMATS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_PDF: Final = "application/pdf"
_TEXT: Final = "text/plain"
_PDF_BEGINS_WITHIN: Final = 1_024
MEDIA_TYPES: Final = (*_FORMATS, _PDF, _TEXT, OUTLINE_MEDIA_TYPE, *OFFICE_KINDS)


def answers(request: Looking) -> Iterator[Seen]:
    """Yield each file that is what it is said to be.

    Raises:
        Declined: one is not; `field` is its entry.

    """
    for each in request.files:
        fault = fault_of(each, request.max_pixels)
        if fault is not None:
            raise Declined(fault, field=each.entry)
        yield Seen(each.entry)


def fault_of(expected: Expected, max_pixels: int) -> str | None:
    """Return why a file is not what it is said to be; None where it may be."""
    content = Path(expected.path).read_bytes()
    kind = expected.media_type
    if kind in _FORMATS:
        return _fault_of_picture(content, expected, max_pixels)
    if kind == OUTLINE_MEDIA_TYPE:
        outline = decoded(content)
        is_one = outline is not None and msgspec.json.encode(outline) == content
        return None if is_one else "is no outline of a formula"
    if kind == _PDF:
        is_one = b"%PDF-" in content[:_PDF_BEGINS_WITHIN]
        return None if is_one else "is no PDF document"
    if kind == _TEXT:
        return _fault_of_text(content)
    if kind in OFFICE_KINDS:
        return OFFICE_KINDS[kind].fault_of(content)
    return f"media_type: allowed is one of {', '.join(MEDIA_TYPES)}"


def _fault_of_picture(content: bytes, expected: Expected, max_pixels: int) -> str | None:
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    if without_metadata(content).content != content:
        return "carries more than a picture"
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[expected.media_type]]) as image:
            width, height = image.size
            if width * height > max_pixels:
                return f"an image has at most {max_pixels} pixels"
            if expected.width is not None and (width, height) != (expected.width, expected.height):
                return f"is {width} by {height} pixels"
            image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        return f"is no {expected.media_type}, or damaged"
    return None


def _fault_of_text(content: bytes) -> str | None:
    try:
        return "is no text" if "\0" in content.decode() else None
    except UnicodeDecodeError:
        return "is no text in UTF-8"


if __name__ == "__main__":
    answer_many(Looking, answers)
