"""Picking somebody by chance: who, and whose turn comes when [PE-2]."""

import itertools
import random

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import PickSomebody
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun

PUPILS = {ANN, BEN, VIEWER}


def pick(lesson: Lesson, draw: float) -> int:
    outcome = lesson.do(PickSomebody(by=HOST, draw=draw))
    assert outcome.events == []
    (params,) = {tuple(sorted(signal.data.params.items())) for signal in outcome.signals}
    assert len(outcome.signals) == len(lesson.room.peers)
    assert dict(params) == {**outcome.result, "by": HOST}
    return int(outcome.result["user_id"])


@pytest.mark.parametrize("seed", range(20))
def test_nobody_has_two_turns_before_everyone_had_one(seed: int) -> None:
    """[PE-2] And nobody two in a row, when a new round begins."""
    lesson, chance = begun(), random.Random(seed)  # noqa: S311 - a seed
    had = [pick(lesson, chance.random()) for _ in range(12)]
    for first in range(0, len(had), len(PUPILS)):
        assert set(had[first : first + len(PUPILS)]) == PUPILS
    assert all(one != next_one for one, next_one in itertools.pairwise(had))


def test_chance_alone_decides_among_those_whose_turn_has_not_come() -> None:
    """[PE-2] Both ends of what may be drawn."""
    assert {pick(begun(), draw) for draw in (0.0, 0.5, 1 - 2**-53)} == PUPILS


def test_it_is_told_how_many_have_not_had_their_turn() -> None:
    """[PE-2] So that a host sees where the round stands."""
    lesson = begun()
    left = [lesson.do(PickSomebody(by=HOST, draw=0.0)).result["left"] for _ in range(4)]
    assert left == [2, 1, 0, 2]


def test_who_left_is_not_picked_and_who_came_late_is() -> None:
    """[PE-2] Those who are connected, at that moment."""
    lesson = begun()
    lesson.disconnect(ANN, is_bye=True)
    assert {pick(lesson, 0.0) for _ in range(2)} == {BEN, VIEWER}
    for user_id in (BEN, VIEWER):
        lesson.disconnect(user_id, is_bye=True)
    lesson.refuse(PickSomebody(by=HOST, draw=0.0), ErrorCode.CONFLICT)


def test_a_host_picks_nobody_else() -> None:
    """[PE-2] It needs the host."""
    begun().refuse(PickSomebody(by=ANN, draw=0.0), ErrorCode.PERMISSION_DENIED)
