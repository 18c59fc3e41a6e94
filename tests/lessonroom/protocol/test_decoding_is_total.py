"""Whatever the bytes, the outcome is a message, a refusal or a breach; nothing else is raised."""

import json
from collections.abc import Callable
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonroom.board.editing.changes import draft
from lessonroom.board.model.board import Board
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS
from lessonroom.protocol.client import BoardEvent, Call, PointerMove
from lessonroom.protocol.decoding import (
    JSON_DECODER,
    MSGPACK_DECODER,
    Breach,
    Invalid,
    Message,
    decode_binary,
    decode_text,
)
from lessonroom.protocol.encoding import encode_error, to_msgpack
from lessonroom.scalars import FORBIDDEN_KEYS
from tests.lessonroom.protocol.mutation import Mutator

LIMITS: Final = Limits()
CODES: Final = {ErrorCode.INVALID, ErrorCode.UNKNOWN_MESSAGE}
MAX_WHOLE: Final = 2**53

Decode = Callable[[bytes], Message | Invalid]


def check(decode: Decode, frame: bytes) -> str:
    """Decode a frame, check all that holds of the outcome, and say which of the three it was."""
    try:
        outcome = decode(frame)
    except Breach as breach:
        code = breach.code
    else:
        return _check_outcome(outcome)
    assert code is CloseCode.BAD_UTF8
    with pytest.raises(UnicodeDecodeError):
        frame.decode()
    return "breach"


def _check_outcome(outcome: Message | Invalid) -> str:
    match outcome:
        case Invalid():
            assert outcome.refused.code in CODES
            assert outcome.refused.message
            answer = encode_error(outcome.refused, message_id=outcome.id)
            assert len(answer) < 2_000
            to_msgpack(answer)
            return "invalid"
        case Message():
            assert outcome.id is None or (outcome.id.isascii() and outcome.id.isprintable())
            _check_data(outcome.data)
            return "message"


def _check_data(data: object) -> None:
    if isinstance(data, BoardEvent):
        msgspec.json.encode(data.ops)  # as the room does to notice a used id
        try:
            change = draft(Board(), data.ops, author=1, permissions=ALL_PERMISSIONS, limits=LIMITS)
        except Refused:
            return
        encoded = change.body()
    else:
        encoded = msgspec.json.encode(data.args if isinstance(data, Call) else data)
    _check_value(json.loads(encoded.decode("utf-8"), parse_constant=_no_constant), 0)


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} was let through")


def _check_value(value: Any, depth: int) -> None:  # noqa: ANN401 - JSON
    """Check what may be stored and passed on (BD-10)."""
    assert depth <= 24, "sixteen levels of the client's own, within those of the message"
    match value:
        case str():
            assert "\0" not in value
            value.encode("utf-8")
        case int() | float():
            assert abs(value) <= MAX_WHOLE
        case list():
            for item in value:
                _check_value(item, depth + 1)
        case dict():
            assert not FORBIDDEN_KEYS & value.keys()
            for key, item in value.items():
                _check_value(key, depth)
                _check_value(item, depth + 1)
        case _:
            assert value is None


def _check_mutations(seed: int, count: int, *, is_packed: bool) -> dict[str, int]:
    decode = decode_binary if is_packed else decode_text
    found = {"message": 0, "invalid": 0, "breach": 0}
    for n, frame in enumerate(Mutator(seed, is_packed=is_packed).inputs(count)):
        try:
            found[check(decode, frame)] += 1
        except Exception as error:
            error.add_note(f"seed {seed}, input {n}: {frame!r}")
            raise
    return found


@pytest.mark.parametrize("is_packed", [False, True], ids=["json", "msgpack"])
def test_real_messages_changed_by_chance(*, is_packed: bool) -> None:
    """[EN-2][BD-10] Twenty thousand in all; enough of them are still messages to mean something."""
    found = _check_mutations(1, 10_000, is_packed=is_packed)
    assert found["message"] > 1_000
    assert found["invalid"] > 1_000
    assert (found["breach"] > 0) is not is_packed


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2, 12))
@pytest.mark.parametrize("is_packed", [False, True], ids=["json", "msgpack"])
def test_a_million_real_messages_changed_by_chance(seed: int, *, is_packed: bool) -> None:
    """[EN-2][BD-10] The same with other seeds."""
    _check_mutations(seed, 60_000, is_packed=is_packed)


@pytest.mark.parametrize("is_packed", [False, True], ids=["json", "msgpack"])
def test_the_short_way_and_the_long_one_come_to_the_same(*, is_packed: bool) -> None:
    """[EN-2] What most are is decoded in one pass; what that takes the long way takes, too."""
    decoder = MSGPACK_DECODER if is_packed else JSON_DECODER
    short = 0
    for frame in Mutator(0, is_packed=is_packed).inputs(8_000):
        found, expected = decoder.decode(frame), decoder._decode_any(frame)
        if isinstance(found, Message):
            short += isinstance(found.data, BoardEvent | PointerMove)
            assert found == expected, frame
        else:
            assert isinstance(expected, Invalid), frame
            assert (found.id, str(found.refused)) == (expected.id, str(expected.refused)), frame
    assert short > 100


@pytest.mark.parametrize(
    "frame",
    [
        b'{"ch":"board","type":"pointer_move","type":"ping","data":{"x":1,"y":2}}',
        b'{"ch":"board","type":"ping","type":"pointer_move","data":{"x":1,"y":2}}',
        b'{"type":"pointer_move","ch":"system","data":{"x":1,"y":2}}',
        b'{"ch":"board","type":"pointer_move","data":{"x":1e9,"y":2},"data":{"x":1,"y":2}}',
        b'{"ch":"board","type":"pointer_move","id":"board_event","data":{"x":1,"y":2},"more":[]}',
        b'{"ch":"board","type":"pointer_move","id":"\\u0000","data":{"x":1,"y":2}}',
        b'{"ch":"board","type":"board_event","data":{"ops":[]}}',
    ],
)
def test_both_ways_agree_on_what_is_written_twice_or_elsewhere(frame: bytes) -> None:
    """[EN-2] The last of two fields of a name counts, whichever way is taken."""
    found, expected = JSON_DECODER.decode(frame), JSON_DECODER._decode_any(frame)
    if isinstance(found, Invalid):
        assert isinstance(expected, Invalid)
        assert (found.id, str(found.refused)) == (expected.id, str(expected.refused))
    else:
        assert found == expected


@given(st.binary(max_size=400))
def test_any_bytes(frame: bytes) -> None:
    """[EN-2][EN-3] In both encodings."""
    check(decode_text, frame)
    check(decode_binary, frame)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """[EN-2] Which is UTF-8, so it is never a breach."""
    assert check(decode_text, text.encode("utf-8", "replace")) == "invalid"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(_JSON)
def test_any_value_as_the_fields_of_a_patch(value: object) -> None:
    """[BD-10] JSON and MessagePack agree on what is refused, where both can say it."""
    op = {"op": "patch", "id": "r", "set": {"value": value}}
    message = {"ch": "board", "type": "board_event", "id": "abcdefgh:1", "data": {"ops": [op]}}
    as_json = check(decode_text, json.dumps(message).encode())
    try:
        packed = msgspec.msgpack.encode(message)
    except OverflowError:
        assert as_json == "invalid"
        return
    assert check(decode_binary, packed) == as_json
