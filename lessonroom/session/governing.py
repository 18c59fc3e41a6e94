"""Running the lesson: its status, who may do what, and saving the board by hand."""

from lessonroom.board.model.viewing import seen
from lessonroom.calls.media import withdrawn
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import (
    ChangeAccessCode,
    MoveSession,
    SaveBoard,
    SetPermissions,
    SetTools,
)
from lessonroom.log.events import (
    BoardSaved,
    EventType,
    MediaStateChanged,
    PermissionsChanged,
    SessionStatusChanged,
)
from lessonroom.outcome import SavedBoard, SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import (
    Permission,
    PermissionSet,
    Role,
    as_booleans,
    check_names,
)
from lessonroom.protocol.server import Notification
from lessonroom.recording import deciding as recording
from lessonroom.recording.recording import StopReason
from lessonroom.scalars import shown_reason
from lessonroom.session.emptiness import require_empty
from lessonroom.session.lifecycle import Move, SessionStatus, after
from lessonroom.turn import Turn

_NEEDS = {
    Move.PAUSE: Permission.PAUSE,
    Move.RESUME: Permission.PAUSE,
    Move.COMPLETE: Permission.TERMINATE,
    Move.TERMINATE: Permission.TERMINATE,
}


def move(turn: Turn, command: MoveSession) -> None:
    """Move the session to another status; at its end everyone is let go."""
    needed = _NEEDS.get(command.move)
    if needed is None:
        turn.require_host(command.by)
    else:
        turn.require(command.by, needed)
    if command.only_if_empty:
        require_empty(turn)
    status = after(turn.state.session.status, command.move)
    if status is not SessionStatus.ACTIVE:
        recording.stop(turn, StopReason.SESSION)
    turn.emit(
        EventType(f"session_{command.move}"),
        SessionStatusChanged(status, shown_reason(command.reason)),
        by=command.by,
    )
    if status.has_ended:
        turn.outcome.saved = SavedBoard(
            turn.state.head, turn.state.board.copy(), SnapshotType.TERMINATE
        )
        for peer in [*turn.peers.values(), *turn.lobby.values()]:
            turn.close(peer, CloseCode.SESSION_ENDED, f"the session is {status}")
    turn.outcome.result = turn.state.session


def change_access_code(turn: Turn, command: ChangeAccessCode) -> None:
    """Have links from before open nothing any more; for the host, in the room or outside (SY-8)."""
    turn.require_open()
    if command.by != turn.state.session.host_id:
        turn.require_host(command.by)
    turn.lock_link(command.access_code)
    turn.outcome.result = turn.state.session


def set_permissions(turn: Turn, command: SetPermissions) -> None:
    """Grant or withdraw; nobody grants what they do not have, and a host's are fixed."""
    turn.require_open()
    turn.require_host(command.by)
    check_names(command.permissions)
    turn.require_space(command.by, from_reserve=True)
    if (command.user_id is None) == (command.role is None):
        raise Refused(ErrorCode.INVALID, "name either a user_id or a role", field="user_id")
    if not command.permissions:
        raise Refused(ErrorCode.INVALID, "name at least one permission", field="permissions")
    own = turn.state.permissions_of(command.by)
    for name, is_granted in command.permissions.items():
        if is_granted and Permission(name) not in own:
            raise Refused(
                ErrorCode.PERMISSION_DENIED,
                f"nobody grants what they do not have: {name}",
                field=f"permissions.{name}",
            )
    if command.user_id is not None:
        _set_for_participant(turn, command, turn.participant(command.user_id))
    elif command.role is not None:
        _set_for_role(turn, command, command.role)


def _set_for_participant(turn: Turn, command: SetPermissions, participant: Participant) -> None:
    if participant.role.leads:
        raise Refused(ErrorCode.CONFLICT, "a host's permissions are fixed", field="user_id")
    overrides = {**participant.custom_permissions, **command.permissions}
    granted = turn.state.permissions_with(participant, overrides)
    turn.emit(
        EventType.PERMISSION_UPDATE,
        PermissionsChanged(
            as_booleans(granted), user_id=participant.user_id, overrides=overrides, by=command.by
        ),
        by=command.by,
    )
    stop_tracks(turn, participant, granted)
    turn.outcome.result = as_booleans(granted)


def _set_for_role(turn: Turn, command: SetPermissions, role: Role) -> None:
    if role.leads:
        raise Refused(ErrorCode.CONFLICT, "a host's permissions are fixed", field="role")
    overrides = {**turn.state.session.settings.permissions.get(role, {}), **command.permissions}
    granted = {
        participant.user_id: turn.state.permissions_with(
            participant, participant.custom_permissions, role_overrides=overrides
        )
        for participant in turn.state.participants.values()
        if participant.role is role
    }
    turn.emit(
        EventType.PERMISSION_UPDATE,
        PermissionsChanged(
            dict(command.permissions),
            role=role,
            effective={user_id: as_booleans(those) for user_id, those in granted.items()},
            by=command.by,
        ),
        by=command.by,
    )
    for user_id, those in granted.items():
        stop_tracks(turn, turn.state.participants[user_id], those)
    turn.outcome.result = dict(command.permissions)


def set_tools(turn: Turn, command: SetTools) -> None:
    """Have nobody but hosts change the board, or let everyone do what they could before (PE-5).

    One event, and nothing that was set for a role or a person is touched. Again the same is none.
    """
    turn.require_open()
    turn.require_host(command.by)
    settings = turn.state.session.settings
    if settings.tools_down == command.are_down:
        return
    turn.require_space(command.by, from_reserve=True)
    concerned = [seat for seat in turn.state.participants.values() if not seat.role.leads]
    granted = {
        seat.user_id: as_booleans(
            turn.state.permissions_with(seat, seat.custom_permissions, tools_down=command.are_down)
        )
        for seat in concerned
    }
    turn.emit(
        EventType.PERMISSION_UPDATE,
        PermissionsChanged({}, effective=granted, by=command.by, tools_down=command.are_down),
        by=command.by,
    )


def stop_tracks(turn: Turn, participant: Participant, granted: PermissionSet) -> None:
    """Turn off what is no longer permitted and tell the client to stop the track (RT-3)."""
    stopped = withdrawn(participant.media, granted)
    if stopped is None or participant.peer_id is None:
        return
    turn.emit(
        EventType.MEDIA_STATE,
        MediaStateChanged(
            participant.peer_id,
            participant.user_id,
            video=stopped.video,
            audio=stopped.audio,
            screen=stopped.screen,
        ),
    )
    notice = Notification(
        "warning",
        "media_withdrawn",
        "you may no longer send this; stop the track",
        {"video": stopped.video, "audio": stopped.audio, "screen": stopped.screen},
    )
    turn.notify(turn.peers_of(participant.user_id), notice)


def save(turn: Turn, command: SaveBoard) -> None:
    """Save the board as it is now, with an event that says who did.

    A board that was saved and not changed since is saved already (QU-4): the answer is the version
    under which it is, and nothing is written.
    """
    turn.require_open()
    turn.require(command.by, Permission.DRAW)
    state = turn.state
    if state.saved_version is None:
        turn.require_space(command.by, from_reserve=True)
        version = state.head + 1
        turn.emit(EventType.BOARD_SAVE, BoardSaved(version), by=command.by)
        board = state.board.copy()
        turn.outcome.saved = SavedBoard(version, board, SnapshotType.MANUAL, command.by)
    turn.outcome.result = {
        "version": state.saved_version,
        "size_bytes": seen(state.board, turn.viewer(command.by)).encoded_bytes(),
    }
