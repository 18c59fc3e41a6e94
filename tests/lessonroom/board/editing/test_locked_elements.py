"""Elements that are locked, and groups (PROTOCOL BD-18, BD-19)."""

import msgspec
import pytest

from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Append,
    Clear,
    Operation,
    Patch,
    Put,
    Remove,
    RemoveLayer,
    RemovePage,
)
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode
from lessonroom.commands import Redo, RestoreBoard, Undo
from lessonroom.people.permissions import ALL_PERMISSIONS, Permission
from tests.lessonroom.board.boards import drafted, edit, refused
from tests.lessonroom.lesson import ANN, BEN, HOST, begun, put_rect, rect, stroke

CHANGING: dict[str, tuple[Operation, str]] = {
    "put": (Put(rect("r1", x=5)), "ops[0].element.id"),
    "put unlocked": (Put(rect("r1", locked=False)), "ops[0].element.id"),
    "patch": (Patch("r1", {"x": 5}), "ops[0].id"),
    "lock and move": (Patch("r1", {"x": 5, "locked": True}), "ops[0].id"),
    "move to another layer": (Patch("r1", {"layer": "top"}), "ops[0].id"),
    "group": (Patch("r1", {"group": "g"}), "ops[0].id"),
    "restyle": (Patch("r1", {"style": {"color": "red"}}), "ops[0].id"),
    "append": (Append("s1", [1, 1, 1, 1], 1), "ops[0].id"),
    "remove": (Remove(["free", "r1"]), "ops[0].ids[1]"),
}


def locked_board() -> Board:
    """Return a board with a rectangle and a stroke of Ann's that are locked, and a free one."""
    board = Board()
    edit(board, AddLayer(Layer(id="top")), put_rect("r1"), put_rect("free"))
    edit(board, Put(stroke("s1")))
    edit(board, Patch("r1", {"locked": True}), Patch("s1", {"locked": True}))
    return board


@pytest.mark.parametrize(("op", "field"), CHANGING.values(), ids=CHANGING)
def test_nothing_changes_a_locked_element(op: Operation, field: str) -> None:
    """[BD-18] Whoever says it: its author, or the host with every permission."""
    refused(locked_board(), op, code=ErrorCode.CONFLICT, field=field)


@pytest.mark.parametrize(
    "unlocking", [Patch("r1", {"locked": False, "x": 50}), Patch("r1", {"x": 50}, ["locked"])]
)
def test_unlocking_lets_everything_through_in_the_same_go(unlocking: Patch) -> None:
    """[BD-18] [BD-1] By whoever may change it, in one patch, and what follows sees it unlocked."""
    board = locked_board()
    edit(board, unlocking, Patch("r1", {"y": 7}), author=BEN)
    assert board.elements["r1"].fields() | {"x": 50, "y": 7} == board.elements["r1"].fields()
    assert not board.elements["r1"].locked
    edit(board, Remove(["r1"]))


def test_whoever_may_not_change_an_element_does_not_unlock_it() -> None:
    """[BD-18] [BD-17] A pupil does not unlock what the teacher nailed down."""
    op = Patch("r1", {"locked": False})
    without = ALL_PERMISSIONS - {Permission.EDIT_OTHERS}
    code = ErrorCode.PERMISSION_DENIED
    refused(locked_board(), op, code=code, field="ops[0].id", author=BEN, permissions=without)
    drafted(locked_board(), op, author=ANN, permissions=without)


def test_locking_what_is_locked_is_no_conflict() -> None:
    """[BD-18] Two who lock it at a time both wanted that."""
    edit(locked_board(), Patch("r1", {"locked": True}), author=BEN)


@pytest.mark.parametrize("op", [Clear(), Clear(layer="base"), Clear(page="p1")])
def test_clear_leaves_what_is_locked(op: Clear) -> None:
    """[BD-18] The exercise stays when the board is wiped."""
    board = locked_board()
    edit(board, op)
    assert list(board.elements) == ["r1", "s1"]


@pytest.mark.parametrize("op", [RemoveLayer("base"), RemovePage("p1")])
def test_what_is_locked_goes_with_its_layer_and_its_page(op: Operation) -> None:
    """[BD-18] It is the layer that is taken away."""
    board = locked_board()
    edit(board, AddPage(Page(id="other")))
    edit(board, op)
    assert not board.elements


def test_undo_stops_at_a_lock_and_takes_it_back() -> None:
    """[BD-18] [BD-11] An own lock is undone, that of another is in the way until it is gone."""
    lesson = begun()
    lesson.edit(ANN, put_rect("r1"))
    lesson.edit(ANN, Patch("r1", {"x": 40}))
    lesson.edit(HOST, Patch("r1", {"locked": True}))
    lesson.refuse(Undo(by=ANN), ErrorCode.CONFLICT)
    locks = []
    for command in (Undo(by=HOST), Redo(by=HOST)):
        lesson.do(command)
        locks.append(lesson.state.board.elements["r1"].locked)
    assert locks == [False, True]
    lesson.edit(HOST, Patch("r1", {"locked": False}))


