"""What the decoder takes of an envelope and its fields, and how it says no.

Tests also: lessonroom/protocol/calls.py, lessonroom/protocol/client.py, lessonroom/validation.py.
"""

import json

import msgspec
import pytest

from lessonroom.board.model.operations import Clear
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.protocol.calls import COMMANDS, NoArgs
from lessonroom.protocol.client import BoardEvent, Call, Ping
from lessonroom.protocol.decoding import (
    Breach,
    Invalid,
    Message,
    decode_binary,
    decode_text,
    submission_id,
)
from tests.lessonroom.lesson import is_plain
from tests.lessonroom.protocol.documented import Json, messages, name_of
from tests.lessonroom.protocol.frames import (
    CANDIDATE,
    CUSTOM,
    RECT,
    STROKE,
    accepted,
    board_event,
    command,
    packed,
    patch,
    pointer,
    put,
    refused,
)

VIEW = '{"ch":"board","type":"pointer_move","data":{"x":1,"y":1,"view":%s}}'

# -- both encodings


@pytest.mark.parametrize("message", messages("client"), ids=name_of)
def test_both_encodings_give_equal_messages(message: Json) -> None:
    """[HS-3] `lessonroom.v1.json` and `lessonroom.v1.msgpack` carry the same fields."""
    as_text = accepted(decode_text(json.dumps(message).encode()))
    assert as_text == accepted(packed(message))
    assert as_text.id == message.get("id")


def test_a_command_without_args_has_none_in_both_encodings() -> None:
    """[HS-3] `args` may be left out."""
    message = {"ch": "system", "type": "command", "data": {"name": "start"}}
    expected = Call("start", NoArgs())
    assert accepted(packed(message)).data == expected
    assert accepted(decode_text(json.dumps(message).encode())).data == expected


def test_a_text_frame_that_is_not_utf8_is_a_breach() -> None:
    """[EN-3] 1007, also where the bad bytes are in a field that is ignored."""
    with pytest.raises(Breach) as caught:
        decode_text(b'{"ch":"system","type":"ping","data":{},"ignored":"\xff"}')
    assert caught.value.code is CloseCode.BAD_UTF8
    assert caught.value.reason == str(caught.value) == "a text frame must be UTF-8"


@pytest.mark.parametrize("bad", [b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"])
def test_a_packed_string_that_is_not_utf8_is_invalid(bad: bytes) -> None:
    """[BD-10][EN-2] A lone surrogate, an overlong form, a code point past the last."""
    frame = msgspec.msgpack.encode(
        {"ch": "webrtc", "type": "offer", "id": "o1", "data": {"to": "p1", "sdp": "X" * len(bad)}}
    ).replace(b"X" * len(bad), bad)
    outcome = decode_binary(frame)
    assert isinstance(outcome, Invalid)
    assert (outcome.id, outcome.refused.code) == ("o1", ErrorCode.INVALID)
    assert outcome.refused.field == "data"
    assert outcome.refused.message == "a string is not valid UTF-8"


# -- the envelope


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", None),
        ("null", None),
        ("[]", None),
        ('"', None),
        ("{", None),
        ('\ufeff{"ch":"system","type":"ping","data":{}}', None),
        ('{"ch":"system","type":"ping","data":{}}{}', None),
        ('{"ch":1,"type":"ping","data":{}}', "ch"),
        ('{"type":"ping","data":{}}', "ch"),
        ('{"ch":"system","data":{}}', "type"),
        ('{"ch":"system","type":"ping"}', "data"),
        ('{"ch":"system","type":"ping","data":null}', "data"),
        ('{"ch":"system","type":"ping","data":[]}', "data"),
        ('{"ch":"system","type":"ping","data":{},"id":7}', "id"),
        ('{"ch":"system","type":"ping","data":{},"id":""}', "id"),
        ('{"ch":"system","type":"ping","data":{},"id":"a b"}', "id"),
        ('{"ch":"system","type":"ping","data":{},"id":"a\\u0000"}', "id"),
        ('{"ch":"system","type":"ping","data":{},"id":"\u202ea"}', "id"),
        ('{"ch":"system","type":"ping","data":{},"id":"a\\n"}', "id"),
        (f'{{"ch":"system","type":"ping","data":{{}},"id":"{"a" * 129}"}}', "id"),
    ],
)
def test_an_envelope_that_is_none_is_invalid(text: str, field: str | None) -> None:
    """[EN-2] The field is named wherever the frame can be read as JSON."""
    error = refused(text)
    assert (error.code, error.field) == (ErrorCode.INVALID, field)


