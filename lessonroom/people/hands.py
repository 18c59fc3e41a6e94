"""Hands: who wants to say something, in the order in which they asked (PROTOCOL SY-10)."""

import msgspec

from lessonroom.commands import LowerHands, RaiseHand
from lessonroom.log.events import EventType, ParticipantChange
from lessonroom.people.participant import Participant
from lessonroom.people.seats import emit_change
from lessonroom.turn import Turn


def raise_hand(turn: Turn, command: RaiseHand) -> None:
    """Raise the own hand, behind those that are up; one that is up stays where it is."""
    turn.require_open()
    participant = turn.require_present(command.by)
    if participant.hand_raised_at_ms is None:
        turn.require_space(command.by)
        last_ms = max((hand.hand_raised_at_ms or 0 for hand in _raised(turn)), default=0)
        # Two within a millisecond, or a clock that was set back, are in order all the same.
        _put(turn, participant, at_ms=max(turn.now_ms, last_ms + 1), by=command.by)
    turn.outcome.result = turn.state.participants[command.by]


def lower_hands(turn: Turn, command: LowerHands) -> None:
    """Lower one hand, or all: the own one, or as a host anybody's."""
    turn.require_open()
    if command.user_id is None or command.user_id != command.by:
        turn.require_host(command.by)
    if command.user_id is None:
        lowered = _raised(turn)
    else:
        participant = turn.participant(command.user_id)
        lowered = [] if participant.hand_raised_at_ms is None else [participant]
    if lowered:
        turn.require_space(command.by, from_reserve=True)
    for participant in lowered:
        _put(turn, participant, at_ms=None, by=command.by)


def _raised(turn: Turn) -> list[Participant]:
    seats = turn.state.participants.values()
    return sorted(
        (seat for seat in seats if seat.hand_raised_at_ms is not None),
        key=lambda seat: seat.hand_raised_at_ms or 0,
    )


def _put(turn: Turn, participant: Participant, *, at_ms: int | None, by: int | None) -> None:
    changed = msgspec.structs.replace(participant, hand_raised_at_ms=at_ms)
    emit_change(turn, EventType.PARTICIPANT_HAND, ParticipantChange.UPDATED, changed, by=by)
