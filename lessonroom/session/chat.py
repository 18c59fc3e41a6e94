"""The chat: what people write to everyone in the room (PROTOCOL section Chat)."""

import zlib
from typing import Final

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import SendChatMessage
from lessonroom.log.events import Channel, ChatMessageSent, EventType, Submission
from lessonroom.scalars import without_direction_controls
from lessonroom.session.session import ChatPolicy
from lessonroom.turn import Turn

ERASED_TEXT: Final = "—"
"""What stands where a person who was erased had written something."""


def send(turn: Turn, command: SendChatMessage) -> None:
    """Put a message into the log, once, and acknowledge it."""
    peer = turn.peer(command.connection_id)
    submission = Submission(command.client_id, command.n, zlib.crc32(command.text.encode()))
    accepted = turn.state.submissions.seq_of(peer.user_id, submission)
    if accepted is not None:
        turn.ack(peer, submission, seq=accepted, channel=Channel.SYSTEM)
        return
    turn.require_open()
    _require_allowed(turn, peer.user_id)
    text = without_direction_controls(command.text)
    if not text.strip():
        raise Refused(ErrorCode.INVALID, "a message says something", field="text")
    turn.require_space(peer.user_id, len(command.text), from_reserve=True)
    event = turn.emit(
        EventType.CHAT_MESSAGE,
        ChatMessageSent(text),
        by=peer.user_id,
        submission=submission,
    )
    turn.ack(peer, submission, seq=event.seq, channel=Channel.SYSTEM)


def _require_allowed(turn: Turn, user_id: int) -> None:
    match turn.state.session.settings.chat_policy:
        case ChatPolicy.OFF:
            raise Refused(ErrorCode.PERMISSION_DENIED, "the chat is switched off")
        case ChatPolicy.HOST_ONLY if not turn.is_host(user_id):
            raise Refused(ErrorCode.PERMISSION_DENIED, "only the host may write into the chat")
        case _:
            pass