@pytest.mark.parametrize(("text", "says"), [("{", "truncated"), ('{"ch":}', "malformed")])
def test_what_is_wrong_with_the_json_is_said(text: str, says: str) -> None:
    """[EN-2] In the words of the decoder."""
    assert says in refused(text).message


def test_what_nests_beyond_the_decoder_is_said_to_nest() -> None:
    """[BD-10][EN-2] Not that something was wrong inside of the server."""
    error = refused('{"ch":"system","type":"ping","data":{},"x":' + "[" * 5_000 + "]" * 5_000 + "}")
    assert error.message == "nested too deeply"


@pytest.mark.parametrize("message_id", ["a", "a" * 128, "abcdefgh:1", "!~"])
def test_an_id_of_visible_ascii_is_kept(message_id: str) -> None:
    """[EN-2] So that the answer can carry it."""
    text = f'{{"ch":"system","type":"ping","id":"{message_id}","data":{{}}}}'
    assert accepted(decode_text(text.encode())).id == message_id


def test_a_refusal_carries_the_id_of_the_message() -> None:
    """[EN-2] Also where its data is wrong."""
    outcome = decode_text(b'{"ch":"system","type":"ping","id":"p1","data":5}')
    assert isinstance(outcome, Invalid)
    assert outcome.id == "p1"
    outcome = decode_text(b'{"ch":7,"type":"ping","id":"p2","data":{}}')
    assert isinstance(outcome, Invalid)
    assert outcome.id == "p2", "where the envelope is wrong, but for its id"


def test_unknown_fields_are_ignored() -> None:
    """[EN-1] What a client claims of itself in the envelope is not even read."""
    text = (
        '{"ch":"system","type":"ping","from":1,"at":2,"seq":3,"user_id":4,"by":5,'
        '"data":{"t":6,"from":7,"deep":[[{}]]}}'
    )
    message = accepted(decode_text(text.encode()))
    assert message == Message("system", "ping", None, Ping(6))


@pytest.mark.parametrize(
    ("channel", "name"),
    [("board", "bogus"), ("bogus", "ping"), ("board", "ping"), ("", ""), ("board", "ack")],
)
def test_an_unknown_message_is_told_apart(channel: str, name: str) -> None:
    """[EN-4] Its own code, so that a newer client can tell an older server."""
    error = refused(f'{{"ch":"{channel}","type":"{name}","data":{{}}}}')
    assert error.code is ErrorCode.UNKNOWN_MESSAGE
    assert error.field == "type"


def test_an_unknown_command_names_those_there_are() -> None:
    """[EN-4] And the field that is wrong."""
    error = refused(command("explode"))
    assert (error.code, error.field) == (ErrorCode.UNKNOWN_MESSAGE, "data.name")
    assert error.message.startswith("there is no command explode; there are: ")
    assert error.message.partition("; there are: ")[2].split(", ") == list(COMMANDS)


