"""Images to upload: honest ones, and those that T21 is about."""

import io
import struct
import zlib

from PIL import Image

GPS_TAG = 0x8825
ORIENTATION_TAG = 0x0112


def encoded(
    kind: str, size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: object
) -> bytes:
    """Return an image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, (220, 30, 30))
    image.paste((30, 30, 220), (size[0] // 2, 0, *size))
    output = io.BytesIO()
    image.convert(mode).save(output, kind, **options)
    return output.getvalue()


def decoded(content: bytes) -> Image.Image:
    """Return an image with its pixels."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def photo(orientation: int) -> bytes:
    """Return a JPEG as a telephone takes it: turned, with the place it was taken at."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    exif[GPS_TAG] = {1: "N", 2: (50.0, 27.0, 0.0), 3: "E", 4: (30.0, 31.0, 0.0)}
    return encoded("JPEG", (80, 60), exif=exif, comment=b"taken at home", quality=95)


def animation() -> bytes:
    """Return a GIF of two pictures: red, then green."""
    pictures = [Image.new("RGB", (5, 5), color) for color in ((255, 0, 0), (0, 255, 0))]
    output = io.BytesIO()
    pictures[0].save(output, "GIF", save_all=True, append_images=pictures[1:], comment=b"hello")
    return output.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few kilobytes that claims so many pixels, all of them black.

    What it unfolds to is cut off after 128 MiB.
    """
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    unfolded = min(height * (1 + (width + 7) // 8), 128 * 1024 * 1024)
    data = packer.compress(b"\0" * unfolded) + packer.flush()
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def text_bomb() -> bytes:
    """Return a PNG with a text chunk that unfolds to 100 MiB."""
    text = b"Comment\0\0" + zlib.compress(b"x" * (100 * 1024 * 1024), 9)
    png = encoded("PNG")
    return png[:33] + _chunk(b"zTXt", text) + png[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
