"""JSON as strangers may send it: what two parsers could read differently is refused (BD-10).

The standard parser takes NaN, repeated keys and lone surrogates; each of them has made a check see
another value than the code behind it.
"""

import json
import math
from typing import Any, Final, NoReturn

from lessonroom.codes import ErrorCode, Refused
from lessonroom.scalars import FORBIDDEN_KEYS, MAX_DEPTH, check_text

_MAX_DIGITS: Final = 32
"""No number of the API needs more; reading long ones takes quadratic time."""


def loads(encoded: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Decode one JSON text.

    Raises:
        Refused: `invalid` for anything but UTF-8 JSON, and for NaN and infinities, repeated or
            forbidden keys, lone surrogates, NUL, nesting deeper than `MAX_DEPTH`, numbers of more
            than 32 digits.

    """
    try:
        value = json.loads(
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
    _check(value)
    return value


def _check(value: object) -> None:
    stack: list[tuple[object, str, int]] = [(value, "", 0)]
    while stack:
        item, path, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _invalid(f"nested deeper than {MAX_DEPTH} levels", path)
        if isinstance(item, str):
            check_text(item, path)
        elif isinstance(item, list):
            stack.extend((child, f"{path}[{n}]", depth + 1) for n, child in enumerate(item))
        elif isinstance(item, dict):
            for key, child in item.items():
                check_text(key, path)
                stack.append((child, f"{path}.{key}" if path else key, depth + 1))


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