@pytest.mark.parametrize(
    "text",
    [
        '{"ch":"board","type":"%s","data":{}}' % ("x" * 60_000),
        command("x" * 60_000),
        board_event('{"op":"%s"}' % ("x" * 60_000)),
        board_event(patch('{"%s":{"__proto__":1}}' % ("x" * 60_000))),
        board_event('{"op":"clear","%s":1}' % ("x" * 60_000)),
        command("invite", '{"user_id":1,"role":"%s"}' % ("x" * 60_000)),
    ],
)
def test_an_error_repeats_little_of_what_was_sent(text: str) -> None:
    """[EN-2] A refusal is small, however large the message was."""
    error = refused(text)
    assert len(error.message) < 1_000
    assert len(error.field or "") < 300


def test_of_two_equal_keys_the_last_one_counts() -> None:
    """[EN-2] In the envelope, in data, and in what is passed on: there is one of them left."""
    once = board_event(patch('{"x":1,"x":2}'))
    text = once.replace("{", '{"ch":"webrtc","id":"abcdefgh:2",', 1)
    message = accepted(decode_text(text.encode()))
    assert (message.ch, message.id) == ("board", "abcdefgh:1")
    assert isinstance(message.data, BoardEvent)
    assert msgspec.json.encode(message.data.ops).count(b'"x"') == 1


@pytest.mark.parametrize("wrong", ["__proto__", "constructor", "prototype"])
def test_a_forbidden_key_among_two_equal_ones_is_found(wrong: str) -> None:
    """[BD-10] Whichever comes last."""
    assert refused(board_event(patch(f'{{"x":1,"{wrong}":1,"{wrong}":2}}'))).field


# -- the field at fault


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (board_event(), "data.ops"),
        (board_event("{}"), "data.ops[0].op"),
        (board_event('{"op":"bogus"}'), "data.ops[0].op"),
        (board_event('{"op":"clear"}', '{"op":"clear","x":1}'), "data.ops[1].x"),
        (board_event(put(STROKE % '[1,2,0.5,"4"]')), "data.ops[0].element.points[3]"),
        (board_event(put(STROKE % "[1,2,0.5]")), "data.ops[0].element.points"),
        (board_event(put(STROKE % "[1,2,0.5,1e8]")), "data.ops[0].element.points[3]"),
        (board_event(put(RECT.replace('"h":1', '"h":-1'))), "data.ops[0].element.h"),
        (board_event(put(RECT.replace(',"h":1', ""))), "data.ops[0].element.h"),
        (board_event(put(RECT.replace('"rect"', '"blob"'))), "data.ops[0].element.type"),
        (board_event(put(RECT.replace('"id":"r"', '"id":"a b"'))), "data.ops[0].element.id"),
        (
            board_event(put(RECT.replace('"h":1', '"h":1,"style":{"color":"url(x)"}'))),
            "data.ops[0].element.style.color",
        ),
        (
            board_event(put(RECT.replace('"h":1', '"h":1,"style":{"dash":"wavy"}'))),
            "data.ops[0].element.style.dash",
        ),
        (
            board_event(put(RECT.replace('"h":1', '"h":1,"style":{"colour":"red"}'))),
            "data.ops[0].element.style.colour",
        ),
        (board_event('{"op":"remove","ids":["a","b c"]}'), "data.ops[0].ids[1]"),
        (board_event('{"op":"remove","ids":[]}'), "data.ops[0].ids"),
        (board_event('{"op":"patch","id":"r","unset":["a.b.c"]}'), "data.ops[0].unset[0]"),
        (board_event(patch('{"x":{"y":[0,1e8]}}')), "data.ops[0].set.x.y[1]"),
        (board_event(put(CUSTOM % '{"a":[1e999]}')), "data.ops[0].element.data"),
        (command("kick"), "data.args.user_id"),
        (command("kick", '{"user_id":0}'), "data.args.user_id"),
        (command("kick", "null"), "data.args"),
        (command("start", "[]"), "data.args"),
        (command("invite", '{"user_id":1,"role":"king"}'), "data.args.role"),
        (command("set_permissions", '{"permissions":{"can_draw":1}}'), "data.args.permissions"),
        (command("set_permissions", '{"permissions":{"a b":true}}'), "data.args.permissions"),
        (command("terminate", '{"reason":"%s"}' % ("x" * 501)), "data.args.reason"),
        ('{"ch":"webrtc","type":"offer","data":{"to":"p 1","sdp":""}}', "data.to"),
        ('{"ch":"webrtc","type":"offer","data":{"to":"p1"}}', "data.sdp"),
        (
            CANDIDATE % '{"candidate":"","sdpMLineIndex":-1}',
            "data.candidate.sdpMLineIndex",
        ),
        ('{"ch":"webrtc","type":"media_state","data":{"video":1}}', "data.video"),
        ('{"ch":"board","type":"pointer_move","data":{"x":1,"y":1,"page":0}}', "data.page"),
        (VIEW % "[0,0,1]", "data.view"),
        (VIEW % "[0,0,-1,1]", "data.view[2]"),
        (VIEW % "[0,1e8,1,1]", "data.view[1]"),
        (VIEW % '"all"', "data.view"),
    ],
)
def test_an_error_names_the_field_at_fault(text: str, field: str) -> None:
    """[EN-2] By its path within the message."""
    error = refused(text)
    assert (error.code, error.field) == (ErrorCode.INVALID, field)
    assert error.message


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (board_event('{"op":"bogus"}'), "put, patch, append"),
        (board_event(put(RECT.replace('"rect"', '"blob"'))), "stroke, line, arrow, rect"),
        (board_event('{"op":"remove","ids":["b c"]}'), "1 to 64 of A-Z a-z 0-9 _ -"),
        (command("invite", '{"user_id":1,"role":"king"}'), "host, student, viewer, solo"),
        (pointer("1e8"), "10000000"),
        ('{"ch":"system","type":"ping","id":"a b","data":{}}', "1 to 128 visible ASCII"),
    ],
)
def test_an_error_says_what_is_allowed(text: str, allowed: str) -> None:
    """[EN-2] In words a person can act on."""
    assert allowed in refused(text).message


