"""Bringing everyone to a page, late-comers as well, until they are released (PROTOCOL PG-4)."""

import pytest

from lessonroom.board.model.operations import AddPage, RemovePage
from lessonroom.board.model.page import Page
from lessonroom.codes import ErrorCode
from lessonroom.commands import BringPeople, Disconnect, ReleasePeople
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, connecting
from tests.lessonroom.notices import told


@pytest.fixture
def lesson() -> Lesson:
    """Return a lesson of four people, on a board of two pages."""
    lesson = begun()
    lesson.edit(HOST, AddPage(Page(id="two")))
    return lesson


def test_everyone_but_the_host_is_told_where_to_look(lesson: Lesson) -> None:
    """[PG-4] Nothing of it is an event."""
    outcome = lesson.do(BringPeople(by=HOST, page="two", view=(0, 0, 100, 50)))
    params = {"page": "two", "by": HOST, "view": [0, 0, 100, 50]}
    assert told(outcome) == {f"c{user}": ("brought", params) for user in (ANN, BEN, VIEWER)}
    assert not outcome.events


def test_who_comes_later_is_told_until_people_are_released(lesson: Lesson) -> None:
    """[PG-4] A second connection of somebody who is there, too."""
    lesson.do(BringPeople(by=HOST, page="two"))
    late = told(lesson.do(connecting(ANN, "late", now_ms=lesson.now_ms)))
    assert late == {"late": ("brought", {"page": "two", "by": HOST})}
    assert told(lesson.do(connecting(HOST, "host-2", now_ms=lesson.now_ms))) == {}
    released = told(lesson.do(ReleasePeople(by=HOST)))
    assert released == dict.fromkeys(("c2", "c3", "c4", "late"), ("released", None))
    assert told(lesson.do(connecting(BEN, "later", now_ms=lesson.now_ms))) == {}
    assert told(lesson.do(ReleasePeople(by=HOST))) == {}


def test_some_are_brought_and_then_others(lesson: Lesson) -> None:
    """[PG-4] Whoever is not among them any more is released."""
    first = told(lesson.do(BringPeople(by=HOST, page="two", users=[ANN])))
    assert list(first) == ["c2"]
    assert told(lesson.do(connecting(BEN, "late", now_ms=lesson.now_ms))) == {}
    then = told(lesson.do(BringPeople(by=HOST, page="p1", users=[BEN])))
    assert {each: code for each, (code, _) in then.items()} == {
        "c3": "brought", "late": "brought", "c2": "released",
    }  # fmt: skip


def test_a_page_that_is_gone_is_nowhere_to_be_brought(lesson: Lesson) -> None:
    """[PG-4] Nor is anybody asked to look at it who comes later."""
    lesson.do(BringPeople(by=HOST, page="two"))
    lesson.edit(HOST, RemovePage("two"))
    lesson.do(Disconnect(connection_id="c2", is_bye=False))
    assert told(lesson.do(connecting(ANN, now_ms=lesson.now_ms))) == {}
    error = lesson.refuse(BringPeople(by=HOST, page="two"), ErrorCode.NOT_FOUND)
    assert error.field == "page"


@pytest.mark.parametrize("by", [ANN, VIEWER])
def test_nobody_but_the_host_brings_or_releases(lesson: Lesson, by: int) -> None:
    """[PG-4] Whatever else they may do."""
    lesson.refuse(BringPeople(by=by, page="two"), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(ReleasePeople(by=by), ErrorCode.PERMISSION_DENIED)


def test_nobody_is_brought_who_was_never_there(lesson: Lesson) -> None:
    """[PG-4] The place in the list is named."""
    command = BringPeople(by=HOST, page="two", users=[ANN, 99])
    assert lesson.refuse(command, ErrorCode.NOT_FOUND).field == "users[1]"
