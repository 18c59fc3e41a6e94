"""Copying a page: one event, new ids, creators kept (PROTOCOL PG-2)."""

from typing import Any

import msgspec
import pytest

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Element, Image, Layer
from lessonroom.board.model.operations import AddLayer, AddPage, Patch, PatchLayer, Put, Remove
from lessonroom.board.model.page import Page, Paper, PaperKind
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import CopyPage, Redo, RegisterAsset, Undo
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded, EventType
from tests.lessonroom.board.boards import decode_ops
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, put_rect, rect, stroke

PICTURE = "ab" * 32


@pytest.fixture
def lesson() -> Lesson:
    """Return a page with paper, a locked layer above, and what three people have drawn on it."""
    lesson = begun()
    paper = Paper(kind=PaperKind.SQUARES, step=20)
    lesson.edit(HOST, AddPage(Page(id="two", title="Exercise", paper=paper, size=(794, 1123))))
    lesson.edit(HOST, AddLayer(Layer(id="over", name="Over", page="two")))
    lesson.edit(ANN, Put(stroke("s1", [0, 0.25, 1, 0] * 3)), Patch("s1", {"layer": "two"}))
    lesson.edit(BEN, put_rect("r1", layer="over"), put_rect("elsewhere"))
    lesson.edit(HOST, PatchLayer("over", {"locked": True}), AddPage(Page(id="last")))
    return lesson


def drawn(board: Board, page: str) -> list[dict[str, Any]]:
    """Return what lies on a page without the ids, in order."""
    layers = [layer.id for layer in board.layers.values() if layer.page_id == page]
    fields = [each.fields() for each in board.elements.values() if each.layer in layers]
    return [{**each, "id": "", "layer": board.layers[each["layer"]].name} for each in fields]


def test_a_copy_has_everything_and_stands_behind(lesson: Lesson) -> None:
    """[PG-2] Title, paper, sheet, layers, locks, creators; one event, which folds to the same."""
    before = Board.decode(lesson.state.board.encode())
    outcome = lesson.do(CopyPage(by=HOST, page="two", id="copy"))
    (event,) = outcome.events
    board = lesson.state.board
    assert outcome.result == {"seq": event.seq}
    assert list(board.pages) == ["p1", "two", "copy", "last"]
    assert board.pages["copy"] == msgspec.structs.replace(board.pages["two"], id="copy")
    assert drawn(board, "copy") == drawn(board, "two")
    assert {each.by for each in board.elements.values()} == {ANN, BEN}
    assert len(board.elements) == 5
    ops = msgspec.json.decode(event.data)["ops"]
    logged = decode_ops(msgspec.json.encode(ops))
    before.apply(replay_ops(before, logged, author=HOST))
    assert before.encode() == board.encode()
    assert (before.size_bytes, before.text_chars) == (board.size_bytes, board.text_chars)


def test_a_copy_is_undone_and_redone_as_one_step(lesson: Lesson) -> None:
    """[PG-2][BD-11] Locks and all; what somebody has drawn on it since keeps the page."""
    lesson.edit(HOST, Patch("s1", {"locked": True}))
    before = lesson.state.board.digest()
    lesson.do(CopyPage(by=HOST, page="two", id="copy"))
    after = lesson.state.board.digest()
    lesson.do(Undo(by=HOST))
    assert lesson.state.board.digest() == before
    lesson.do(Redo(by=HOST))
    assert lesson.state.board.digest() == after
    layer = next(each.id for each in lesson.state.board.layers.values() if each.page == "copy")
    lesson.edit(BEN, put_rect("theirs", layer=layer))
    lesson.do(Undo(by=HOST))
    assert "copy" in lesson.state.board.pages
    assert "theirs" in lesson.state.board.elements


