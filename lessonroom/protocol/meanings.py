"""What each code means to the author of a client, in words, for the schema and docs/protocol.md."""

from collections.abc import Mapping
from typing import Final

from lessonroom.codes import CloseCode, ErrorCode

ERROR_MEANINGS: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.UNKNOWN_MESSAGE: "There is no such channel, type or command.",
    ErrorCode.INVALID: "The message does not follow the schema; `field` says where.",
    ErrorCode.UNAUTHORIZED: "The token is missing, malformed, expired or void.",
    ErrorCode.PERMISSION_DENIED: "The participant may not do this now.",
    ErrorCode.WRONG_ACCESS_CODE: "The access code of the session is another one.",
    ErrorCode.KICKED: "The participant was removed and has not been invited again.",
    ErrorCode.NOT_FOUND: "What is named does not exist: a peer, a participant, a layer.",
    ErrorCode.CONFLICT: "It contradicts the present state, such as a locked layer or a used id.",
    ErrorCode.PRECONDITION_FAILED: "The session is not the one of `If-Match` any more. REST only.",
    ErrorCode.ROOM_FULL: "The session has as many participants as it may have.",
    ErrorCode.SESSION_NOT_ACTIVE: "The session has not started or is paused; the board is closed.",
    ErrorCode.SESSION_ENDED: "The session is over.",
    ErrorCode.TOO_LARGE: "A limit of `welcome.limits`, or a quota (QU-2), would be passed.",
    ErrorCode.RATE_LIMITED: "Too many messages; try again after `retry_after_ms`.",
    ErrorCode.UNAVAILABLE: "It could not be stored; nothing was applied. Send it again, same `id`.",
    ErrorCode.INTERNAL: "A fault of the server.",
    ErrorCode.CLIENT_TOO_OLD: "The client knows no board schema that is served.",
    ErrorCode.SERVER_TOO_OLD: (
        "A newer version of the server wrote the session; this one cannot read it."
    ),
}

CLOSE_MEANINGS: Final[Mapping[CloseCode, str]] = {
    CloseCode.NORMAL: "Bye. Sent by the client it means leaving at once, without grace.",
    CloseCode.GOING_AWAY: "The server is going away.",
    CloseCode.PROTOCOL_ERROR: "A breach of the WebSocket protocol.",
    CloseCode.BAD_UTF8: "A text frame was not UTF-8.",
    CloseCode.TOO_BIG: "A message was over `limits.max_message_bytes`.",
    CloseCode.INTERNAL: "A fault in the room; it is opened again from its log.",
    CloseCode.RESTARTING: "The server restarts.",
    CloseCode.TOO_MANY_INVALID: "Twenty invalid messages in ten seconds.",
    CloseCode.SILENT: "No first message in time, or silent for too long.",
    CloseCode.REPLACED: "A newer connection of the participant took this one's place.",
    CloseCode.SIGHT_CHANGED: "The person leads now, or does not any more, and sees other pages.",
    CloseCode.TOO_SLOW: "The reader was too slow; what it missed comes with the next sync.",
    CloseCode.RATE_LIMITED: "Too many messages; the reason holds the milliseconds to wait.",
    CloseCode.TOKEN_INVALID: "The token is invalid or expired.",
    CloseCode.KICKED: "The participant was removed.",
    CloseCode.NO_SUCH_SESSION: "There is no such session.",
    CloseCode.CLIENT_TOO_OLD: "The client is too old for the server's boards; load it anew.",
    CloseCode.ROOM_FULL: "The session has as many participants as it may have.",
    CloseCode.SESSION_ENDED: "The session is over.",
}
