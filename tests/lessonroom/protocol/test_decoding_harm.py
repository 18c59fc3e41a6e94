"""Values that are out to do harm: numbers, text, keys, depth."""

import msgspec
import pytest

from lessonroom.board.editing.changes import draft
from lessonroom.board.model.board import Board
from lessonroom.board.model.operations import Put
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS
from lessonroom.protocol.calls import KickArgs
from lessonroom.protocol.client import Call, PointerMove, SyncRequest
from lessonroom.protocol.decoding import (
    Invalid,
    decode_binary,
    decode_text,
)
from tests.lessonroom.protocol.frames import (
    CANDIDATE,
    CUSTOM,
    RECT,
    accepted,
    board_event,
    command,
    packed,
    packed_patch,
    patch,
    pointer,
    put,
    refused,
)

# -- numbers


@pytest.mark.parametrize(
    "number",
    [
        "1e8",
        "-1e8",
        "10000001",
        "1e999",
        "-1e999",
        str(2**63),
        str(2**70),
        "9" * 5000,
        '"1"',
        "true",
        "null",
        "[]",
        "{}",
    ],
)
def test_a_number_out_of_range_is_invalid(number: str) -> None:
    """[BD-10] Beyond plus or minus ten million, or no number at all."""
    error = refused(pointer(number))
    assert (error.code, error.field) == (ErrorCode.INVALID, "data.x")


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "nan", "0x10", "01", "+1", ".5"]
)
def test_a_number_that_json_does_not_know_is_invalid(number: str) -> None:
    """[BD-10][EN-2] The frame cannot be read, so no field is named."""
    error = refused(pointer(number))
    assert (error.code, error.field) == (ErrorCode.INVALID, None)


@pytest.mark.parametrize("number", ["10000000", "-10000000", "0", "-0", "1e7", "0.1", "1e-400"])
def test_a_number_in_range_is_taken(number: str) -> None:
    """[BD-10] The bounds among them."""
    data = accepted(decode_text(pointer(number).encode())).data
    assert isinstance(data, PointerMove)
    assert data.x == float(number)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), 1e8, 2**63, b"1"])
def test_a_packed_number_out_of_range_is_invalid(number: object) -> None:
    """[BD-10] MessagePack can carry NaN and the infinities."""
    outcome = packed({"ch": "board", "type": "pointer_move", "data": {"x": number, "y": 0}})
    assert isinstance(outcome, Invalid)
    assert outcome.refused.field == "data.x"


@pytest.mark.parametrize("seq", ["-1", str(2**53), "1.5", "1e3", '"1"'])
def test_a_seq_is_a_whole_number_that_a_browser_can_hold(seq: str) -> None:
    """[EN-2] From 0 to 2**53 - 1."""
    error = refused(f'{{"ch":"board","type":"sync_request","data":{{"epoch":"e","seq":{seq}}}}}')
    assert error.field == "data.seq"


def test_the_largest_seq_is_taken() -> None:
    """[EN-2] As the bound says."""
    text = f'{{"ch":"board","type":"sync_request","data":{{"epoch":"e","seq":{2**53 - 1}}}}}'
    assert accepted(decode_text(text.encode())).data == SyncRequest("e", 2**53 - 1)


# -- text


@pytest.mark.parametrize(
    "text",
    [
        '{"ch":"webrtc","type":"offer","data":{"to":"p1","sdp":"\\ud800"}}',
        '{"ch":"webrtc","type":"offer","data":{"to":"p1","sdp":"\\udc00\\ud800"}}',
        '{"ch":"system","type":"ping","id":"\\ud800","data":{}}',
        board_event(patch('{"text":"\\udfff"}')),
        board_event(patch('{"\\ud800":1}')),
        command("kick", '{"user_id":1,"reason":"\\ud800x"}'),
    ],
)
def test_a_lone_surrogate_is_invalid(text: str) -> None:
    """[BD-10] Neither a database nor UTF-8 can hold one."""
    assert refused(text).code is ErrorCode.INVALID