def test_what_was_worked_out_before_is_the_page_of_then(lesson: Lesson) -> None:
    """[PG-2] Beside the room, which goes on: what is drawn meanwhile stays on the page itself."""
    work = PageCopy.of(lesson.state.board.copy(), "two", as_id="copy")
    lesson.edit(ANN, put_rect("later", layer="two"), Remove(["s1"]))
    lesson.do(CopyPage(by=HOST, page="two", id="copy", copy=work))
    board = lesson.state.board
    assert [each["type"] for each in drawn(board, "copy")] == ["stroke", "rect"]
    assert board.size_bytes == sum(len(each.encoded) for each in board.elements.values())


@pytest.mark.parametrize("by", [1, 7, 90_071_992_547])
def test_a_copy_is_whoever_brings_it(lesson: Lesson, by: int) -> None:
    """[PG-2] Whatever stands before the creator: a group, a `z`; nothing but that is another."""
    lesson.edit(HOST, PatchLayer("over", {"locked": False}))
    grouped = msgspec.structs.replace(rect("r2", layer="over"), group="g", z="a5")
    nested = msgspec.structs.replace(grouped, id="r5", inner_groups=["h", "i"])
    plain = msgspec.structs.replace(rect("r3", layer="over"), z="a5")
    lesson.edit(ANN, Put(grouped), Put(plain), Put(nested))
    board = lesson.state.board
    kept = PageCopy.of(board, "two", as_id="copy")
    given = PageCopy.of(board, "two", as_id="copy", by=by)
    assert given.elements.keys() == kept.elements.keys()
    for element_id, element in given.elements.items():
        assert element.by == by
        assert element.fields() == {**kept.elements[element_id].fields(), "by": by}
        # Canonical, as what is drawn: a copy of the copy finds its places.
        decoded = msgspec.json.decode(element.encoded, type=Element)
        assert StoredElement.of(decoded) == element
    of_nobody = msgspec.structs.replace(rect("r4", layer="over"), group="g")
    assert StoredElement.of(of_nobody).by == 0
    board.elements["r4"] = StoredElement.of(of_nobody)
    again = PageCopy.of(board, "two", as_id="copy", by=by)
    assert {each.fields()["by"] for each in again.elements.values()} == {by}


def test_assets_come_with_a_copy_of_elsewhere() -> None:
    """[PG-2] Those that are new, before it; those that would be too many refuse the whole."""
    there = begun()
    there.do(RegisterAsset(by=HOST, added=AssetAdded(PICTURE, "image/png", 4, 3, 400)))
    there.edit(HOST, Put(Image(id="i", layer="base", x=0, y=0, w=1, h=1, asset=PICTURE)))
    copy = PageCopy.of(there.state.board, "p1", as_id="copy", by=HOST)
    assert copy.shows() == {PICTURE}
    brings = (AssetAdded(PICTURE, "image/png", 4, 3, 400),)
    command = CopyPage(
        by=HOST, page="p1", id="copy", from_session="there", copy=copy, assets=brings
    )
    full = begun(limits=Limits(assets_per_session=0))
    full.refuse(command, ErrorCode.TOO_LARGE)
    lesson = begun()
    lesson.edit(HOST, AddPage(Page(id="last")))
    outcome = lesson.do(command)
    assert [each.type for each in outcome.events] == [EventType.ASSET_ADD, EventType.BOARD_OP]
    assert list(lesson.state.board.pages) == ["p1", "last", "copy"]
    assert lesson.state.assets == {PICTURE: 400}
    behind = msgspec.structs.replace(
        command,
        id="second",
        copy=PageCopy.of(there.state.board, "p1", as_id="second", by=HOST),
        after="p1",
    )
    assert len(lesson.do(behind).events) == 1
    assert list(lesson.state.board.pages) == ["p1", "second", "last", "copy"]


