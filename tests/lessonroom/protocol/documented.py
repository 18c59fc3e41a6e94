"""The examples of docs/protocol.md: real messages of every kind, for all tests of the wire."""

import json
import re
from pathlib import Path
from typing import Any, Final

PROTOCOL_MD: Final = Path(__file__).parents[3] / "docs" / "protocol.md"

_BLOCK: Final = re.compile(
    r"^```json(?P<sender>[^\n]*)\n(?P<message>.*?)^```$", re.MULTILINE | re.DOTALL
)

Json = dict[str, Any]


def blocks() -> list[tuple[str, str]]:
    """Return the sender and the text of every ```json block, as they stand in the document."""
    text = PROTOCOL_MD.read_text(encoding="utf-8")
    return [(block["sender"].strip(), block["message"]) for block in _BLOCK.finditer(text)]


def messages(sender: str) -> list[Json]:
    """Return the messages of the `client` or the `server`."""
    return [json.loads(message) for by, message in blocks() if by == sender]


def name_of(message: Json) -> str:
    """Return what a test of this message is called."""
    name = message["data"].get("name", "") if message["type"] == "command" else ""
    return ".".join(filter(None, (message["ch"], message["type"], name)))
