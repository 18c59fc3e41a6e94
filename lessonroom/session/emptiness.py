"""A lesson that nobody is in: its time stands still, and after long enough it is over.

What counts is when the last person was there, not when somebody looks: a server that was down, or a
housekeeper who comes once a minute, changes no duration.
"""

from typing import Final

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import SettleEmpty
from lessonroom.log.events import EventType, SessionStatusChanged
from lessonroom.outcome import SavedBoard, SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.protocol.server import Notification
from lessonroom.recording import deciding as recording
from lessonroom.recording.recording import StopReason
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.state import RoomState
from lessonroom.turn import Turn

_OVERRUN: Final = Notification(
    "info", "overrun", "the planned end has passed; the lesson goes on until you end it"
)
_DURING: Final = (SessionStatus.ACTIVE, SessionStatus.PAUSED)


def is_empty(turn: Turn) -> bool:
    """Whether nobody is in the session: not in the room, not in its lobby, not on the way back."""
    if turn.peers or turn.lobby:
        return False
    return not any(seat.status.is_present for seat in turn.state.participants.values())


def require_empty(turn: Turn) -> None:
    """Refuse with `conflict` while somebody is in: no lesson ends under people by itself."""
    if not is_empty(turn):
        raise Refused(ErrorCode.CONFLICT, "somebody is in the session")


def last_departure_ms(state: RoomState) -> int:
    """Return when somebody was last there; before anyone was, when the session began.

    Whoever reopened it counts as having been there in that moment: it waits for its people anew.
    """
    session = state.session
    began_ms = session.reopened_at_ms or session.actual_start_ms or session.created_at_ms
    return max([began_ms, *(_last_there_ms(seat) for seat in state.participants.values())])


def _last_there_ms(seat: Participant) -> int:
    return seat.left_at_ms or seat.dropped_at_ms or 0


def settle(turn: Turn, command: SettleEmpty) -> None:
    """Stop the time of a session that nobody is in, or end it, as of the last departure."""
    session = turn.state.session
    if session.status not in _DURING or not is_empty(turn):
        return
    left_ms = last_departure_ms(turn.state)
    empty_ms = turn.now_ms - left_ms
    if session.session_type is not SessionType.SOLO:
        planned_ms = session.scheduled_end_ms
        if planned_ms is None:
            is_over = empty_ms >= command.end_unplanned_after_ms
        else:
            is_over = turn.now_ms >= planned_ms and empty_ms >= command.end_after_ms
        if is_over:
            _complete(turn, left_ms)
            return
    if empty_ms >= command.pause_after_ms:
        stop_time(turn, left_ms)


def stop_time(turn: Turn, left_ms: int) -> None:
    """Have the session's time stand still since `left_ms`; it goes on when somebody comes."""
    if turn.state.session.active_since_ms is not None:
        recording.stop(turn, StopReason.SESSION)
        turn.emit(
            EventType.SESSION_IDLE,
            SessionStatusChanged(SessionStatus.ACTIVE, "empty", as_of=left_ms, is_idle=True),
        )


def wake(turn: Turn, *, pause_after_ms: int) -> None:
    """Have the time go on for whoever comes into an empty session.

    After a while in which no housekeeper came by (the server was down) it stood still first.
    """
    session = turn.state.session
    if session.status is not SessionStatus.ACTIVE or not is_empty(turn):
        return
    left_ms = last_departure_ms(turn.state)
    if turn.now_ms - left_ms >= pause_after_ms:
        stop_time(turn, left_ms)
    if turn.state.session.active_since_ms is None:
        turn.emit(EventType.SESSION_WAKE, SessionStatusChanged(SessionStatus.ACTIVE))


class Overrun:
    """Tells those who lead that the planned end has passed; the lesson goes on."""

    def __init__(self) -> None:
        self._told_end_ms: int | None = None

    def tell(self, turn: Turn) -> None:
        """Tell it once somebody who leads is there, and again where the end was moved meanwhile."""
        session = turn.state.session
        end_ms = session.scheduled_end_ms
        if end_ms is None or end_ms == self._told_end_ms or session.status.has_ended:
            return
        leading = [peer for peer in turn.peers.values() if turn.state.is_host(peer.user_id)]
        if turn.now_ms >= end_ms and leading:
            # Once, also where the end is moved and passes again.
            self._told_end_ms = end_ms
            turn.notify(leading, _OVERRUN)


def _complete(turn: Turn, left_ms: int) -> None:
    recording.stop(turn, StopReason.SESSION)
    turn.emit(
        EventType.SESSION_COMPLETE,
        SessionStatusChanged(SessionStatus.COMPLETED, "empty", as_of=left_ms),
    )
    turn.outcome.saved = SavedBoard(
        turn.state.head, turn.state.board.copy(), SnapshotType.TERMINATE
    )
