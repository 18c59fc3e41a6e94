"""What somebody else made: who may change it, by whatever operation (PROTOCOL BD-17)."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from lessonroom.board.editing.changes import revert
from lessonroom.board.editing.overlay import Overlay
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Clear,
    Operation,
    Patch,
    PatchLayer,
    PatchPage,
    Put,
    PutBack,
    Remove,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ReorderPages,
)
from lessonroom.board.model.page import Background, Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Redo, Undo
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS, DEFAULT_PERMISSIONS, Permission, Role
from lessonroom.session.lifecycle import Move
from tests.lessonroom.board.boards import drafted
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, rect

TOP = Layer(id="top", name="Top", page="p2")
ALL_BUT_OTHERS = ALL_PERMISSIONS - {Permission.EDIT_OTHERS}
TOUCHING: dict[str, Operation] = {
    "put": Put(rect("hosts", x=5)),
    "patch": Patch("hosts", {"x": 5}),
    "unset": Patch("hosts", {}, ["rotation"]),
    "move": Patch("hosts", {"layer": "base"}),
    "remove": Remove(["own", "hosts"]),
    "clear": Clear(),
    "clear a layer": Clear("top"),
    "remove the layer": RemoveLayer("top"),
    "hide": PatchLayer("top", {"visible": False}),
    "lock": PatchLayer("top", {"locked": True}),
    "put on another page": PatchLayer("top", {"page": "p1"}),
    "reorder": ReorderLayers(["top", "base", "p2"]),
    "remove the page": RemovePage("p2"),
    "clear the page": Clear(page="p2"),
    "reorder the pages": ReorderPages(["p2", "p1"]),
    "open the layer": PatchLayer("top", {"open": True}),
    "open the page": PatchPage("p2", {"open": True}),
    "put the page on paper": PatchPage("p2", {"size": [100, 100]}),
}
OWN: dict[str, Operation] = {
    "put": Put(rect("own", x=5)),
    "patch": Patch("own", {"x": 5}),
    "remove": Remove(["own", "gone"]),
    "clear a layer": Clear("base"),
    "rename the layer of others": PatchLayer("top", {"name": "Upper"}),
    "hide the own layer": PatchLayer("base", {"visible": False}),
    "leave the order": ReorderLayers(["base", "p2", "top"]),
    "name the page": PatchPage("p2", {"title": "Triangles"}),
    "patch what is gone": Patch("gone", {"x": 5}),
}


@pytest.fixture
def lesson() -> Lesson:
    """A lesson in which the host has drawn on a layer of their own, and Ann on the first one."""
    lesson = begun()
    lesson.edit(HOST, AddPage(Page(id="p2")), AddLayer(TOP))
    lesson.edit(HOST, Put(rect("hosts", layer="top", rotation=10)))
    lesson.edit(ANN, Put(rect("own")))
    return lesson


@pytest.mark.parametrize("op", TOUCHING.values(), ids=TOUCHING)
def test_no_operation_touches_what_somebody_else_made(lesson: Lesson, op: Operation) -> None:
    """[BD-17] Not with every other permission; with it, the same operation does."""
    board = lesson.state.board
    with pytest.raises(Refused) as refused:
        drafted(board, op, author=ANN, permissions=ALL_BUT_OTHERS)
    assert refused.value.code is ErrorCode.PERMISSION_DENIED
    assert (refused.value.field or "").startswith("ops[0]")
    assert "can_edit_others" in refused.value.message
    drafted(board, op, author=ANN, permissions=ALL_PERMISSIONS)


@pytest.mark.parametrize("op", OWN.values(), ids=OWN)
def test_one_s_own_work_needs_no_such_permission(lesson: Lesson, op: Operation) -> None:
    """[BD-17] Nor does what is gone, and what shows nobody's work in another way."""
    drafted(lesson.state.board, op, author=ANN, permissions=ALL_BUT_OTHERS)


def test_what_was_put_in_the_same_event_is_one_s_own(lesson: Lesson) -> None:
    """[BD-17] [BD-1] Who made it is looked at in the overlay."""
    lesson.edit(ANN, Put(rect("new")), Patch("new", {"x": 3}), Remove(["new"]))


