"""The schema says what the decoder takes and what the encoder makes.

Tests also: lessonroom/board/model/elements.py, lessonroom/board/model/schema.py,
lessonroom/protocol/meanings.py, lessonroom/protocol/plain_schema.py,
lessonroom/protocol/server.py.
"""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lessonroom.board.model.board import Board
from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import (
    Command,
    Connect,
    CreateSession,
    Disconnect,
    EditBoard,
    InviteParticipant,
    KickParticipant,
    MoveSession,
    OpenRoom,
    RegisterAsset,
    RelayCandidate,
    RelayDescription,
    ReportQuality,
    SaveBoard,
    SeatParticipant,
    SetMedia,
    SetPermissions,
)
from lessonroom.log.events import AssetAdded, EventType
from lessonroom.outcome import Outcome
from lessonroom.people.participant import ConnectionQuality
from lessonroom.people.permissions import Role
from lessonroom.protocol.calls import COMMANDS
from lessonroom.protocol.client import CLIENT_MESSAGES, BoardEvent, IceCandidate
from lessonroom.protocol.decoding import Message, decode_text, submission_id
from lessonroom.protocol.encoding import encode_event, encode_message
from lessonroom.protocol.schema import encoded_schema
from lessonroom.protocol.server import SERVER_MESSAGES, SyncDelta, SyncFull
from lessonroom.room import Room
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from lessonroom.state import RoomState
from tests.lessonroom.protocol.documented import Json, messages, name_of
from tests.lessonroom.protocol.strict_schema import SCHEMA, check_schema, errors

CLIENT = messages("client")
SERVER = messages("server")


def test_the_schema_is_a_schema() -> None:
    """JSON Schema 2020-12."""
    check_schema()


