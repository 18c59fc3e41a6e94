"""The one table of error codes and the one table of close codes.

The wire's `error`, the problem documents of the REST API and the close frames all name their codes
from here (PROTOCOL EN-4, section 8).
"""

from enum import IntEnum, StrEnum
from typing import Final


class ErrorCode(StrEnum):
    """Why something was refused. Stable: clients switch on these strings (PROTOCOL EN-4)."""

    UNKNOWN_MESSAGE = "unknown_message"
    INVALID = "invalid"
    UNAUTHORIZED = "unauthorized"
    PERMISSION_DENIED = "permission_denied"
    WRONG_ACCESS_CODE = "wrong_access_code"
    KICKED = "kicked"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition_failed"
    ROOM_FULL = "room_full"
    SESSION_NOT_ACTIVE = "session_not_active"
    SESSION_ENDED = "session_ended"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"
    CLIENT_TOO_OLD = "client_too_old"
    SERVER_TOO_OLD = "server_too_old"

    @property
    def is_passing(self) -> bool:
        """Whether it says something of the moment alone: the same may be sent again later."""
        return self in _PASSING


_PASSING: Final = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE})


HTTP_STATUS: Final[dict[ErrorCode, int]] = {
    ErrorCode.UNKNOWN_MESSAGE: 400,
    ErrorCode.INVALID: 422,
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.PERMISSION_DENIED: 403,
    ErrorCode.WRONG_ACCESS_CODE: 403,
    ErrorCode.KICKED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.PRECONDITION_FAILED: 412,
    ErrorCode.ROOM_FULL: 409,
    ErrorCode.SESSION_NOT_ACTIVE: 409,
    ErrorCode.SESSION_ENDED: 410,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.INTERNAL: 500,
    ErrorCode.CLIENT_TOO_OLD: 400,
    ErrorCode.SERVER_TOO_OLD: 503,
}
"""The HTTP status that carries each code (API, HS-4)."""


class CloseCode(IntEnum):
    """Why a WebSocket was closed (PROTOCOL section 8).

    4000-4499: the client reconnects, with back-off and jitter. 4500-4999: it must not, without a
    new token or a person's decision.
    """

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    BAD_UTF8 = 1007
    TOO_BIG = 1009
    INTERNAL = 1011
    RESTARTING = 1012
    TOO_MANY_INVALID = 4400
    SILENT = 4408
    REPLACED = 4409
    SIGHT_CHANGED = 4410
    TOO_SLOW = 4413
    RATE_LIMITED = 4429
    TOKEN_INVALID = 4501
    KICKED = 4503
    NO_SUCH_SESSION = 4504
    CLIENT_TOO_OLD = 4505
    ROOM_FULL = 4509
    SESSION_ENDED = 4510

    @property
    def may_reconnect(self) -> bool:
        """Whether a client should come back by itself."""
        return self in _RECONNECTABLE or 4000 <= self < 4500  # noqa: PLR2004 - the range is the rule


_RECONNECTABLE: Final = frozenset(
    {
        CloseCode.GOING_AWAY,
        CloseCode.INTERNAL,
        CloseCode.RESTARTING,
    }
)

CLOSE_FOR_REFUSED_HANDSHAKE: Final[dict[ErrorCode, CloseCode]] = {
    ErrorCode.UNAUTHORIZED: CloseCode.TOKEN_INVALID,
    ErrorCode.INVALID: CloseCode.TOKEN_INVALID,
    ErrorCode.PERMISSION_DENIED: CloseCode.TOKEN_INVALID,
    ErrorCode.KICKED: CloseCode.KICKED,
    ErrorCode.NOT_FOUND: CloseCode.NO_SUCH_SESSION,
    ErrorCode.ROOM_FULL: CloseCode.ROOM_FULL,
    ErrorCode.SESSION_ENDED: CloseCode.SESSION_ENDED,
    ErrorCode.RATE_LIMITED: CloseCode.RATE_LIMITED,
    ErrorCode.UNAVAILABLE: CloseCode.INTERNAL,
    ErrorCode.INTERNAL: CloseCode.INTERNAL,
    ErrorCode.CLIENT_TOO_OLD: CloseCode.CLIENT_TOO_OLD,
    # Another server, or this one once it is upgraded, can read it.
    ErrorCode.SERVER_TOO_OLD: CloseCode.INTERNAL,
}
"""The close code a browser gets where it asked for `?reason=close` (PROTOCOL HS-4)."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of the program
    """A command was not carried out; nothing of it was applied.

    Args:
        code: the stable code from the one table.
        message: one sentence for a person: what was wrong and what is allowed.
        field: the path of the offending field, where one is at fault (`ops[2].element.style`).
        retry_after_ms: when to try again, for `rate_limited` and `unavailable`.

    """

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        field: str | None = None,
        retry_after_ms: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.retry_after_ms = retry_after_ms

    def __repr__(self) -> str:
        where = f", field={self.field!r}" if self.field else ""
        return f"Refused({self.code}, {self.message!r}{where})"


def unavailable(message: str) -> Refused:
    """Return a refusal that passes: to try again in a second may do."""
    return Refused(ErrorCode.UNAVAILABLE, message, retry_after_ms=1000)
