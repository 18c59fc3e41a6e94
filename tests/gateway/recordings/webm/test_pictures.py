"""Which pictures need no other."""

import pytest

from gateway.recordings.webm.pictures import is_key_of_vp8, is_key_of_vp9
from gateway.recordings.webm.reading import WebmReader
from tests.gateway.recordings.takes import STREAMS


@pytest.mark.parametrize(
    ("frame", "is_key"),
    [
        (b"\x10\x00\x00\x9d\x01\x2a\x40\x01\xb4\x00", True),
        (b"\x11\x00\x00", False),
        (b"\x10\x00\x00\x9d\x01\x2b\x40\x01\xb4\x00", None),
        (b"\x10\x00\x00\x9d\x01\x2a", None),
        (b"\x11\x00", None),
        (b"", None),
    ],
)
def test_a_frame_of_vp8(frame: bytes, *, is_key: bool | None) -> None:
    assert is_key_of_vp8(frame) is is_key


@pytest.mark.parametrize(
    ("frame", "is_key"),
    [
        (b"\x82\x49\x83\x42\x60", True),
        (b"\x82\x49\x83\x43", None),
        (b"\x86\x00", False),
        (b"\x88", False),
        (b"\xa2\x49\x83\x42", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_a_frame_of_vp9(frame: bytes, *, is_key: bool | None) -> None:
    """Of the profile that browsers record."""
    assert is_key_of_vp9(frame) is is_key


@pytest.mark.parametrize("name", ["vp8", "vp9"])
def test_the_first_that_a_browser_records_needs_no_other(name: str) -> None:
    frames = WebmReader().feed((STREAMS / f"{name}.webm").read_bytes())
    assert frames[0].is_key
    assert sum(frame.is_key for frame in frames) < 5
