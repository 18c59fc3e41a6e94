"""Times of the HTTP API: ISO 8601 in UTC with milliseconds; inside they are milliseconds."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def to_text(at_ms: int) -> str:
    """Return `2026-11-22T10:44:26.123Z`."""
    moment = _EPOCH + at_ms * _MILLISECOND
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: object) -> int:
    """Return the milliseconds since the Unix epoch of an RFC 3339 time.

    Raises:
        ValueError: it is none, has no offset from UTC, or is before 1970.

    """
    if not isinstance(text, str) or _RFC3339.fullmatch(text) is None:
        raise ValueError("must be a time like 2026-11-22T10:44:26Z, with an offset from UTC")
    at_ms = (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    if at_ms < 0:
        raise ValueError("must not be before 1970")
    return at_ms


_EXAMPLE: Final = "2026-11-22T10:44:26.123Z"
_SCHEMA: Final = {"type": "string", "format": "date-time", "examples": [_EXAMPLE]}

InstantIn = Annotated[int, BeforeValidator(from_text), WithJsonSchema(_SCHEMA)]
"""A time as it is sent, in milliseconds once it is read."""
InstantOut = Annotated[
    int, PlainSerializer(to_text, return_type=str), WithJsonSchema(_SCHEMA), Field()
]
"""A time in milliseconds, as it is shown."""
