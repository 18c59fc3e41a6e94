"""The room: what a session is, and how commands change it. The heart of lessonroom.

`Room.handle(command, now_ms)` decides and applies; it does no I/O, reads no clock and draws no
random number, so the same commands give the same events, byte for byte.
"""

import zlib
from typing import Final, assert_never

import msgspec

from lessonroom import governing, media, people
from lessonroom.board.draft import draft
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    Command,
    Connect,
    CreateSession,
    Disconnect,
    EditBoard,
    InviteParticipant,
    KickParticipant,
    MoveSession,
    OpenRoom,
    Reconcile,
    RelayCandidate,
    RelayDescription,
    SaveBoard,
    SeatParticipant,
    SetMedia,
    SetPermissions,
    Tick,
)
from lessonroom.events import Channel, EventType, RoomOpened, SessionStatusChanged, Submission
from lessonroom.lifecycle import SessionStatus
from lessonroom.limits import Limits
from lessonroom.outcome import Outcome
from lessonroom.protocol.server import RelayedCandidate, RelayedDescription
from lessonroom.signalling import Peer, callee, is_visible_candidate, visible_description
from lessonroom.state import RoomState
from lessonroom.turn import Turn

_encode: Final = msgspec.json.Encoder().encode


class Room:
    """A session's durable state and its live peers.

    Args:
        state: what the log comes to.
        limits: what a board and a message may hold.
        grace_s: seconds a dropped participant stays `reconnecting`, where the session's settings
            do not say.

    """

    def __init__(
        self, state: RoomState, *, limits: Limits | None = None, grace_s: int = 20
    ) -> None:
        self.state = state
        self.limits = limits or Limits()
        self.peers: dict[str, Peer] = {}
        self._grace_s = grace_s

    def handle(self, command: Command, now_ms: int) -> Outcome:
        """Decide about a command and apply what it comes to.

        Args:
            command: what is asked.
            now_ms: the time, milliseconds since the Unix epoch; events never go back in time.

        Raises:
            Refused: the command is not possible; the room is as it was.

        """
        grace_s = self.state.session.settings.grace_s
        turn = Turn(
            self.state,
            self.peers,
            self.limits,
            grace_ms=(self._grace_s if grace_s is None else grace_s) * 1000,
            now_ms=now_ms,
        )
        self._decide(turn, command)
        return turn.outcome

    def _decide(self, turn: Turn, command: Command) -> None:
        match command:
            case EditBoard():
                self._edit(turn, command)
            case RelayCandidate():
                self._relay_candidate(turn, command)
            case RelayDescription():
                self._relay_description(turn, command)
            case SetMedia():
                media.set_media(turn, command)
            case Connect():
                people.connect(turn, command)
            case Disconnect():
                people.disconnect(turn, command)
            case SeatParticipant():
                people.seat(turn, command)
            case InviteParticipant():
                people.invite(turn, command)
            case KickParticipant():
                people.kick(turn, command)
            case Tick():
                people.expire_grace(turn)
            case Reconcile():
                people.reconcile(turn)
            case MoveSession():
                governing.move(turn, command)
            case SetPermissions():
                governing.set_permissions(turn, command)
            case SaveBoard():
                governing.save(turn, command)
            case OpenRoom():
                turn.emit(EventType.ROOM_OPEN, RoomOpened(command.epoch))
            case CreateSession():
                turn.emit(
                    EventType.SESSION_CREATED,
                    SessionStatusChanged(self.state.session.status),
                    by=command.by,
                )
            case _:
                assert_never(command)

    def _edit(self, turn: Turn, command: EditBoard) -> None:
        peer = turn.peer(command.connection_id)
        submission = Submission(command.client_id, command.n, zlib.crc32(_encode(command.ops)))
        accepted = self.state.submissions.seq_of(peer.user_id, submission)
        if accepted is not None:
            turn.ack(peer, submission, seq=accepted)
            return
        status = self.state.session.status
        if status is not SessionStatus.ACTIVE and (
            status.has_ended or not turn.is_host(peer.user_id)
        ):
            raise Refused(
                ErrorCode.SESSION_NOT_ACTIVE, f"the session is {status}; the board is closed"
            )
        change = draft(
            self.state.board,
            command.ops,
            author=peer.user_id,
            permissions=self.state.permissions_of(peer.user_id),
            limits=self.limits,
        )
        event = turn.emit_board(change, by=peer.user_id, submission=submission)
        turn.ack(peer, submission, seq=event.seq)

    def _relay_description(self, turn: Turn, command: RelayDescription) -> None:
        caller = turn.peer(command.connection_id)
        settings = self.state.session.settings
        sdp = visible_description(command.sdp, policy=settings.ice_policy, limits=self.limits)
        to = callee(
            self.peers, self.state.participants, caller=caller, to=command.to, settings=settings
        )
        turn.signal(to, Channel.WEBRTC, command.type, RelayedDescription(caller.peer_id, sdp))

    def _relay_candidate(self, turn: Turn, command: RelayCandidate) -> None:
        caller = turn.peer(command.connection_id)
        settings = self.state.session.settings
        is_visible = is_visible_candidate(
            command.candidate, policy=settings.ice_policy, limits=self.limits
        )
        to = callee(
            self.peers, self.state.participants, caller=caller, to=command.to, settings=settings
        )
        if is_visible:
            turn.signal(
                to,
                Channel.WEBRTC,
                "ice_candidate",
                RelayedCandidate(caller.peer_id, command.candidate),
            )
