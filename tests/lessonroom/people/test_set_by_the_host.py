"""What the host has set for one person outlives a kick and an invitation (PROTOCOL SY-3)."""

import pytest

from lessonroom.commands import InviteParticipant
from lessonroom.people.permissions import Permission, Role
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, folded


@pytest.fixture
def lesson() -> Lesson:
    """A lesson in which Ben helps: he may kick and invite."""
    lesson = begun()
    lesson.permit(BEN, can_kick=True, can_invite=True)
    return lesson


def again(lesson: Lesson, user_id: int, *, by: int, role: Role = Role.STUDENT) -> None:
    lesson.kick(user_id, by=by)
    lesson.do(InviteParticipant(by=by, user_id=user_id, name="Somebody", role=role))


@pytest.mark.parametrize("by", [HOST, BEN])
def test_what_was_withdrawn_or_granted_stays_so(lesson: Lesson, by: int) -> None:
    """[SY-3] Until the host changes it; the log alone tells so."""
    lesson.permit(ANN, can_draw=False, can_share_screen=True)
    again(lesson, ANN, by=by)
    lesson.wait(1)
    lesson.bring(ANN)
    for state in (lesson.state, folded(lesson.initial, lesson.log)):
        may = state.permissions_of(ANN)
        assert (Permission.DRAW in may, Permission.SHARE_SCREEN in may) == (False, True)
    lesson.permit(ANN, can_draw=True)
    assert Permission.DRAW in lesson.state.permissions_of(ANN)


def test_a_helper_does_not_make_a_viewer_a_student(lesson: Lesson) -> None:
    """[SY-3] By kicking and inviting them; the host does."""
    again(lesson, VIEWER, by=BEN)
    assert lesson.participant(VIEWER).role is Role.VIEWER
    again(lesson, VIEWER, by=HOST)
    assert lesson.participant(VIEWER).role is Role.STUDENT
