"""Writing a board file while it is sent.

Tests also: gateway/board_files/layout.py.
"""

import io
import json
import zipfile
from pathlib import Path

import msgspec

from gateway.board_files.layout import BoardFile, Kind, json_parts, named_by
from gateway.board_files.packing import packed
from lessonroom.board.model.elements import Element, Formula, Image
from lessonroom.board.model.page import Background, Page

FILE = BoardFile(
    session_id="algebra", title="Algebra", version=3, exported_at="now", board=msgspec.Raw(b"{}")
)


async def test_a_file_is_the_board_and_what_it_shows_packed_as_it_is_read(tmp_path: Path) -> None:
    """[PG-9] Pictures as they are, in pieces; of equal boards equal bytes."""
    picture = bytes(range(256)) * 3_000
    (tmp_path / "one").write_bytes(picture)
    files = {"ab" * 32: str(tmp_path / "one"), "cd" * 32: str(tmp_path / "gone")}
    pieces = [each async for each in packed(json_parts(FILE, b'{"layers":[]}'), files)]
    assert max(map(len, pieces)) < 400_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["board.json", f"assets/{'ab' * 32}"]
        assert archive.read(f"assets/{'ab' * 32}") == picture
        board = json.loads(archive.read("board.json"))
    assert (board["format"], board["format_version"], board["board"]) == (
        "lessonroom.board",
        1,
        {"layers": []},
    )
    again = [each async for each in packed(json_parts(FILE, b'{"layers":[]}'), files)]
    assert again == pieces


async def test_whoever_stops_reading_leaves_no_file_open(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(bytes(1_000_000))
    packing = packed([b"{}"], {"ab" * 32: str(tmp_path / "one")})
    await anext(packing)
    await anext(packing)
    await packing.aclose()


def test_a_board_names_what_it_shows_and_as_what() -> None:
    """Each once, with where it does so first."""
    picture, document, words, outline = ("ab" * 32, "cd" * 32, "ef" * 32, "01" * 32)
    under = Background(asset=picture, w=1, h=1, document=document, text=words)
    elements: list[Element] = [
        Image(id="i", layer="base", x=0, y=0, w=1, h=1, asset=picture),
        Formula(id="f", layer="base", x=0, y=0, w=1, h=1, tex="x", outline=outline),
    ]
    named = named_by([Page(id="p1"), Page(id="p2", background=under)], elements)
    assert {name: (each.kind, each.field) for name, each in named.items()} == {
        picture: (Kind.PICTURE, "board.pages[1].background.asset"),
        document: (Kind.DOCUMENT, "board.pages[1].background.document"),
        words: (Kind.WORDS, "board.pages[1].background.text"),
        outline: (Kind.OUTLINE, "board.elements.f.outline"),
    }
