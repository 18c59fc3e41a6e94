"""From what a client sent to the command that the room decides about."""

from typing import assert_never

from actors.runtime import chance
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    AdmitParticipant,
    AskToUnmute,
    BringPeople,
    ChangeRole,
    Command,
    CopyPage,
    EditBoard,
    EndSpotlight,
    GiveConsent,
    InviteParticipant,
    KickParticipant,
    LeaveOut,
    LowerHands,
    MoveSession,
    MoveTimer,
    Mute,
    PickSomebody,
    RaiseHand,
    React,
    Redo,
    RelayCandidate,
    RelayDescription,
    ReleasePeople,
    RemoveMessage,
    ReportQuality,
    SaveBoard,
    SendChatMessage,
    SetAway,
    SetMedia,
    SetPermissions,
    SetTimer,
    SetTools,
    SetUnrecorded,
    Spotlight,
    StartRecording,
    StopRecording,
    Undo,
)
from lessonroom.people.permissions import Role
from lessonroom.protocol.calls import (
    AdmitArgs,
    AskUnmuteArgs,
    AwayArgs,
    BringArgs,
    ConsentArgs,
    CopyArgs,
    ExtendArgs,
    InviteArgs,
    KickArgs,
    LowerHandArgs,
    MuteArgs,
    NoArgs,
    ReactArgs,
    RecordArgs,
    RemoveArgs,
    RestoreArgs,
    RoleArgs,
    SpotlightArgs,
    TimerArgs,
    ToolsArgs,
    UndoArgs,
    UnrecordedArgs,
    WithReason,
)
from lessonroom.protocol.client import (
    BoardEvent,
    Call,
    Candidate,
    ChatMessage,
    Description,
    MediaRequest,
    Ping,
    PointerMove,
    Pong,
    QualityReport,
    SyncRequest,
    TokenRenewal,
)
from lessonroom.protocol.decoding import Message, submission_id
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import TimerMove
from lessonroom.state import RoomState


def command_of(message: Message, *, connection_id: str, user_id: int, state: RoomState) -> Command:
    """Return the command that a message of `user_id` stands for.

    Raises:
        Refused: the message lacks what its command needs.

    """
    match message.data:
        case BoardEvent() | ChatMessage():
            return submitted(message, connection_id=connection_id)
        case Description(to=to, sdp=sdp):
            return RelayDescription(connection_id=connection_id, type=message.type, to=to, sdp=sdp)
        case Candidate(to=to, candidate=candidate):
            return RelayCandidate(connection_id=connection_id, to=to, candidate=candidate)
        case MediaRequest(video=video, audio=audio, screen=screen):
            return SetMedia(
                by=user_id, connection_id=connection_id, video=video, audio=audio, screen=screen
            )
        case QualityReport(quality=quality):
            return ReportQuality(connection_id=connection_id, quality=quality)
        case Call() as call:
            return _command_of_call(call, user_id, state, connection_id=connection_id)
        case SyncRequest() | PointerMove() | Ping() | Pong() | TokenRenewal():
            raise TypeError(f"{message.type} is no command")
        case _:
            assert_never(message.data)


def submitted(message: Message, *, connection_id: str) -> EditBoard | SendChatMessage:
    """Return the command of a submission (BD-6, CH-1).

    Raises:
        Refused: `invalid`, its id is none.

    """
    client_id, n = submission_id(message.id)
    match message.data:
        case BoardEvent(ops=ops):
            return EditBoard(connection_id=connection_id, client_id=client_id, n=n, ops=ops)
        case ChatMessage(text=text, to=to, reply_to=reply_to):
            return SendChatMessage(
                connection_id=connection_id,
                client_id=client_id,
                n=n,
                text=text,
                to=to,
                reply_to=reply_to,
            )
        case _:
            raise TypeError(f"{message.type} is no submission")


