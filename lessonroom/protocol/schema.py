"""JSON Schema (2020-12) of every message, made from the structs that decode and encode them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from lessonroom.board.model.operations import LoggedAppend
from lessonroom.codes import CloseCode
from lessonroom.log.events import WIRE_NAME, Channel
from lessonroom.people.permissions import Permission
from lessonroom.protocol.calls import COMMANDS
from lessonroom.protocol.client import CLIENT_MESSAGES, CommandRequest
from lessonroom.protocol.decoding import SUBMISSION_PATTERN
from lessonroom.protocol.meanings import CLOSE_MEANINGS, ERROR_MEANINGS
from lessonroom.protocol.plain_schema import Schema, named_definitions, ref, struct_definitions
from lessonroom.protocol.server import SERVER_MESSAGES, SyncDelta, SyncFull

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_EVENTS: Final = tuple(dict.fromkeys(WIRE_NAME.values()))
_HIDDEN: Final = (Channel.BOARD, "hidden")
"""What stands in the place of an event that is not for a viewer (CH-4)."""
_SUBMISSIONS: Final = ("board_event", "chat_message")
"""What a client sends under an id that counts (BD-6)."""

_ANSWERS: Final = (
    (Channel.BOARD, "sync_response"),
    (Channel.SYSTEM, "reply"),
    (Channel.SYSTEM, "error"),
    (Channel.SYSTEM, "pong"),
    (Channel.SYSTEM, "token"),
)


def message_schema() -> Schema:
    """Return the schema of the whole protocol; the same code always gives the same schema.

    `$defs` holds `ClientMessage` and `ServerMessage`, each message by itself
    (`client.board.pointer_move`), every struct they use, and the tables of codes.
    """
    client = dict(_client_messages())
    server = dict(_server_messages())
    defs = {
        **named_definitions(),
        **_structs(),
        **client,
        **server,
        "ClientMessage": _one_of(client),
        "ServerMessage": _one_of(server),
        "Event": _one_of(_server_name(*name) for name in (*_EVENTS, _HIDDEN)),
        "SubmissionId": {"type": "string", "pattern": f"^{SUBMISSION_PATTERN}$"},
        "Permissions": _permissions(),
        "Board": _board(),
        "ErrorCode": {"type": "string", "oneOf": _meanings(ERROR_MEANINGS)},
        "CloseCode": {"type": "integer", "oneOf": _meanings(_close_meanings())},
    }
    return {
        "$schema": _DIALECT,
        "title": "lessonroom.v1",
        "description": "Messages of the lessonroom WebSocket protocol, in JSON or MessagePack.",
        "anyOf": [ref("ClientMessage"), ref("ServerMessage")],
        "$defs": dict(sorted(defs.items())),
    }


def encoded_schema() -> str:
    """Return the schema as the text of a file."""
    return json.dumps(message_schema(), indent=2, ensure_ascii=False) + "\n"


# -- messages


def _client_messages() -> Iterator[tuple[str, Schema]]:
    for (channel, name), struct in CLIENT_MESSAGES.items():
        data = _command() if struct is CommandRequest else ref(struct.__name__)
        is_submission = name in _SUBMISSIONS
        yield (
            f"client.{channel}.{name}",
            _envelope(
                channel,
                name,
                data,
                optional={} if is_submission else {"id": ref("MessageId")},
                required={"id": ref("SubmissionId")} if is_submission else {},
            ),
        )


def _command() -> Schema:
    return {"oneOf": [_call(name, args) for name, args in COMMANDS.items()]}


def _call(name: str, args: type[msgspec.Struct]) -> Schema:
    needs_args = any(field.required for field in msgspec.structs.fields(args))
    return {
        "type": "object",
        "properties": {"name": {"const": name}, "args": ref(args.__name__)},
        "required": ["name", "args"] if needs_args else ["name"],
    }


def _server_messages() -> Iterator[tuple[str, Schema]]:
    for (channel, name), struct in SERVER_MESSAGES.items():
        key = (channel, name)
        required: Schema = {}
        optional: Schema = {}
        if key in _EVENTS:
            required = {"seq": ref("Seq"), "at": ref("Timestamp")}
            optional = {"from": ref("UserId")}
        if name in _SUBMISSIONS:
            optional["id"] = ref("SubmissionId")
        elif key == _HIDDEN:
            required = {"seq": ref("Seq")}
        elif name == "ack":
            required = {"id": ref("SubmissionId"), "seq": ref("Seq")}
        elif key in _ANSWERS:
            optional["id"] = ref("MessageId")
        data = (
            {"oneOf": [ref("SyncFull"), ref("SyncDelta")]}
            if name == "sync_response"
            else ref(struct.__name__)
        )
        yield (
            _server_name(channel, name),
            _envelope(channel, name, data, optional=optional, required=required),
        )


def _envelope(
    channel: str, name: str, data: Schema, *, optional: Schema, required: Schema
) -> Schema:
    return {
        "type": "object",
        "properties": {
            "ch": {"const": str(channel)},
            "type": {"const": name},
            **required,
            **optional,
            "data": data,
        },
        "required": ["ch", "type", *required, "data"],
    }


def _server_name(channel: str, name: str) -> str:
    return f"server.{channel}.{name}"


# -- structs


def _structs() -> dict[str, Schema]:
    sent = [struct for struct in CLIENT_MESSAGES.values() if struct is not CommandRequest]
    received = [
        struct
        for name, struct in SERVER_MESSAGES.items()
        if name != (Channel.BOARD, "sync_response")
    ]
    received += [SyncFull, SyncDelta, LoggedAppend]
    types = list(dict.fromkeys([*sent, *COMMANDS.values(), *received]))
    structs = struct_definitions(types)
    for struct in _always_whole(received):
        structs[struct.__name__]["required"] = list(structs[struct.__name__]["properties"])
    _describe_nested(structs)
    return structs


def _always_whole(received: list[type[msgspec.Struct]]) -> Iterator[type[msgspec.Struct]]:
    """Iterate over what is encoded with all its fields, so that a reader may count on them."""
    found = msgspec.inspect.multi_type_info(received)
    waiting: list[Any] = list(found)
    seen: set[type[msgspec.Struct]] = set()
    while waiting:
        match waiting.pop():
            case msgspec.inspect.StructType(cls=cls, fields=fields):
                if cls not in seen and not cls.__struct_config__.omit_defaults:
                    yield cls
                seen.add(cls)
                waiting += [field.type for field in fields]
            case msgspec.inspect.UnionType(types=types):
                waiting += types
            case msgspec.inspect.ListType(item_type=item):
                waiting.append(item)
            case _:
                pass


def _describe_nested(structs: dict[str, Schema]) -> None:
    """Say what lies in the fields that the code keeps encoded or as plain mappings."""
    or_null: Schema = {"type": "null"}
    nested = {
        ("BoardChanged", "ops"): {"type": "array", "items": ref("LoggedOperation"), "minItems": 1},
        ("SyncFull", "board"): {"anyOf": [ref("Board"), or_null]},
        ("BoardPart", "elements"): _elements(),
        ("SyncFull", "permissions"): ref("Permissions"),
        ("SyncDelta", "events"): {"type": "array", "items": ref("Event")},
        ("Welcome", "permissions"): ref("Permissions"),
        ("PermissionsChanged", "permissions"): _some_permissions(),
        ("PermissionsChanged", "overrides"): _some_permissions(),
        ("PermissionsChanged", "effective"): {
            "type": "object",
            "propertyNames": {"pattern": "^[1-9][0-9]*$"},
            "additionalProperties": ref("Permissions"),
        },
        ("PermissionsArgs", "permissions"): _some_permissions(),
    }
    for (struct, field), schema in nested.items():
        structs[struct]["properties"][field] = schema


def _permissions() -> Schema:
    return {
        "type": "object",
        "properties": {permission.value: {"type": "boolean"} for permission in Permission},
        "required": [permission.value for permission in Permission],
        "additionalProperties": False,
    }


def _some_permissions() -> Schema:
    return {
        "type": "object",
        "propertyNames": {"enum": [permission.value for permission in Permission]},
        "additionalProperties": {"type": "boolean"},
    }


def _board() -> Schema:
    return {
        "description": "The elements of a page are painted by the order of their layers, then by "
        "`z`, then `id`. Without `pages` it has those that its layers name, a new board `p1`.",
        "type": "object",
        "properties": {
            "pages": {"type": "array", "items": ref("Page"), "minItems": 1},
            "layers": {"type": "array", "items": ref("Layer"), "minItems": 1},
            "elements": _elements(),
        },
        "required": ["layers", "elements"],
    }


def _elements() -> Schema:
    return {
        "type": "object",
        "propertyNames": ref("Id"),
        "additionalProperties": ref("Element"),
    }


# -- codes


def _close_meanings() -> Mapping[CloseCode, str]:
    return {
        code: f"{meaning} {'The client reconnects.' if code.may_reconnect else 'Final.'}"
        for code, meaning in CLOSE_MEANINGS.items()
    }


def _meanings(meanings: Mapping[Any, str]) -> list[Schema]:
    return [{"const": code.value, "description": meaning} for code, meaning in meanings.items()]


def _one_of(names: Iterable[str]) -> Schema:
    return {"oneOf": [ref(name) for name in names]}