def test_what_lies_on_a_layer_is_looked_through_once_however_often_it_is_hidden(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[BD-17] [P16] One message hides a layer two hundred times; ten thousand may lie on it."""
    looked: list[str] = []
    elements_on = Overlay.elements_on

    def counted(overlay: Overlay, layer_id: str) -> Iterable[StoredElement]:
        looked.append(layer_id)
        return elements_on(overlay, layer_id)

    monkeypatch.setattr(Overlay, "elements_on", counted)
    board = lesson.state.board
    ops = [PatchLayer("base", {"visible": bool(n % 2)}) for n in range(50)]
    drafted(board, *ops, author=ANN, permissions=ALL_BUT_OTHERS)
    assert looked == ["base"]
    others = PatchLayer("top", {"visible": False})
    with pytest.raises(Refused) as caught:
        drafted(board, *ops, others, author=ANN, permissions=ALL_BUT_OTHERS)
    assert caught.value.field == "ops[50]"


def test_a_pupil_does_not_wipe_the_teacher_s_board(lesson: Lesson) -> None:
    """[BD-17] Everything selected, and Delete: nothing of it is applied."""
    before = lesson.state.board.encode()
    refused = lesson.refuse(
        lesson.editing(ANN, Remove(["own", "hosts"])), ErrorCode.PERMISSION_DENIED
    )
    assert refused.field == "ops[0].ids[1]"
    assert lesson.state.board.encode() == before


def test_the_host_changes_what_pupils_made_and_it_stays_theirs(lesson: Lesson) -> None:
    """[BD-17] Helped by the teacher, Ann goes on with her own drawing."""
    lesson.edit(HOST, Patch("own", {"x": 9}))
    assert lesson.state.board.elements["own"].by == ANN
    lesson.edit(ANN, Patch("own", {"x": 1}))


def test_the_permission_is_granted_to_one_person_or_to_a_role(lesson: Lesson) -> None:
    """[BD-17] [BD-3] And holds from then on, and not after it was withdrawn."""
    lesson.permit(ANN, can_edit_others=True)
    lesson.edit(ANN, Patch("hosts", {"x": 5}))
    lesson.permit(ANN, can_edit_others=False)
    lesson.refuse(lesson.editing(ANN, Patch("hosts", {"x": 6})), ErrorCode.PERMISSION_DENIED)


def test_by_default_those_who_lead_have_it() -> None:
    """[BD-17] Old sessions too: what is not stored is what the role has."""
    having = {
        role for role, all_of in DEFAULT_PERMISSIONS.items() if Permission.EDIT_OTHERS in all_of
    }
    assert having == {Role.HOST, Role.SOLO}


def test_an_undo_does_not_bring_back_what_somebody_else_made(lesson: Lesson) -> None:
    """[BD-17] [BD-11] It needs the permission at that moment: neither it nor the redo passes."""
    lesson.permit(ANN, can_edit_others=True)
    lesson.edit(ANN, Remove(["hosts"]))
    lesson.permit(ANN, can_edit_others=False)
    lesson.refuse(Undo(by=ANN), ErrorCode.PERMISSION_DENIED)
    lesson.permit(ANN, can_edit_others=True)
    lesson.do(Undo(by=ANN))
    lesson.permit(ANN, can_edit_others=False)
    lesson.refuse(Redo(by=ANN), ErrorCode.PERMISSION_DENIED)


def test_the_host_takes_back_what_somebody_did_step_by_step(lesson: Lesson) -> None:
    """[BD-11] The newest first; and brings it back. The events are the host's."""
    lesson.permit(ANN, can_edit_others=True)
    lesson.edit(ANN, Patch("hosts", {"x": 5}))
    lesson.edit(ANN, Remove(["hosts"]))
    for n, x in enumerate((5, 1)):
        outcome = lesson.do(Undo(by=HOST, of=ANN))
        assert outcome.events[-1].user_id == HOST
        assert lesson.state.board.elements["hosts"].fields().get("x", 0) == x, n
        assert lesson.state.board.elements["hosts"].by == HOST
    lesson.do(Redo(by=HOST, of=ANN))
    assert lesson.state.board.elements["hosts"].fields()["x"] == 5


def test_what_the_host_takes_back_in_somebody_s_place_is_no_step_of_the_host(
    lesson: Lesson,
) -> None:
    """[BD-11] The host's own undo goes on with what the host did."""
    lesson.edit(HOST, Put(rect("second")))
    lesson.do(Undo(by=HOST, of=ANN))
    assert "own" not in lesson.state.board.elements
    lesson.do(Undo(by=HOST))
    assert "second" not in lesson.state.board.elements
    lesson.do(Redo(by=ANN))
    assert "own" in lesson.state.board.elements


def test_only_the_host_takes_back_in_somebody_s_place(lesson: Lesson) -> None:
    """[BD-11] Not who may change others' work; of nobody who was never here."""
    lesson.permit(BEN, can_edit_others=True)
    lesson.refuse(Undo(by=BEN, of=ANN), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(Redo(by=BEN, of=ANN), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(Undo(by=HOST, of=999), ErrorCode.NOT_FOUND)
    lesson.refuse(Undo(by=HOST, of=BEN), ErrorCode.NOT_FOUND)
    lesson.do(Undo(by=ANN, of=ANN))


def test_the_host_takes_back_what_somebody_who_left_did(lesson: Lesson) -> None:
    """[BD-11] Also of one who was kicked for it, and while the lesson stands still."""
    lesson.kick(ANN)
    lesson.move(Move.PAUSE)
    lesson.do(Undo(by=HOST, of=ANN))
    assert "own" not in lesson.state.board.elements


def test_a_part_of_somebodys_work_is_theirs() -> None:
    """[BD-20] Also of a part that the same event has put before; undone, it is gone again."""
    lesson = begun()
    lesson.edit(ANN, Put(rect("whole")))
    parts = [Put(rect("part"), "whole"), Put(rect("crumb"), "part"), Put(rect("new"), "gone")]
    lesson.edit(HOST, *parts, Remove(["whole"]))
    elements = lesson.state.board.elements
    assert {name: each.by for name, each in elements.items()} == {
        "part": ANN,
        "crumb": ANN,
        "new": HOST,
    }
    lesson.edit(ANN, Patch("crumb", {"x": 5}))
    lesson.edit(HOST, Put(rect("crumb", x=6), "new"))
    assert elements["crumb"].by == ANN


def test_nobody_makes_parts_of_what_they_may_not_change(lesson: Lesson) -> None:
    """[BD-20] [BD-17] Of one's own work one does."""
    board = lesson.state.board
    own = drafted(board, Put(rect("n"), "own"), author=ANN, permissions=ALL_BUT_OTHERS)
    assert own.elements["n"].by == ANN  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        drafted(board, Put(rect("n"), "hosts"), author=ANN, permissions=ALL_BUT_OTHERS)
    assert (refused.value.code, refused.value.field) == (ErrorCode.PERMISSION_DENIED, "ops[0].of")


OPENING: dict[str, Operation] = {
    "layer": PatchLayer("top", {"open": True}),
    "page": PatchPage("p2", {"open": True}),
}


@pytest.fixture(params=list(OPENING.values()), ids=list(OPENING))
def cards(lesson: Lesson, request: pytest.FixtureRequest) -> Lesson:
    """The same lesson; what the host has drawn lies on something open."""
    lesson.edit(HOST, request.param)
    return lesson


def test_on_what_is_open_a_pupil_moves_what_the_teacher_made(cards: Lesson) -> None:
    """[BD-27] [BD-11] And takes it back, and does it again; it stays the teacher's."""
    before = cards.state.board.encode()
    cards.edit(ANN, Patch("hosts", {"x": 50, "y": 7, "rotation": 0, "z": "b"}))
    moved = cards.state.board.elements["hosts"]
    assert (moved.fields()["x"], moved.by) == (50, HOST)
    cards.do(Undo(by=ANN))
    assert cards.state.board.encode() == before
    cards.do(Redo(by=ANN))
    assert cards.state.board.elements["hosts"].is_same(moved)


@pytest.mark.parametrize(
    "op",
    [
        Put(rect("hosts", x=5, layer="top")),
        Patch("hosts", {"x": 5, "w": 90}),
        Patch("hosts", {"style": {"color": "#ff0000"}}),
        Patch("hosts", {"x": 5, "layer": "base"}),
        Patch("hosts", {"locked": True}),
        Patch("hosts", {}, ["style.color"]),
        Remove(["hosts"]),
        Put(rect("part", layer="top"), "hosts"),
        Clear("top"),
        RemoveLayer("top"),
        RemovePage("p2"),
        PatchLayer("top", {"open": False, "visible": False}),
    ],
)
def test_on_what_is_open_nothing_but_the_place_is_a_pupil_s(cards: Lesson, op: Operation) -> None:
    """[BD-27] [BD-17] Cards are sorted by everyone, and spoilt by nobody."""
    before = cards.state.board.encode()
    cards.refuse(cards.editing(ANN, op), ErrorCode.PERMISSION_DENIED)
    assert cards.state.board.encode() == before


def test_what_is_locked_or_no_longer_open_is_not_moved(cards: Lesson) -> None:
    """[BD-27] [BD-18] Neither by hand nor by an undo of what was allowed then."""
    cards.edit(ANN, Patch("hosts", {"x": 50}))
    cards.edit(HOST, Patch("hosts", {"locked": True}))
    cards.refuse(cards.editing(ANN, Patch("hosts", {"x": 5})), ErrorCode.CONFLICT)
    cards.edit(HOST, Patch("hosts", {"locked": False}))
    cards.edit(HOST, PatchLayer("top", {"open": False}), PatchPage("p2", {"open": False}))
    cards.refuse(cards.editing(ANN, Patch("hosts", {"x": 5})), ErrorCode.PERMISSION_DENIED)
    cards.refuse(Undo(by=ANN), ErrorCode.PERMISSION_DENIED)


def test_hundreds_that_a_pupil_moved_are_moved_back(cards: Lesson) -> None:
    """[BD-27] [BD-11] An undo of so many puts them whole: what was moved, and nothing else."""
    for start in (0, 150):
        names = [f"card{n}" for n in range(start, start + 150)]
        cards.edit(HOST, *(Put(rect(name, layer="top")) for name in names))
    board = cards.state.board
    names = [name for name in board.elements if name.startswith("card")]
    moved = [replace(rect(name, layer="top", x=9), by=HOST) for name in names]
    ops = [PutBack(StoredElement.of(element)) for element in moved]
    revert(board, ops, author=ANN, permissions=ALL_BUT_OTHERS, limits=Limits())
    wider = StoredElement.of(replace(moved[0], w=999))
    with pytest.raises(Refused):
        revert(board, [PutBack(wider)], author=ANN, permissions=ALL_BUT_OTHERS, limits=Limits())


_BROUGHT = Page(id="p3", title="Sheet", background=Background(asset="a" * 64, w=100, h=100))


@pytest.mark.parametrize(
    "op",
    [
        RemovePage("p3"),
        PatchPage("p3", {}, ["background"]),
        PatchPage("p3", {"background": {"asset": "b" * 64, "w": 1, "h": 1}}),
        PatchPage("p3", {"title": "Mine", "size": [100, 100]}),
    ],
)
def test_a_page_that_somebody_brought_is_theirs(op: Operation) -> None:
    """[BD-17] A document's page has nothing on it that has a creator; its name may be another."""
    board = Board()
    board.apply(drafted(board, AddPage(_BROUGHT), permissions=ALL_PERMISSIONS))
    with pytest.raises(Refused) as refusal:
        drafted(board, op, permissions=ALL_BUT_OTHERS)
    assert (refusal.value.code, refusal.value.field) == (ErrorCode.PERMISSION_DENIED, "ops[0]")
    drafted(board, op, permissions=ALL_PERMISSIONS)
    drafted(board, PatchPage("p3", {"title": "Named"}), permissions=ALL_BUT_OTHERS)


def test_who_brought_a_page_takes_it_back() -> None:
    """[BD-17] [BD-11] By undo, without the permission to change what others made."""
    board = Board()
    board.apply(drafted(board, AddPage(_BROUGHT), permissions=ALL_BUT_OTHERS))
    limits = Limits()
    change = revert(
        board, [RemovePage("p3")], author=ANN, permissions=ALL_BUT_OTHERS, limits=limits
    )
    board.apply(change)
    assert "p3" not in board.pages