# -- the id of a board event


@pytest.mark.parametrize(
    ("message_id", "expected"),
    [
        ("abcdefgh:1", ("abcdefgh", 1)),
        ("A-Z_09az:999999999999999", ("A-Z_09az", 999_999_999_999_999)),
        ("x" * 64 + ":7", ("x" * 64, 7)),
    ],
)
def test_an_id_is_a_client_and_a_number(message_id: str, expected: tuple[str, int]) -> None:
    """[BD-6] 8 to 64 characters, then from 1 to 15 digits."""
    assert submission_id(message_id) == expected


@pytest.mark.parametrize(
    "message_id",
    [
        None,
        "",
        "abcdefgh",
        "abcdefg:1",
        "x" * 65 + ":1",
        "abcdefgh:0",
        "abcdefgh:01",
        "abcdefgh:-1",
        "abcdefgh:1 ",
        "abcdefgh:1\n",
        "abcdefgh:\u0661",
        "abcdefgh:1:1",
        "abcd efgh:1",
        "abcdefgh:1000000000000000",
        "abcdefg\u00e9:1",
    ],
)
def test_another_id_of_a_board_event_is_invalid(message_id: str | None) -> None:
    """[BD-6] The message says how one looks."""
    with pytest.raises(Refused, match="<client_id>:<n>") as caught:
        submission_id(message_id)
    assert is_plain(caught.value.message)
    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID, "id")


def test_a_valid_neighbour_does_not_save_an_invalid_operation() -> None:
    """[BD-1] Of ninety-nine good operations and a bad one none is decoded."""
    good = ['{"op":"clear"}'] * 99
    assert refused(board_event(*good, '{"op":"clear","layer":7}')).field == "data.ops[99].layer"
    data = accepted(decode_text(board_event(*good).encode())).data
    assert data == BoardEvent([Clear()] * 99)
