"""The images that a page shows, read from files on this machine."""

import base64
import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import PIL.Image

from gateway.confinement.confined import Declined
from lessonroom.board.drawing.formula_outline import FormulaOutline, decoded
from lessonroom.board.drawing.scene import Scene
from lessonroom.board.model.elements import Formula, Image
from lessonroom.board.model.page import Background

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of all images that a file shows, each counted as often as it is shown."""
MAX_PIXELS: Final = 200_000_000
"""As often as they are shown: a few bytes can unfold to many, and each showing unfolds them."""

_SIGNATURES: Final = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


def pictures_of(
    scenes: Iterable[Scene],
    files: Mapping[str, str],
    *,
    are_decoded: bool = False,
    has_original: Callable[[Background], bool] = lambda _: False,
) -> dict[str, bytes]:
    """Return the bytes of each image on some pages; those without a file are left out.

    Args:
        scenes: what is drawn.
        files: the file of each image; one may be gone since.
        are_decoded: whether their pixels count, too.
        has_original: whether the picture under a page is not needed.

    Raises:
        Declined: together they are too large for one file.

    """
    found: dict[str, bytes] = {}
    pixels: dict[str, int] = {}
    shown = shown_pixels = 0
    for scene in scenes:
        for asset in _shown_on(scene, has_original):
            if asset in files and asset not in found:
                with contextlib.suppress(FileNotFoundError):
                    content = Path(files[asset]).read_bytes()
                    if not content.startswith(tuple(_SIGNATURES)):
                        # An element may name any asset of its session: this one is no picture.
                        continue
                    found[asset] = content
                    pixels[asset] = _pixels(content) if are_decoded else 0
            shown += len(found.get(asset, b""))
            if shown > MAX_BYTES:
                raise Declined(
                    f"the images shown take more than {MAX_BYTES} bytes", is_too_much=True
                )
            shown_pixels += pixels.get(asset, 0)
            if shown_pixels > MAX_PIXELS:
                raise Declined(
                    f"the images shown have more than {MAX_PIXELS} pixels", is_too_much=True
                )
    return found


def outlines_of(scenes: Iterable[Scene], files: Mapping[str, str]) -> dict[str, FormulaOutline]:
    """Return the outlines of the formulas on some pages; those that are none are left out."""
    found: dict[str, FormulaOutline] = {}
    for scene in scenes:
        for formula in _formulas_on(scene):
            asset = formula.outline
            if asset in files and asset not in found:
                with contextlib.suppress(FileNotFoundError):
                    outline = decoded(Path(files[asset]).read_bytes(), formula.tex)
                    if outline is not None:
                        found[asset] = outline
    return found


def _formulas_on(scene: Scene) -> Iterator[Formula]:
    for sheet in scene.sheets:
        for element in sheet.elements:
            if isinstance(element, Formula) and element.id not in scene.framed:
                yield element


def _shown_on(scene: Scene, has_original: Callable[[Background], bool]) -> Iterator[str]:
    """Yield the images of a page, each as often as it is shown."""
    under = scene.page.background
    if under is not None and not has_original(under):
        yield under.asset
    for sheet in scene.sheets:
        for element in sheet.elements:
            if isinstance(element, Image):
                yield element.asset


def _pixels(content: bytes) -> int:
    """Return how many pixels an image has, by its head: nothing is decoded."""
    try:
        with PIL.Image.open(io.BytesIO(content)) as image:
            return image.width * image.height
    except OSError:
        # Damaged on the disk: nothing of it is decoded either.
        return 0


def data_url(content: bytes) -> str:
    """Return an image as a URL that holds it."""
    media_type = next(
        (kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)),
        "application/octet-stream",
    )
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
