"""Opening a board file: what goes on from it, and what is told of others.

Tests also: gateway/board_files/job.py, gateway/board_files/reading.py.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gateway.board_files.job import Found, Look, Opening, Part, Take, TakeDocument, Taken
from gateway.board_files.layout import Kind, Named
from gateway.board_files.unpack import answers
from gateway.confinement.confined import Declined
from lessonroom.board.model.board import Board
from lessonroom.limits import Limits
from tests.gateway.rest.images import encoded

NAME = "ab" * 32
RECT = {"type": "rect", "id": "r", "layer": "base", "x": 1, "y": 2, "w": 3, "h": 4, "by": 7}
PICTURE = {**RECT, "type": "image", "id": "i", "asset": NAME}
BASE = {"id": "base", "name": "Layer 1"}


def saved(*elements: dict[str, Any], **more: object) -> bytes:
    board = {"layers": [BASE], "elements": {each["id"]: each for each in elements}}
    file = {"format": "lessonroom.board", "format_version": 1, "board": board, **more}
    return json.dumps(file).encode()


def zipped(board: bytes, **assets: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("board.json", board)
        for name, content in assets.items():
            archive.writestr(f"assets/{name}", content)
    return written.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def look(path: Path, content: bytes, **limits: int) -> Found:
    path.write_bytes(content)
    (found,) = [each.result for each in answers(Opening(Look(str(path), Limits(**limits))))]
    assert isinstance(found, Found)
    return found


def take(path: Path, content: bytes, kind: Kind, max_bytes: int = 100_000) -> Taken:
    path.write_bytes(zipped(saved(), **{NAME: content}))
    asked = Take(str(path), [Named(NAME, kind, "board.x")], 1_000_000, max_bytes)
    (taken,) = [each.result for each in answers(Opening(asked))]
    assert isinstance(taken, Taken)
    return taken


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_board_is_found_with_what_it_shows(path: Path, *, is_zip: bool) -> None:
    """[PG-9] In a board file, and in an export as JSON, which holds no pictures."""
    board = saved(RECT, PICTURE)
    content = zipped(board, **{NAME: b"png", "cd" * 32: b"else"}) if is_zip else board
    found = look(path, content)
    assert set(Board.decode(found.board).elements) == {"r", "i"}
    assert [(each.asset, each.kind) for each in found.named] == [(NAME, Kind.PICTURE)]
    assert found.held == ([NAME] if is_zip else [])


def test_a_board_of_before_pages_had_ids_is_read(path: Path) -> None:
    """[PG-3] Numbers of pages are what they were."""
    old = {"layers": [BASE, {"id": "two", "name": "Two", "page": 2}], "elements": {}}
    file = {"format": "lessonroom.board", "format_version": 1, "board": old}
    found = look(path, json.dumps(file).encode())
    assert list(Board.decode(found.board).pages) == ["p1", "p2"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a board"),
        (b"%PDF-1.7", "not a board"),
        (b"PK\x03\x04 and nothing else", "not a board"),
        (b"{}", "not a board"),
        (b"[]", "not a board"),
        (b'{"format": "lessonroom.board", "format_version": 1}{}', "not a board"),
        (json.dumps({"type": "excalidraw", "elements": []}).encode(), "not a board"),
        (saved(format_version="1"), "not a board"),
        (saved(format_version=2), "newer server"),
        (saved(board=[]), "board"),
        (saved({**RECT, "w": "wide"}), "board.elements.r"),
        (saved({**RECT, "layer": "none"}), "board.elements.r"),
        (saved({**RECT, "data": {"constructor": 1}}), "not a board"),
        (zipped(saved({**RECT, "x": 1e9})), "board.elements.r"),
    ],
)
def test_what_is_no_board_of_ours_is_said(path: Path, content: bytes, words: str) -> None:
    """[PG-9] With the place in it, where it is one nearly."""
    with pytest.raises(Declined, match=words):
        look(path, content)


def test_a_zip_of_others_is_none(path: Path) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(Declined, match="not a board"):
        look(path, written.getvalue())


def test_one_that_asks_for_a_password_is_none(path: Path) -> None:
    content = bytearray(zipped(saved()))
    # The flag of each entry, in its own head and in the directory at the end.
    for at in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[at] |= 1
    with pytest.raises(Declined, match="not a board"):
        look(path, bytes(content))


@pytest.mark.parametrize("is_zip", [True, False])
def test_more_than_a_board_may_hold_is_too_much(path: Path, *, is_zip: bool) -> None:
    """[PG-9] Also where few bytes unfold to it: no more is unpacked than a board may have."""
    board = saved(RECT, padding="0" * 300_000)
    with pytest.raises(Declined, match=r"at most|more than") as declined:
        look(path, zipped(board) if is_zip else board, board_bytes=1_000, pages=1)
    assert declined.value.is_too_much
    with pytest.raises(Declined, match="elements") as declined:
        look(path, saved(RECT, {**RECT, "id": "s"}), elements_per_board=1)
    assert declined.value.is_too_much


def test_a_picture_is_encoded_anew(path: Path) -> None:
    """[PG-9] One that was exact stays so, and is the same again: it has one name everywhere."""
    taken = take(path, encoded("JPEG") + b"<script>", Kind.PICTURE)
    assert (taken.media_type, b"<script>" in taken.content) == ("image/jpeg", False)
    exact = io.BytesIO()
    Image.new("RGB", (64, 64), (250, 10, 10)).save(
        exact, "WEBP", lossless=True, method=1, quality=30
    )
    again = take(path, exact.getvalue(), Kind.PICTURE)
    assert again.content == exact.getvalue()
    assert (again.width, again.height) == (64, 64)


def test_words_and_outlines_are_what_they_say(path: Path) -> None:
    words = take(path, "Solve for \u202ex\r\n2x = 6 ".encode(), Kind.WORDS)
    assert (words.content, words.media_type) == (b"Solve for x\n2x = 6", "text/plain")
    outline = take(path, b'{"w":10,"h":20,"contours":[[0,0]],"more":1}', Kind.OUTLINE)
    assert outline.content == b'{"w":10,"h":20,"contours":[[0,0]]}'
    assert (outline.width, outline.height) == (10, 20)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (Kind.PICTURE, b"<svg onload='alert(1)'/>"),
        (Kind.OUTLINE, b'{"w":10,"h":20,"contours":[[0]]}'),
        (Kind.OUTLINE, b"\x89PNG"),
        (Kind.WORDS, b"\xff\xfe"),
    ],
)
def test_what_is_something_else_is_refused_with_its_place(
    path: Path, kind: Kind, content: bytes
) -> None:
    with pytest.raises(Declined, match=r"^board\.x: "):
        take(path, content, kind)


def test_an_asset_unfolds_to_so_many_bytes_and_no_more(path: Path) -> None:
    with pytest.raises(Declined, match="more than 1000 bytes") as declined:
        take(path, bytes(1_000_000), Kind.WORDS, max_bytes=1_000)
    assert declined.value.is_too_much


def test_a_document_is_handed_on_as_it_is(path: Path) -> None:
    """It is read in a process of its own."""
    content = bytes(range(256)) * 10_000
    path.write_bytes(zipped(saved(), **{NAME: content}))
    named = Named(NAME, Kind.DOCUMENT, "board.x")
    asked = Opening(TakeDocument(str(path), named, len(content)))
    parts = [each.result for each in answers(asked)]
    assert b"".join(part.content for part in parts if isinstance(part, Part)) == content
    with pytest.raises(Declined, match="more than"):
        list(answers(Opening(TakeDocument(str(path), named, len(content) - 1))))
