import json
from pathlib import Path
from typing import Any

import pytest

from lessonroom.protocol.client import CLIENT_MESSAGES
from lessonroom.protocol.server import SERVER_MESSAGES
from scripts.generate_asyncapi import document, main

DOCS = Path(__file__).parent.parent.parent / "docs"
DOCUMENT = document()
VIEWS = ("room", "board", "webrtc", "system")


def references(value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    """Return every `$ref` in a document."""
    match value:
        case {"$ref": str(reference)}:
            return [reference]
        case dict():
            return [reference for child in value.values() for reference in references(child)]
        case list():
            return [reference for child in value for reference in references(child)]
        case _:
            return []


def resolved(reference: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return what a reference names, or fail."""
    file, _, pointer = reference.partition("#/")
    found: Any = json.loads((DOCS / file).read_text(encoding="utf-8")) if file else DOCUMENT
    for part in pointer.split("/"):
        found = found[part]
    return found


def test_the_document_is_what_the_structs_say() -> None:
    """`make docs` writes it."""
    assert main(["--check"]) == 0


def test_a_stale_document_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`make check` fails until it is written again."""
    file = tmp_path / "asyncapi.yaml"
    assert main(["--check", "--file", str(file)]) == 1
    assert main(["--file", str(file)]) == 0
    assert main(["--check", "--file", str(file)]) == 0
    assert "is not what the structs say" in capsys.readouterr().err


def test_every_reference_leads_somewhere() -> None:
    """Inside the document, and into the schema of the messages beside it."""
    found = references(DOCUMENT)
    assert len(found) > 100
    for reference in found:
        assert resolved(reference)


def test_the_address_of_a_room_carries_every_message() -> None:
    """[HS-1] And no view carries one of another channel but those that are on every view."""
    every = {f"client.{channel}.{name}" for channel, name in CLIENT_MESSAGES}
    every |= {f"server.{channel}.{name}" for channel, name in SERVER_MESSAGES}
    assert DOCUMENT["channels"]["room"]["messages"].keys() == every
    on_all = set.intersection(*(set(DOCUMENT["channels"][view]["messages"]) for view in VIEWS))
    named = {name.rpartition(".")[2] for name in on_all}
    assert named == {
        *("welcome", "error", "kicked", "session_status"),
        *("ping", "pong", "sync_request", "sync_response", "token"),
    }
    for view in VIEWS[1:]:
        others = DOCUMENT["channels"][view]["messages"].keys() - on_all
        assert others
        assert {name.split(".")[1] for name in others} == {view}


def test_operations_have_messages_of_their_channel_and_side() -> None:
    """AsyncAPI 3: an operation's messages are among those of its channel."""
    assert len(DOCUMENT["operations"]) == 2 * len(VIEWS)
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"]
        side = {"receive": "client", "send": "server"}[operation["action"]]
        for message in references(operation["messages"]):
            assert message.startswith(f"{channel}/messages/{side}.")
