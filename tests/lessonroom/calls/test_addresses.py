"""What of an address a call may show under `relay`: read and written anew."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonroom.calls.addresses import holds_address, relayed_candidate, without_addresses

SECRET = "192.168.1.7"
SECRET_6 = "2001:db8::77"
RELAYED = "candidate:3 1 udp 41885 198.51.100.2 3478 typ relay raddr 0.0.0.0 rport 0"


@pytest.mark.parametrize(
    "tail",
    [
        f"raddr {SECRET} rport 54321",
        f"RADDR {SECRET} RPORT 54321",
        f"generation 0 raddr {SECRET} rport 54321",
        f"raddr {SECRET_6} rport 9",
        f"rport 9 raddr {SECRET}",
        f"x-local {SECRET}",
        f"ufrag {SECRET}",
        f"generation {SECRET}",
        f"raddr\t{SECRET}  rport\xa09",
        f"\r\na=candidate:1 1 udp 2 {SECRET} 9 typ host",
        SECRET,
    ],
)
def test_what_is_behind_a_relay_is_not_told(tail: str) -> None:
    """[RT-1] Related address and port, extensions that nobody knows; any case, any blanks."""
    told = relayed_candidate(f"candidate:3 1 udp 41885 198.51.100.2 3478 typ relay {tail}")
    assert told is not None
    assert SECRET not in told
    assert SECRET_6 not in told
    assert told.startswith(RELAYED)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (RELAYED, RELAYED),
        (f"a={RELAYED}", f"a={RELAYED}"),
        (RELAYED.replace(" ", "  ").replace("typ", "TYP").replace("relay", "Relay"), RELAYED),
        (f" A = CANDIDATE : {RELAYED.partition(':')[2]}", f"a={RELAYED}"),
        (f"{RELAYED} generation 0 ufrag a/B+ network-id 1 network-cost 50", None),
        (
            "candidate:3 1 tcp 4 2001:db8::1 443 typ relay raddr :: rport 0 tcptype active",
            None,
        ),
    ],
)
def test_a_relayed_candidate_stays_what_it_is(text: str, told: str | None) -> None:
    """[RT-1] With what browsers need of it."""
    assert relayed_candidate(text) == (told or text)


@pytest.mark.parametrize(
    "text",
    [
        f"candidate:1 1 udp 2122 {SECRET} 54321 typ host",
        f"candidate:1 1 udp 2122 {SECRET} 54321 typ host typ relay",
        f"candidate:1 1 udp 2122 {SECRET} 54321 typ srflx raddr {SECRET} rport 9",
        f"candidate:1 1 udp 2122 {SECRET} 54321 TYP HOST",
        f"candidate:1 1 udp 2122 {SECRET} 54321  typ  prflx",
        f"candidate:1 1 udp 2122 {SECRET} typ relay",
        f"candidate:{SECRET} 1 udp 2122 198.51.100.2 3478 typ relay",
        f"candidate:1 {SECRET} udp 2122 198.51.100.2 3478 typ relay",
        f"candidate:1 1 {SECRET} 2122 198.51.100.2 3478 typ relay",
        f"relay {SECRET}",
        "candidate:",
        "nonsense",
    ],
)
def test_what_is_not_relayed_is_not_passed_on(text: str) -> None:
    """[RT-1] Nor what only looks like it."""
    assert relayed_candidate(text) is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"c=IN IP4 {SECRET}", "c=IN IP4 0.0.0.0"),
        (f"c=IN IP6 {SECRET_6}", "c=IN IP4 0.0.0.0"),
        (f"C = IN IP4 {SECRET}", "c=IN IP4 0.0.0.0"),
        (f"a=rtcp:54321 IN IP4 {SECRET}", "a=rtcp:9 IN IP4 0.0.0.0"),
        (f"A=RTCP : 54321 IN IP6 {SECRET_6}", "a=rtcp:9 IN IP4 0.0.0.0"),
        (f"o=- 12 3 IN IP4 {SECRET}", "o=- 12 3 IN IP4 0.0.0.0"),
        (f"o={SECRET} 12 3 IN IP4 127.0.0.1", "o=- 12 3 IN IP4 0.0.0.0"),
        ("o=- 12 3 IN IP4 127.0.0.1", "o=- 12 3 IN IP4 127.0.0.1"),
        ("m=audio 54321 UDP/TLS/RTP/SAVPF 111", "m=audio 9 UDP/TLS/RTP/SAVPF 111"),
        ("m=audio 0 UDP/TLS/RTP/SAVPF 111", "m=audio 0 UDP/TLS/RTP/SAVPF 111"),
        (f"a=candidate:1 1 udp 2 {SECRET} 9 typ host", None),
        (f"A = Candidate : 1 1 udp 2 {SECRET} 9 typ host", None),
        (f"a=remote-candidates:1 {SECRET} 9", None),
        (f"a=x-google-alt:{SECRET}", None),
        (f"a=source-filter: incl IN IP4 * {SECRET}", None),
        (f"a=alt:1 1 [{SECRET_6}]:9", None),
        ("a=x-google-alt:fe80::", None),
        (f"a=x-google-alt:::ffff:{SECRET}", None),
        ("a=x-google-alt:::ffff:c0a8:107", None),
        ("a=x-google-alt:2001:db8::77%eth0", None),
        ("a=x-google-alt:::1", ...),
        (f"i=somebody at {SECRET}.", None),
        (f"s={SECRET}", None),
        (f"e=ann@[{SECRET}]", None),
        (f"nonsense {SECRET}", None),
        ("a=fingerprint:sha-256 " + ":".join(["AB"] * 32), ...),
        ("a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-01", ...),
        ("a=ice-ufrag:a+/B", ...),
        ("a=fmtp:111 minptime=10;useinbandfec=1", ...),
        ("a=rtcp-fb:96 nack pli", ...),
        ("a=msid:0b0b3a1e-1111-4444-8888-abcdefabcdef track", ...),
        ("a=mid:0", ...),
        ("t=0 0", ...),
    ],
)
def test_lines_that_could_hold_an_address_hold_none(line: str, told: object) -> None:
    """[RT-1] Any case, any blanks; what holds none stays byte for byte."""
    expected = line if told is ... else told
    sdp = f"v=0\r\n{line}\r\na=end-of-candidates\r\n"
    kept = "" if expected is None else f"{expected}\r\n"
    assert without_addresses(sdp) == f"v=0\r\n{kept}a=end-of-candidates\r\n"


@given(
    st.lists(
        st.sampled_from(
            [
                *("a=", "A =", "c=", "candidate", ":", " ", "\t", "\r", "\n", "\r\n", "typ relay"),
                *("typ", "raddr", "1 1 udp 2", "IN IP4", SECRET, SECRET_6, "9", "rtcp:9", "x="),
            ]
        ),
        max_size=30,
    )
)
def test_no_arrangement_passes_the_secret_on(parts: list[str]) -> None:
    """[RT-1] Unless it is claimed to be that of a relay, which only its owner could do."""
    told = without_addresses(" ".join(parts))
    for line in re.split(r"[\r\n]", told):
        assert not holds_address(line) or line.startswith("a=candidate:"), line
        assert "raddr 192" not in line


@pytest.mark.parametrize("unit", ["a", ":", ".", " ", "1.", "a:", "a=\r", "c= ", "1.2.3."])
def test_the_longest_description_is_read_in_linear_time(unit: str) -> None:
    """[RT-1] 32 KiB, whatever is in them."""
    began_s = time.thread_time()
    without_addresses(f"a=x{unit * (32_768 // len(unit))}x")
    assert time.thread_time() - began_s < 1