def test_a_pair_of_surrogates_is_a_character() -> None:
    """[BD-10] Escaped as JSON does it."""
    outcome = accepted(
        decode_text(command("kick", '{"user_id":1,"reason":"\\ud83d\\ude00"}').encode())
    )
    assert outcome.data == Call("kick", KickArgs(1, "\N{GRINNING FACE}"))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (command("kick", '{"user_id":1,"reason":"a\\u0000"}'), "data.args.reason"),
        ('{"ch":"webrtc","type":"answer","data":{"to":"p1","sdp":"\\u0000"}}', "data.sdp"),
        (
            CANDIDATE % '{"candidate":"\\u0000"}',
            "data.candidate.candidate",
        ),
        ('{"ch":"board","type":"sync_request","data":{"epoch":"\\u0000"}}', "data.epoch"),
        (board_event(patch('{"text":"a\\u0000b"}')), "data.ops[0].set.text"),
        (board_event(patch('{"a\\u0000":1}')), "data.ops[0].set"),
        (board_event(put(CUSTOM % '{"a":"\\u0000"}')), "data.ops[0].element.data.a"),
    ],
)
def test_a_nul_character_is_invalid(text: str, field: str) -> None:
    """[BD-10] Not every database can store one."""
    error = refused(text)
    assert (error.code, error.field) == (ErrorCode.INVALID, field)


# -- data whose shape is the client's


@pytest.mark.parametrize("key", ["__proto__", "constructor", "prototype"])
@pytest.mark.parametrize(
    ("event", "field"),
    [
        (board_event(patch('{"%s":1}')), "data.ops[0].set"),
        (board_event(patch('{"style":{"%s":{}}}')), "data.ops[0].set.style"),
        (board_event('{"op":"clear"}', put(CUSTOM % '{"%s":1}')), "data.ops[1].element.data"),
        (
            board_event(put(CUSTOM % '{"a":[0,{"b":{"%s":1}}]}')),
            "data.ops[0].element.data.a[1].b",
        ),
        (board_event('{"op":"patch_layer","id":"base","set":{"%s":1}}'), "data.ops[0].set"),
        (board_event('{"op":"patch","id":"r","unset":["%s"]}'), "data.ops[0].unset[0]"),
        (board_event('{"op":"patch","id":"r","unset":["style.%s"]}'), "data.ops[0].unset[0]"),
        (board_event(put(RECT.replace('"r"', '"%s"'))), "data.ops[0].element.id"),
        (board_event(put(RECT.replace('"base"', '"%s"'))), "data.ops[0].element.layer"),
        (board_event('{"op":"add_layer","layer":{"id":"%s"}}'), "data.ops[0].layer.id"),
        (command("set_permissions", '{"permissions":{"%s":true}}'), "data.args.permissions"),
    ],
)
def test_a_key_that_reaches_a_prototype_is_invalid(event: str, field: str, key: str) -> None:
    """[BD-10] Also as an id, because ids become keys of objects."""
    error = refused(event.replace("%s", key))
    assert (error.code, error.field) == (ErrorCode.INVALID, field)


@pytest.mark.parametrize("key", ["__proto__", "constructor", "prototype"])
def test_the_board_refuses_such_a_key_by_itself(key: str) -> None:
    """[BD-10] `draft` does not count on the decoder."""
    custom = msgspec.json.decode(put(CUSTOM % f'{{"a":{{"{key}":1}}}}'), type=Put)
    with pytest.raises(Refused) as caught:
        draft(Board(), [custom], author=1, permissions=ALL_PERMISSIONS, limits=Limits())
    assert caught.value.field == "ops[0].element.data.a"


def test_names_that_only_look_like_such_keys_are_taken() -> None:
    """[BD-10] Nothing else is forbidden."""
    ops = [put(RECT.replace('"r"', f'"{name}"')) for name in ("proto", "constructors", "__proto")]
    accepted(decode_text(board_event(*ops, patch('{"_proto_":1}')).encode()))


