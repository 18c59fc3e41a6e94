"""Commands: what somebody asks of a room, in the imperative.

`by` is the user who asks, or None for the operator and the server itself, who need no permission.
`at`, ids and codes never come from here: they are arguments of `Room.handle` or made outside.
"""

from lessonroom.commands.boards import (
    AddPages,
    BeginDocument,
    CopyPage,
    EditBoard,
    ImportBoard,
    InsertPages,
    Redo,
    RegisterAsset,
    RestoreBoard,
    SaveBoard,
    TellDocument,
    Undo,
)
from lessonroom.commands.command import CommandOf
from lessonroom.commands.connections import (
    Connect,
    Disconnect,
    RelayCandidate,
    RelayDescription,
    RemoveMessage,
    ReportQuality,
    SendChatMessage,
    SendFile,
    SetMedia,
)
from lessonroom.commands.people import (
    AdmitParticipant,
    AskToUnmute,
    BringPeople,
    ChangeRole,
    EndSpotlight,
    EraseParticipant,
    ExpectedPerson,
    ExpectPeople,
    Gesture,
    InviteParticipant,
    KickParticipant,
    LowerHands,
    Mute,
    PickSomebody,
    RaiseHand,
    React,
    ReleasePeople,
    SeatParticipant,
    SetAway,
    SetPermissions,
    SetTools,
    SetUnrecorded,
    Spotlight,
)
from lessonroom.commands.recordings import (
    GiveConsent,
    LeaveOut,
    OpenTake,
    RecordingCommand,
    StartRecording,
    StopRecording,
    TellNearlyFull,
)
from lessonroom.commands.sessions import (
    ChangeAccessCode,
    CreateSession,
    FollowBooking,
    LetGo,
    MoveSession,
    MoveTimer,
    OpenRoom,
    PassTime,
    Reconcile,
    ReopenSession,
    SetTimer,
    SettleEmpty,
    UpdateSession,
)

Command = (
    CreateSession
    | OpenRoom
    | SeatParticipant
    | InviteParticipant
    | AdmitParticipant
    | Connect
    | Disconnect
    | EditBoard
    | SendChatMessage
    | SendFile
    | RemoveMessage
    | RelayDescription
    | RelayCandidate
    | SetMedia
    | ReportQuality
    | MoveSession
    | ReopenSession
    | UpdateSession
    | FollowBooking
    | ExpectPeople
    | ChangeRole
    | ChangeAccessCode
    | SetTimer
    | MoveTimer
    | RaiseHand
    | Mute
    | AskToUnmute
    | SetTools
    | LowerHands
    | Gesture
    | RecordingCommand
    | KickParticipant
    | EraseParticipant
    | SetPermissions
    | SaveBoard
    | RestoreBoard
    | CopyPage
    | RegisterAsset
    | BeginDocument
    | AddPages
    | TellDocument
    | ImportBoard
    | InsertPages
    | Undo
    | Redo
    | PassTime
    | SettleEmpty
    | LetGo
    | Reconcile
)

__all__ = [
    "AddPages",
    "AdmitParticipant",
    "AskToUnmute",
    "BeginDocument",
    "BringPeople",
    "ChangeAccessCode",
    "ChangeRole",
    "Command",
    "CommandOf",
    "Connect",
    "CopyPage",
    "CreateSession",
    "Disconnect",
    "EditBoard",
    "EndSpotlight",
    "EraseParticipant",
    "ExpectPeople",
    "ExpectedPerson",
    "FollowBooking",
    "Gesture",
    "GiveConsent",
    "ImportBoard",
    "InsertPages",
    "InviteParticipant",
    "KickParticipant",
    "LeaveOut",
    "LetGo",
    "LowerHands",
    "MoveSession",
    "MoveTimer",
    "Mute",
    "OpenRoom",
    "OpenTake",
    "PassTime",
    "PickSomebody",
    "RaiseHand",
    "React",
    "Reconcile",
    "RecordingCommand",
    "Redo",
    "RegisterAsset",
    "RelayCandidate",
    "RelayDescription",
    "ReleasePeople",
    "RemoveMessage",
    "ReopenSession",
    "ReportQuality",
    "RestoreBoard",
    "SaveBoard",
    "SeatParticipant",
    "SendChatMessage",
    "SendFile",
    "SetAway",
    "SetMedia",
    "SetPermissions",
    "SetTimer",
    "SetTools",
    "SetUnrecorded",
    "SettleEmpty",
    "Spotlight",
    "StartRecording",
    "StopRecording",
    "TellDocument",
    "TellNearlyFull",
    "Undo",
    "UpdateSession",
]
