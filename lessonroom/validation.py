"""Turning a decoder's complaint into a refusal that names the field at fault (PROTOCOL EN-2)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, get_args

import msgspec

from lessonroom.board.model.elements import Align, Brush, Dash, Element, Font
from lessonroom.board.model.operations import Operation
from lessonroom.board.model.page import PaperKind
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import Role
from lessonroom.people.reaction import Reaction
from lessonroom.recording.recording import Consent, RecordingAccess, TakeKind
from lessonroom.scalars import PATTERNED
from lessonroom.session.session import ChatPolicy, HistoryPolicy, IcePolicy, SignalPolicy

_AT: Final = re.compile(
    r"^(?P<message>.*?)(?: - at (?P<key>`key` in )?`\$(?P<path>[^`]*)`)?\Z", re.DOTALL
)
_ONE_FIELD: Final = re.compile(r"Object (?:missing required|contains unknown) field `([^`]*)`")
_PATTERN: Final = re.compile(r"Expected `str` matching regex (.*)", re.DOTALL)
_VALUE: Final = re.compile(r"Invalid (?:enum )?value ")
_MAX_MESSAGE_CHARS: Final = 300


def _tags(union: object) -> tuple[str, ...]:
    return tuple(str(struct.__struct_config__.tag) for struct in get_args(union))


_WORDS: Final[Mapping[str, str]] = {
    repr(meta.pattern): str(meta.description)
    for meta in (get_args(scalar)[1] for scalar in PATTERNED)
}
_CHOICES: Final[Mapping[str, tuple[str, ...] | type[StrEnum]]] = {
    "op": _tags(Operation),
    "type": _tags(Element),
    "dash": Dash,
    "align": Align,
    "brush": Brush,
    "font": Font,
    "kind": PaperKind,
    "role": Role,
    "guest_role": Role,
    "reaction": Reaction,
    "answer": Consent,
    "kinds": TakeKind,
    "roles": Role,
    "listeners": RecordingAccess,
    "downloads": RecordingAccess,
    "signal_policy": SignalPolicy,
    "ice_policy": IcePolicy,
    "chat_policy": ChatPolicy,
    "history_policy": HistoryPolicy,
}
"""What fields with few possible values allow, by the name of the field."""


def refusal(
    error: msgspec.DecodeError | UnicodeError | RecursionError, prefix: str = ""
) -> Refused:
    """Return the refusal that says what msgspec found wrong, where, and what is allowed.

    Args:
        error: what `decode` or `convert` raised.
        prefix: the path of the value that was decoded, within the whole message.

    """
    match error:
        case msgspec.ValidationError():
            return _invalid(str(error), prefix)
        case RecursionError():
            message = "nested too deeply"
        case UnicodeError():
            message = "a string is not valid UTF-8"
        case _:
            message = str(error)
    return Refused(ErrorCode.INVALID, message[:_MAX_MESSAGE_CHARS], field=prefix or None)


def _name_of(field: str) -> str:
    """Return the name of a field, or of the list that it is in."""
    return field.rpartition(".")[2].partition("[")[0]


def _invalid(complaint: str, prefix: str) -> Refused:
    found = _AT.match(complaint)
    message, path = (found["message"], found["path"] or "") if found else (complaint, "")
    if found and found["key"]:
        message = f"a key: {message}"
    path, in_a_value, _ = path.partition("[...]")
    if in_a_value:
        message = f"a value: {message}"
    if one_field := _ONE_FIELD.search(message):
        path = f"{path}.{one_field[1]}"
    field = f"{prefix}{path}".removeprefix(".")
    if pattern := _PATTERN.search(message):
        message = f"expected {_WORDS.get(pattern[1], pattern[1])}"
    elif _VALUE.search(message) and (choices := _CHOICES.get(_name_of(field))):
        message = f"allowed: {', '.join(choices)}"
    return Refused(ErrorCode.INVALID, message[:_MAX_MESSAGE_CHARS], field=field[:200] or None)
