"""The room: what a session is, and how commands change it. The heart of lessonroom.

`Room.handle(command, now_ms)` decides and applies; it does no I/O, reads no clock and draws no
random number, so the same commands give the same events, byte for byte.
"""

from typing import Final, assert_never

from lessonroom.board.editing import assets, importing
from lessonroom.board.model.board import Board
from lessonroom.board.model.viewing import Viewer, drawn_on_by
from lessonroom.calls import media, muting, relaying
from lessonroom.calls.quality import Qualities
from lessonroom.calls.signalling import Peer
from lessonroom.commands import (
    AddPages,
    AdmitParticipant,
    AskToUnmute,
    BeginDocument,
    BringPeople,
    ChangeAccessCode,
    ChangeRole,
    Command,
    Connect,
    CopyPage,
    CreateSession,
    Disconnect,
    EditBoard,
    EndSpotlight,
    EraseParticipant,
    ExpectPeople,
    FollowBooking,
    GiveConsent,
    ImportBoard,
    InsertPages,
    InviteParticipant,
    KickParticipant,
    LeaveOut,
    LetGo,
    LowerHands,
    MoveSession,
    MoveTimer,
    Mute,
    OpenRoom,
    OpenTake,
    PassTime,
    PickSomebody,
    RaiseHand,
    React,
    Reconcile,
    Redo,
    RegisterAsset,
    RelayCandidate,
    RelayDescription,
    ReleasePeople,
    RemoveMessage,
    ReopenSession,
    ReportQuality,
    RestoreBoard,
    SaveBoard,
    SeatParticipant,
    SendChatMessage,
    SendFile,
    SetAway,
    SetMedia,
    SetPermissions,
    SetTimer,
    SettleEmpty,
    SetTools,
    SetUnrecorded,
    Spotlight,
    StartRecording,
    StopRecording,
    TellDocument,
    TellNearlyFull,
    Undo,
    UpdateSession,
)
from lessonroom.limits import Limits
from lessonroom.log import drawing, restoring
from lessonroom.log.events import EventType, RoomOpened, SessionStatusChanged
from lessonroom.log.quotas import Quota
from lessonroom.log.undo import UndoHistory
from lessonroom.outcome import Outcome
from lessonroom.people import admission, erasure, hands, leading, lobby, presence, seats
from lessonroom.recording import deciding as recording
from lessonroom.recording.recording import StopReason
from lessonroom.session import (
    amending,
    chat,
    documents,
    emptiness,
    following,
    governing,
    reopening,
    timing,
)
from lessonroom.session.gestures import Gestures
from lessonroom.session.session import IcePolicy
from lessonroom.state import RoomState
from lessonroom.turn import Turn

_ATTENDANCE_EVERY_MS: Final = 50_000
"""A server that is killed keeps people's time in the room up to a minute before its end."""


