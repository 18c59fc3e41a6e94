"""The chat: what people write to everyone in the room, or to one (PROTOCOL section Chat)."""

import re
import zlib
from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import RemoveMessage, SendChatMessage, SendFile
from lessonroom.log.audience import is_for
from lessonroom.log.events import (
    Channel,
    ChatMessageRemoved,
    ChatMessageSent,
    Event,
    EventType,
    Submission,
)
from lessonroom.scalars import without_direction_controls
from lessonroom.session.messages import MessageHead
from lessonroom.session.session import ChatPolicy
from lessonroom.turn import Turn

FILE_NAME_CHARS: Final = 128
_ENDING_CHARS: Final = 8
_NAMELESS_FILE: Final = "file"
_PATH: Final = re.compile(r"[/\\]")
ERASED_TEXT: Final = "—"
"""What stands where a person who was erased had written something."""


def send(turn: Turn, command: SendChatMessage) -> None:
    """Put a message into the log, once, and acknowledge it."""
    peer = turn.peer(command.connection_id)
    submission = Submission(command.client_id, command.n, _digest(command))
    accepted = turn.state.submissions.seq_of(peer.user_id, submission)
    if accepted is not None:
        turn.ack(peer, submission, seq=accepted, channel=Channel.SYSTEM)
        return
    said = ChatMessageSent(command.text, command.to, command.reply_to)
    event = _say(turn, peer.user_id, said, submission)
    turn.ack(peer, submission, seq=event.seq, channel=Channel.SYSTEM)


def send_file(turn: Turn, command: SendFile) -> None:
    """Put a message with a file into the log, once; it takes what a message takes (CH-7)."""
    submission = Submission(command.client_id, 1, _digest(command))
    seq = turn.state.submissions.seq_of(command.by, submission)
    if seq is None:
        turn.require_open()
        turn.require_present(command.by)
        file = msgspec.structs.replace(command.file, name=shown_file_name(command.file.name))
        said = ChatMessageSent(command.text, command.to, command.reply_to, file=file)
        seq = _say(turn, command.by, said, submission).seq
    turn.outcome.result = seq


def shown_file_name(name: str) -> str:
    """Return the name of a file as others are told it: its last part, one line, its ending kept.

    It is never refused: people do not choose the names of their files for us.
    """
    last = without_direction_controls(_PATH.split(name)[-1])
    visible = "".join(
        " " if char.isspace() else char for char in last if char.isprintable() or char.isspace()
    )
    stem, dot, ending = visible.strip().strip(".").rpartition(".")
    if not dot or len(ending) > _ENDING_CHARS:
        stem, dot, ending = visible.strip().strip("."), "", ""
    shown = stem.strip()[: FILE_NAME_CHARS - len(dot + ending)].rstrip() + dot + ending
    return shown or _NAMELESS_FILE


def _say(turn: Turn, by: int, said: ChatMessageSent, submission: Submission) -> Event:
    turn.require_open()
    _require_allowed(turn, by)
    said = msgspec.structs.replace(said, text=without_direction_controls(said.text))
    if not said.text.strip() and said.file is None:
        raise Refused(ErrorCode.INVALID, "a message says something", field="text")
    if said.to is not None:
        _require_addressable(turn, by, said.to)
    if said.reply_to is not None:
        _require_answerable(turn, by, said.reply_to, to=said.to)
    turn.require_space(by, len(said.text), from_reserve=True)
    return turn.emit(EventType.CHAT_MESSAGE, said, by=by, submission=submission)


def remove(turn: Turn, command: RemoveMessage) -> None:
    """Take a message out of the chat: one's own, or, who leads the lesson, anybody's (CH-6)."""
    head = _seen(turn, command.by, command.message, field="message")
    if command.by != head.author and not turn.is_host(command.by):
        raise Refused(ErrorCode.PERMISSION_DENIED, "only its author and hosts remove a message")
    body = ChatMessageRemoved(command.message, head.author, head.to)
    turn.emit(EventType.CHAT_REMOVE, body, by=command.by)


def _digest(command: SendChatMessage | SendFile) -> int:
    if isinstance(command, SendFile):
        return zlib.crc32(
            msgspec.json.encode((command.text, command.to, command.reply_to, command.file))
        )
    if command.to is None and command.reply_to is None:
        # As before there was more than a text.
        return zlib.crc32(command.text.encode())
    return zlib.crc32(msgspec.json.encode((command.text, command.to, command.reply_to)))


def _seen(turn: Turn, by: int | None, seq: int, *, field: str) -> MessageHead:
    """Return a message that `by` may read; any other one is as one that does not exist."""
    head = turn.state.messages.get(seq)
    leads = by is not None and turn.is_host(by)
    if head is None or not is_for(head.circle, by, leads=leads):
        raise Refused(ErrorCode.NOT_FOUND, "there is no such message", field=field)
    return head


def _require_addressable(turn: Turn, by: int, to: int) -> None:
    person = turn.participant(to, field="to")
    if to == by:
        raise Refused(ErrorCode.INVALID, "nobody writes to themself", field="to")
    if not (turn.is_host(by) or turn.is_host(to)):
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "to one person write hosts, and others to hosts",
            field="to",
        )
    if not person.may_act:
        raise Refused(ErrorCode.NOT_FOUND, "they are not in the lesson", field="to")


def _require_answerable(turn: Turn, by: int, seq: int, *, to: int | None) -> None:
    circle = _seen(turn, by, seq, field="reply_to").circle
    if circle is not None and (to is None or not (to in circle or turn.is_host(to))):
        # It would tell of the message to somebody whom it is not for.
        raise Refused(
            ErrorCode.INVALID,
            "what was written to one person is answered to them alone",
            field="to",
        )


def _require_allowed(turn: Turn, user_id: int) -> None:
    match turn.state.session.settings.chat_policy:
        case ChatPolicy.OFF:
            raise Refused(ErrorCode.PERMISSION_DENIED, "the chat is switched off")
        case ChatPolicy.HOST_ONLY if not turn.is_host(user_id):
            raise Refused(ErrorCode.PERMISSION_DENIED, "only the host may write into the chat")
        case _:
            pass
