"""From events and answers to frames, and back."""

import json
import tracemalloc
from typing import Any

import msgspec
import pytest

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import WIRE_NAME, BoardChanged, Channel, Event, EventType, Submission
from lessonroom.people.permissions import Permission
from lessonroom.protocol.encoding import (
    encode_ack,
    encode_error,
    encode_event,
    encode_message,
    to_msgpack,
)
from lessonroom.protocol.server import Pointers, ServerPong
from tests.lessonroom.protocol.documented import Json, messages, name_of
from tests.lessonroom.protocol.strict_schema import errors

SERVER = messages("server")
EVENTS = [message for message in SERVER if "at" in message]


def event_of(message: Json) -> Event:
    """Return the event that a documented message tells of."""
    name = (message["ch"], message["type"])
    submission = None
    if "id" in message:
        client_id, _, n = message["id"].partition(":")
        submission = Submission(client_id, int(n), 0)
    return Event(
        seq=message["seq"],
        type=next(kind for kind, wire_name in WIRE_NAME.items() if wire_name == name),
        at_ms=message["at"],
        data=msgspec.json.encode(message["data"]),
        user_id=message.get("from"),
        submission=submission,
    )


@pytest.mark.parametrize("message", EVENTS, ids=name_of)
def test_an_event_becomes_the_message_that_is_documented(message: Json) -> None:
    """[EN-1] Number, author and time are the event's."""
    assert json.loads(encode_event(event_of(message))) == message


@pytest.mark.parametrize("message", EVENTS, ids=name_of)
def test_an_events_body_is_encoded_as_it_was_logged(message: Json) -> None:
    """Its bytes are taken as they are, not decoded and encoded again."""
    event = event_of(message)
    assert encode_event(event).endswith(b',"data":%b}' % event.data)


def test_a_large_event_takes_no_more_than_its_bytes() -> None:
    """[P16] A board of 9 MB that was restored is an event: half as much again would stay unused."""
    event = Event(seq=7, type=EventType.BOARD_RESTORE, at_ms=2, data=b'{"ops":"%b"}' % bytes(2**20))
    tracemalloc.start()
    try:
        encoded = encode_event(event)
        held_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert encoded.startswith(b'{"ch":"board","type":"board_event","seq":7,"at":2,"data":{"ops":')
    assert encoded.endswith(event.data + b"}")
    assert held_bytes < 1.1 * len(encoded)


def test_an_event_of_the_server_has_no_author() -> None:
    """[EN-1] `from` is absent, not null."""
    event = Event(seq=1, type=EventType.ROOM_OPEN, at_ms=2, data=b'{"epoch":"e"}')
    expected = b'{"ch":"system","type":"room_open","seq":1,"at":2,"data":{"epoch":"e"}}'
    assert encode_event(event) == expected


def test_every_type_of_event_has_a_name_on_the_wire() -> None:
    """None can be written that nobody is told of."""
    assert set(WIRE_NAME) == set(EventType)


def test_a_body_decodes_to_what_was_logged() -> None:
    """The operations stay as they were encoded."""
    event = event_of(next(m for m in EVENTS if m["type"] == "board_event"))
    body = event.body()
    assert isinstance(body, BoardChanged)
    assert b'{"ops":%b}' % bytes(body.ops) == event.data


def test_an_ack_carries_the_id_and_the_place() -> None:
    """And nothing of the event itself."""
    frame = encode_ack("k3J9xQ2b:20", seq=812)
    assert json.loads(frame) == next(m for m in SERVER if m["type"] == "ack")


def test_an_error_says_everything_that_is_known() -> None:
    """[EN-4] `{code, message, field?, retry_after_ms?}` with the id of the message."""
    refusal = Refused(ErrorCode.RATE_LIMITED, "too fast", field="data", retry_after_ms=40)
    assert json.loads(encode_error(refusal, message_id="m1")) == {
        "ch": "system",
        "type": "error",
        "id": "m1",
        "data": {
            "code": "rate_limited",
            "message": "too fast",
            "field": "data",
            "retry_after_ms": 40,
        },
    }


@pytest.mark.parametrize("code", ErrorCode)
def test_an_error_leaves_out_what_is_not_known(code: ErrorCode) -> None:
    """[EN-4] Neither a null field nor a null id, with any code."""
    message = json.loads(encode_error(Refused(code, "no"), message_id=None))
    assert message == {"ch": "system", "type": "error", "data": {"code": code, "message": "no"}}
    assert errors("ServerMessage", message) == []


@pytest.mark.parametrize("text", ["\N{SNOWMAN}", "\x00\x1f", '"\\', "</script>", "\u2028"])
def test_an_errors_words_survive_the_frame(text: str) -> None:
    """Every frame is UTF-8, and JSON whatever it holds."""
    frame = encode_error(Refused(ErrorCode.INVALID, text, field=text), message_id=None)
    data = json.loads(frame.decode("utf-8"))["data"]
    assert (data["message"], data["field"]) == (text, text)


def test_an_answer_carries_the_id_it_was_asked_with() -> None:
    """A pong repeats `t`, whole or not."""
    for t in (5, 5.25, None):
        frame = encode_message(Channel.SYSTEM, "pong", ServerPong(t, 9), message_id="p1")
        assert json.loads(frame) == {
            "ch": "system",
            "type": "pong",
            "id": "p1",
            "data": {"t": t, "server_time": 9},
        }


def test_pointers_are_rows_of_five() -> None:
    """user_id, x, y, tool, page."""
    frame = encode_message(Channel.BOARD, "pointer_move", Pointers([(7, 1.5, 2, None, None)]))
    assert json.loads(frame)["data"] == {"pointers": [[7, 1.5, 2, None, None]]}


@pytest.mark.parametrize("message", SERVER, ids=name_of)
def test_msgpack_carries_the_same_fields(message: Json) -> None:
    """[HS-3] In the same order, and of the same types."""
    packed = msgspec.msgpack.decode(to_msgpack(json.dumps(message).encode()))
    assert json.dumps(packed) == json.dumps(message)


@pytest.mark.parametrize("value", [0, -0.0, 1.0, 0.1, 2**53 - 1, 1e7, "\N{SNOWMAN}", None, [], {}])
def test_msgpack_carries_the_same_values(value: Any) -> None:  # noqa: ANN401 - of any kind
    """[HS-3] A float stays one."""
    packed = msgspec.msgpack.decode(to_msgpack(msgspec.json.encode({"data": value})))
    assert repr(packed) == repr({"data": value})


def test_the_documented_permissions_are_all_sixteen() -> None:
    """In a welcome as booleans."""
    welcome = next(message for message in SERVER if message["type"] == "welcome")
    assert list(welcome["data"]["permissions"]) == [permission.value for permission in Permission]
    assert all(isinstance(value, bool) for value in welcome["data"]["permissions"].values())