@pytest.mark.parametrize("depth", [17, 100, 30_000])
def test_free_data_nests_sixteen_deep(depth: int) -> None:
    """[BD-10] One level more is refused, and so are thirty thousand."""
    assert refused(board_event(patch('{"x":%s}' % ("[" * depth + "]" * depth)))).code is (
        ErrorCode.INVALID
    )
    accepted(decode_text(board_event(patch('{"x":%s}' % ("[" * 15 + "]" * 15))).encode()))


@pytest.mark.parametrize(
    "deep",
    [
        "[" * 60_000,
        '{"a":' * 12_000,
        '{"ch":"system","type":"ping","data":{"x":%s}}' % ("[" * 30_000 + "]" * 30_000),
        '{"ch":"system","type":"ping","data":{},"x":%s}' % ('{"a":' * 10_000 + "1" + "}" * 10_000),
        '{"ch":"system","type":"ping","data":%s}' % ("[" * 60_000),
    ],
)
def test_a_frame_that_nests_without_end_is_invalid(deep: str) -> None:
    """[EN-2] It costs no stack, not even in a field that is ignored."""
    assert refused(deep).code is ErrorCode.INVALID


@pytest.mark.parametrize("opcode", [b"\x91", b"\x81\xa1a", b"\x81"])
def test_a_packed_frame_that_nests_without_end_is_invalid(opcode: bytes) -> None:
    """[EN-2] Arrays, maps, and maps as keys of maps."""
    for head in (b"", msgspec.msgpack.encode({"ch": "system", "type": "ping"})[:-1]):
        outcome = decode_binary(head + opcode * 20_000 + b"\x01")
        assert isinstance(outcome, Invalid)


def _id_of(value: object) -> str:
    # The repr of an extension is its address.
    if isinstance(value, msgspec.msgpack.Ext):
        return f"Ext({value.code}, {value.data!r})"
    return repr(value)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        b"bytes",
        msgspec.msgpack.Ext(5, b"extension"),
        msgspec.msgpack.Ext(-1, b"\x00\x00\x00\x01"),
        msgspec.msgpack.Ext(-1, b"bad"),
        msgspec.msgpack.Ext(-1, b"\xff" * 12),
        2**64 - 1,
        {1: "a key that is a number"},
        {b"bytes": "as a key"},
        {None: 1},
        {1.5: 1},
    ],
    ids=_id_of,
)
def test_packed_data_that_json_cannot_hold_is_invalid(value: object) -> None:
    """[BD-10] Bytes, dates, extensions, keys that are no strings, numbers without bounds."""
    outcome = packed_patch({"x": value})
    assert isinstance(outcome, Invalid), outcome
    assert outcome.id == "abcdefgh:1"
    assert (outcome.refused.field or "").startswith("data")


def test_free_numbers_past_64_bits_are_refused_before_anything_encodes_them() -> None:
    """[BD-10] An encoder fails on them, which must never happen in a room."""
    error = refused(board_event('{"op":"clear"}', patch('{"x":%s}' % ("9" * 400))))
    assert error.field == "data.ops[1].set.x"


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xc1",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff\xa2ch",
        b"\x81\xa2ch\xdb\xff\xff\xff\xff",
        b"\x81\xa2ch\xc6\xff\xff\xff\xff",
        msgspec.msgpack.encode({"ch": "system", "type": "ping", "data": {}}) + b"\x00",
        msgspec.msgpack.encode({1: 2}),
        msgspec.msgpack.encode({b"ch": "system", b"type": "ping", b"data": {}}),
        b'{"ch":"system","type":"ping","data":{}}',
    ],
)
def test_a_packed_frame_that_is_none_is_invalid(frame: bytes) -> None:
    """[EN-2] Lengths that promise gigabytes among them: nothing is set aside for them."""
    assert isinstance(decode_binary(frame), Invalid)
