"""Decoding an upload and encoding it anew. Run as a module, it does so in a confined process.

Nothing of the upload's bytes survives: no metadata, no second file behind the first, nothing that
another reader might take for markup.
"""

import io
import warnings
from collections.abc import Mapping
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from gateway.confinement.confined import Declined, answer_one
from gateway.images.job import CleanImage, Upload
from gateway.images.metadata import without_metadata

_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_QUALITY: Final = 90
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    # The default level takes nearly twice the time for a few per cent of the bytes.
    "PNG": {"compress_level": 4},
    "JPEG": {"quality": _QUALITY},
    "WEBP": {"quality": _QUALITY, "method": 2},
}
_LOSSLESS: Final[Mapping[str, Any]] = {"lossless": True, "method": 1, "quality": 30}
"""Of a WebP that was exact: text and drawings, of which a photo's way makes ten times the bytes."""
_EXACT: Final = b"VP8L"
_AT_CHUNKS: Final = (12, 30)
"""Where the first chunk begins, and the second behind one of flags."""
_KEPT_AS: Final = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WEBP", "GIF": "PNG"}
"""A board shows no animation: of a GIF its first picture is kept."""
_MEDIA_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_HIGH_DEPTH: Final = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
_DEEPEST: Final = 65_535
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How an image is set upright, by Exif's orientation."""
_NOT_AN_IMAGE: Final = "this is not a PNG, JPEG, WebP or GIF image, or it is damaged"


def reencoded(upload: Upload) -> CleanImage:
    """Return an image encoded anew, upright, without metadata.

    Raises:
        Declined: it is none, or has too many pixels.

    """
    # Of what is no pixel: pixels that are not whole are errors.
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    bare = without_metadata(upload.content)
    try:
        with Image.open(io.BytesIO(bare.content), formats=_FORMATS) as image:
            width, height = image.size
            # Before a single pixel is decoded.
            if width * height > upload.max_pixels:
                raise Declined(
                    f"an image has at most {upload.max_pixels} pixels; this one is"
                    f" {width} by {height}"
                )
            kind = _KEPT_AS[image.format or ""]
            clean = _clean(image, kind, bare.orientation)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Declined(_NOT_AN_IMAGE) from error
    encoded = io.BytesIO()
    options = _LOSSLESS if _is_lossless_webp(bare.content) else _OPTIONS[kind]
    clean.save(encoded, kind, **options)
    return CleanImage(encoded.getvalue(), _MEDIA_TYPES[kind], clean.width, clean.height)


def _is_lossless_webp(content: bytes) -> bool:
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp and any(content.startswith(_EXACT, at) for at in _AT_CHUNKS)


def _clean(image: Image.Image, kind: str, orientation: int) -> Image.Image:
    """Return the pixels alone, turned as the camera meant, in a mode that `kind` can hold."""
    image.load()
    turn = _TURNS.get(orientation)
    upright = image if turn is None else image.transpose(turn)
    if upright.mode in _HIGH_DEPTH:
        upright = upright.convert("I").point(lambda value: value * (255 / _DEEPEST)).convert("L")
    has_alpha = kind != "JPEG" and upright.has_transparency_data
    is_gray = upright.mode in {"1", "L", "LA"} and kind != "WEBP"
    mode = ("LA" if has_alpha else "L") if is_gray else ("RGBA" if has_alpha else "RGB")
    clean = upright if upright.mode == mode else upright.convert(mode)
    # What is left here would be written: comments, colour profiles, resolutions.
    clean.info.clear()
    return clean


if __name__ == "__main__":
    answer_one(Upload, reencoded)
