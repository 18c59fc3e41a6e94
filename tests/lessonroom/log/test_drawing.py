"""What of a change of the board is for whom, and who may say so.

Tests also: lessonroom/log/retelling.py.
"""

from typing import Any

import msgspec
import pytest

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Rect
from lessonroom.board.model.operations import (
    AddPage,
    Operation,
    Patch,
    PatchPage,
    Put,
    Remove,
    RemovePage,
)
from lessonroom.board.model.page import Audience, Page
from lessonroom.board.model.viewing import Viewer, seen
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import (
    BringPeople,
    ChangeRole,
    CopyPage,
    SaveBoard,
    SetPermissions,
    Undo,
)
from lessonroom.log.audience import BoardShares
from lessonroom.log.events import BOARD_CHANGES
from lessonroom.log.retelling import retold
from lessonroom.outcome import Outcome
from lessonroom.people.permissions import Role
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson

EVERYONES = Viewer(None)


def page_of(user_id: int | None, page_id: str = "sheet") -> AddPage:
    audience = None if user_id is None else Audience(user_id)
    return AddPage(Page(id=page_id, title="A title", audience=audience))


def rect(name: str, layer: str) -> Put:
    return Put(Rect(id=name, layer=layer, x=0, y=0, w=1, h=1))


def shared(outcome: Outcome, viewer: Viewer) -> Any:  # noqa: ANN401 - JSON
    """Return the operations that a viewer is told of an event, "whole" or None."""
    (event,) = outcome.events
    shares = outcome.shares.get(event.seq)
    if shares is None or shares.whole_for(viewer):
        return "whole"
    data = shares.data_for(viewer)
    return None if data is None else [op["op"] for op in msgspec.json.decode(data)["ops"]]


def edited(lesson: Lesson, user_id: int, *ops: Operation) -> Outcome:
    return lesson.do(lesson.editing(user_id, *ops))


def with_sheet(lesson: Lesson) -> None:
    """Give Ann a page of her own, with something on it."""
    edited(lesson, HOST, page_of(ANN))
    edited(lesson, ANN, rect("mine", "sheet"))


def test_what_is_drawn_is_whole_hidden_or_a_part(lesson: Lesson) -> None:
    """[AU-3] By all that an event wrote, also what is gone at its end."""
    with_sheet(lesson)
    ann, ben, host = Viewer(ANN), Viewer(BEN), Viewer(HOST, leads=True)
    drawn = edited(lesson, ANN, rect("more", "sheet"))
    assert [shared(drawn, each) for each in (ann, host, ben)] == ["whole", "whole", None]
    assert drawn.shares[drawn.events[0].seq].named == {ANN}
    both = edited(lesson, ANN, rect("here", "base"), rect("there", "sheet"))
    assert [shared(both, each) for each in (ann, host, ben)] == ["whole", "whole", ["put"]]
    passing = edited(lesson, ANN, rect("x", "sheet"), rect("y", "base"), Remove(["x"]))
    assert shared(passing, ben) == ["put"]
    public = edited(lesson, ANN, rect("z", "base"))
    assert [shared(public, each) for each in (ann, host, ben)] == ["whole"] * 3


def test_what_does_nothing_is_told_to_nobody(lesson: Lesson) -> None:
    """[AU-3] Its words might be for few: what it is about is gone, and with it for whom it was."""
    with_sheet(lesson)
    gone = Patch("gone", {"text": "a secret"})
    nothing = edited(lesson, ANN, gone)
    assert b"secret" not in nothing.events[0].data
    assert shared(nothing, Viewer(BEN)) is None
    some = edited(lesson, ANN, gone, rect("z", "base"), Remove(["gone", "mine"]))
    assert b"gone" not in some.events[0].data
    assert shared(some, Viewer(BEN)) == ["put"]


