"""What an image carries besides its pixels: taken off before a decoder sees it.

Phones, scanners and editors write previews, second pictures, profiles and pages of text into their
files, and not all of it is whole. Of all that only the side that is up has a meaning here, so that
nothing of it decides whether a picture can be read.
"""

import struct
from collections.abc import Iterator
from typing import Final

import msgspec

_JPEG: Final = b"\xff\xd8"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_EXIF: Final = b"Exif\0\0"
_JFIF: Final = b"JFIF\0"
_CLEAN_JFIF: Final = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
_ADOBE: Final = b"Adobe"
_ADOBE_BYTES: Final = 12
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of JPEG that no length follows."""
_MARK: Final = 0xFF
_END, _SCAN, _APP0, _APP1, _APP14, _APP15, _COMMENT = 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
_PNG_PIXELS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_WEBP_PIXELS: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_WEBP_PIXEL_FLAGS: Final = 0x12
"""Of the flags of `VP8X`: transparency and animation."""
_ORIENTATION: Final = 0x0112
_MOST_ENTRIES: Final = 512
_NUMBERS: Final = {1: "B", 3: "H", 4: "I"}
"""The types of whole numbers in an Exif directory."""


class Bare(msgspec.Struct, frozen=True):
    """An image without what it carried, and how that said to turn it (Exif: 1 to 8)."""

    content: bytes
    orientation: int = 1


def without_metadata(content: bytes) -> Bare:
    """Return what of a PNG, JPEG or WebP file its pixels need; any other file as it is.

    What is cut short or makes no sense is passed on: whether pixels are whole is for the decoder.
    """
    if content.startswith(_PNG):
        return _bare_png(content)
    if content.startswith(_JPEG):
        return _bare_jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _bare_webp(content)
    return Bare(content)


def _bare_jpeg(content: bytes) -> Bare:
    kept, orientation = [_JPEG], 1
    for marker, begin, end in _segments(content):
        segment = content[begin:end]
        if marker in {_SCAN, _END}:
            # The pixels, and whatever follows them.
            return Bare(b"".join([*kept, content[begin:]]), orientation)
        body = segment[4:]
        if marker == _APP1 and body.startswith(_EXIF) and orientation == 1:
            orientation = _orientation(body[len(_EXIF) :])
        elif marker == _APP0 and body.startswith(_JFIF):
            # Both say how colours are stored, which no other mark does.
            kept.append(_CLEAN_JFIF)
        elif _is_needed(marker, body):
            kept.append(segment)
    return Bare(content)


def _is_needed(marker: int, body: bytes) -> bool:
    if _APP0 <= marker <= _APP15:
        return marker == _APP14 and body.startswith(_ADOBE) and len(body) >= _ADOBE_BYTES
    return marker != _COMMENT


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield markers of a JPEG file, each with where it begins and ends, to the first scan."""
    at = len(_JPEG)
    while at + 1 < len(content):
        if content[at] != _MARK or content[at + 1] in {0, _MARK}:
            # Filling, or what some camera left between two segments.
            at += 1
            continue
        marker = content[at + 1]
        if marker in _ALONE:
            at += 2
            continue
        if marker in {_SCAN, _END}:
            yield marker, at, len(content)
            return
        if at + 4 > len(content):
            return
        length = int.from_bytes(content[at + 2 : at + 4])
        end = at + 2 + max(2, length)
        yield marker, at, end
        at = end


def _bare_png(content: bytes) -> Bare:
    kept, orientation = [_PNG], 1
    at = len(_PNG)
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if kind in _PNG_PIXELS:
            kept.append(content[at:end])
        elif kind == b"eXIf":
            orientation = _orientation(content[at + 8 : end - 4])
        at = end
        if kind == b"IEND":
            break
    return Bare(b"".join(kept), orientation)


def _bare_webp(content: bytes) -> Bare:
    kept, orientation = [b"WEBP"], 1
    at = 12
    while at + 8 <= len(content):
        kind = content[at : at + 4]
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        chunk = content[at:end]
        if kind == b"VP8X" and length:
            chunk = chunk[:8] + bytes([chunk[8] & _WEBP_PIXEL_FLAGS]) + chunk[9:]
        if kind in _WEBP_PIXELS:
            kept.append(chunk)
        elif kind == b"EXIF":
            orientation = _orientation(chunk[8:].removeprefix(_EXIF))
        at = end
    body = b"".join(kept)
    return Bare(b"RIFF" + len(body).to_bytes(4, "little") + body, orientation)


def _orientation(exif: bytes) -> int:
    """Return how to turn an image; 1, which is not at all, where Exif does not say or is broken."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, directory)
        for n in range(min(count, _MOST_ENTRIES)):
            at = directory + 2 + 12 * n
            tag, kind = struct.unpack_from(f"{order}HH", exif, at)
            if tag == _ORIENTATION and kind in _NUMBERS:
                (value,) = struct.unpack_from(f"{order}{_NUMBERS[kind]}", exif, at + 8)
                return value if 1 <= value <= 8 else 1  # noqa: PLR2004 - Exif's own range
    except struct.error:
        pass
    return 1
