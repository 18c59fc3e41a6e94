"""The images that a page shows, read from files on this machine."""

import base64
import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from gateway.confinement.confined import Declined
from lessonroom.board.elements import Image
from lessonroom.board.pages import Page

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of all images that a file shows, each counted as often as it is shown."""

_SIGNATURES: Final = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


def pictures_of(pages: Iterable[Page], files: Mapping[str, str]) -> dict[str, bytes]:
    """Return the bytes of each image on some pages; those without a file are left out.

    Args:
        pages: what is drawn.
        files: the file of each image; one may be gone since.

    Raises:
        Declined: together they are too large for one file.

    """
    found: dict[str, bytes] = {}
    shown = 0
    for page in pages:
        for sheet in page.sheets:
            for element in sheet.elements:
                if not isinstance(element, Image):
                    continue
                if element.asset in files and element.asset not in found:
                    with contextlib.suppress(FileNotFoundError):
                        found[element.asset] = Path(files[element.asset]).read_bytes()
                shown += len(found.get(element.asset, b""))
                if shown > MAX_BYTES:
                    raise Declined(
                        f"the images shown take more than {MAX_BYTES} bytes", is_too_much=True
                    )
    return found


def data_url(content: bytes) -> str:
    """Return an image as a URL that holds it."""
    media_type = next(
        (kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)),
        "application/octet-stream",
    )
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
