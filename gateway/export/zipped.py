"""Drawings of many pages in one file."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Final

from gateway.confinement.confined import Declined

MAX_BYTES: Final = 64 * 1024 * 1024
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
_NAME_CHARS: Final = 60
_OF_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The same board gives the same bytes."""


def zipped(drawings: Iterable[tuple[str, bytes]], *, extension: str) -> bytes:
    """Return a zip archive of drawings, each with the title of its page, numbered in their order.

    Raises:
        Declined: they are too large for one file.

    """
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (title, content) in enumerate(drawings, start=1):
            info = zipfile.ZipInfo(_name(n, title, extension), _OF_NO_DATE)
            info.compress_type = zipfile.ZIP_STORED if extension == "png" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            if written.tell() > MAX_BYTES:
                words = (
                    f"the pages take more than {MAX_BYTES} bytes together: one at a time, please"
                )
                raise Declined(words, is_too_much=True)
    return written.getvalue()


def _name(number: int, title: str, extension: str) -> str:
    """Return a name that sorts by number, and that no system reads as anything but a name."""
    plain = _NOT_IN_NAMES.sub(" ", title)[:_NAME_CHARS].strip(" .")
    return f"{number:03} {plain}.{extension}" if plain else f"{number:03}.{extension}"
