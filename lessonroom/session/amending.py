"""Planning a session anew, and running it differently, while people are in it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import UpdateSession
from lessonroom.log.events import EventType, SessionUpdated
from lessonroom.people import admission, leading
from lessonroom.session.session import Session, SessionSettings
from lessonroom.session.session_types import require_fitting
from lessonroom.turn import Turn
from lessonroom.validation import refusal


def update(turn: Turn, command: UpdateSession) -> None:
    """Change what was given of the session; everyone is told all of it as it then is.

    Where the waiting room is switched off, those who wait are let in.
    """
    if not is_of_the_past(command):
        turn.require_open()
    if command.by != turn.state.session.host_id:
        # Its owner plans a session from outside, without taking the seat.
        turn.require_host(command.by)
    before = turn.state.session
    if command.host_id is not msgspec.UNSET:
        leading.require_host_changeable(turn, command.by)
    if command.if_tag is not None and command.if_tag != before.tag():
        raise Refused(
            ErrorCode.PRECONDITION_FAILED,
            "the session was changed since you read it; read it again",
            field="If-Match",
        )
    after = _changed(before, command)
    _require_recordable(before, after)
    require_fitting(after)
    if after != before:
        turn.require_space(command.by, from_reserve=True)
        turn.emit(EventType.SESSION_UPDATE, _body(after, by=command.by), by=command.by)
    if after.host_id != before.host_id:
        leading.hand_over(turn, former=before.host_id, by=command.by)
    if before.settings.waiting_room and not after.settings.waiting_room:
        admission.admit_everyone(turn, by=command.by)
    turn.outcome.result = turn.state.session


_OF_THE_PAST: Final = frozenset({"history_policy"})
"""The settings that count once a session is over."""


def is_of_the_past(command: UpdateSession) -> bool:
    """Whether it is possible in a session that is over, too.

    A title may be put right later, and who may look back is changed then above all.
    """
    possible = UpdateSession(
        by=command.by,
        title=command.title,
        settings={name: command.settings[name] for name in _OF_THE_PAST & command.settings.keys()},
        if_tag=command.if_tag,
    )
    is_any = command.title is not msgspec.UNSET or bool(command.settings)
    return is_any and command == possible


def _changed(session: Session, command: UpdateSession) -> Session:
    given = {
        "title": command.title,
        "max_participants": command.max_participants,
        "scheduled_start_ms": command.scheduled_start_ms,
        "scheduled_end_ms": command.scheduled_end_ms,
        "booking_id": command.booking_id,
        "host_id": command.host_id,
        "is_recorded": command.is_recorded,
    }
    changes = {name: value for name, value in given.items() if value is not msgspec.UNSET}
    settings = _changed_settings(session.settings, command.settings)
    return msgspec.structs.replace(session, **changes, settings=settings)


def _changed_settings(settings: SessionSettings, changes: Mapping[str, Any]) -> SessionSettings:
    if "permissions" in changes:
        raise Refused(
            ErrorCode.INVALID,
            "permissions are changed by set_permissions, for a role",
            field="settings.permissions",
        )
    if "tools_down" in changes:
        raise Refused(
            ErrorCode.INVALID,
            "tools are laid down, and taken up again, by set_tools",
            field="settings.tools_down",
        )
    try:
        return msgspec.convert({**msgspec.to_builtins(settings), **changes}, SessionSettings)
    except msgspec.ValidationError as error:
        raise refusal(error, "settings") from None


def _require_recordable(before: Session, after: Session) -> None:
    """Refuse to change after the fact what those who agreed were told (RC-1)."""
    if before.recordings and before.is_recorded != after.is_recorded:
        message = "this session was recorded already: stop the recording, or delete it"
        raise Refused(ErrorCode.CONFLICT, message, field="is_recorded")
    if before.recording and before.settings.recording != after.settings.recording:
        message = "a recording is on: stop it first"
        raise Refused(ErrorCode.CONFLICT, message, field="settings.recording")


def _body(session: Session, *, by: int | None) -> SessionUpdated:
    return SessionUpdated(
        title=session.title,
        max_participants=session.max_participants,
        scheduled_start=session.scheduled_start_ms,
        scheduled_end=session.scheduled_end_ms,
        settings=session.settings,
        booking_id=session.booking_id,
        by=by,
        host_id=session.host_id,
        is_recorded=session.is_recorded,
    )
