"""Ids and sizes of elements: what is written is read again, and what cannot be is said."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.recordings.webm.ebml import (
    UNKNOWN,
    Element,
    NotEbml,
    element,
    elements,
    read_id,
    read_size,
    read_unsigned,
    real,
    size_of,
    unsigned,
)


@given(st.integers(0, 2**56 - 2), st.binary(max_size=9))
def test_a_size_is_read_as_it_was_written(value: int, behind: bytes) -> None:
    written = size_of(value)
    assert read_size(written + behind, 0) == (value, len(written))
    assert all(read_size(written[:cut], 0) is None for cut in range(len(written)))


@pytest.mark.parametrize("value", [126, 127, 128, 16_382, 16_383])
def test_a_size_never_looks_like_none(value: int) -> None:
    assert read_size(size_of(value), 0) == (value, len(size_of(value)))


def test_a_size_may_be_wider_than_it_must() -> None:
    assert size_of(5, length=8) == b"\x01" + bytes(6) + b"\x05"
    assert read_size(size_of(5, length=8), 0) == (5, 8)


@pytest.mark.parametrize("width", range(1, 9))
def test_all_bits_set_say_that_a_size_is_not_known(width: int) -> None:
    written = ((1 << 7 * width + 1) - 1).to_bytes(width)
    assert read_size(written, 0) == (UNKNOWN, width)


@pytest.mark.parametrize("number", [0xEC, 0x4286, 0x2AD7B1, 0x1A45DFA3])
def test_an_id_keeps_its_marker(number: int) -> None:
    written = element(number, b"")[:-1]
    assert read_id(b"." + written, 1) == (number, len(written))
    assert read_id(written[:-1], 0) is None


@pytest.mark.parametrize("first", [b"\x00", b"\x08" + bytes(9), b"\xff", b"\x80", b"\x40\x00"])
def test_what_is_no_id_is_refused(first: bytes) -> None:
    with pytest.raises(NotEbml):
        read_id(first, 0)


def test_a_size_of_more_than_eight_bytes_is_refused() -> None:
    with pytest.raises(NotEbml):
        read_size(bytes(12), 0)


def test_children_are_read_in_order() -> None:
    inside = unsigned(0xD7, 1) + element(0xEC, bytes(3)) + element(0x86, b"A")
    assert list(elements(inside)) == [
        Element(0xD7, b"\1"),
        Element(0xEC, bytes(3)),
        Element(0x86, b"A"),
    ]


@pytest.mark.parametrize(
    "inside",
    [
        element(0xEC, b"four")[:-1],
        b"\xec",
        b"\xec\xff",
        b"\xec\x01" + b"\xff" * 7,
        b"\xec" + size_of(2**56 - 2),
        element(0xEC, b"") * 257,
    ],
)
def test_children_that_do_not_fit_are_refused(inside: bytes) -> None:
    with pytest.raises(NotEbml):
        list(elements(inside))


def test_numbers_are_read() -> None:
    assert read_unsigned(b"") == 0
    assert read_unsigned(b"\x0f\x42\x40") == 1_000_000
    assert struct.unpack(">d", real(0xB5, 48_000)[2:]) == (48_000,)
    with pytest.raises(NotEbml):
        read_unsigned(bytes(9))
