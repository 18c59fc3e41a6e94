"""The scalar types of the wire: what an id, a coordinate or a colour may be.

Their ranges are checked while a message is decoded, so values of these types need no check later
(PROTOCOL BD-10). NaN and the infinities fail every range. The `description` of a type with a
pattern is what a client is told when a value does not match.
"""

import re
from typing import Annotated, Any, Final

import msgspec

from lessonroom.codes import ErrorCode, Refused

MAX_NUMBER: Final = 10_000_000
"""Numbers beyond plus or minus this are `invalid` (PROTOCOL BD-10)."""

MAX_DEPTH: Final = 16
"""How deep free-form data may nest."""

FORBIDDEN_KEYS: Final = frozenset({"__proto__", "constructor", "prototype"})
"""Keys that would reach an object's prototype in a browser (PROTOCOL BD-10)."""

_MAX_SHOWN_CHARS: Final = 64

Id = Annotated[
    str,
    msgspec.Meta(
        # Ids become keys of objects in a browser, so they keep clear of `FORBIDDEN_KEYS`.
        pattern=r"^(?!(?:__proto__|constructor|prototype)\Z)[A-Za-z0-9_-]{1,64}\Z",
        description="an id: 1 to 64 of A-Z a-z 0-9 _ -, and no name of an object's prototype",
    ),
]
MessageId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[!-~]{1,128}\Z",
        description="a message's id: 1 to 128 visible ASCII characters",
    ),
]
FieldPath = Annotated[
    str,
    msgspec.Meta(
        pattern=(
            r"^(?!(?:__proto__|constructor|prototype)(?:\.|\Z))[a-z0-9_]{1,32}"
            r"(?:\.(?!(?:__proto__|constructor|prototype)\Z)[a-z0-9_]{1,32})?\Z"
        ),
        description="the name of a field, or of a field of it after a dot: `style.color`",
    ),
]
CellKey = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9_-]{1,32}\Z",
        description="a cell of a table: the ids of its row and its column, with a colon between",
    ),
]
LineId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_-]{1,32}\Z",
        description="the id of a row or a column: 1 to 32 of A-Z a-z 0-9 _ -",
    ),
]
PlainText = Annotated[
    str, msgspec.Meta(pattern=r"^[^\u0000]*\Z", description="text without NUL characters")
]
PermissionName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^can_[a-z_]{1,60}\Z", description="the name of a permission, such as can_draw"
    ),
]
UserId = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Timestamp = (
    Annotated[int, msgspec.Meta(ge=0, le=2**53)] | Annotated[float, msgspec.Meta(ge=0, le=2**53)]
)
"""Milliseconds of a client's own clock."""
Number = (
    Annotated[int, msgspec.Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
    | Annotated[float, msgspec.Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
)
"""A coordinate or a length in board units: CSS pixels at zoom 1."""
Extent = (
    Annotated[int, msgspec.Meta(ge=0, le=MAX_NUMBER)]
    | Annotated[float, msgspec.Meta(ge=0, le=MAX_NUMBER)]
)
"""A width or a height in board units."""
Fraction = Annotated[int, msgspec.Meta(ge=0, le=1)] | Annotated[float, msgspec.Meta(ge=0, le=1)]
"""From 0 to 1, as in an opacity."""
Color = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(#[0-9A-Fa-f]{3,8}|transparent|[a-z][a-z-]{0,31})\Z",
        description="a CSS hex colour, `transparent`, or the name of a colour of the palette",
    ),
]
ZIndex = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9]{1,64}\Z",
        description="a fractional index, 1 to 64 of A-Z a-z 0-9: elements are painted in its order",
    ),
]
Text = Annotated[str, msgspec.Meta(max_length=100_000)]
"""Text of a person; the room's limit `text_chars` is tighter."""
Sha256 = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z", description="a SHA-256 in 64 lower-case hex digits"),
]

PATTERNED: Final = (
    Id,
    MessageId,
    FieldPath,
    CellKey,
    LineId,
    PlainText,
    PermissionName,
    Color,
    ZIndex,
    Sha256,
)
"""The types with a pattern; each has a description in words."""


def check_free(value: Any, field: str) -> None:  # noqa: ANN401 - whatever a client sent
    """Check data whose shape is the client's own (PROTOCOL BD-10).

    Raises:
        Refused: `invalid` for a forbidden key, a number out of range, a NUL character, a lone
            surrogate or nesting deeper than `MAX_DEPTH`.

    """
    stack: list[tuple[Any, str, int]] = [(value, field, 0)]
    while stack:
        item, path, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise Refused(ErrorCode.INVALID, f"nested deeper than {MAX_DEPTH} levels", field=path)
        match item:
            case bool() | None:
                pass
            case str():
                check_text(item, path)
            case int() | float():
                _check_number(item, path)
            case list():
                stack.extend((child, f"{path}[{n}]", depth + 1) for n, child in enumerate(item))
            case dict():
                for key, child in item.items():
                    _check_key(key, path)
                    stack.append((child, f"{path}.{shown(key)}", depth + 1))
            case _:
                raise Refused(ErrorCode.INVALID, "only JSON values are allowed here", field=path)


def _check_number(number: float, field: str) -> None:
    if not -MAX_NUMBER <= number <= MAX_NUMBER:
        raise Refused(
            ErrorCode.INVALID, f"numbers must be finite and within ±{MAX_NUMBER}", field=field
        )


def _check_key(key: object, field: str) -> None:
    if not isinstance(key, str):
        raise Refused(ErrorCode.INVALID, "keys must be strings", field=field)
    check_text(key, field)
    if key in FORBIDDEN_KEYS:
        raise Refused(ErrorCode.INVALID, f"the key {key!r} is not allowed", field=field)


def shown(text: str) -> str:
    """Return a client's text as an error repeats it: one line of ASCII, cut where it is long."""
    escaped = text.encode("unicode_escape").decode("ascii")
    return escaped if len(escaped) <= _MAX_SHOWN_CHARS else f"{escaped[:_MAX_SHOWN_CHARS]}..."


_DIRECTION_CONTROLS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNNAMED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def without_direction_controls(text: str) -> str:
    """Return a text without what has it, or what stands behind it, read in another order.

    Embeddings, overrides and isolates are meant; letters keep the direction of their script, and
    the marks that no more than a letter would do (U+200E, U+200F) stay.
    """
    return text if text.isascii() else _DIRECTION_CONTROLS.sub("", text)


def check_name(text: str, field: str) -> None:
    """Refuse a name by which what stands beside it would be read as something else.

    For names that an operation gives, which its author has applied already: taking something out of
    them here would leave two boards. See `without_direction_controls` for what else is told to
    others.

    Raises:
        Refused: `invalid`, it is not one line, or has control characters or direction controls.

    """
    check_text(text, field)
    if _UNNAMED.search(text):
        raise Refused(
            ErrorCode.INVALID,
            "a name is one line without control characters and without direction controls"
            " (U+202A to U+202E, U+2066 to U+2069)",
            field=field,
        )


def shown_reason(reason: str | None) -> str | None:
    """Return a reason as others are told it; see `without_direction_controls`."""
    return None if reason is None else without_direction_controls(reason)


def check_text(text: str, field: str) -> None:
    """Refuse what not every client and database can store: NUL and lone surrogates.

    Raises:
        Refused: `invalid`.

    """
    if "\0" in text:
        raise Refused(ErrorCode.INVALID, "NUL characters are not allowed", field=field)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Refused(
                ErrorCode.INVALID, "lone surrogates are not allowed", field=field
            ) from None
