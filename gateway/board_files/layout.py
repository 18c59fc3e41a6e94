"""What a board file is: a ZIP archive of the board as JSON, and of what it shows.

`board.json` is what an export as JSON is; `assets/` holds pictures, outlines of formulas, words
and documents, each named by the SHA-256 of its bytes.
"""

from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.board.model.elements import Element, Formula, Image
from lessonroom.board.model.page import Page

FORMAT: Final = "lessonroom.board"
FORMAT_VERSION: Final = 1
MEDIA_TYPE: Final = "application/vnd.lessonroom.board+zip"
EXTENSION: Final = "lessonroom"
NOT_OURS: Final = "this is not a board that was saved here, or it is damaged"
BOARD: Final = "board.json"
ASSETS: Final = "assets/"
_DOCUMENT: Final = "document"
_TEXT: Final = "text"


class BoardFile(msgspec.Struct, frozen=True, kw_only=True):
    """An export as JSON; `board` is what creating a session takes."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    session_id: str
    title: str
    version: int
    exported_at: str
    board: msgspec.Raw


class Kind(StrEnum):
    """What an asset is to be, by who names it."""

    PICTURE = "picture"
    OUTLINE = "outline"
    WORDS = "words"
    DOCUMENT = "document"


class Named(msgspec.Struct, frozen=True):
    """An asset that a board names; `field` is where it does so first."""

    asset: str
    kind: Kind
    field: str


def json_parts(file: BoardFile, board: bytes) -> list[bytes]:
    """Return an export as JSON in parts, so that the board in it is not copied.

    Args:
        file: with anything for its board.
        board: what stands there instead, encoded.

    """
    head = msgspec.json.encode(msgspec.structs.replace(file, board=msgspec.Raw(b"{}")))
    # The board is the last field.
    return [head.removesuffix(b"{}}"), board, b"}"]


def named_by(pages: list[Page], elements: list[Element]) -> dict[str, Named]:
    """Return the assets that a board shows, by their names."""
    named: dict[str, Named] = {}
    for n, page in enumerate(pages):
        under = {} if page.background is None else page.background.assets()
        for field, asset in under.items():
            kind = {_DOCUMENT: Kind.DOCUMENT, _TEXT: Kind.WORDS}.get(field, Kind.PICTURE)
            named.setdefault(asset, Named(asset, kind, f"board.pages[{n}].background.{field}"))
    for element in elements:
        if isinstance(element, Image):
            asset, kind, field = element.asset, Kind.PICTURE, "asset"
        elif isinstance(element, Formula):
            asset, kind, field = element.outline, Kind.OUTLINE, "outline"
        else:
            continue
        named.setdefault(asset, Named(asset, kind, f"board.elements.{element.id}.{field}"))
    return named
