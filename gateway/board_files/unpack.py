"""Opening a board file. Run as a module, it does so in a confined process.

What goes on from here is a board that keeps all rules of boards, and pictures, outlines and words
that were read and written anew: nothing of what somebody packed, but documents, which are read in a
process of their own.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from gateway.board_files.job import Found, Look, Opened, Opening, Part, Take, TakeDocument, Taken
from gateway.board_files.layout import (
    ASSETS,
    BOARD,
    FORMAT,
    FORMAT_VERSION,
    NOT_OURS,
    Kind,
    Named,
    named_by,
)
from gateway.board_files.reading import read_board
from gateway.confinement.confined import Declined, answer_many
from gateway.documents.words import plain
from gateway.images.job import Upload
from gateway.images.reencode import reencoded
from gateway.strict_json import Bounds, loads
from lessonroom.board.drawing.formula_outline import OUTLINE_BYTES, OUTLINE_MEDIA_TYPE, decoded
from lessonroom.board.editing import importing
from lessonroom.board.model.board import Board
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import ImportBoard
from lessonroom.limits import Limits

_NEWER: Final = "this board was saved by a newer server than this one"
_ZIP: Final = b"PK"
_AROUND_BYTES: Final = 64 * 1024
"""What stands around the elements of a board, and its pages and layers, for each of them."""
_WORDS_CHARS: Final = 20_000
_CHUNK_BYTES: Final = 1024 * 1024
_BOUNDS: Final = Bounds(containers=500_000, strings=2_000_000)
"""Memory is bounded by the process."""


def answers(opening: Opening) -> Iterator[Opened]:
    """Yield the answers to any of the questions.

    Raises:
        Declined: it is no board file; what it shows is not in it, or is none that may be shown.

    """
    try:
        match opening.commission:
            case Look() as look:
                yield Opened(_found(look))
            case Take() as take:
                with _archive(take.path) as archive:
                    for named in take.named:
                        content = _content(archive, named, take.max_bytes)
                        yield Opened(_taken(named, content, take.max_pixels))
            case TakeDocument() as take:
                with _archive(take.path) as archive:
                    content = _content(archive, take.named, take.max_bytes)
                for start in range(0, len(content), _CHUNK_BYTES):
                    yield Opened(Part(content[start : start + _CHUNK_BYTES]))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        # Of what asks for a password, or is packed in a way of others, zipfile raises such.
        raise Declined(NOT_OURS) from error


def _archive(path: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def _found(look: Look) -> Found:
    with Path(look.path).open("rb") as file:
        is_zip = file.read(len(_ZIP)) == _ZIP
    most = look.limits.board_bytes + _AROUND_BYTES * look.limits.pages
    held: list[str] = []
    if is_zip:
        with _archive(look.path) as archive:
            encoded = _read(archive, BOARD, most)
            held = [name.removeprefix(ASSETS) for name in archive.namelist() if _is_asset(name)]
    else:
        if Path(look.path).stat().st_size > most:
            raise Declined(f"a board has at most {most} bytes", is_too_much=True)
        encoded = Path(look.path).read_bytes()
    try:
        board, named = _board(encoded, look.limits)
    except Refused as refused:
        where = f"{refused.field}: " if refused.field else ""
        is_too_much = refused.code is ErrorCode.TOO_LARGE
        raise Declined(
            f"{where}{refused}", is_too_much=is_too_much, field=refused.field
        ) from refused
    return Found(board.encode(), named, [name for name in held if name in {n.asset for n in named}])


def _is_asset(name: str) -> bool:
    return name.startswith(ASSETS) and len(name) > len(ASSETS)


def _board(encoded: bytes, limits: Limits) -> tuple[Board, list[Named]]:
    try:
        file = loads(encoded, _BOUNDS)
    except Refused as refused:
        if refused.code is ErrorCode.TOO_LARGE:
            raise
        raise Declined(NOT_OURS) from refused
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        raise Declined(NOT_OURS)
    version = file.get("format_version")
    if type(version) is not int or version < 1:
        raise Declined(NOT_OURS)
    if version > FORMAT_VERSION:
        raise Declined(_NEWER, field="format_version")
    read = read_board(file.get("board"))
    command = ImportBoard(
        by=1, pages=read.pages, layers=read.layers, elements=read.elements, assets=[]
    )
    board = importing.checked(command, limits=limits)
    return board, list(named_by(read.pages, read.elements).values())


def _read(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    """Return what an entry holds, unpacked as far as it may be long.

    Raises:
        Declined: there is none; it is longer.

    """
    try:
        with archive.open(name) as entry:
            content = entry.read(most_bytes + 1)
    except KeyError:
        raise Declined(NOT_OURS) from None
    if len(content) > most_bytes:
        raise Declined(f"{name} has more than {most_bytes} bytes", is_too_much=True)
    return content


def _content(archive: zipfile.ZipFile, named: Named, most_bytes: int) -> bytes:
    return _read(archive, ASSETS + named.asset, most_bytes)


def _taken(named: Named, content: bytes, max_pixels: int) -> Taken:
    match named.kind:
        case Kind.PICTURE:
            try:
                clean = reencoded(Upload(content, max_pixels))
            except Declined as declined:
                raise Declined(
                    f"{named.field}: {declined}",
                    is_too_much=declined.is_too_much,
                    field=named.field,
                ) from None
            return Taken(named.asset, clean.content, clean.media_type, clean.width, clean.height)
        case Kind.OUTLINE:
            outline = decoded(content) if len(content) <= OUTLINE_BYTES else None
            if outline is None:
                raise Declined(f"{named.field}: this is no outline of a formula", field=named.field)
            encoded = msgspec.json.encode(outline)
            return Taken(named.asset, encoded, OUTLINE_MEDIA_TYPE, outline.w, outline.h)
        case _:
            try:
                lines = content.decode().splitlines()
            except UnicodeDecodeError:
                raise Declined(
                    f"{named.field}: these are no words in UTF-8", field=named.field
                ) from None
            words = "\n".join(map(plain, lines))[:_WORDS_CHARS]
            return Taken(named.asset, words.encode(), "text/plain", 0, 0)


if __name__ == "__main__":
    answer_many(Opening, answers)
