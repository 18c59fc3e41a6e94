"""Quiet for all, and asking somebody to speak (PROTOCOL PE-3, PE-4)."""

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import AskToUnmute, Mute
from lessonroom.log.events import EventType, MediaStateChanged
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Permission
from lessonroom.protocol.server import Notification
from lessonroom.turn import Turn


def mute(turn: Turn, command: Mute) -> None:
    """Turn one microphone off, or all but those of hosts, and tell whose it was to stop sending.

    What they may do is not changed: who wants to speak turns it on again, unless `can_toggle_audio`
    is withdrawn, too.

    Raises:
        Refused: `not_found`, nobody has that seat; `conflict`, it is a host's.

    """
    turn.require_open()
    turn.require_host(command.by)
    if command.user_id is None:
        everyone = list(turn.state.participants.values())
        meant = [seat for seat in everyone if not seat.role.leads and seat.user_id != command.by]
    else:
        meant = [turn.participant(command.user_id)]
        if meant[0].role.leads and command.user_id != command.by:
            raise Refused(ErrorCode.CONFLICT, "a host mutes themselves", field="user_id")
    for seat in meant:
        if seat.media.audio and seat.peer_id is not None:
            _turn_off(turn, seat, seat.peer_id, by=command.by)


def ask(turn: Turn, command: AskToUnmute) -> None:
    """Ask one who is muted to turn their microphone on: they decide, and are not heard before.

    Raises:
        Refused: `not_found`, nobody has that seat; `conflict`, they are not in the room, are heard
            already, or may not turn it on.

    """
    turn.require_open()
    turn.require_host(command.by)
    seat = turn.participant(command.user_id)
    peers = turn.peers_of(command.user_id)
    if not peers:
        raise Refused(ErrorCode.CONFLICT, "this person is not in the room", field="user_id")
    if seat.media.audio:
        raise Refused(ErrorCode.CONFLICT, "their microphone is on", field="user_id")
    if Permission.TOGGLE_AUDIO not in turn.state.permissions_of(command.user_id):
        message = f"this person has not {Permission.TOGGLE_AUDIO}: grant it first"
        raise Refused(ErrorCode.CONFLICT, message, field="user_id")
    params = {} if command.by is None else {"by": command.by}
    notice = Notification("info", "unmute_asked", "a host asks you to unmute", params)
    turn.notify(peers, notice)


def _turn_off(turn: Turn, seat: Participant, peer_id: str, *, by: int | None) -> None:
    media = seat.media
    body = MediaStateChanged(peer_id, seat.user_id, media.video, audio=False, screen=media.screen)
    turn.emit(EventType.MEDIA_STATE, body, by=by)
    params = {"video": media.video, "audio": False, "screen": media.screen}
    notice = Notification("info", "muted", "a host turned your microphone off", params)
    turn.notify(turn.peers_of(seat.user_id), notice)
