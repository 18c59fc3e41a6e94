"""JSON as strangers may send it: what two parsers could read differently is refused (BD-10).

The standard parser takes NaN, repeated keys and lone surrogates; each of them has made a check see
another value than the code behind it. It also builds whatever it is given: three bytes of text
become seventy of memory, so what is to be built is counted before anything is.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.scalars import FORBIDDEN_KEYS, MAX_DEPTH, check_text, shown

_MAX_DIGITS: Final = 32
"""No number of the API needs more; reading long ones takes quadratic time."""
_SLICE_BYTES: Final = 1 << 20
"""Counted at once: counting holds the interpreter, 0.5 ms for a MiB and a character."""
_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SUSPICIOUS: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""The only way to a NUL or a lone surrogate in UTF-8; some of what matches is neither."""
_BROKEN: Final = re.compile("[\0\ud800-\udfff]")
_CONTAINERS: Final = (list, dict)


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much a text may unfold to; numbers are bounded by the bytes of the text.

    In memory an array takes up to 72 bytes for three of the text, an object 240 for eight, a
    string 60 for five, a number 32 for four.
    """

    containers: int = 2_000
    """Arrays and objects."""
    strings: int = 8_000
    """Keys of objects among them."""


_SMALL: Final = Bounds()


def loads(encoded: bytes, bounds: Bounds = _SMALL) -> Any:  # noqa: ANN401 - any JSON value
    """Decode one JSON text.

    Raises:
        Refused: `too_large`, it unfolds to more than `bounds`, and nothing was built; `invalid` for
            anything but UTF-8 JSON, and for NaN and infinities, repeated or forbidden keys, lone
            surrogates, NUL, nesting deeper than `MAX_DEPTH`, numbers of more than 32 digits.

    """
    value = _parsed(encoded, bounds)
    if _is_too_deep(value) or _SUSPICIOUS.search(encoded) is not None:
        _check(value)
    return value


def mended(encoded: bytes, bounds: Bounds = _SMALL, *, only: str | None = None) -> Any:  # noqa: ANN401 - any JSON value
    """Decode one JSON text whose words were written by others than who sends it.

    A system that cuts a name after so many UTF-16 units leaves half a character: each such half,
    and NUL, is read as U+FFFD. Everything else is as `loads` has it.

    Args:
        encoded: the text.
        bounds: see `loads`.
        only: mend what this key of an object at the top has, and nothing else: what identifies
            somebody must not become what identifies somebody else.

    """
    value = _parsed(encoded, bounds)
    is_too_deep = _is_too_deep(value)
    if not is_too_deep and _SUSPICIOUS.search(encoded) is None:
        return value
    if only is None:
        if is_too_deep:
            _check(value)
        return _mend(value)
    if not is_too_deep and isinstance(value, dict) and only in value:
        value = {**value, only: _mend(value[only])}
    _check(value)
    return value


def _mend(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    # Not deeper than `MAX_DEPTH`, which was seen to before.
    if isinstance(value, str):
        return _BROKEN.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {key: _mend(item) for key, item in value.items()}
    return value


def _parsed(encoded: bytes, bounds: Bounds) -> Any:  # noqa: ANN401 - any JSON value
    _check_bounds(encoded, bounds)
    try:
        return json.loads(
            encoded.decode(),
            parse_constant=_refuse_constant,
            parse_int=_whole_number,
            parse_float=_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise _invalid("JSON must be UTF-8") from None
    except json.JSONDecodeError as error:
        raise _invalid(
            f"not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise _invalid("nested too deeply") from None


def _check_bounds(encoded: bytes, bounds: Bounds) -> None:
    """Count what would be built; where brackets within strings make the difference, those apart."""
    if _count(encoded, b'"') // 2 > bounds.strings:
        # An escaped quote is half a string here; a text of nothing else is none that is honest.
        raise _too_large(f"at most {bounds.strings} strings and keys")
    opening = _count(encoded, b"[") + _count(encoded, b"{")
    if opening > bounds.containers:
        within = sum(
            found.count(b"[") + found.count(b"{")
            for found in (match.group() for match in _STRING.finditer(encoded))
        )
        if opening - within > bounds.containers:
            raise _too_large(f"at most {bounds.containers} arrays and objects")


def _count(encoded: bytes, character: bytes) -> int:
    return sum(
        encoded.count(character, start, start + _SLICE_BYTES)
        for start in range(0, len(encoded), _SLICE_BYTES)
    )


def _is_too_deep(value: object) -> bool:
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, _CONTAINERS)
        ]
    # What these hold would be one level deeper than is allowed.
    return any(level)


def _check(value: object) -> None:
    """Find the first fault and name its place; only what was found wanting is walked like this."""
    if isinstance(value, str):
        check_text(value, "")
    path: list[str] = []
    pending = [_children(value)]
    while pending:
        found = next(pending[-1], None)
        if found is None:
            pending.pop()
            del path[-1:]
            continue
        key, child = found
        path.append(f"[{key}]" if isinstance(key, int) else f".{shown(key)}")
        where = "".join(path).removeprefix(".")
        if len(path) > MAX_DEPTH:
            raise _invalid(f"nested deeper than {MAX_DEPTH} levels", where)
        for text in (key, child):
            if isinstance(text, str):
                check_text(text, where)
        if isinstance(child, _CONTAINERS):
            pending.append(_children(child))
        else:
            path.pop()


def _children(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, dict):
        return iter(value.items())
    return iter(enumerate(value)) if isinstance(value, list) else iter(())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _invalid("an object names the same key twice")
    for key in FORBIDDEN_KEYS & found.keys():
        raise _invalid(f"the key {key!r} is not allowed")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _invalid(f"{name} is not a JSON number")


def _whole_number(digits: str) -> int:
    _check_length(digits)
    return int(digits)


def _number(digits: str) -> float:
    _check_length(digits)
    number = float(digits)
    if not math.isfinite(number):
        raise _invalid("a number is out of range")
    return number


def _check_length(digits: str) -> None:
    if len(digits) > _MAX_DIGITS:
        raise _invalid(f"a number has at most {_MAX_DIGITS} digits")


def _invalid(message: str, field: str = "") -> Refused:
    return Refused(ErrorCode.INVALID, message, field=field or None)


def _too_large(allowed: str) -> Refused:
    return Refused(ErrorCode.TOO_LARGE, f"the JSON holds too much: {allowed}", field="body")
