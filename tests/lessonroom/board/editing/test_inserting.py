"""Pages from elsewhere with everything on them: one event (PROTOCOL PG-9)."""

import msgspec
import pytest

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.editing.copying import PageCopy, with_assets
from lessonroom.board.editing.importing import checked
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Element, Image, Layer, Rect
from lessonroom.board.model.page import Background, Page
from lessonroom.codes import ErrorCode
from lessonroom.commands import ImportBoard, InsertPages, Redo, Undo
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded, EventType
from lessonroom.people.permissions import Permission
from tests.lessonroom.board.boards import decode_ops
from tests.lessonroom.lesson import ANN, HOST, VIEWER, Lesson, begun, put_rect

OLD, NEW = "ab" * 32, "cd" * 32
PICTURE = AssetAdded(NEW, "image/png", 8, 6, 100)


@pytest.fixture
def lesson() -> Lesson:
    return begun()


def elsewhere(*elements: Element, limits: Limits | None = None) -> Board:
    pages = [
        Page(id="p1", title="One"),
        Page(id="p2", title="Two", background=Background(asset=OLD, w=9, h=9)),
    ]
    layers = [
        Layer(id="base", name="Layer 1"),
        Layer(id="under", name="Under", page="p2", locked=True),
    ]
    command = ImportBoard(by=77, pages=pages, layers=layers, elements=list(elements), assets=[])
    return checked(command, limits=limits or Limits())


def rect(element_id: str, layer: str = "base") -> Rect:
    return Rect(id=element_id, layer=layer, x=0, y=0, w=1, h=1)


def picture(element_id: str, layer: str) -> Image:
    return Image(id=element_id, layer=layer, x=0, y=0, w=1, h=1, asset=OLD)


def copy(board: Board | None = None, *, by: int = HOST, as_id: str = "one") -> PageCopy:
    if board is None:
        board = elsewhere(rect("a"), rect("b", "under"), picture("c", "under"))
    first, *more = board.pages
    return PageCopy.of(with_assets(board, {OLD: NEW}), first, as_id=as_id, by=by, more=more)


def inserting(by: int = HOST, **more: object) -> InsertPages:
    return msgspec.structs.replace(InsertPages(by=by, copy=copy(by=by), assets=[PICTURE]), **more)


def test_all_pages_come_as_one_event_behind_the_one_that_is_named(lesson: Lesson) -> None:
    """[PG-9] With their layers, locks and elements, which become theirs who brings them."""
    lesson.edit(HOST, put_rect("mine"))
    before = Board.decode(lesson.state.board.encode())
    outcome = lesson.do(inserting(after="p1"))
    asset, event = outcome.events
    assert (asset.type, event.type) == (EventType.ASSET_ADD, EventType.BOARD_OP)
    board = lesson.state.board
    assert outcome.result == {"seq": event.seq}
    assert list(board.pages)[:2] == ["p1", "one"]
    assert [page.title for page in board.pages.values()] == ["", "One", "Two"]
    assert list(board.pages.values())[2].background == Background(asset=NEW, w=9, h=9)
    assert {each.by for each in board.elements.values()} == {HOST}
    (shown,) = [each.fields() for each in board.elements.values() if each.type == "image"]
    assert (shown["asset"], board.layers[shown["layer"]].locked) == (NEW, True)
    logged = decode_ops(msgspec.json.encode(msgspec.json.decode(event.data)["ops"]))
    before.apply(replay_ops(before, logged, author=HOST))
    assert before.encode() == board.encode()
    assert (before.size_bytes, before.text_chars) == (board.size_bytes, board.text_chars)


def test_one_step_of_undo_takes_all_of_them_back(lesson: Lesson) -> None:
    """[PG-9][BD-11] And redo brings them again."""
    before = lesson.state.board.digest()
    lesson.do(inserting())
    after = lesson.state.board.digest()
    lesson.do(Undo(by=HOST))
    assert lesson.state.board.digest() == before
    lesson.do(Redo(by=HOST))
    assert lesson.state.board.digest() == after


def test_the_same_file_may_be_opened_again(lesson: Lesson) -> None:
    """Its pages have other ids, and so has all that is on them; what is there is not brought."""
    lesson.do(inserting())
    (event,) = lesson.do(inserting(copy=copy(as_id="two"))).events
    assert event.type is EventType.BOARD_OP
    assert len(lesson.state.board.elements) == 6


def test_nothing_is_added_where_something_cannot_be(lesson: Lesson) -> None:
    """[PG-9] Ids that are taken, assets that nobody brings, a board that has no room."""
    lesson.do(inserting())
    digest = lesson.state.board.digest()
    lesson.refuse(inserting(), ErrorCode.CONFLICT)
    board = elsewhere(picture("c", "under"))
    others = PageCopy.of(board, "p1", as_id="x", by=HOST, more=["p2"])
    refused = lesson.refuse(inserting(copy=others, assets=[]), ErrorCode.NOT_FOUND)
    assert OLD in str(refused)
    small = begun(limits=Limits(pages=2))
    refused = small.refuse(inserting(), ErrorCode.TOO_LARGE)
    assert "at most 2 pages" in str(refused)
    assert lesson.state.board.digest() == digest


@pytest.mark.parametrize(
    "permission", [Permission.ADD_LAYERS, Permission.DRAW, Permission.UPLOAD_IMAGES]
)
def test_what_one_may_not_draw_one_may_not_bring(lesson: Lesson, permission: Permission) -> None:
    """[PG-9][BD-3] Where there are no pictures nobody has to be allowed any."""
    lesson.permit(ANN, **{each.value: each is not permission for each in Permission})
    refused = lesson.refuse(inserting(ANN), ErrorCode.PERMISSION_DENIED)
    assert permission in str(refused)
    lesson.refuse(inserting(VIEWER), ErrorCode.PERMISSION_DENIED)
    if permission is Permission.UPLOAD_IMAGES:
        plain = Board([Layer(id="base", name="Layer 1")])
        lesson.do(inserting(ANN, copy=copy(plain, by=ANN), assets=[]))


def test_what_does_not_fit_together_is_no_board() -> None:
    """As if it were drawn: a layer that is not there, elements beyond the limits."""
    with pytest.raises(Exception, match="layer") as raised:
        elsewhere(rect("a", "none"))
    assert raised.value.field == "board.elements.a.layer"  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="elements"):
        elsewhere(rect("a"), rect("b"), limits=Limits(elements_per_board=1))
