"""What is written beside the code says what the code says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from lessonroom.board.model.elements import Element, Layer, Style
from lessonroom.board.model.operations import NEEDS, Operation
from lessonroom.codes import CLOSE_FOR_REFUSED_HANDSHAKE, HTTP_STATUS, CloseCode, ErrorCode
from lessonroom.log.events import EventType
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Permission, Role
from lessonroom.protocol.calls import COMMANDS
from lessonroom.protocol.client import CLIENT_MESSAGES
from lessonroom.protocol.meanings import CLOSE_MEANINGS, ERROR_MEANINGS
from lessonroom.protocol.server import SERVER_MESSAGES
from scripts.generate_schema import main
from tests.lessonroom.protocol.documented import PROTOCOL_MD, blocks

EVENT_TYPES_TS = Path(__file__).parents[1] / "frontend/src/client/event_types.ts"
TEXT = PROTOCOL_MD.read_text(encoding="utf-8")


def rows(first_heading: str) -> Iterator[list[str]]:
    """Iterate over the cells of the table whose head begins with `first_heading`."""
    table = TEXT[TEXT.index(f"\n| {first_heading} |") + 1 :].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_schema_is_what_the_structs_say() -> None:
    """`make docs` writes it."""
    assert main(["--check"]) == 0


def test_a_stale_schema_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`make check` fails until it is written again."""
    file = tmp_path / "protocol.schema.json"
    assert main(["--check", "--file", str(file)]) == 1
    assert main(["--file", str(file)]) == 0
    assert main(["--check", "--file", str(file)]) == 0
    file.write_text(file.read_text().replace("pointer_move", "pointer_moves"))
    assert main(["--check", "--file", str(file)]) == 1
    assert "protocol.schema.json is not what the structs say" in capsys.readouterr().err


def test_the_page_knows_every_event() -> None:
    """In the order of the code, which its filter shows."""
    known = re.findall(r'^  "(\w+)",$', EVENT_TYPES_TS.read_text(encoding="utf-8"), re.MULTILINE)
    assert known == list(EventType)


def test_every_example_says_who_sends_it_and_is_json() -> None:
    """So that the tests of the wire find it."""
    for sender, message in blocks():
        assert sender in {"client", "server"}
        json.loads(message)
    assert len(blocks()) == TEXT.count("```json")


def test_the_table_of_error_codes_is_that_of_the_code() -> None:
    """[EN-4] Each with its HTTP status, in the order of the enum."""
    expected = [
        [f"`{code.value}`", str(HTTP_STATUS[code]), ERROR_MEANINGS[code]] for code in ErrorCode
    ]
    assert list(rows("code | HTTP status")) == expected


def test_the_table_of_close_codes_is_that_of_the_code() -> None:
    """Each with whether a client comes back."""
    expected = [
        [str(code.value), "yes" if code.may_reconnect else "no", CLOSE_MEANINGS[code]]
        for code in CloseCode
    ]
    assert list(rows("code | may reconnect")) == expected


def test_the_table_of_refused_handshakes_is_that_of_the_code() -> None:
    """Status and close code belong together."""
    documented = {(int(status), int(close)) for _, status, close in rows("refused because")}
    possible = {
        (HTTP_STATUS[error], close.value) for error, close in CLOSE_FOR_REFUSED_HANDSHAKE.items()
    }
    assert documented <= possible
    invalid, internal = (HTTP_STATUS[code] for code in (ErrorCode.INVALID, ErrorCode.INTERNAL))
    assert {status for status, _ in possible - documented} <= {invalid, internal}


def test_the_table_of_permissions_is_that_of_the_code() -> None:
    """What each role has by default."""
    roles = (Role.HOST, Role.SOLO, Role.STUDENT, Role.VIEWER)
    expected = [
        [
            f"`{permission.value}`",
            *("yes" if permission in DEFAULT_PERMISSIONS[role] else "" for role in roles),
        ]
        for permission in Permission
    ]
    assert list(rows("permission | host")) == expected


def test_the_tables_of_messages_name_every_message() -> None:
    """Of each channel, by who sends it."""
    documented = set()
    for heading in ("Board", "WebRTC", "System"):
        section = TEXT[TEXT.index(f"\n## {heading} channel") :].partition("| rule |")[0]
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) < 3 or cells[1].partition(",")[0] not in {"client", "server", "both"}:
                continue
            senders = ("client", "server") if cells[1] == "both" else (cells[1].partition(",")[0],)
            documented |= {
                (sender, heading.lower(), name) for sender in senders for name in names(cells[0])
            }
    expected = {("client", str(channel), name) for channel, name in CLIENT_MESSAGES}
    expected |= {("server", str(channel), name) for channel, name in SERVER_MESSAGES}
    assert documented == expected


def test_the_table_of_commands_names_every_command() -> None:
    """With all of its arguments."""
    documented = {
        name: {argument.removesuffix("?") for argument in names(args)}
        for commands, args, _ in rows("command | args")
        for name in names(commands)
    }
    assert documented.keys() == COMMANDS.keys()
    for name, struct in COMMANDS.items():
        assert {field.encode_name for field in msgspec.structs.fields(struct)} <= documented[name]


def test_the_table_of_operations_is_that_of_the_code() -> None:
    """Fields, which of them may be left out, and the permission."""
    documented = {
        names(op)[0]: (set(names(fields)), names(needs)[0])
        for op, fields, needs, _ in rows("`op` | fields")
    }
    expected = {
        str(struct.__struct_config__.tag): (
            {
                field.encode_name + ("" if field.required else "?")
                for field in msgspec.structs.fields(struct)
            },
            NEEDS[struct].value,
        )
        for struct in get_args(Operation)
    }
    assert documented == expected


def test_the_table_of_elements_names_every_field_and_default() -> None:
    """Of all nine types; those that all have once."""
    documented: dict[str, dict[str, str]] = {}
    for element, fields, _, default in rows("element | field"):
        for name in names(fields):
            documented.setdefault(element.strip("`"), {})[name] = default.strip("`")
    everywhere = documented.pop("all")
    del everywhere["type"]
    for struct in get_args(Element):
        tag = str(struct.__struct_config__.tag)
        assert {**everywhere, **documented.pop(tag)} == defaults(struct), tag
    assert documented == {}


@pytest.mark.parametrize(("heading", "struct"), [("layer", Layer), ("style", Style)])
def test_the_tables_of_layers_and_styles_name_every_field(
    heading: str, struct: type[msgspec.Struct]
) -> None:
    """With its default."""
    documented = {names(row[0])[0]: row[2].strip("`") for row in rows(f"{heading} | type")}
    assert documented == defaults(struct)


def defaults(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return the default of each field in JSON, empty where there is none."""
    found = {}
    for field in msgspec.structs.fields(struct):
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        else:
            default = field.default
        is_required = default is msgspec.NODEFAULT
        found[field.encode_name] = "" if is_required else msgspec.json.encode(default).decode()
    return found
