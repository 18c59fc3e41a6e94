"""How much JSON may unfold to, and what is said of faults; rest/test_app.py has the faults."""

import json
import tracemalloc

import pytest

from gateway import strict_json
from gateway.strict_json import Bounds
from lessonroom.codes import ErrorCode, Refused

MIB = 1 << 20
SMALL = Bounds(containers=100, strings=100)


def refused(encoded: bytes, bounds: Bounds = SMALL) -> Refused:
    with pytest.raises(Refused) as caught:
        strict_json.loads(encoded, bounds)
    return caught.value


@pytest.mark.parametrize(
    "unit", [b"[],", b"{},", b'{"a":1},', b'"ab",', b'{"a":{"b":[]}},', b'"\\"",'], ids=bytes.decode
)
def test_what_unfolds_to_too_much_is_refused_before_anything_is_built(unit: bytes) -> None:
    """[SECURITY Bombs] 2 MiB of text that would be 50 to 160 MiB of objects."""
    encoded = b"[" + unit * (2 * MIB // len(unit)) + b"0]"
    tracemalloc.start()
    assert refused(encoded).code is ErrorCode.TOO_LARGE
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 100_000


def test_numbers_are_bounded_by_the_text() -> None:
    """A stroke has thousands of them, and each takes little."""
    numbers = [n / 4 for n in range(50_000)]
    assert strict_json.loads(json.dumps(numbers).encode(), SMALL) == numbers


def test_as_much_as_is_allowed_is_read() -> None:
    """The bounds are the last that is allowed, the first that is not is refused."""
    containers = json.dumps([[]] * 99).encode()
    assert strict_json.loads(containers, SMALL) == [[]] * 99
    assert refused(json.dumps([[]] * 100).encode()).code is ErrorCode.TOO_LARGE
    assert len(strict_json.loads(json.dumps(["ab"] * 100).encode(), SMALL)) == 100
    assert refused(json.dumps(["ab"] * 101).encode()).code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize("text", ["[" * 5_000, "{[" * 1_000, '\\"[[[' * 40, "[]\\\\"])
def test_brackets_within_a_text_are_text(text: str) -> None:
    """A note about arrays is no array."""
    encoded = json.dumps({"note": text}).encode()
    assert strict_json.loads(encoded, SMALL) == {"note": text}


@pytest.mark.parametrize(
    ("encoded", "field"),
    [
        (b'{"a": [1, "\\u0000"]}', "a[1]"),
        (b'{"a": {"b": "\\udfff"}}', "a.b"),
        (b'{"a": {"b\\u0000": 1}}', "a.b\\x00"),
        (b'{"\\ud800": 1}', "\\ud800"),
        (b'{"a": [0, ' + b"[" * 16 + b"1" + b"]" * 16 + b"]}", "a[1]" + "[0]" * 15),
        (b'"\\ud800"', ""),
    ],
)
def test_a_fault_is_named_with_its_place(encoded: bytes, field: str) -> None:
    """[EN-2][BD-10] In ASCII, whatever the keys are."""
    refusal = refused(encoded)
    assert (refusal.code, refusal.field) == (ErrorCode.INVALID, field)


@pytest.mark.parametrize("depth", [15, 16])
def test_what_is_deep_but_not_too_deep_is_read(depth: int) -> None:
    """[BD-10] Sixteen levels, counted as ever; the innermost may be empty."""
    value: object = 1
    for _ in range(depth):
        value = {"a": value}
    assert strict_json.loads(json.dumps(value).encode()) == value
    assert strict_json.loads(b"[" * 17 + b"]" * 17) is not None


@pytest.mark.parametrize("text", ["\\u0000 as it is written", "\U0001f600", "\\ud83d"])
def test_what_only_looks_like_a_forbidden_character_is_text(text: str) -> None:
    """An escaped backslash begins no escape, and two surrogates are one character."""
    assert strict_json.loads(json.dumps([text]).encode()) == [text]