def _command_of_call(  # noqa: C901, PLR0912 - one case a call
    call: Call, by: int, state: RoomState, *, connection_id: str
) -> Command:
    match call.args:
        case NoArgs() if call.name == "save":
            return SaveBoard(by=by)
        case UndoArgs(user_id=user_id):
            return (Undo if call.name == "undo" else Redo)(by=by, of=user_id)
        case TimerArgs(seconds=seconds, title=title):
            return SetTimer(by=by, seconds=seconds, title=title)
        case ExtendArgs(seconds=seconds):
            return MoveTimer(by=by, move=TimerMove.EXTEND, seconds=seconds)
        case NoArgs() if call.name.endswith("_timer"):
            return MoveTimer(by=by, move=TimerMove(call.name.removesuffix("_timer")))
        case ReactArgs(reaction=reaction):
            return React(by=by, reaction=reaction)
        case NoArgs() if call.name == "pick":
            return PickSomebody(by=by, draw=chance.new_draw())
        case RemoveArgs(message=seq):
            return RemoveMessage(by=by, message=seq)
        case MuteArgs(user_id=user_id):
            return Mute(by=by, user_id=user_id)
        case AskUnmuteArgs(user_id=user_id):
            return AskToUnmute(by=by, user_id=user_id)
        case ToolsArgs(are_down=are_down):
            return SetTools(by=by, are_down=are_down)
        case NoArgs() if call.name == "start_recording":
            return StartRecording(by=by, recording_id=chance.new_recording_id())
        case NoArgs() if call.name == "stop_recording":
            return StopRecording(by=by)
        case ConsentArgs(answer=answer):
            return GiveConsent(by=by, answer=answer)
        case RecordArgs(user_id=user_id, is_recorded=is_recorded):
            return LeaveOut(by=by, user_id=user_id, is_left_out=not is_recorded)
        case NoArgs() if call.name == "raise_hand":
            return RaiseHand(by=by)
        case NoArgs() if call.name == "lower_hands":
            return LowerHands(by=by, user_id=None)
        case LowerHandArgs(user_id=user_id):
            return LowerHands(by=by, user_id=by if user_id is None else user_id)
        case NoArgs() if call.name == "release":
            return ReleasePeople(by=by)
        case BringArgs(page=page, view=view, users=users):
            return BringPeople(by=by, page=page, view=view, users=users)
        case SpotlightArgs(user_id=user_id, is_screen=is_screen):
            return Spotlight(by=by, user_id=user_id, is_screen=is_screen)
        case NoArgs() if call.name == "end_spotlight":
            return EndSpotlight(by=by)
        case AwayArgs(is_away=is_away):
            return SetAway(connection_id=connection_id, is_away=is_away)
        case UnrecordedArgs(tracks=tracks):
            return SetUnrecorded(connection_id=connection_id, tracks=tracks)
        case NoArgs():
            return MoveSession(by=by, move=Move(call.name))
        case WithReason(reason=reason):
            return MoveSession(by=by, move=Move.TERMINATE, reason=reason)
        case KickArgs(user_id=user_id, reason=reason, lock_link=lock_link):
            access_code = chance.new_access_code() if lock_link else None
            return KickParticipant(by=by, user_id=user_id, reason=reason, access_code=access_code)
        case RoleArgs(user_id=user_id, role=role):
            return ChangeRole(by=by, user_id=user_id, role=role)
        case AdmitArgs(user_id=user_id):
            return AdmitParticipant(by=by, user_id=user_id)
        case InviteArgs(user_id=user_id, role=role):
            known = state.participants.get(user_id)
            if known is None:
                raise Refused(
                    ErrorCode.NOT_FOUND,
                    "nobody of this user_id was in the session; invite by the REST API",
                    field="data.args.user_id",
                )
            return InviteParticipant(
                by=by, user_id=user_id, name=known.name, role=role or Role(known.role)
            )
        case CopyArgs():
            return _copy_of(call.args, by=by, here=state.session.session_id)
        case RestoreArgs():
            raise TypeError("a restore needs the board of its version first")
        case _:
            return SetPermissions(
                by=by,
                permissions=call.args.permissions,
                user_id=call.args.user_id,
                role=call.args.role,
            )


def _copy_of(args: CopyArgs, *, by: int, here: str) -> CopyPage:
    if args.from_session is not None and args.from_shelf is not None:
        raise Refused(
            ErrorCode.INVALID,
            "name a session or an item of a shelf, not both",
            field="data.args.from_shelf",
        )
    return CopyPage(
        by=by,
        page=args.page,
        id=args.id,
        after=args.after,
        more=tuple(args.more),
        from_session=None if args.from_session == here else args.from_session,
        from_shelf=args.from_shelf,
    )


def located(refused: Refused, message: Message) -> Refused:
    """Return a refusal of the core with its field as a path within the client's message (EN-2)."""
    field = refused.field
    if field is None or field == "id" or field.startswith("data."):
        return refused
    prefix = "data.args" if isinstance(message.data, Call) else "data"
    return Refused(
        refused.code,
        refused.message,
        field=f"{prefix}.{field}",
        retry_after_ms=refused.retry_after_ms,
    )