def test_a_restore_minds_no_lock() -> None:
    """[BD-18] [BD-12] The board becomes what it was, locks too."""
    lesson = begun()
    lesson.edit(ANN, put_rect("r1"))
    version = lesson.log[-1].seq
    was = lesson.state.board.encode()
    lesson.edit(ANN, Patch("r1", {"locked": True, "x": 40}))
    lesson.do(RestoreBoard(by=HOST, version=version, board=was))
    assert lesson.state.board.encode() == was


def test_a_lock_is_there_after_a_snapshot() -> None:
    """[BD-18] It is told from the bytes, not from what made them."""
    board = Board.decode(locked_board().encode())
    assert [each.locked for each in board.elements.values()] == [True, False, True]
    refused(board, Remove(["r1"]), code=ErrorCode.CONFLICT, field="ops[0].ids[0]")


def test_a_stroke_that_grows_stays_as_it_was() -> None:
    """[BD-18] What is kept beside the bytes is kept by every way to make an element."""
    drawn = msgspec.structs.replace(stroke("s1"), locked=True, group="g")
    stored = StoredElement.of(drawn)
    assert stored.extended([1, 1, 1, 1]).locked
    assert StoredElement.from_encoded(stored.encoded) == stored


def test_a_copied_page_has_groups_of_its_own() -> None:
    """[BD-19] [PG-2] Members stay together, and apart from those that they are copies of."""
    board = Board()
    edit(board, *(put_rect(f"r{n}", group="g" if n < 2 else None) for n in range(3)))
    edit(board, Put(rect("alone", group="h", locked=True)))
    copy = PageCopy.of(board, "p1", as_id="copy")
    fields = [each.fields() for each in copy.elements.values()]
    groups = [each.get("group") for each in fields]
    assert groups[0] == groups[1] not in (None, "g")
    assert groups[2] is None
    assert groups[3] not in (None, "h", groups[0])
    assert fields[3]["locked"] is True
    for stored in copy.elements.values():
        assert StoredElement.from_encoded(stored.encoded) == stored
        # Canonical: as if it were encoded anew.
        assert msgspec.json.encode(msgspec.json.decode(stored.encoded)) == stored.encoded


def test_a_copied_page_keeps_groups_in_groups() -> None:
    """[BD-19] [PG-2] Each is one of its own, and lies where it lay."""
    board = Board()
    for n, (group, inner) in enumerate(
        [("g", ["a"]), ("g", ["a", "b"]), ("g", ["c"]), ("h", []), (None, ["a"])]
    ):
        edit(board, put_rect(f"r{n}", group=group, inner_groups=inner, z=f"a{n}"))
    copy = PageCopy.of(board, "p1", as_id="copy", by=3)
    fields = [each.fields() for each in copy.elements.values()]
    outer = [each.get("group") for each in fields]
    assert outer[0] == outer[1] == outer[2] not in (None, "g", outer[3])
    within = [each.get("inner_groups", []) for each in fields]
    assert within[0] == within[1][:1] == within[4]
    assert [len(each) for each in within] == [1, 2, 1, 0, 1]
    assert len({*within[1], *within[2], outer[0], outer[3], "a", "b", "c"}) == 8
    for stored in copy.elements.values():
        assert StoredElement.from_encoded(stored.encoded) == stored
        assert msgspec.json.encode(msgspec.json.decode(stored.encoded)) == stored.encoded


def test_groups_lie_in_one_another_eight_deep_at_most() -> None:
    """[BD-19] [BD-10] And each has an id."""
    board = Board()
    edit(board, put_rect("r1", group="g", inner_groups=[f"i{n}" for n in range(7)]))
    field = "ops[0].set.inner_groups"
    for inner in ([f"i{n}" for n in range(8)], "a", None):
        refused(board, Patch("r1", {"inner_groups": inner}), code=ErrorCode.INVALID, field=field)
    refused(
        board,
        Patch("r1", {"inner_groups": ["a b"]}),
        code=ErrorCode.INVALID,
        field=f"{field}[0]",
    )


@pytest.mark.parametrize("group", ["", "x" * 65, "a b", "__proto__", 7])
def test_a_group_is_an_id(group: object) -> None:
    """[BD-19] [BD-10] Or null, which is none."""
    board = Board()
    edit(board, put_rect("r1"))
    refused(board, Patch("r1", {"group": group}), code=ErrorCode.INVALID, field="ops[0].set.group")
    edit(board, Patch("r1", {"group": "g"}), Patch("r1", {"group": None}))
    assert "group" not in board.elements["r1"].fields()
