"""Turning a decoder's complaint into a refusal that names the field at fault (PROTOCOL EN-2)."""

import re
from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused

_AT: Final = re.compile(r"^(?P<message>.*?)(?: - at `\$(?P<path>[^`]*)`)?\Z", re.DOTALL)


def refusal(
    error: msgspec.DecodeError | UnicodeError | RecursionError, prefix: str = ""
) -> Refused:
    """Return the refusal that says what msgspec found wrong, and where.

    Args:
        error: what `decode` or `convert` raised.
        prefix: the path of the value that was decoded, within the whole message.

    """
    match error:
        case msgspec.ValidationError():
            found = _AT.match(str(error))
            path = (found["path"] or "") if found else ""
            message = found["message"] if found else str(error)
            field = f"{prefix}{path}" if prefix else path.removeprefix(".")
            return Refused(ErrorCode.INVALID, message, field=field or None)
        case RecursionError():
            return Refused(ErrorCode.INVALID, "nested too deeply", field=prefix or None)
        case _:
            return Refused(ErrorCode.INVALID, str(error), field=prefix or None)
