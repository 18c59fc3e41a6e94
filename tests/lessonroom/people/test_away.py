"""Who is there and looks elsewhere: what others learn, with several pages of one person [PE-7]."""

from lessonroom.commands import SetAway
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, connecting
from tests.lessonroom.notices import told

OTHERS = ("c1", "c3", "c4")


def away(*users: int, is_away: bool = True) -> tuple[str, dict[str, object]]:
    return ("away", {"users": list(users), "is_away": is_away})


def hide(lesson: Lesson, connection_id: str, *, is_away: bool = True) -> dict[str, object]:
    outcome = lesson.do(SetAway(connection_id=connection_id, is_away=is_away))
    assert not outcome.events
    return dict(told(outcome))


def test_the_others_are_told_once_and_when_one_is_back() -> None:
    """[PE-7] Nothing of it is an event, and not the person's own page hears of it."""
    lesson = begun()
    assert hide(lesson, "c2") == dict.fromkeys(OTHERS, away(ANN))
    assert hide(lesson, "c2") == {}
    assert hide(lesson, "c2", is_away=False) == dict.fromkeys(OTHERS, away(ANN, is_away=False))
    assert hide(lesson, "c2", is_away=False) == {}


def test_who_comes_in_is_told_who_looks_elsewhere() -> None:
    """[PE-7] In one word; not of themself."""
    lesson = begun()
    hide(lesson, "c2")
    hide(lesson, "c3")
    assert told(lesson.do(connecting(HOST, "late", now_ms=lesson.now_ms))) == {
        "late": away(ANN, BEN)
    }


def test_one_of_two_pages_that_is_seen_is_enough() -> None:
    """[PE-7] A phone beside a laptop; whichever of them goes, what is left counts."""
    lesson = begun()
    assert told(lesson.do(connecting(ANN, "phone", now_ms=lesson.now_ms))) == {}
    assert hide(lesson, "phone") == {}
    assert told(lesson.disconnect(ANN)) == dict.fromkeys(OTHERS, away(ANN))
    # A page that comes up is one that somebody looks at.
    back = told(lesson.do(connecting(ANN, now_ms=lesson.now_ms)))
    assert back == dict.fromkeys(OTHERS, away(ANN, is_away=False))


def test_what_a_page_said_is_gone_with_it() -> None:
    """[PE-7] One who comes back after a drop is there; nobody is told of it twice."""
    lesson = begun()
    hide(lesson, "c2")
    assert told(lesson.disconnect(ANN)) == dict.fromkeys(OTHERS, away(ANN, is_away=False))
    assert told(lesson.do(connecting(ANN, now_ms=lesson.now_ms))) == {}
    assert told(lesson.do(connecting(BEN, "late", now_ms=lesson.now_ms))) == {}


def test_who_waits_outside_is_seen_by_nobody() -> None:
    """[PE-7] [WR-2] A connection that is not in the room says nothing by it."""
    lesson = begun()
    assert hide(lesson, "nowhere") == {}