def test_showing_and_hiding_is_one_event(lesson: Lesson) -> None:
    """[AU-4] With what lies there for who comes to see it, as its removal for others."""
    with_sheet(lesson)
    shown = edited(lesson, HOST, PatchPage("sheet", unset=["audience"]))
    assert shared(shown, Viewer(BEN)) == ["add_page", "put"]
    assert shared(shown, Viewer(ANN)) == "whole"
    handed = edited(lesson, HOST, PatchPage("sheet", {"audience": {"user": BEN}}))
    assert shared(handed, Viewer(ANN)) == ["remove", "remove_page"]
    assert shared(handed, Viewer(BEN)) == "whole"
    back = edited(lesson, HOST, PatchPage("sheet", {"audience": {"user": ANN}}))
    assert shared(back, Viewer(BEN)) == ["remove", "remove_page"]
    assert shared(back, EVERYONES) is None


def test_only_hosts_say_who_sees_a_page(lesson: Lesson) -> None:
    """[AU-5] And to somebody who is there; one page at least stays for everyone."""
    lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_add_layers": True}))
    denied = ErrorCode.PERMISSION_DENIED
    lesson.refuse(lesson.editing(ANN, page_of(ANN)), denied)
    with_sheet(lesson)
    lesson.refuse(lesson.editing(ANN, PatchPage("sheet", unset=["audience"])), denied)
    nobody = PatchPage("sheet", {"audience": {"user": 99}})
    refused = lesson.refuse(lesson.editing(HOST, nobody), ErrorCode.NOT_FOUND)
    assert refused.field == "pages.sheet.audience.user"
    group = PatchPage("sheet", {"audience": {"group": "g"}})
    refused = lesson.refuse(lesson.editing(HOST, group), ErrorCode.INVALID)
    assert "audience" in (refused.field or "") + refused.message
    for last in (PatchPage("p1", {"audience": {"user": ANN}}), RemovePage("p1")):
        lesson.refuse(lesson.editing(HOST, last), ErrorCode.CONFLICT)


def test_a_page_that_one_does_not_see_is_as_one_that_is_not_there(lesson: Lesson) -> None:
    """[AU-1] [AU-5] To draw on, to change, to copy: the same answers but for the name."""
    with_sheet(lesson)
    lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_add_layers": True}))
    said = []
    for name in ("sheet", "never"):
        drawn = lesson.refuse(lesson.editing(BEN, rect("new", name)), ErrorCode.NOT_FOUND)
        copied = CopyPage(by=BEN, page=name, id="copy")
        copy = lesson.refuse(copied, ErrorCode.NOT_FOUND)
        patched = edited(lesson, BEN, PatchPage(name, {"title": "Mine"}))
        removed = edited(lesson, BEN, Remove(["mine" if name == "sheet" else "never"]))
        events = [event.data for each in (patched, removed) for event in each.events]
        said.append([drawn.message.replace(name, "*"), copy.message.replace(name, "*"), *events])
    assert said[0] == said[1]
    assert lesson.state.board.pages["sheet"].title == "A title"
    assert "mine" in lesson.state.board.elements


def test_a_copy_has_the_same_audience_and_an_undo_brings_it_back(lesson: Lesson) -> None:
    """[AU-5]"""
    rights = {"can_add_layers": True, "can_delete_layers": True}
    lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions=rights))
    with_sheet(lesson)
    copied = lesson.do(CopyPage(by=ANN, page="sheet", id="copy"))
    assert lesson.state.board.pages["copy"].audience == Audience(ANN)
    assert shared(copied, Viewer(BEN)) is None
    edited(lesson, ANN, RemovePage("copy"))
    back = lesson.do(Undo(by=ANN))
    assert lesson.state.board.pages["copy"].audience == Audience(ANN)
    assert shared(back, Viewer(BEN)) is None


