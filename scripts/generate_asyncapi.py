"""Write docs/asyncapi.yaml, the WebSocket protocol as AsyncAPI 3, from the schema of its messages.

With `--check` nothing is written: exit code 1 says that the file is not what the code says.
"""

import sys
from collections.abc import Iterable
from typing import Any, Final

import yaml  # type: ignore[import-untyped]

from lessonroom.protocol.schema import message_schema
from scripts import generated_file

Document = dict[str, Any]
_HEAD: Final = (
    "# Written by scripts/generate_asyncapi.py from the structs of the wire; edit those.\n"
)
_SCHEMA_FILE: Final = "./protocol.schema.json"
_SCHEMA_FORMAT: Final = "application/schema+json;version=draft-2020-12"
_ON_EVERY_VIEW: Final = frozenset(
    {
        "client.board.sync_request",
        "client.system.ping",
        "client.system.pong",
        "client.system.token",
        "server.board.sync_response",
        "server.system.error",
        "server.system.kicked",
        "server.system.ping",
        "server.system.pong",
        "server.system.token",
        "server.system.session_status",
        "server.system.welcome",
    }
)
"""Carried besides those of its channel (PROTOCOL HS-1)."""
_VIEWS: Final = {
    "room": ("/ws/classroom/{session_id}/", "All channels of a lesson."),
    "board": ("/ws/classroom/{session_id}/board/", "The board alone."),
    "webrtc": ("/ws/classroom/{session_id}/webrtc/", "Signalling alone."),
    "system": ("/ws/classroom/{session_id}/system/", "Roster, permissions and commands alone."),
}


def document() -> Document:
    """Return the AsyncAPI document; the same code always gives the same one."""
    definitions = message_schema()["$defs"]
    names = [name for name in definitions if name.startswith(("client.", "server."))]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "lessonroom",
            "version": "1",
            "description": (
                "The WebSocket of a lesson. protocol.md is the authority on what messages mean."
            ),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "127.0.0.1:8700",
                "protocol": "ws",
                "description": "What `make serve` starts; wss where TLS is set up.",
                "security": [{"$ref": "#/components/securitySchemes/roomToken"}],
            }
        },
        "channels": {view: _channel(view, names) for view in _VIEWS},
        "operations": dict(_operation(view, side, names) for view in _VIEWS for side in _SIDES),
        "components": {
            "messages": {name: _message(name, definitions[name]) for name in names},
            "securitySchemes": {
                "roomToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": (
                        "The room token that `join` returns, as Authorization, or in "
                        "Sec-WebSocket-Protocol: lessonroom.v1.json, bearer.<token>."
                    ),
                }
            },
        },
    }


_SIDES: Final = {"client": "receive", "server": "send"}
"""By who sends: what the server does."""


def _channel(view: str, names: Iterable[str]) -> Document:
    address, description = _VIEWS[view]
    return {
        "address": address,
        "description": description,
        "parameters": {"session_id": {"description": "The lesson that the token opens."}},
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"}
            for name in names
            if _is_carried(view, name)
        },
    }


def _operation(view: str, side: str, names: Iterable[str]) -> tuple[str, Document]:
    return f"{side}_{view}", {
        "action": _SIDES[side],
        "channel": {"$ref": f"#/channels/{view}"},
        "summary": f"What a {side} sends on this address.",
        "messages": [
            {"$ref": f"#/channels/{view}/messages/{name}"}
            for name in names
            if name.startswith(f"{side}.") and _is_carried(view, name)
        ],
    }


def _is_carried(view: str, name: str) -> bool:
    return view in {"room", name.split(".")[1]} or name in _ON_EVERY_VIEW


def _message(name: str, definition: Document) -> Document:
    side, channel, kind = name.split(".")
    message: Document = {
        "name": kind,
        "title": f"{kind}, from the {side} on {channel}",
        "payload": {
            "schemaFormat": _SCHEMA_FORMAT,
            "schema": {"$ref": f"{_SCHEMA_FILE}#/$defs/{name}"},
        },
    }
    if description := definition.get("description"):
        message["summary"] = description
    return message


def _text() -> str:
    text: str = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=100)
    return _HEAD + text


def main(arguments: list[str]) -> int:
    """Write the file, or check it; return the exit code."""
    return generated_file.run(
        arguments, file="docs/asyncapi.yaml", text=_text, says="the structs say", about=__doc__
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
