"""What the next lesson of a series begins with: the board, the people, the settings of the last."""

from collections.abc import Sequence

import msgspec

from actors.runtime import chance
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import ChangeRole, Command, InviteParticipant, SetPermissions
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings
from storage.sessions.series import Attendee


def next_of(former: Session, *, now_ms: int, is_of_series: bool = True) -> Session:
    """Return the lesson that comes after another one: planned for no time, with nobody in it.

    One that is not `is_of_series` begins a series of its own. From a solo board on one teaches in a
    lesson with the settings that lessons begin with.

    Raises:
        Refused: `conflict`, nothing of a demo is kept.

    """
    if former.session_type is SessionType.DEMO:
        raise Refused(ErrorCode.CONFLICT, "nothing of a demo is kept", field="session_type")
    is_solo = former.session_type is SessionType.SOLO
    return Session(
        session_id=chance.new_session_id(now_ms),
        session_type=SessionType.LESSON if is_solo else former.session_type,
        status=SessionStatus.SCHEDULED,
        host_id=former.host_id,
        title=former.title,
        access_code=chance.new_access_code(),
        max_participants=former.max_participants,
        is_recorded=former.is_recorded,
        settings=SessionSettings() if is_solo else former.settings,
        series_id=former.series if is_of_series else None,
        created_at_ms=now_ms,
    )


def seated(people: Sequence[Attendee]) -> list[Command]:
    """Return the commands that give people their places, with what they may do there."""
    commands: list[Command] = []
    for person in people:
        role = person.role if person.role in {Role.STUDENT, Role.VIEWER} else Role.STUDENT
        commands.append(
            InviteParticipant(by=None, user_id=person.user_id, name=person.name, role=role)
        )
        if person.role is Role.HOST:
            commands.append(ChangeRole(by=None, user_id=person.user_id, role=Role.HOST))
        elif person.permissions:
            commands.append(
                SetPermissions(by=None, user_id=person.user_id, permissions=person.permissions)
            )
    return commands


def replanned(
    session: Session, *, title: str | None, start_ms: int | None, end_ms: int | None
) -> Session:
    """Return a lesson with another title, where one is given, and with a time."""
    return msgspec.structs.replace(
        session,
        title=session.title if title is None else title,
        scheduled_start_ms=start_ms,
        scheduled_end_ms=end_ms,
    )
