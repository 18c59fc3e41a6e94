"""How long a packet of Opus lasts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.recordings.webm.opus import duration_us, silence


@pytest.mark.parametrize(
    ("packet", "lasts_us"),
    [
        (b"\xf8\xff\xfe", 20_000),
        (b"\xf8", 20_000),
        (b"\xfb\x03\xff\xfe\xff\xfe\xff\xfe", 60_000),
        (b"\xfb\x83", 60_000),
        (b"\x18", 60_000),
        (b"\x19", 120_000),
        (b"\x60", 10_000),
        (b"\xe0", 2_500),
        (b"\xe3\x30", 120_000),
    ],
)
def test_a_packet_says_how_long_it_lasts(packet: bytes, lasts_us: int) -> None:
    assert duration_us(packet) == lasts_us


@pytest.mark.parametrize("packet", [b"", b"\xfb", b"\xfb\x00", b"\xfb\x07", b"\xe3\x31"])
def test_what_lasts_nothing_or_more_than_120_ms_is_no_packet(packet: bytes) -> None:
    assert duration_us(packet) is None


@given(st.integers(0, 400_000))
def test_silence_is_as_long_as_asked_for(lasts_us: int) -> None:
    """But for what no packet is short enough for."""
    packets = list(silence(lasts_us))
    assert all(duration_us(packet) == each_us for each_us, packet in packets)
    assert 0 <= lasts_us - sum(each_us for each_us, _ in packets) < 2_500
