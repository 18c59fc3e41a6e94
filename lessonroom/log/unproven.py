"""The log of a stranger, taken up by the rules of a room (PROTOCOL LP-6).

What is in it may be anything. An event that no room of this server would have put into a log is
refused, and all limits of boards, seats and logs hold: what was taken up can be opened, drawn,
searched and replayed as every other lesson.
"""

from typing import Any, Final

import msgspec

from lessonroom.board.editing import assets
from lessonroom.board.editing.draft import Draft
from lessonroom.board.editing.element_limits import check_element
from lessonroom.board.model.operations import LoggedOperation, Put
from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.log.events import (
    BOARD_CHANGES,
    AssetAdded,
    BoardChanged,
    ChatFile,
    ChatMessageSent,
    Event,
    EventBody,
    EventType,
    ParticipantChanged,
    RecordingStarted,
    SessionUpdated,
    TakeOpened,
)
from lessonroom.log.renumbering import people_of
from lessonroom.people.erasure import ERASED_NAME
from lessonroom.people.names import cleaned
from lessonroom.recording.recording import MOST_RECORDINGS, MOST_TAKES
from lessonroom.scalars import check_name, check_text, without_direction_controls
from lessonroom.session.chat import shown_file_name
from lessonroom.session.session import Session
from lessonroom.state import RoomState

_TITLE_CHARS: Final = 200
_TEXT_CHARS: Final = 4_000
"""Of any text beside the board; the chat's are 2,000."""
_NUMBER_MOST: Final = 2**53 - 1
_DIGEST_MOST: Final = 2**32 - 1
_ID_CHARS: Final = 128
_EVENT_BYTES: Final = 4 * 1024 * 1024
"""Of one that is not about the board: the permissions of everybody in a full room."""
_AHEAD_MS: Final = 300_000
"""By how much the clock of another server may be wrong."""
_decode_ops: Final = msgspec.json.Decoder(list[LoggedOperation]).decode


class OpenedTake(msgspec.Struct, frozen=True):
    """A take that a log tells of, and at which event."""

    seq: int
    at_ms: int
    take: TakeOpened
    recording_id: str


