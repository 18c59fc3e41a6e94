"""What the process that opens board files is asked, and what it answers."""

import msgspec

from gateway.board_files.layout import Named
from lessonroom.limits import Limits


class Look(msgspec.Struct, frozen=True, tag="look"):
    """Which board is in this file, and what does it show?"""

    path: str
    limits: Limits


class Take(msgspec.Struct, frozen=True, tag="take"):
    """Some of what it shows, but documents: decoded and encoded anew."""

    path: str
    named: list[Named]
    max_pixels: int
    max_bytes: int
    """Of each."""


class TakeDocument(msgspec.Struct, frozen=True, tag="take_document"):
    """One of its documents as it is, whatever that is."""

    path: str
    named: Named
    max_bytes: int


class Opening(msgspec.Struct, frozen=True):
    """The request: one of the three."""

    commission: Look | Take | TakeDocument


class Found(msgspec.Struct, frozen=True, tag="found"):
    """A board, encoded as boards are, and what it shows; `held` is what is in the file of that."""

    board: bytes
    named: list[Named]
    held: list[str]


class Taken(msgspec.Struct, frozen=True, tag="taken"):
    """An asset as it can be kept; `asset` is what the file calls it."""

    asset: str
    content: bytes
    media_type: str
    width: int
    height: int


class Part(msgspec.Struct, frozen=True, tag="part"):
    """A part of a document, which follows the one before."""

    content: bytes


class Opened(msgspec.Struct, frozen=True):
    """One answer: to `Look` there is one, to `Take` one for each."""

    result: Found | Taken | Part
