"""What a client keeps of a room: what the server has ordered, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import msgspec

from lessonroom.board.editing.changes import replay_ops, stamped
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.operations import LoggedOperation
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.recording.recording import RecordingSettings
from lessonroom.replica.messages import Incoming, decode_welcome
from lessonroom.replica.pending import Pending
from lessonroom.session.session import ChatPolicy

_AS_A_RULE: Final = msgspec.json.decode(msgspec.json.encode(RecordingSettings()))
_NOTHING: Final = msgspec.Raw(b"null")
_Change = Callable[[Board], BoardChange]
"""What something comes to on a board."""


class View(Protocol):
    """Takes up what has been ordered. What it makes of it is its own.

    A view that has no board to show may leave `board` empty: pieces of strokes then need `at`.
    """

    board: Board

    def welcome(self, data: msgspec.Raw) -> None:
        """Take up a `welcome`, keeping what is known from before an interruption."""

    def replace(self, data: msgspec.Raw, *, seq: int) -> None:
        """Take up a full `sync_response`."""

    def add_part(self, data: msgspec.Raw, *, is_last: bool) -> None:
        """Take up a `board_part` of the last full `sync_response`, whatever has come since.

        Raises:
            Refused: what has come since was not made on what is here.

        """

    def apply(self, event: Incoming) -> None:
        """Apply the next event.

        Raises:
            Refused: it was not made on what is here.

        """

    def apply_own(self, pending: Pending, *, seq: int, user_id: int) -> None:
        """Apply one's own submission in the place of its event, of which only the `ack` came.

        Raises:
            Refused: it was not made on what is here.

        """


class BoardView:
    """The board alone."""

    def __init__(self) -> None:
        self.board = Board()
        self.user_id = 0
        self._told: Board | None = None
        """What has come of the board as it was at a full sync, while there is more of it to come
        (BD-28)."""
        self._since: list[_Change] = []
        """And what has changed it since."""

    def welcome(self, data: msgspec.Raw) -> None:
        """Learn whose view it is."""
        self.user_id = decode_welcome(data).participant.user_id

    def replace(self, data: msgspec.Raw, *, seq: int) -> None:  # noqa: ARG002 - a view's
        """Take up the board of a full `sync_response`."""
        told = _decode_board(data)
        encoded = bytes(told.board)
        # A connection without the board's channel is told null.
        if encoded != bytes(_NOTHING):
            self.board = Board.decode(encoded)
            self._told, self._since = self.board.copy() if told.rest else None, []

    def add_part(self, data: msgspec.Raw, *, is_last: bool) -> None:
        """Lay what has come later below what has happened since.

        Raises:
            Refused: what has happened since was not made on this board.

        """
        if self._told is None:
            return
        told, elements = self._told, _decode_part(data).elements
        told.add(StoredElement.from_encoded(bytes(raw)) for raw in elements.values())
        self.board = told.copy()
        for change in self._since:
            self.board.apply(change(self.board))
        if is_last:
            self._told, self._since = None, []

    def _change(self, change: _Change) -> None:
        self.board.apply(change(self.board))
        if self._told is not None:
            self._since.append(change)

    def apply(self, event: Incoming) -> None:
        """Apply the next event.

        Raises:
            Refused: it was not made on this board.

        """
        if event.type == "board_event":
            ops, author = _decode_event(event.data).ops, event.from_ or 0
            self._change(lambda board: replay_ops(board, ops, author=author))

    def apply_own(self, pending: Pending, *, seq: int, user_id: int) -> None:  # noqa: ARG002 - a view's
        """Apply one's own submission as the room did.

        Raises:
            Refused: it was not made on this board.

        """
        if pending.saying is not None:
            return
        try:
            ops = msgspec.convert(pending.ops, list[LoggedOperation])
        except msgspec.ValidationError as error:
            # It was acknowledged, so the room could read it; what we hold is something else.
            raise Refused(ErrorCode.INVALID, str(error)) from None
        self._change(lambda board: stamped(board, ops, author=user_id))


class Line(msgspec.Struct, frozen=True):
    """What somebody wrote: to everyone, or `to` one person and the hosts.

    Of one that was removed nothing is left but its place.
    """

    seq: int
    user_id: int
    text: str
    to: int | None = None
    reply_to: int | None = None
    is_removed: bool = False


class LessonView(BoardView):
    """The lesson as a page shows it: board, roster, permissions, status and chat.

    What the wire has as objects stays so: seats by `user_id`, permissions by name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.session: dict[str, Any] = {}
        self.roster: dict[int, dict[str, Any]] = {}
        self.permissions: dict[str, bool] = {}
        """What this participant may do now."""
        self.role_permissions: dict[str, dict[str, bool]] = {}
        """What each role may do here, before what was set for one person."""
        self.chat: list[Line] = []
        """What was written since the last full sync."""

    def may(self, permission: str) -> bool:
        """Whether this participant may do something now."""
        return self.permissions.get(permission, False)

    def welcome(self, data: msgspec.Raw) -> None:
        """Take up a `welcome`, keeping board and chat from before an interruption."""
        super().welcome(data)
        told = _decode_any(data)
        self.session = told["session"]
        self.permissions = told["permissions"]
        self.roster = {seat["user_id"]: seat for seat in told["roster"]}

    def replace(self, data: msgspec.Raw, *, seq: int) -> None:
        """Take up a full `sync_response`."""
        super().replace(data, seq=seq)
        full = _decode_full(data)
        self.session = full.session
        self.roster = {seat["user_id"]: seat for seat in full.roster}
        self.permissions = full.permissions
        self.role_permissions = full.role_permissions
        self.chat = []

    def apply(self, event: Incoming) -> None:
        """Apply the next event.

        Raises:
            Refused: a board event was not made on this board.

        """
        match event.type:
            case "board_event":
                super().apply(event)
            case "room_open":
                for seat in self.roster.values():
                    if seat["status"] == "connected":
                        seat["status"] = "reconnecting"
            case "participant_update":
                seat = _decode_any(event.data)["participant"]
                self.roster[seat["user_id"]] = seat
            case "permission_update":
                self._permit(_decode_any(event.data))
            case "media_state":
                told = _decode_any(event.data)
                self.roster[told.pop("user_id")].update(told)
            case "connection_quality":
                told = _decode_any(event.data)
                self.roster[told["user_id"]]["connection_quality"] = told["quality"]
            case "session_status":
                self.session["status"] = _decode_any(event.data)["status"]
            case "session_update":
                self._plan(_decode_any(event.data))
            case "timer":
                self.session["timer"] = _decode_any(event.data)["timer"]
            case "recording_start":
                told = _decode_any(event.data)
                self.session["recording"] = {**told, "started_at": event.at, "by": told.get("by")}
            case "recording_stop":
                self.session["recording"] = None
            case "chat_message":
                said = _decode_any(event.data)
                self.chat.append(
                    Line(
                        event.seq or 0,
                        event.from_ or 0,
                        said["text"],
                        said.get("to"),
                        said.get("reply_to"),
                        said.get("removed") is not None,
                    )
                )
            case "chat_remove":
                removed = _decode_any(event.data)["message"]
                self.chat = [
                    msgspec.structs.replace(line, text="", is_removed=True)
                    if line.seq == removed
                    else line
                    for line in self.chat
                ]
            case _:
                pass  # `board_save`, `asset_add`: nothing of what is kept here

    def apply_own(self, pending: Pending, *, seq: int, user_id: int) -> None:
        """Apply one's own submission as the room did.

        Raises:
            Refused: it was not made on this board.

        """
        super().apply_own(pending, seq=seq, user_id=user_id)
        if pending.saying is not None:
            said = pending.saying
            self.chat.append(Line(seq, user_id, said.text, said.to, said.reply_to))

    def _plan(self, told: Mapping[str, Any]) -> None:
        """Take up a `session_update`; what an old log does not say is as it was."""
        settings = told["settings"]
        same = {name for name in ("host_id", "is_recorded") if told.get(name) is None}
        names = (told.keys() & self.session.keys()) - same
        self.session |= {name: told[name] for name in names}
        self.session["chat_policy"] = settings.get("chat_policy", ChatPolicy.ALL.value)
        recording = settings.get("recording", _AS_A_RULE)
        self.session["recording_settings"] = recording if self.session["is_recorded"] else None

    def _permit(self, told: Mapping[str, Any]) -> None:
        if "user_id" in told:
            if told["user_id"] in self.roster:
                self.roster[told["user_id"]]["custom_permissions"] = told.get("overrides") or {}
            if told["user_id"] == self.user_id:
                self.permissions = dict(told["permissions"])
            return
        if "tools_down" in told:
            self.session["tools_down"] = told["tools_down"]
        else:
            self.role_permissions.setdefault(told["role"], {}).update(told["permissions"])
        own = (told.get("effective") or {}).get(str(self.user_id))
        if own is not None:
            self.permissions = dict(own)


class _BoardEvent(msgspec.Struct, frozen=True):
    ops: list[LoggedOperation]


class _Board(msgspec.Struct, frozen=True):
    board: msgspec.Raw = _NOTHING
    rest: list[str] = []


class _Part(msgspec.Struct, frozen=True):
    elements: dict[str, msgspec.Raw]


class _Full(msgspec.Struct, frozen=True):
    session: dict[str, Any]
    roster: list[dict[str, Any]]
    permissions: dict[str, bool]
    role_permissions: dict[str, dict[str, bool]] = {}


_decode_any: Final = msgspec.json.decode
_decode_event: Final = msgspec.json.Decoder(_BoardEvent).decode
_decode_board: Final = msgspec.json.Decoder(_Board).decode
_decode_part: Final = msgspec.json.Decoder(_Part).decode
_decode_full: Final = msgspec.json.Decoder(_Full).decode
