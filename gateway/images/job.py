"""What the process that decodes images is asked, and what it answers. No decoder is loaded here."""

import msgspec


class Upload(msgspec.Struct, frozen=True):
    """The bytes that somebody sent, and how many pixels they may hold."""

    content: bytes
    max_pixels: int


class CleanImage(msgspec.Struct, frozen=True):
    """An image as it is kept."""

    content: bytes
    media_type: str
    width: int
    height: int
