"""Which parts of room time may be in a take, by what the log says (PROTOCOL RC-6).

Pages do as they should: they stop when a recording ends, or consent is withdrawn. This is for those
that do not: whatever they send, what the log does not allow is not in the file.
"""

from collections.abc import Iterable

import msgspec

from lessonroom.calls.media import TRACKS
from lessonroom.log.events import (
    Event,
    EventType,
    ParticipantChanged,
    PermissionsChanged,
    RecordingStarted,
    RecordingStopped,
    SessionStatusChanged,
)
from lessonroom.people.participant import ParticipantStatus, ParticipantView
from lessonroom.recording.recording import Consent, TakeKind
from lessonroom.session.lifecycle import SessionStatus

_replace = msgspec.structs.replace

Parts = list[tuple[int, int | None]]
"""Parts of room time: begin and end of each in ms, ascending; an end of None is still open."""

EVENTS_THAT_COUNT = frozenset(
    kind
    for kind in EventType
    if kind.startswith(("participant_", "recording_", "session_"))
    or kind is EventType.PERMISSION_UPDATE
)
"""The events of a log that say what may be kept of whom."""


class _Standing(msgspec.Struct, frozen=True):
    """How things stand for one person at one moment."""

    recording: RecordingStarted | None = None
    seat: ParticipantView | None = None
    is_granted: bool = True
    """Until the log says otherwise: the room opens no take without the track's permission."""

    def may_be_kept(self, kind: TakeKind) -> bool:
        recording, seat = self.recording, self.seat
        return (
            recording is not None
            and seat is not None
            and kind in recording.kinds
            and seat.role in recording.roles
            and seat.recording_consent is Consent.GIVEN
            and not seat.is_left_out
            and seat.is_admitted
            and seat.status is not ParticipantStatus.KICKED
            and self.is_granted
        )


def kept_parts(events: Iterable[Event], *, user_id: int, kind: TakeKind) -> Parts:
    """Return of which parts of room time something may be kept, of one person and kind of track.

    Args:
        events: of the log, in its order; those not in `EVENTS_THAT_COUNT` may be left out.
        user_id: the person.
        kind: of the track.

    """
    parts: Parts = []
    standing = _Standing()
    begun_ms: int | None = None
    for event in events:
        standing = _after(standing, event, user_id=user_id, kind=kind)
        is_kept = standing.may_be_kept(kind)
        if is_kept and begun_ms is None:
            begun_ms = event.at_ms
        elif not is_kept and begun_ms is not None:
            if event.at_ms > begun_ms:
                parts.append((begun_ms, event.at_ms))
            begun_ms = None
    return parts if begun_ms is None else [*parts, (begun_ms, None)]


def _after(standing: _Standing, event: Event, *, user_id: int, kind: TakeKind) -> _Standing:
    if event.type not in EVENTS_THAT_COUNT:
        return standing
    match event.body():
        case RecordingStarted() as started:
            return _replace(standing, recording=started)
        case RecordingStopped():
            return _replace(standing, recording=None)
        case SessionStatusChanged(status=status, is_idle=is_idle):
            # Each has ended the recording before it; what is on has it said so.
            is_active = status is SessionStatus.ACTIVE and not is_idle
            return standing if is_active else _replace(standing, recording=None)
        case ParticipantChanged(participant=seat) if seat.user_id == user_id:
            return _replace(standing, seat=seat)
        case PermissionsChanged() as changed:
            mine = _permissions(changed, user_id)
            if mine is None:
                return standing
            return _replace(standing, is_granted=mine.get(TRACKS[kind], False))
        case _:
            return standing


def _permissions(changed: PermissionsChanged, user_id: int) -> dict[str, bool] | None:
    """Return all that somebody may do after a change; None where it says nothing of them."""
    if changed.user_id == user_id:
        return dict(changed.permissions)
    found = (changed.effective or {}).get(user_id)
    return None if found is None else dict(found)
