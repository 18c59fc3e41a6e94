import pytest

from gateway.addresses import UNKNOWN, TrustedProxies, counted_as, groups_of

PROXIES = TrustedProxies(["10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1", "10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("::1", ["2001:db8::7"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        (None, ["198.51.100.1"], UNKNOWN),
    ],
)
def test_forwarding_is_believed_as_far_as_proxies_are(
    peer: str | None, forwarded: list[str], client: str
) -> None:
    assert PROXIES.client_address(peer, forwarded) == client


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_an_ipv6_address_counts_as_its_network(address: str, counted: str) -> None:
    assert counted_as(address) == counted


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0"):
        TrustedProxies(["10.0.0"])


def test_the_networks_around_an_address_are_counted_as_well() -> None:
    """[SECURITY Guessed codes] Of IPv6; neighbours of an IPv4 address are other people."""
    groups = ("2001:db8:1:2ab::/64", "2001:db8:1:200::/56", "2001:db8:1::/48")
    assert groups_of("2001:db8:1:2ab:3:4:5:6") == groups
    assert groups_of("::ffff:198.51.100.1") == ("198.51.100.1",)
    assert groups_of(UNKNOWN) == (UNKNOWN,)
