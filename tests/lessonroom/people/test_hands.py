"""Hands: who may raise and lower them, their order, and when they are gone [SY-10]."""

from collections.abc import Callable

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import LowerHands, PassTime, RaiseHand
from lessonroom.log.events import ParticipantChanged
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, fingerprint, folded


def raised(lesson: Lesson) -> list[int]:
    """Return whose hands are up, in their order."""
    seats = [seat.view() for seat in lesson.state.participants.values()]
    up = [(seat.hand_raised_at, seat.user_id) for seat in seats if seat.hand_raised_at is not None]
    return [user_id for _, user_id in sorted(up)]


def test_hands_are_up_in_the_order_in_which_people_asked() -> None:
    """[SY-10] Within one millisecond, too; a viewer and a host ask as everyone does."""
    lesson = begun()
    for user_id in (VIEWER, ANN, HOST, BEN):
        lesson.do(RaiseHand(by=user_id))
    assert raised(lesson) == [VIEWER, ANN, HOST, BEN]
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_everyone_is_told_of_a_hand() -> None:
    """[SY-10] By the roster's own message, so that clients need no other."""
    lesson = begun()
    (up,) = (event.body() for event in lesson.do(RaiseHand(by=ANN)).events)
    (down,) = (event.body() for event in lesson.do(LowerHands(by=HOST, user_id=ANN)).events)
    assert isinstance(up, ParticipantChanged)
    assert isinstance(down, ParticipantChanged)
    assert (up.participant.user_id, up.by) == (ANN, ANN)
    assert up.participant.hand_raised_at is not None
    assert (down.participant.hand_raised_at, down.by) == (None, HOST)


def test_a_hand_that_is_up_keeps_its_place_and_one_that_is_down_is_no_event() -> None:
    """[SY-10] A double click costs nobody anything."""
    lesson = begun()
    lesson.do(RaiseHand(by=ANN))
    lesson.do(RaiseHand(by=BEN))
    assert lesson.do(RaiseHand(by=ANN)).events == []
    assert raised(lesson) == [ANN, BEN]
    lesson.do(LowerHands(by=ANN, user_id=ANN))
    assert lesson.do(LowerHands(by=ANN, user_id=ANN)).events == []
    lesson.do(RaiseHand(by=ANN))
    assert raised(lesson) == [BEN, ANN]


def test_a_host_lowers_any_and_all_others_their_own_alone() -> None:
    """[SY-10] Nobody takes another's turn away."""
    lesson = begun()
    for user_id in (ANN, BEN, VIEWER):
        lesson.do(RaiseHand(by=user_id))
    lesson.refuse(LowerHands(by=ANN, user_id=BEN), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(LowerHands(by=ANN, user_id=None), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(LowerHands(by=HOST, user_id=4_711), ErrorCode.NOT_FOUND)
    assert raised(lesson) == [ANN, BEN, VIEWER]
    lesson.do(LowerHands(by=HOST, user_id=BEN))
    assert raised(lesson) == [ANN, VIEWER]
    assert len(lesson.do(LowerHands(by=HOST, user_id=None)).events) == 2
    assert raised(lesson) == []


@pytest.mark.parametrize(
    "go",
    [
        pytest.param(lambda lesson: lesson.disconnect(ANN, is_bye=True), id="left"),
        pytest.param(lambda lesson: lesson.kick(ANN), id="removed"),
        pytest.param(lambda lesson: lesson.move(Move.COMPLETE), id="over"),
    ],
)
def test_who_is_gone_asks_nothing_any_more(go: Callable[[Lesson], object]) -> None:
    """[SY-10] Nor is their hand up again when they come back."""
    lesson = begun()
    lesson.do(RaiseHand(by=ANN))
    go(lesson)
    assert raised(lesson) == []
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_a_drop_and_a_restart_leave_the_hand_up_and_the_grace_takes_it_down() -> None:
    """[SY-10] [SY-1] A tunnel costs nobody their turn."""
    lesson = begun()
    lesson.do(RaiseHand(by=ANN))
    lesson.do(RaiseHand(by=BEN))
    lesson.disconnect(ANN)
    lesson.restart()
    assert raised(lesson) == [ANN, BEN]
    lesson.connect(ANN)
    lesson.wait(60)
    lesson.do(PassTime())
    assert raised(lesson) == [ANN]


def test_nobody_raises_a_hand_from_outside() -> None:
    """[SY-10] [WR-3] Neither who waits nor who has left."""
    lesson = begun()
    lesson.refuse(RaiseHand(by=4_711), ErrorCode.NOT_FOUND)
    lesson.kick(ANN)
    lesson.refuse(RaiseHand(by=ANN), ErrorCode.CONFLICT)
