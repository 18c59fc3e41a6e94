import math
from typing import Any

import msgspec
import pytest

from lessonroom import scalars
from lessonroom.codes import ErrorCode, Refused
from lessonroom.scalars import (
    MAX_DEPTH,
    MAX_NUMBER,
    Color,
    Extent,
    FieldPath,
    Fraction,
    Id,
    Number,
    Sha256,
    UserId,
    ZIndex,
    check_free,
    check_text,
)
from tests.lessonroom.lesson import is_plain


def nested(depth: int) -> Any:  # noqa: ANN401 - lists of lists
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "text \N{SNOWMAN}",
        MAX_NUMBER,
        -MAX_NUMBER,
        0.5,
        [],
        {},
        {"a": [{"b": None}]},
        {"__proto": 1, "Constructor": 2},
        nested(MAX_DEPTH),
    ],
)
def test_plain_data_passes(value: Any) -> None:  # noqa: ANN401 - whatever
    check_free(value, "data")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": {"__proto__": 1}}, "data.a"),
        ({"constructor": 1}, "data"),
        ([{"prototype": 1}], "data[0]"),
        ([0, math.nan], "data[1]"),
        ({"x": math.inf}, "data.x"),
        ({"x": -math.inf}, "data.x"),
        (MAX_NUMBER + 1, "data"),
        (-MAX_NUMBER - 0.5, "data"),
        (2**70, "data"),
        ("a\0b", "data"),
        ("\ud800", "data"),
        ({"a\0": 1}, "data"),
        ({"\udfff": 1}, "data"),
        ({1: 2}, "data"),
        (b"bytes", "data"),
        (nested(MAX_DEPTH + 1), "data" + "[0]" * (MAX_DEPTH + 1)),
    ],
)
def test_poison_is_refused_where_it_is(value: Any, field: str) -> None:  # noqa: ANN401 - whatever
    """[BD-10] Prototype keys, NaN, infinities, lone surrogates, NUL and huge numbers."""
    with pytest.raises(Refused) as caught:
        check_free(value, "data")
    assert caught.value.code is ErrorCode.INVALID
    assert caught.value.field == field
    assert is_plain(caught.value.message)


def test_a_very_deep_value_is_refused_without_recursion() -> None:
    """[BD-10] Depth cannot exhaust the stack."""
    with pytest.raises(Refused, match="deeper"):
        check_free(nested(100_000), "data")


@pytest.mark.parametrize("text", ["a\0", "\ud800", "x\udc00y"])
def test_text_that_not_every_store_takes_is_refused(text: str) -> None:
    """[BD-10] NUL and lone surrogates."""
    with pytest.raises(Refused, match="not allowed") as caught:
        check_text(text, "text")
    assert is_plain(caught.value.message)


@pytest.mark.parametrize(
    ("scalar", "good", "bad"),
    [
        (Id, ["a", "A-_9", "x" * 64], ["", "x" * 65, "a b", "a\n", "é", '"']),
        (FieldPath, ["x", "style.color"], ["", "a.b.c", "A", "x\n", "__proto__."]),
        (UserId, [1, 2**53 - 1], [0, -1, 2**53, "1", 1.5, True]),
        (Number, [0, -1e7, 10_000_000, 0.5], [1e7 + 1, -10_000_001, math.nan, math.inf, True, "1"]),
        (Extent, [0, 1e7], [-0.1, math.nan, 1e8]),
        (Fraction, [0, 1, 0.5], [1.01, -0.01, 2, math.nan]),
        (
            Color,
            ["#fff", "#1e1e1eff", "transparent", "dark-red"],
            ["", "#ff", "url(x)", "red;", "Red"],
        ),
        (ZIndex, ["a0", "Zz9"], ["", "a-", "x" * 65, "a0\n"]),
        (Sha256, ["0" * 64], ["0" * 63, "A" * 64, "../" + "0" * 61, "0" * 64 + "\n"]),
    ],
)
def test_a_scalar_takes_its_range_and_nothing_else(
    scalar: Any,  # noqa: ANN401 - a type of any kind
    good: list[Any],
    bad: list[Any],
) -> None:
    """[BD-10][EN-2] Ranges are checked where a message is decoded."""
    for value in good:
        assert msgspec.convert(value, scalar) == value
    for value in bad:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(value, scalar)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fee \u202e00.5\u202c USD", "fee 00.5 USD"),
        ("\u2066isolated\u2069 \u2067\u2068\u202a\u202b\u202d", "isolated "),
        ("שלום\u200f (abc)\u200e", "שלום\u200f (abc)\u200e"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("plain", "plain"),
    ],
)
def test_nothing_turns_the_writing_round_unseen(text: str, told: str) -> None:
    """[SECURITY names] Titles, chat and reasons; scripts keep their own direction."""
    assert scalars.without_direction_controls(text) == told
    assert scalars.shown_reason(text) == told
    assert scalars.shown_reason(None) is None
