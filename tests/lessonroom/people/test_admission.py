"""Kicks, and invitations back in."""

import pytest

from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import InviteParticipant, KickParticipant, SetPermissions
from lessonroom.log.events import ParticipantChange
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Permission, Role
from lessonroom.protocol.server import Kicked
from tests.lessonroom.lesson import ANN, BEN, HOST, begun, change_of, connecting, put_rect


def invitation(
    user_id: int, *, by: int | None = HOST, role: Role = Role.STUDENT
) -> InviteParticipant:
    return InviteParticipant(by=by, user_id=user_id, name=f"Guest {user_id}", role=role)


def test_a_kick_closes_every_connection_after_saying_why() -> None:
    """[SY-3][BD-3] 4503; the seat is kicked and its tokens are void from that moment."""
    lesson = begun()
    lesson.connect(ANN, "c2b")
    outcome = lesson.do(KickParticipant(by=HOST, user_id=ANN, reason="noise"))
    kicked = [s for s in outcome.signals if s.type == "kicked"]
    assert [s.connection_id for s in kicked] == ["c2", "c2b"]
    assert kicked[0].data == Kicked(HOST, "noise")
    assert [(c.connection_id, c.code) for c in outcome.closures] == [
        ("c2", CloseCode.KICKED),
        ("c2b", CloseCode.KICKED),
    ]
    body = change_of(outcome.events[-1])
    assert (body.change, body.reason, body.by) == (ParticipantChange.KICKED, "noise", HOST)
    assert lesson.participant(ANN).not_before_ms > lesson.now_ms
    assert outcome.result.status is ParticipantStatus.KICKED


def test_after_a_kick_not_one_more_operation_is_accepted() -> None:
    """[BD-3][SY-3] Through reconnects and restarts; what was accepted before stays."""
    lesson = begun()
    lesson.draw(ANN, "before")
    lesson.kick(ANN)
    lesson.refuse(lesson.editing(ANN, put_rect("after")), ErrorCode.PERMISSION_DENIED)
    lesson.restart()
    lesson.refuse(connecting(ANN, now_ms=lesson.now_ms), ErrorCode.KICKED)
    lesson.refuse(lesson.editing(ANN, put_rect("after")), ErrorCode.PERMISSION_DENIED)
    assert list(lesson.state.board.elements) == ["before"]


def test_who_is_invited_again_needs_a_new_token() -> None:
    """[SY-3][HS-4] Those issued up to the kick stay void, also after a restart."""
    lesson = begun()
    kicked_at_ms = lesson.now_ms
    lesson.kick(ANN)
    lesson.wait(60)
    lesson.do(invitation(ANN))
    lesson.restart()
    for issued_ms in (kicked_at_ms - 3_600_000, kicked_at_ms):
        old = connecting(ANN, now_ms=lesson.now_ms, token_issued_at_ms=issued_ms)
        lesson.refuse(old, ErrorCode.UNAUTHORIZED)
    lesson.seat(ANN)
    assert lesson.connect(ANN).events
    assert lesson.draw(ANN).events


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (KickParticipant(by=ANN, user_id=BEN), ErrorCode.PERMISSION_DENIED, None),
        (KickParticipant(by=99, user_id=BEN), ErrorCode.PERMISSION_DENIED, None),
        (KickParticipant(by=HOST, user_id=HOST), ErrorCode.CONFLICT, "user_id"),
        (KickParticipant(by=None, user_id=HOST), ErrorCode.CONFLICT, "user_id"),
        (KickParticipant(by=HOST, user_id=99), ErrorCode.NOT_FOUND, "user_id"),
    ],
)
def test_a_kick_that_is_not_allowed_is_refused(
    command: KickParticipant, code: ErrorCode, field: str | None
) -> None:
    """[EN-4] A host cannot be kicked, nobody kicks themself, and it needs the permission."""
    assert begun().refuse(command, code).field == field


def test_a_student_who_may_kick_does_not_kick_themself_nor_the_host_nor_one_twice() -> None:
    """[EN-4] `conflict`."""
    lesson = begun()
    lesson.permit(ANN, can_kick=True)
    lesson.kick(BEN, by=ANN)
    for user_id in (ANN, HOST, BEN):
        command = KickParticipant(by=ANN, user_id=user_id)
        assert lesson.refuse(command, ErrorCode.CONFLICT).field == "user_id"


def test_one_who_was_kicked_can_kick_nobody() -> None:
    """[BD-3] Their permissions went with their place, over REST too."""
    lesson = begun()
    lesson.permit(ANN, can_kick=True)
    lesson.kick(ANN)
    lesson.refuse(KickParticipant(by=ANN, user_id=BEN), ErrorCode.PERMISSION_DENIED)


# -- invitations


def test_an_invitation_needs_the_permission_and_a_free_seat() -> None:
    """[EN-4] And makes nobody a host."""
    lesson = begun()
    lesson.refuse(invitation(7, by=ANN), ErrorCode.PERMISSION_DENIED)
    assert lesson.refuse(invitation(ANN), ErrorCode.CONFLICT).field == "user_id"
    for role in (Role.HOST, Role.SOLO):
        assert lesson.refuse(invitation(7, role=role), ErrorCode.INVALID).field == "role"
    assert lesson.do(invitation(7, role=Role.VIEWER)).result.status is ParticipantStatus.INVITED
    lesson.seat(7, role=Role.STUDENT)
    assert lesson.participant(7).role is Role.VIEWER, "the role is the invitation's"


def test_who_is_invited_again_has_what_the_host_had_set_for_them() -> None:
    """[SY-3] And their name; test_set_by_the_host.py has the rest."""
    lesson = begun()
    lesson.do(SetPermissions(by=HOST, user_id=ANN, permissions={"can_kick": True}))
    lesson.do(KickParticipant(by=HOST, user_id=ANN))
    outcome = lesson.do(invitation(ANN))
    (event,) = outcome.events
    assert (event.user_id, change_of(event).by) == (HOST, HOST)
    assert outcome.result == lesson.participant(ANN)
    assert lesson.participant(ANN).name == "Ann", "not the name of the invitation"
    assert lesson.participant(ANN).custom_permissions == {"can_kick": True}
    assert Permission.KICK in lesson.room.state.permissions_of(ANN)
