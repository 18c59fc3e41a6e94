"""Where browsers find the server, however it is written."""

import pytest

from gateway.public_address import OWN_PATHS, PublicAddress, is_same_origin, normal_origin


@pytest.mark.parametrize(
    ("url", "host", "is_named"),
    [
        ("https://lessons.example.org", "lessons.example.org", True),
        ("https://lessons.example.org", "lessons.example.org:443", True),
        ("https://lessons.example.org", "LESSONS.Example.org", True),
        ("https://lessons.example.org", "lessons.example.org.", True),
        ("https://lessons.example.org", "lessons.example.org:", True),
        ("https://lessons.example.org:443", "lessons.example.org", True),
        ("https://lessons.example.org:8443", "lessons.example.org:8443", True),
        ("http://lessons.example.org", "lessons.example.org:80", True),
        ("https://school.example.org/lessons", "school.example.org", True),
        ("https://schüle.example", "xn--schle-mva.example", True),
        ("https://schüle.example", "SCHÜLE.example", True),
        ("https://[::1]:8700", "[0:0::1]:8700", True),
        ("https://192.0.2.7", "192.0.2.7:443", True),
        ("https://lessons.example.org", "lessons.example.org:80", False),
        ("https://lessons.example.org", "lessons.example.org:8443", False),
        ("https://lessons.example.org:8443", "lessons.example.org", False),
        ("https://lessons.example.org:8443", "lessons.example.org:443", False),
        ("http://lessons.example.org", "lessons.example.org:443", False),
        ("https://lessons.example.org", "evil.example", False),
        ("https://lessons.example.org", "lessons.example.org.evil.example", False),
        ("https://lessons.example.org", "lessons.example.org@evil.example", False),
        ("https://lessons.example.org", "lessons.example.org, evil.example", False),
        ("https://lessons.example.org", "lessons.example.org/", False),
        ("https://lessons.example.org", "", False),
        ("https://lessons.example.org", ":443", False),
        ("https://lessons.example.org", "lessons.example.org:99999", False),
        ("https://lessons.example.org", "lessons.example.org:0", False),
        ("https://[::1]", "::1", False),
        ("https://[::1]", "[::2]", False),
    ],
)
def test_a_host_names_the_server_if_name_and_port_are_its_own(
    url: str, host: str, *, is_named: bool
) -> None:
    """RFC 9110 section 4.2.3: names in any case, and a port that is not written is the default."""
    assert PublicAddress.of(url).is_named_by(host) is is_named


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Lessons.Example.org:443", "https://lessons.example.org"),
        ("HTTP://a.org:80", "http://a.org"),
        ("http://a.org:443", "http://a.org:443"),
        ("https://a.org.", "https://a.org"),
        ("https://bücher.example:8443", "https://xn--bcher-kva.example:8443"),
        ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(text: str, origin: str) -> None:
    assert normal_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*.a.org",
        "https://",
        "a.org",
        "//a.org",
        "ftp://a.org",
        "https://a.org/",
        "null",
        "https://u@a.org",
        "https://a.org:0",
        "https://a.org:99999",
        "https://a b",
        "https://[::1",
        "https://[::g]",
        "https://a..org",
        "https://-a.org",
        f"https://{'a' * 64}.org",
        "",
        "https://a.org?x",
        "https://a.org#x",
        "https://a.org\\b",
        "https://a.org:٤٤٣",
    ],
)
def test_what_is_no_origin_is_told_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an origin|out of range"):
        normal_origin(text)


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        ("https://h.org", "h.org", True),
        ("https://h.org", "h.org:443", True),
        ("http://h.org:8700", "h.org:8700", True),
        ("http://h.org", "h.org:443", False),
        ("https://h.org:8443", "h.org", False),
        ("https://H.org", "h.org", False),
        ("null", "null", False),
        ("", "", False),
    ],
)
def test_a_page_is_the_servers_own_if_host_and_port_are(
    origin: str, host: str, *, is_own: bool
) -> None:
    assert is_same_origin(origin, host) is is_own


@pytest.mark.parametrize(
    ("url", "kept", "path"),
    [
        ("https://a.org/", "https://a.org", ""),
        ("https://a.org/lessons", "https://a.org/lessons", "/lessons"),
        ("https://A.org:443/lessons/", "https://a.org/lessons", "/lessons"),
        ("https://a.org/School/lessons-2", "https://a.org/School/lessons-2", "/School/lessons-2"),
    ],
)
def test_a_public_address_may_lie_below_a_path(url: str, kept: str, path: str) -> None:
    address = PublicAddress.of(url)
    assert (address.url, address.path) == (kept, path)


@pytest.mark.parametrize(
    "url",
    [f"https://a.org/{own}" for own in sorted(OWN_PATHS)]
    + [f"https://a.org/{p}" for p in ("api/v2", "a//b", "a/../b", "a b", "a%20b", "ä", "a;b")]
    + [f"https://a.org/{p}" for p in (".hidden", "a?b", "a#b")],
)
def test_a_path_that_could_mean_two_things_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"path of|query"):
        PublicAddress.of(url)


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("/lessons", "/"),
        ("/lessons/", "/"),
        ("/lessons/join/x", "/join/x"),
        ("/join/x", "/join/x"),
        ("/lessonsx/join", "/lessonsx/join"),
        ("/x/lessons/", "/x/lessons/"),
        ("/", "/"),
    ],
)
def test_a_proxy_may_leave_the_path_in_front_or_take_it_away(asked: str, own: str) -> None:
    assert PublicAddress.of("https://a.org/lessons").within(asked) == own
    assert PublicAddress.of("https://a.org").within(asked) == asked
