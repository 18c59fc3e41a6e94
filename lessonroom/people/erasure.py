"""Taking a person out of a session for good: what is left of them is a number."""

from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import EraseParticipant, KickParticipant
from lessonroom.log.events import EventType, ParticipantChange, ParticipantChanged
from lessonroom.people import admission
from lessonroom.people.participant import ParticipantStatus
from lessonroom.turn import Turn

ERASED_NAME: Final = "—"
"""What stands where the name of an erased person stood."""


def erase(turn: Turn, command: EraseParticipant) -> None:
    """Take a person's name off their seat, then kick them: their tokens are void from then on."""
    turn.require_open()
    participant = turn.participant(command.user_id)
    if participant.role.leads:
        raise Refused(
            ErrorCode.CONFLICT, "a host cannot be erased before the lesson is over", field="user_id"
        )
    if participant.name != ERASED_NAME:
        nameless = msgspec.structs.replace(participant, name=ERASED_NAME)
        turn.emit(
            EventType.PARTICIPANT_SEAT,
            ParticipantChanged(ParticipantChange.UPDATED, nameless.view()),
        )
    if participant.status is not ParticipantStatus.KICKED:
        admission.kick(turn, KickParticipant(by=None, user_id=command.user_id))
    turn.outcome.result = turn.state.participants[command.user_id]