def test_an_empty_page_is_copied(lesson: Lesson) -> None:
    """[PG-2] With its layer."""
    lesson.do(CopyPage(by=HOST, page="last", id="copy"))
    assert list(lesson.state.board.pages)[-1] == "copy"
    assert [each.name for each in lesson.state.board.layers.values()][-1] == "Layer 1"


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (CopyPage(by=HOST, page="gone", id="copy"), ErrorCode.NOT_FOUND, "page"),
        (CopyPage(by=HOST, page="two", id="p1"), ErrorCode.CONFLICT, "id"),
        (CopyPage(by=ANN, page="two", id="copy"), ErrorCode.PERMISSION_DENIED, None),
    ],
    ids=["a page that is gone", "an id that is taken", "a student"],
)
def test_a_copy_that_may_not_be_is_refused(
    lesson: Lesson, command: CopyPage, code: ErrorCode, field: str | None
) -> None:
    """[PG-2][BD-3] And nothing of it is there."""
    assert lesson.refuse(command, code).field == field


def test_a_copy_of_pictures_needs_the_permission_to_upload() -> None:
    """[PG-2][BD-3] As putting them one by one would."""
    lesson = begun()
    lesson.do(RegisterAsset(by=HOST, added=AssetAdded(PICTURE, "image/png", 4, 3, 400)))
    lesson.edit(HOST, Put(Image(id="i", layer="base", x=0, y=0, w=1, h=1, asset=PICTURE)))
    lesson.permit(ANN, can_add_layers=True, can_upload_images=False)
    lesson.refuse(CopyPage(by=ANN, page="p1", id="copy"), ErrorCode.PERMISSION_DENIED)
    lesson.permit(ANN, can_upload_images=True)
    lesson.do(CopyPage(by=ANN, page="p1", id="copy"))


@pytest.mark.parametrize(
    "limits",
    [
        Limits(pages=1),
        Limits(layers=1),
        Limits(elements_per_board=3),
        Limits(board_bytes=300),
    ],
    ids=["pages", "layers", "elements", "bytes"],
)
def test_a_copy_keeps_to_the_limits_of_the_board(limits: Limits) -> None:
    """[PG-2][BD-9] As a whole."""
    lesson = begun(limits=limits)
    lesson.edit(HOST, put_rect("a"), put_rect("b"))
    lesson.refuse(CopyPage(by=HOST, page="p1", id="copy"), ErrorCode.TOO_LARGE)


def test_several_pages_are_one_step(lesson: Lesson) -> None:
    """[PG-2] In the order that is asked for, in one event, which folds to the same."""
    before = Board.decode(lesson.state.board.encode())
    digest = lesson.state.board.digest()
    lesson.edit(HOST, AddLayer(Layer(id="late", page="last")), put_rect("r9", layer="late"))
    lesson.do(Undo(by=HOST))
    outcome = lesson.do(CopyPage(by=HOST, page="two", id="copy", more=("last", "p1"), after="p1"))
    (event,) = outcome.events
    board = lesson.state.board
    assert [board.pages[each].title for each in list(board.pages)[1:4]] == ["Exercise", "", ""]
    assert list(board.pages)[1] == "copy"
    ops = decode_ops(msgspec.json.encode(msgspec.json.decode(event.data)["ops"]))
    before.apply(replay_ops(before, ops, author=HOST))
    assert before.encode() == board.encode()
    lesson.do(Undo(by=HOST))
    assert lesson.state.board.digest() == digest


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        (("gone",), ErrorCode.NOT_FOUND, "more[0]"),
        (("two",), ErrorCode.INVALID, "more"),
        (("last", "last"), ErrorCode.INVALID, "more"),
    ],
)
def test_each_of_several_pages_is_there_and_named_once(
    lesson: Lesson, more: tuple[str, ...], code: ErrorCode, field: str
) -> None:
    """[PG-2]"""
    with pytest.raises(Refused) as refused:
        lesson.do(CopyPage(by=HOST, page="two", id="copy", more=more))
    assert (refused.value.code, refused.value.field) == (code, field)
