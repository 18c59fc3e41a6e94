"""Reactions: who sees them, and how many there may be [PE-1].

Tests also: lessonroom/people/reaction.py.
"""

from lessonroom.codes import ErrorCode
from lessonroom.commands import React
from lessonroom.people.reaction import Reaction
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun


def clap(lesson: Lesson, user_id: int) -> list[object]:
    """React, and return what each connection is told of it."""
    outcome = lesson.do(React(by=user_id, reaction=Reaction.CLAP))
    assert outcome.events == []
    return [(signal.data.code, signal.data.params) for signal in outcome.signals]


def test_everyone_in_the_room_sees_it_and_it_is_no_event() -> None:
    """[PE-1] A viewer reacts as others do, and sees their own."""
    lesson = begun()
    told = clap(lesson, VIEWER)
    assert told == [("reaction", {"user_id": VIEWER, "reaction": "clap"})] * len(lesson.room.peers)
    assert len(told) == len({HOST, ANN, BEN, VIEWER})


def test_a_person_reacts_so_often_and_others_as_ever() -> None:
    """[PE-1] Four at once; then it is said when the next one may come."""
    lesson = begun()
    for _ in range(4):
        clap(lesson, ANN)
    refused = lesson.refuse(React(by=ANN, reaction=Reaction.YES), ErrorCode.RATE_LIMITED)
    assert refused.retry_after_ms is not None
    assert 0 < refused.retry_after_ms <= 1_000
    clap(lesson, BEN)
    lesson.now_ms += refused.retry_after_ms
    clap(lesson, ANN)


def test_who_is_not_in_the_room_shows_nothing() -> None:
    """[PE-1] Not one without a seat, and not one who left."""
    lesson = begun()
    lesson.refuse(React(by=4_711, reaction=Reaction.YES), ErrorCode.NOT_FOUND)
    lesson.disconnect(ANN, is_bye=True)
    lesson.refuse(React(by=ANN, reaction=Reaction.YES), ErrorCode.CONFLICT)