def test_what_was_hidden_meanwhile_is_not_undone_by_who_drew_it(lesson: Lesson) -> None:
    """[AU-5] The host still can, and what they take back is told to the same people."""
    edited(lesson, HOST, page_of(None))
    for name in ("first", "his"):
        edited(lesson, BEN, rect(name, "sheet"))
    edited(lesson, HOST, PatchPage("sheet", {"audience": {"user": ANN}}))
    with pytest.raises(Refused, match="nothing of it is left"):
        lesson.do(Undo(by=BEN))
    undone = lesson.do(Undo(by=HOST, of=BEN))
    assert "first" not in lesson.state.board.elements
    assert [shared(undone, Viewer(each)) for each in (ANN, BEN)] == ["whole", None]


def test_who_comes_to_lead_comes_back_to_another_board(lesson: Lesson) -> None:
    """[AU-4]"""
    assert not lesson.do(ChangeRole(by=HOST, user_id=BEN, role=Role.HOST)).closures
    with_sheet(lesson)
    for role in (Role.STUDENT, Role.HOST):
        (closure,) = lesson.do(ChangeRole(by=HOST, user_id=BEN, role=role)).closures
        assert closure.code is CloseCode.SIGHT_CHANGED
        lesson.connect(BEN)


def test_who_does_not_see_a_page_is_not_brought_there(lesson: Lesson) -> None:
    """[AU-1] [PG-4]"""
    with_sheet(lesson)
    told = lesson.do(BringPeople(by=HOST, page="sheet")).signals
    people = {lesson.room.peers[each.connection_id].user_id for each in told}
    assert people == {ANN}


def test_how_large_a_board_is_goes_by_what_one_sees(lesson: Lesson) -> None:
    """[AU-1]"""
    before = lesson.do(SaveBoard(by=BEN)).result["size_bytes"]
    with_sheet(lesson)
    assert lesson.do(SaveBoard(by=BEN)).result["size_bytes"] == before
    assert lesson.do(SaveBoard(by=ANN)).result["size_bytes"] > before


def test_told_again_it_is_what_was_told(lesson: Lesson) -> None:
    """[AU-3] From the log alone: what each was told of comes to the board as they see it."""
    with_sheet(lesson)
    edited(lesson, HOST, PatchPage("sheet", unset=["audience"]))
    edited(lesson, BEN, rect("his", "sheet"))
    edited(lesson, HOST, PatchPage("sheet", {"audience": {"user": ANN}}))
    edited(lesson, ANN, rect("more", "sheet"))
    changes = [event for event in lesson.log if event.type in BOARD_CHANGES]
    for viewer in (Viewer(ANN), Viewer(BEN), Viewer(HOST, leads=True)):
        board = Board()
        told = list(retold(Board(), changes, viewer))
        for _ in retold(board, told, Viewer(None, leads=True)):
            pass
        assert board.encode() == seen(lesson.state.board, viewer).encode()
    assert [event.seq for event in retold(Board(), changes, Viewer(BEN))] == [
        event.seq for event in changes[2:5]
    ]


def private_from(lesson: Lesson) -> int | None:
    return lesson.state.session.private_from


def test_it_is_known_from_when_on_there_were_such_pages(lesson: Lesson) -> None:
    """[AU-1] Also where the log is read again."""
    assert private_from(lesson) is None
    edited(lesson, HOST, page_of(ANN))
    since = lesson.log[-1].seq
    edited(lesson, HOST, RemovePage("sheet"))
    assert private_from(lesson) == since
    lesson.restart()
    assert private_from(lesson) == since


@pytest.mark.parametrize("user_id", [ANN, BEN])
def test_a_share_is_worked_out_once_for_all_who_see_the_same(lesson: Lesson, user_id: int) -> None:
    """[AU-3]"""
    with_sheet(lesson)
    outcome = edited(lesson, HOST, AddPage(Page(id="new"), at=0))
    shares = outcome.shares[outcome.events[0].seq]
    assert isinstance(shares, BoardShares)
    first = shares.data_for(Viewer(user_id))
    assert shares.data_for(Viewer(user_id)) is first