class UnprovenLog:
    """Takes up a log, event by event, and knows what it came to and whom and what it names.

    After a refusal it is of no use any more.

    Args:
        session: as it was before the first event.
        limits: what a room of this server holds.
        now_ms: the time.

    """

    def __init__(self, session: Session, limits: Limits, *, now_ms: int) -> None:
        _check_title(session.title)
        self.state = RoomState(session)
        self.people: set[int] = {session.host_id}
        self.added: dict[str, AssetAdded] = {}
        """The images, documents and outlines that its board may show."""
        self.shown: set[str] = set()
        """Those of them that it ever did."""
        self.files: dict[str, ChatFile] = {}
        """What came with messages that were not removed."""
        self.takes: list[OpenedTake] = []
        self._recordings: list[str] = []
        self._take_ids: list[str] = []
        self._limits = limits
        self._latest_ms = now_ms + _AHEAD_MS

    def take(self, event: Event) -> None:
        """Take up the next event.

        Raises:
            Refused: `invalid` or `too_large`, with the `seq` and what is wrong, or `not_found`: it
                shows an image that the session never had.

        """
        try:
            self._take(event)
        except Refused as refused:
            where = f"{refused.field}: " if refused.field else ""
            raise _wrong(event, f"{where}{refused.message}", refused.code) from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _wrong(event, f"cannot be read: {error}") from None
        except KeyError:
            raise _wrong(event, "is about somebody who has no seat") from None

    def _take(self, event: Event) -> None:
        self._check_head(event)
        if event.type in BOARD_CHANGES:
            self._draw(event)
        else:
            if len(event.data) > _EVENT_BYTES:
                raise Refused(ErrorCode.TOO_LARGE, f"has more than {_EVENT_BYTES} bytes")
            body = event.body()
            _check_values(msgspec.to_builtins(body, str_keys=True))
            self._check_body(event, body)
            self.people |= people_of(event, body)
            self.state.apply(event)
        if event.user_id is not None:
            self.people.add(event.user_id)
        most = self._limits.seats_per_session
        if len(self.people) > most:
            raise Refused(ErrorCode.TOO_LARGE, f"more than {most} people are named")
        most = self._limits.log_bytes_per_session
        if self.state.usage.total_bytes > most:
            raise Refused(ErrorCode.TOO_LARGE, f"the log of a session has at most {most} bytes")

    def _check_head(self, event: Event) -> None:
        state = self.state
        if state.head == 0 and event.type is not EventType.SESSION_CREATED:
            raise Refused(ErrorCode.INVALID, "a log begins with session_created", field="type")
        if not state.head_at_ms <= event.at_ms <= self._latest_ms:
            raise Refused(ErrorCode.INVALID, "is before the last event, or to come", field="at")
        if not 1 <= event.board_schema <= BOARD_SCHEMA:
            raise Refused(
                ErrorCode.INVALID, f"allowed is 1 to {BOARD_SCHEMA}", field="board_schema"
            )
        if event.user_id is not None:
            _check_number(event.user_id, least=1, field="user_id")
        sent = event.submission
        if sent is not None:
            _check_number(sent.n, least=0, field="client_n")
            if not 0 <= sent.digest <= _DIGEST_MOST:
                raise Refused(ErrorCode.INVALID, "is no CRC-32", field="client_digest")
            if len(sent.client_id) > _ID_CHARS or not sent.client_id.isascii():
                raise Refused(ErrorCode.INVALID, "is too long", field="client_id")
            check_text(sent.client_id, "client_id")
            if state.submissions.seq_of(event.user_id or 0, sent) is not None:
                raise Refused(ErrorCode.CONFLICT, "was sent before", field="client_n")

    def _draw(self, event: Event) -> None:
        ops = _decode_ops(msgspec.json.decode(event.data, type=BoardChanged).ops)
        assets.check_references(ops, _Noting(self.state.assets, self.shown))
        board, limits = self.state.board, self._limits
        made = Draft(board, event.user_id or 0, limits, stamps=False, minds_locks=False)
        for n, op in enumerate(ops):
            made.field = f"ops[{n}]"
            if isinstance(op, Put):
                element = op.element
                previous = board.elements.get(element.id)
                check_element(element, limits, field=f"{made.field}.element", previous=previous)
                if element.by:
                    _check_number(element.by, least=1, field=f"{made.field}.element.by")
                    self.people.add(element.by)
            made.apply(op)
        made.check_totals()
        self.state.apply(event, change=made.change([]))

    def _check_body(self, event: Event, body: EventBody) -> None:
        match body:
            case ParticipantChanged(participant=seat):
                if seat.name != ERASED_NAME and cleaned(seat.name) != seat.name:
                    raise Refused(
                        ErrorCode.INVALID, "is no name as it is shown", field="participant.name"
                    )
            case SessionUpdated(title=title):
                _check_title(title)
            case AssetAdded():
                # As often as it is told: it counts once.
                self.added.setdefault(body.asset, body)
                have = {**self.state.assets, body.asset: max(0, body.size_bytes)}
                assets.check_quota(have, self._limits)
            case ChatMessageSent(text=text, file=file):
                if without_direction_controls(text) != text:
                    raise Refused(ErrorCode.INVALID, "has direction controls", field="text")
                if file is not None:
                    if shown_file_name(file.name) != file.name:
                        raise Refused(ErrorCode.INVALID, "is no name of a file", field="file.name")
                    self.files.setdefault(file.asset, file)
            case RecordingStarted(recording_id=recording_id):
                _add_new(self._recordings, recording_id, MOST_RECORDINGS, "recording_id")
            case TakeOpened(take_id=take_id):
                if not self._recordings:
                    raise Refused(ErrorCode.INVALID, "no recording was begun")
                _add_new(self._take_ids, take_id, MOST_TAKES, "take_id")
                self.takes.append(OpenedTake(event.seq, event.at_ms, body, self._recordings[-1]))
            case _:
                pass


class _Noting:
    """Whether a session has an asset; remembers which were asked for."""

    def __init__(self, there: dict[str, int], shown: set[str]) -> None:
        self._there = there
        self._shown = shown

    def __contains__(self, asset: object) -> bool:
        if not isinstance(asset, str) or asset not in self._there:
            return False
        self._shown.add(asset)
        return True


def _add_new(names: list[str], name: str, most: int, field: str) -> None:
    if name in names or len(name) > _ID_CHARS:
        raise Refused(ErrorCode.INVALID, "is told twice, or too long", field=field)
    if len(names) == most:
        raise Refused(ErrorCode.TOO_LARGE, f"a session has at most {most}", field=field)
    names.append(name)


def _check_title(title: str) -> None:
    check_name(title, "title")
    if len(title) > _TITLE_CHARS:
        raise Refused(ErrorCode.INVALID, f"has at most {_TITLE_CHARS} characters", field="title")


def _check_values(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Refuse numbers and texts that not every client and database can hold."""
    stack = [value]
    while stack:
        match stack.pop():
            case bool() | None | float():
                pass
            case int() as number:
                _check_number(number, least=-_NUMBER_MOST, field="data")
            case str() as text:
                check_text(text, "data")
                if len(text) > _TEXT_CHARS:
                    raise Refused(ErrorCode.TOO_LARGE, f"a text has at most {_TEXT_CHARS} signs")
            case dict() as fields:
                stack += [*fields.keys(), *fields.values()]
            case list() | tuple() as items:
                stack += items
            case _:
                raise Refused(ErrorCode.INVALID, "only JSON values are allowed")


def _check_number(number: int, *, least: int, field: str) -> None:
    if not least <= number <= _NUMBER_MOST:
        raise Refused(ErrorCode.INVALID, f"allowed is {least} to {_NUMBER_MOST}", field=field)


def _wrong(event: Event, words: str, code: ErrorCode = ErrorCode.INVALID) -> Refused:
    return Refused(code, f"event {event.seq}: {words}", field="log.jsonl")
