"""Metadata never decides about pixels: whatever stands beside them, they are taken.

Tests also: gateway/images/job.py, gateway/images/metadata.py.
"""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from gateway.confinement.confined import Declined
from gateway.images.job import CleanImage, Upload
from gateway.images.reencode import reencoded

_RED, _BLUE = (200, 30, 30), (30, 30, 200)


def _picture() -> Image.Image:
    """Return a picture that is red above and blue below, wider than high."""
    image = Image.new("RGB", (64, 32), _BLUE)
    image.paste(_RED, (0, 0, 64, 16))
    return image


def _encoded(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    buffer = io.BytesIO()
    (image or _picture()).save(buffer, kind, **options)
    return buffer.getvalue()


def _exif(orientation: int, *, order: str = "<", kind: int = 3) -> bytes:
    mark = b"II" if order == "<" else b"MM"
    value = struct.pack(f"{order}{'H' if kind == 3 else 'I'}", orientation).ljust(4, b"\0")
    entry = struct.pack(f"{order}HHI", 0x0112, kind, 1) + value
    return mark + struct.pack(f"{order}HI", 42, 8) + struct.pack(f"{order}H", 1) + entry + b"\0" * 4


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


def _jpeg(*segments: bytes, tail: bytes = b"") -> bytes:
    plain = _encoded("JPEG", quality=95)
    return plain[:2] + b"".join(segments) + plain[2:] + tail


def _chunk(kind: bytes, body: bytes, *, crc: int | None = None) -> bytes:
    crc = zlib.crc32(kind + body) if crc is None else crc
    return len(body).to_bytes(4) + kind + body + crc.to_bytes(4)


def _png(*chunks: bytes, image: Image.Image | None = None) -> bytes:
    plain = _encoded("PNG", image)
    head = 8 + 25
    return plain[:head] + b"".join(chunks) + plain[head:]


def _webp(*chunks: tuple[bytes, bytes]) -> bytes:
    plain = _encoded("WEBP", lossless=True)
    body = plain[8:]
    for kind, content in chunks:
        body += kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


_MPF = b"MPF\0II*\0\x08\0\0\0\x03\0" + b"\0\xb0\x07\0\x04\0\0\x000100" + b"\xff" * 40
_TEXT = b"Comment\0\0" + zlib.compress(b"a" * 2_000_000, 9)
_PHOTOSHOP = b"Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff"

_CARRIERS: dict[str, Callable[[], bytes]] = {
    "jpeg_plain": _jpeg,
    "jpeg_with_a_second_picture": lambda: _jpeg(_segment(0xE2, _MPF), tail=_encoded("JPEG")),
    "jpeg_whose_second_picture_is_not_there": lambda: _jpeg(_segment(0xE2, _MPF)),
    "jpeg_with_a_film_behind_it": lambda: _jpeg(tail=b"\0\0\0\x18ftypmp42" + b"\0" * 999),
    "jpeg_with_broken_exif": lambda: _jpeg(_segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f")),
    "jpeg_with_exif_cut_short": lambda: _jpeg(_segment(0xE1, b"Exif\0\0" + _exif(1)[:14])),
    "jpeg_with_exif_of_no_order": lambda: _jpeg(_segment(0xE1, b"Exif\0\0??*\0")),
    "jpeg_with_endless_exif": lambda: _jpeg(
        _segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x01" * 60_000)
    ),
    "jpeg_with_broken_photoshop": lambda: _jpeg(_segment(0xED, _PHOTOSHOP)),
    "jpeg_with_part_of_a_profile": lambda: _jpeg(
        _segment(0xE2, b"ICC_PROFILE\0\x05\x02" + b"?" * 9)
    ),
    "jpeg_with_broken_adobe": lambda: _jpeg(_segment(0xEE, b"Adobe")),
    "jpeg_with_a_short_jfif": lambda: _jpeg(_segment(0xE0, b"JFIF\0")),
    "jpeg_with_comments": lambda: _jpeg(*[_segment(0xFE, b"\xff" * 60_000)] * 20),
    "jpeg_with_filling": lambda: _jpeg(b"\xff\xff\xff\xff"),
    "png_plain": _png,
    "png_with_two_megabytes_of_text": lambda: _png(_chunk(b"zTXt", _TEXT)),
    "png_with_texts_and_texts": lambda: _png(*[_chunk(b"zTXt", _TEXT)] * 50),
    "png_with_international_text": lambda: _png(
        _chunk(b"iTXt", b"Title\0\x01\0\0\0" + zlib.compress(b"a" * 5_000_000))
    ),
    "png_with_a_broken_profile": lambda: _png(_chunk(b"iCCP", b"icc\0\0not deflated")),
    "png_with_a_wrong_sum_of_text": lambda: _png(_chunk(b"tEXt", b"a\0b", crc=1)),
    "png_with_broken_exif": lambda: _png(_chunk(b"eXIf", b"II*\0\xff\xff\xff\xff")),
    "png_with_short_chunks": lambda: _png(*(_chunk(k, b"") for k in (b"pHYs", b"cHRM", b"tIME"))),
    "png_with_something_behind_it": lambda: _png() + b"PK\x03\x04" * 100,
    "webp_plain": _webp,
    "webp_with_broken_exif": lambda: _webp((b"EXIF", b"MM\0*\xff\xff\xff\xff")),
    "webp_with_unknown_chunks": lambda: _webp((b"XMP ", b"<x>"), (b"ABCD", b"?")),
}


def _upright(result: CleanImage) -> Image.Image:
    image = Image.open(io.BytesIO(result.content)).convert("RGB")
    assert image.size == (result.width, result.height) == (64, 32)
    return image


def _near(one: object, other: tuple[int, int, int]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", _CARRIERS)
def test_pixels_are_taken_whatever_stands_beside_them(name: str) -> None:
    """A phone's photo with a second picture, Exif that is broken, megabytes of text."""
    content = _CARRIERS[name]()

    image = _upright(reencoded(Upload(content, 10_000)))

    assert _near(image.getpixel((32, 4)), _RED)
    assert _near(image.getpixel((32, 27)), _BLUE)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("carrier", ["jpeg", "jpeg_big_endian", "jpeg_long", "png", "webp"])
def test_a_picture_is_set_upright(carrier: str, orientation: int) -> None:
    """All eight ways to hold a camera, in all three kinds of file."""
    corners = Image.new("RGB", (40, 20), _BLUE)
    corners.paste(_RED, (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    raw = _exif(
        orientation, order=">" if "big" in carrier else "<", kind=4 if "long" in carrier else 3
    )
    plain = _encoded("JPEG", corners, quality=95)
    content = {
        "png": lambda: _png(_chunk(b"eXIf", raw), image=corners),
        "webp": lambda: _encoded("WEBP", corners, lossless=True, exif=exif),
    }.get(carrier, lambda: plain[:2] + _segment(0xE1, b"Exif\0\0" + raw) + plain[2:])()

    result = reencoded(Upload(content, 10_000))

    # Where the red corner of the stored picture comes to lie: 0 is left and top.
    right, bottom = {
        1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)
    }[orientation]  # fmt: skip
    image = Image.open(io.BytesIO(result.content)).convert("RGB")
    assert image.size == ((40, 20) if orientation <= 4 else (20, 40))
    at = (image.width * (1 + 2 * right) // 4, image.height * (1 + 2 * bottom) // 4)
    assert _near(image.getpixel(at), _RED)


def test_transparency_outlives_the_loss_of_all_else() -> None:
    """`tRNS` and the alpha of a WebP are pixels, not metadata."""
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    clear = Image.new("RGBA", (8, 8), (9, 9, 9, 0))
    for content in (_encoded("PNG", palette, transparency=0), _encoded("WEBP", clear, xmp=b"<x/>")):
        image = Image.open(io.BytesIO(reencoded(Upload(content, 100)).content))
        assert image.convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
def test_pixels_that_are_not_whole_are_refused(kind: str, share: float) -> None:
    """The end of the file is missing."""
    noisy = Image.effect_noise((64, 64), 90).convert("RGB")
    content = _encoded(kind, noisy)
    with pytest.raises(Declined, match="damaged"):
        reencoded(Upload(content[: int(len(content) * share)], 10_000))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]
)
def test_heads_alone_are_refused(content: bytes) -> None:
    """Nothing but a signature."""
    with pytest.raises(Declined, match="damaged"):
        reencoded(Upload(content, 100))