class Room:
    """A session's durable state, its live peers, and the connections that wait in the lobby.

    Args:
        state: what the log comes to.
        limits: what a board and a message may hold.
        grace_s: seconds a dropped participant stays `reconnecting`, where the session's settings
            do not say.
        ice_policy: what the server asks of every session; a session's settings may be stricter.
        pause_after_ms: how long nobody is there until the time of an active session stands still.
        can_record: whether this server records sessions.

    """

    def __init__(
        self,
        state: RoomState,
        *,
        limits: Limits | None = None,
        grace_s: int = 20,
        ice_policy: IcePolicy = IcePolicy.ALL,
        pause_after_ms: int = 600_000,
        can_record: bool = True,
    ) -> None:
        self.state = state
        self.limits = limits or Limits()
        self.quota = Quota(self.limits)
        self.peers: dict[str, Peer] = {}
        self.undo_history = UndoHistory()
        self.lobby: dict[str, Peer] = {}
        self.gestures = Gestures()
        self.qualities = Qualities()
        self.holds: dict[int, int] = {}
        self._grace_s = grace_s
        self._ice_policy = ice_policy
        self._pause_after_ms = pause_after_ms
        self._can_record = can_record
        self._attendance_noted_ms = 0
        self._opened_at_ms = 0
        self._overrun = emptiness.Overrun()

    @property
    def ice_policy(self) -> IcePolicy:
        """Which candidates browsers may use: relayed ones where the server or the session says."""
        policies = (self._ice_policy, self.state.session.settings.ice_policy)
        return IcePolicy.RELAY if IcePolicy.RELAY in policies else IcePolicy.ALL

    def board_of(self, by: int | None) -> Board:
        """Return the board as somebody may see it, to work something out on; None: the operator."""
        leads = by is None or self.state.is_host(by)
        return drawn_on_by(self.state.board, Viewer(by, leads=leads))

    def handle(self, command: Command, now_ms: int) -> Outcome:
        """Decide about a command and apply what it comes to.

        Args:
            command: what is asked.
            now_ms: the time, milliseconds since the Unix epoch; events never go back in time.

        Raises:
            Refused: the command is not possible; the room is as it was, but for a step of undo
                of which nothing was left.

        """
        grace_s = self.state.session.settings.grace_s
        turn = Turn(
            self.state,
            self.peers,
            self.lobby,
            self.limits,
            quota=self.quota,
            holds=self.holds,
            grace_ms=(self._grace_s if grace_s is None else grace_s) * 1000,
            now_ms=now_ms,
        )
        least_before = self.state.board.least_schema
        self._decide(turn, command)
        if self.state.board.least_schema > least_before:
            presence.hang_up_on_old(turn)
        return turn.outcome

    def _decide(  # noqa: C901, PLR0912, PLR0915 - one line a command
        self, turn: Turn, command: Command
    ) -> None:
        match command:
            case EditBoard():
                drawing.edit(turn, command, self.undo_history)
            case RelayCandidate():
                relaying.relay_candidate(turn, command, policy=self.ice_policy)
            case RelayDescription():
                relaying.relay_description(turn, command, policy=self.ice_policy)
            case SetMedia():
                media.set_media(turn, command)
            case ReportQuality():
                self.qualities.report(turn, command)
            case SendChatMessage():
                chat.send(turn, command)
            case SendFile():
                chat.send_file(turn, command)
            case RemoveMessage():
                chat.remove(turn, command)
            case Connect():
                presence.connect(turn, command, pause_after_ms=self._pause_after_ms)
                self.gestures.greet(turn, [turn.outcome.result])
            case Disconnect():
                presence.disconnect(turn, command)
                self.gestures.follow(turn)
            case SeatParticipant():
                seats.seat(turn, command)
            case InviteParticipant():
                admission.invite(turn, command)
            case AdmitParticipant():
                admission.admit(turn, command)
                self.gestures.greet(turn, turn.peers_of(command.user_id))
            case CopyPage() | InsertPages():
                restoring.add_pages(turn, command, self.undo_history)
            case SetTimer():
                timing.begin(turn, command)
            case MoveTimer():
                timing.move(turn, command)
            case RaiseHand():
                hands.raise_hand(turn, command)
            case LowerHands():
                hands.lower_hands(turn, command)
            case Mute():
                muting.mute(turn, command)
            case AskToUnmute():
                muting.ask(turn, command)
            case SetTools():
                governing.set_tools(turn, command)
            case (
                StartRecording()
                | StopRecording()
                | GiveConsent()
                | LeaveOut()
                | OpenTake()
                | TellNearlyFull()
            ):
                recording.decide(turn, command, is_possible=self._can_record)
            case (
                BringPeople()
                | ReleasePeople()
                | Spotlight()
                | EndSpotlight()
                | React()
                | PickSomebody()
                | SetAway()
                | SetUnrecorded()
            ):
                self.gestures.decide(turn, command)
            case ChangeAccessCode():
                governing.change_access_code(turn, command)
            case KickParticipant():
                admission.kick(turn, command)
                self.gestures.follow(turn)
            case EraseParticipant():
                erasure.erase(turn, command)
                self.gestures.follow(turn)
            case PassTime(elsewhere_bytes=elsewhere_bytes):
                if elsewhere_bytes is not None:
                    self.quota.elsewhere_bytes = elsewhere_bytes
                presence.expire_grace(turn, opened_at_ms=self._opened_at_ms)
                self.gestures.follow(turn)
                self._note_attendance(turn)
                self._overrun.tell(turn)
            case LetGo():
                presence.let_go(turn)
            case SettleEmpty():
                presence.expire_grace(turn)
                emptiness.settle(turn, command)
            case Reconcile():
                presence.reconcile(turn)
            case MoveSession():
                governing.move(turn, command)
            case ReopenSession():
                reopening.reopen(turn, command)
            case UpdateSession():
                amending.update(turn, command)
            case FollowBooking():
                following.follow(turn, command)
            case ExpectPeople():
                following.expect(turn, command)
            case ChangeRole():
                leading.change_role(turn, command)
            case SetPermissions():
                governing.set_permissions(turn, command)
            case SaveBoard():
                governing.save(turn, command)
            case RestoreBoard():
                restoring.restore(turn, command, self.undo_history)
            case RegisterAsset():
                assets.register(turn, command)
            case BeginDocument():
                documents.begin(turn, command)
            case AddPages():
                drawing.add_pages(turn, command, self.undo_history)
            case TellDocument(progress=progress):
                documents.tell(turn, progress)
            case ImportBoard():
                importing.begin(turn, command)
            case Undo():
                self.undo_history.undo(turn, command)
            case Redo():
                self.undo_history.redo(turn, command)
            case OpenRoom():
                self._opened_at_ms = turn.now_ms
                last_there = presence.noted_since_the_last_event(turn.state)
                turn.emit(EventType.ROOM_OPEN, RoomOpened(command.epoch, last_there))
                lobby.empty(turn)
                if not self._can_record:
                    recording.stop(turn, StopReason.SERVER)
            case CreateSession():
                turn.emit(
                    EventType.SESSION_CREATED,
                    SessionStatusChanged(self.state.session.status),
                    by=command.by,
                )
            case _:
                assert_never(command)

    def _note_attendance(self, turn: Turn) -> None:
        # Below 0 where the clock on the wall was set back.
        if 0 <= turn.now_ms - self._attendance_noted_ms < _ATTENDANCE_EVERY_MS:
            return
        if self._attendance_noted_ms:
            presence.note_attendance(turn)
        self._attendance_noted_ms = turn.now_ms
