"""The images that a page shows, read from where they are kept."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gateway.confinement.confined import Declined
from lessonroom.board.elements import Image
from lessonroom.board.pages import Page
from storage.images.asset_files import AssetFiles

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of all images that a file shows, each counted as often as it is shown."""

_SIGNATURES: Final = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


def pictures_of(pages: Iterable[Page], directory: str) -> dict[str, bytes]:
    """Return the bytes of each image on some pages; those whose file is gone are left out.

    Raises:
        Declined: together they are too large for one file.

    """
    files = AssetFiles(Path(directory))
    found: dict[str, bytes] = {}
    shown = 0
    for page in pages:
        for sheet in page.sheets:
            for element in sheet.elements:
                if not isinstance(element, Image):
                    continue
                path = files.path_of(element.asset)
                if element.asset not in found and path.is_file():
                    found[element.asset] = path.read_bytes()
                shown += len(found.get(element.asset, b""))
                if shown > MAX_BYTES:
                    raise Declined(f"the images shown take more than {MAX_BYTES} bytes")
    return found


def data_url(content: bytes) -> str:
    """Return an image as a URL that holds it."""
    media_type = next(
        (kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)),
        "application/octet-stream",
    )
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