def test_every_reference_has_a_definition() -> None:
    """A dangling one would only be noticed by the message that needs it."""
    text = json.dumps(SCHEMA)
    used = {part.partition('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert used <= set(SCHEMA["$defs"])


def test_no_pattern_uses_what_browsers_do_not_know() -> None:
    r"""ECMA-262 has no `\Z`."""
    assert r"\\Z" not in encoded_schema()


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_schema_is_the_same_in_every_process(hash_seed: str) -> None:
    """Neither the order of a set nor the time may show in it."""
    made = subprocess.run(
        [sys.executable, "-c", "from lessonroom.protocol.schema import *; print(encoded_schema())"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.strip() == encoded_schema().strip()


def test_every_message_of_a_client_has_an_example() -> None:
    """Each command counts as a message of its own."""
    assert {(m["ch"], m["type"]) for m in CLIENT} == set(CLIENT_MESSAGES)
    commands = {m["data"]["name"] for m in CLIENT if m["type"] == "command"}
    assert commands == set(COMMANDS)


def test_every_message_of_the_server_has_an_example() -> None:
    """Both modes of a sync among them."""
    assert {(m["ch"], m["type"]) for m in SERVER} == {(str(c), t) for c, t in SERVER_MESSAGES}
    assert {m["data"]["mode"] for m in SERVER if m["type"] == "sync_response"} == {"full", "delta"}


@pytest.mark.parametrize("message", CLIENT, ids=name_of)
def test_a_clients_example_decodes_and_validates(message: Json) -> None:
    """An id of a board event among them is one that the room accepts."""
    decoded = decode_text(json.dumps(message).encode())
    assert isinstance(decoded, Message), decoded
    assert errors("ClientMessage", message) == []
    if isinstance(decoded.data, BoardEvent):
        assert submission_id(decoded.id)[1] > 0


@pytest.mark.parametrize("message", SERVER, ids=name_of)
def test_a_servers_example_validates(message: Json) -> None:
    """By the schema that knows no unknown fields."""
    assert errors("ServerMessage", message) == []


@pytest.mark.parametrize("message", SERVER, ids=name_of)
def test_a_servers_example_decodes_into_its_struct(message: Json) -> None:
    """The structs and the schema agree."""
    modes = {"full": SyncFull, "delta": SyncDelta}
    encoded = {"board", "elements"} & message["data"].keys()
    data = message["data"] | dict.fromkeys(encoded)
    struct = modes.get(data.get("mode"), SERVER_MESSAGES[message["ch"], message["type"]])
    msgspec.json.decode(json.dumps(data), type=struct)


@pytest.mark.parametrize("message", CLIENT, ids=name_of)
def test_what_the_schema_requires_the_decoder_requires(message: Json) -> None:
    """[EN-2] Without any one field both accept the message, or both refuse it."""
    for path, lacking in _lacking_one(message):
        if path == "id":
            continue  # `submission_id` asks for it, when the room orders the event
        decoded = decode_text(json.dumps(lacking).encode())
        is_valid = errors("ClientMessage", lacking) == []
        assert isinstance(decoded, Message) == is_valid, path


@pytest.mark.parametrize("message", CLIENT, ids=name_of)
def test_what_has_another_type_both_refuse(message: Json) -> None:
    """[EN-2] A field that becomes an empty array is wrong everywhere but in an array."""
    for path, changed in _with_one_replaced(message, []):
        decoded = decode_text(json.dumps(changed).encode())
        is_valid = errors("ClientMessage", changed) == []
        assert isinstance(decoded, Message) == is_valid, path


def _lacking_one(message: Json) -> Iterator[tuple[str, Json]]:
    for path in _paths(message):
        changed = copy.deepcopy(message)
        del _parent(changed, path)[path[-1]]
        yield ".".join(map(str, path)), changed


def _with_one_replaced(message: Json, value: object) -> Iterator[tuple[str, Json]]:
    for path in _paths(message):
        changed = copy.deepcopy(message)
        _parent(changed, path)[path[-1]] = value
        yield ".".join(map(str, path)), changed


def _paths(value: object) -> Iterator[tuple[Any, ...]]:
    """Iterate over the fields of all objects, but not into data whose shape is the client's."""
    items = enumerate(value) if isinstance(value, list) else value.items()  # type: ignore[attr-defined]
    for key, child in items:
        if isinstance(value, dict):
            yield (key,)
        if isinstance(child, dict | list) and key not in {"set", "points"} and "eyes" not in child:
            yield from ((key, *rest) for rest in _paths(child))


def _parent(message: Json, path: tuple[Any, ...]) -> Json:
    for key in path[:-1]:
        message = message[key]
    return message


def test_codes_are_those_of_the_one_table() -> None:
    """[EN-4] Every code is described, none is invented, and so with the close codes."""
    described = {row["const"]: row["description"] for row in SCHEMA["$defs"]["ErrorCode"]["oneOf"]}
    assert set(described) == {code.value for code in ErrorCode}
    closing = {row["const"]: row["description"] for row in SCHEMA["$defs"]["CloseCode"]["oneOf"]}
    assert set(closing) == {code.value for code in CloseCode}
    assert all(text.endswith(".") for text in (*described.values(), *closing.values()))


# -- what a lesson makes


def lesson() -> Iterator[Outcome]:
    """Run a lesson in which everything happens once."""
    room = Room(RoomState(Session(session_id="0199c0de", host_id=1)))
    ops = next(m["data"]["ops"] for m in CLIENT if m["id"] == "k3J9xQ2b:19")
    asset = next(op["element"]["asset"] for op in ops if "asset" in op.get("element", {}))
    commands: list[Command] = [
        CreateSession(by=1),
        OpenRoom(epoch="9f1c2ab07d3e4f55"),
        SeatParticipant(user_id=1, name="Emmy", role=Role.HOST),
        SeatParticipant(user_id=7, name="Ada", role=Role.STUDENT),
        *(
            Connect(
                connection_id=f"c{n}",
                peer_id=f"p{n}",
                user_id=n,
                token_issued_at_ms=0,
                is_peer=True,
            )
            for n in (1, 7)
        ),
        MoveSession(by=1, move=Move.START),
        RegisterAsset(by=1, added=AssetAdded(asset, "image/png", 90, 40, 4096)),
        EditBoard(
            connection_id="c1", client_id="k3J9xQ2b", n=1, ops=msgspec.convert(ops, BoardOps)
        ),
        SetMedia(by=7, connection_id="c7", video=True),
        ReportQuality(connection_id="c7", quality=ConnectionQuality.WEAK),
        SetPermissions(by=1, user_id=7, permissions={"can_toggle_video": False}),
        SetPermissions(by=1, role=Role.VIEWER, permissions={"can_draw": True}),
        RelayDescription(connection_id="c1", type="offer", to="p7", sdp="v=0"),
        RelayDescription(connection_id="c7", type="answer", to="p1", sdp="v=0"),
        RelayCandidate(
            connection_id="c1", to="p7", candidate=IceCandidate("candidate:1", sdp_mid="0")
        ),
        RelayCandidate(connection_id="c1", to="p7", candidate=None),
        SaveBoard(by=1),
        Disconnect(connection_id="c7", is_bye=False),
        KickParticipant(by=1, user_id=7, reason="late"),
        InviteParticipant(by=1, user_id=7, name="Ada", role=Role.VIEWER),
        MoveSession(by=1, move=Move.PAUSE),
        MoveSession(by=1, move=Move.TERMINATE, reason="fire alarm"),
    ]
    for at_ms, command in enumerate(commands, start=1_760_000_000_000):
        yield room.handle(command, at_ms)
    board = json.loads(room.state.board.encode())
    assert errors("Board", board) == []
    assert len(board["elements"]) == len(ops)


BoardOps = BoardEvent.__annotations__["ops"]


def test_every_event_of_a_lesson_validates() -> None:
    """Each as everyone gets it: numbered, stamped with its author and the time."""
    events = [event for outcome in lesson() for event in outcome.events]
    assert {event.type for event in events} >= {
        EventType.ROOM_OPEN,
        EventType.SESSION_START,
        EventType.PARTICIPANT_JOIN,
        EventType.PARTICIPANT_KICK,
        EventType.PERMISSION_UPDATE,
        EventType.MEDIA_STATE,
        EventType.BOARD_OP,
        EventType.BOARD_SAVE,
        EventType.ASSET_ADD,
    }
    for event in events:
        message = json.loads(encode_event(event))
        assert errors("Event", message) == [], message
        assert message["seq"] == event.seq


def test_every_signal_of_a_lesson_validates() -> None:
    """Offers, candidates, comings and goings, notices."""
    signals = [signal for outcome in lesson() for signal in outcome.signals]
    assert {signal.type for signal in signals} >= {
        "offer",
        "answer",
        "ice_candidate",
        "participant_joined",
        "participant_left",
        "notification",
    }
    for signal in signals:
        message = json.loads(encode_message(signal.channel, signal.type, signal.data))
        assert errors("ServerMessage", message) == [], message


def test_a_new_board_validates() -> None:
    """With the one layer that it has."""
    assert errors("Board", json.loads(Board().encode())) == []
