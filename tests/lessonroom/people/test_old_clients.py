"""Clients of before pages: they stay as long as they can show the board (PROTOCOL BD-16)."""

import pytest

from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Font, Formula, Graph, Note, Polygon, Style
from lessonroom.board.model.operations import AddPage, Patch, PatchPage, Put, Remove, RemovePage
from lessonroom.board.model.page import Page
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import Connect, RegisterAsset
from lessonroom.log.events import AssetAdded
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, put_rect


def of_schema(user_id: int, schema: int) -> Connect:
    """Return the command of a connection whose client knows this board schema."""
    return Connect(
        connection_id=f"old-{user_id}",
        peer_id=f"peer-old-{user_id}",
        user_id=user_id,
        token_issued_at_ms=10**15,
        is_peer=True,
        board_schema=schema,
    )


@pytest.fixture
def lesson() -> Lesson:
    """Return a lesson of three, in which Ann and Ben have older clients beside those of now."""
    lesson = begun()
    lesson.do(of_schema(ANN, 2))
    lesson.do(of_schema(BEN, 1))
    return lesson


def test_an_old_client_stays_while_there_is_the_one_page_of_before(lesson: Lesson) -> None:
    """[BD-16][PG-3] Whatever is drawn on it."""
    assert not lesson.edit(HOST, put_rect()).closures
    assert {"old-2", "old-3"} <= lesson.room.peers.keys()


@pytest.mark.parametrize("op", [AddPage(Page(id="two")), PatchPage("p1", {"title": "First"})])
def test_an_old_client_is_let_go_once_it_cannot_show_the_board(
    lesson: Lesson, op: AddPage | PatchPage
) -> None:
    """[BD-16][PG-3] With 4505, on which a page loads itself anew; the others stay."""
    closures = lesson.edit(HOST, op).closures
    assert [(each.connection_id, each.code) for each in closures] == [
        ("old-2", CloseCode.CLIENT_TOO_OLD),
        ("old-3", CloseCode.CLIENT_TOO_OLD),
    ]
    assert not {"old-2", "old-3"} & lesson.room.peers.keys()
    with pytest.raises(Refused) as caught:
        lesson.do(of_schema(ANN, 2))
    assert (caught.value.code, caught.value.field) == (ErrorCode.CLIENT_TOO_OLD, "schema")
    lesson.do(of_schema(ANN, 3))


def test_a_client_of_before_formulas_is_let_go_once_there_is_one(lesson: Lesson) -> None:
    """[BD-16][BD-21] And may come again once it is gone."""
    lesson.do(of_schema(ANN, 3))
    added = AssetAdded("ab" * 32, OUTLINE_MEDIA_TYPE, 4, 3, 100)
    lesson.do(RegisterAsset(by=HOST, added=added))
    formula = Formula(id="f", layer="base", x=0, y=0, w=9, h=9, tex="x", outline="ab" * 32)
    closures = lesson.edit(HOST, Put(formula)).closures
    assert {each.connection_id for each in closures} == {"old-2", "old-3"}
    with pytest.raises(Refused):
        lesson.do(of_schema(ANN, 3))
    lesson.do(of_schema(ANN, 4))
    lesson.edit(HOST, Put(Graph(id="g", layer="base", x=0, y=0, w=9, h=9)), Remove(["f"]))
    with pytest.raises(Refused):
        lesson.do(of_schema(BEN, 3))
    lesson.edit(HOST, Remove(["g"]))
    lesson.do(of_schema(BEN, 3))


def test_a_client_of_before_polygons_is_let_go_once_there_is_one(lesson: Lesson) -> None:
    """[BD-16][BD-23] As it is with formulas."""
    closures = lesson.edit(HOST, Put(Polygon(id="t", layer="base", points=[0, 0, 9, 9]))).closures
    assert {each.connection_id for each in closures} == {"old-2", "old-3"}


def test_an_old_client_may_come_again_once_the_board_is_as_before(lesson: Lesson) -> None:
    """[BD-16] After an undo, or when the page is gone."""
    lesson.edit(HOST, AddPage(Page(id="two")))
    lesson.edit(HOST, RemovePage("two"))
    lesson.do(of_schema(ANN, 1))


@pytest.mark.parametrize("style", [Style(bold=True), Style(italic=True), Style(font=Font.HAND)])
def test_a_client_of_before_fonts_is_let_go_once_there_is_one(lesson: Lesson, style: Style) -> None:
    """[BD-16][BD-26] And may come again once letters are as they were, on a board from disk too."""
    lesson.do(of_schema(ANN, 4))
    note = Note(id="n", layer="base", x=0, y=0, w=9, h=9, text='"bold":true', style=Style(width=3))
    lesson.edit(HOST, Put(note))
    assert {"old-2", "old-3"} <= lesson.room.peers.keys()
    changed = {name: True for name in ("bold", "italic") if getattr(style, name)}
    fonts = {"font": "hand"} if style.font is Font.HAND else {}
    closures = lesson.edit(HOST, Patch("n", {"style": changed | fonts})).closures
    assert {each.connection_id for each in closures} == {"old-2", "old-3"}
    with pytest.raises(Refused):
        lesson.do(of_schema(ANN, 4))
    board = lesson.room.state.board
    assert Board.decode(board.encode()).least_schema == board.least_schema == 5
    lesson.edit(HOST, Patch("n", {}, unset=["style.bold", "style.italic", "style.font"]))
    assert Board.decode(board.encode()).least_schema == board.least_schema == 1
    lesson.do(of_schema(ANN, 4))


@pytest.mark.parametrize(
    ("put", "field", "value"),
    [
        (Note(id="n", layer="base", group="g", x=0, y=0, w=9, h=9), "inner_groups", ["h"]),
        (Graph(id="n", layer="base", x=0, y=0, w=9, h=9), "x_name", "t in s"),
        (Graph(id="n", layer="base", x=0, y=0, w=9, h=9), "y_name", "s in m"),
    ],
)
def test_a_client_of_before_groups_in_groups_is_let_go_once_there_is_one(
    lesson: Lesson, put: Note | Graph, field: str, value: object
) -> None:
    """[BD-16][BD-19][BD-24] Or a graph whose axes have names; on a board from disk too."""
    lesson.edit(HOST, Put(put))
    lesson.do(of_schema(ANN, 6))
    closures = lesson.edit(HOST, Patch("n", {field: value})).closures
    assert {"old-2"} <= {each.connection_id for each in closures}
    with pytest.raises(Refused):
        lesson.do(of_schema(ANN, 6))
    board = lesson.room.state.board
    assert Board.decode(board.encode()).least_schema == board.least_schema == 7
    lesson.edit(HOST, Patch("n", {}, unset=[field]))
    assert Board.decode(board.encode()).least_schema == board.least_schema < 7
    lesson.do(of_schema(ANN, 6))
