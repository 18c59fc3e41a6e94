"""What stands in a close frame: at most 123 bytes beside the code (RFC 6455 section 5.5)."""

from typing import Final

from lessonroom.codes import Refused

_REASON_BYTES_MOST: Final = 123


def reason_of(refused: Refused) -> str:
    """Return a refusal in words, with the time after which to come again."""
    if refused.retry_after_ms is not None:
        return f"{refused.message}; retry after {refused.retry_after_ms} ms"
    return refused.message


def shortened(reason: str) -> str:
    """Return as much of a reason as a close frame holds, cut between characters."""
    return reason.encode()[:_REASON_BYTES_MOST].decode(errors="ignore")
