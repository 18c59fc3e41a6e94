"""Where a request comes from, past the proxies that are trusted and no further."""

import ipaddress
from collections.abc import Sequence
from typing import Final

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_GROUP_BITS: Final = (64, 56, 48)

UNKNOWN = "unknown"
"""The address of a peer that has none, as on a Unix socket."""


class TrustedProxies:
    """The proxies whose `X-Forwarded-*` headers are believed.

    Args:
        networks: addresses or networks, `10.0.0.0/8`; an invalid one is a `ValueError`.

    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks: list[_Network] = [
            ipaddress.ip_network(network, strict=False) for network in networks
        ]

    def __contains__(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(
            parsed in network for network in self._networks if network.version == parsed.version
        )

    def client_address(self, peer: str | None, forwarded_for: Sequence[str]) -> str:
        """Return the address of the client.

        Every proxy adds the address it was called from at the right end, so the list is read from
        there, and only as long as the one who wrote an entry is trusted: what is further left a
        client may have made up.

        Args:
            peer: the other end of the TCP connection.
            forwarded_for: the values of all `X-Forwarded-For` headers, in order.

        """
        address = peer or UNKNOWN
        claimed = [entry.strip() for value in forwarded_for for entry in value.split(",")]
        while claimed and address in self:
            parsed = _parsed(claimed.pop())
            if parsed is None:
                break
            address = str(parsed)
        return address


def counted_as(address: str) -> str:
    """Return what attempts are counted by: an IPv4 address, or the /64 of an IPv6 one.

    A household or a school has a /64 at least: counting single IPv6 addresses counts nothing.
    """
    return groups_of(address)[0]


def groups_of(address: str) -> tuple[str, ...]:
    """Return what attempts are counted by, smallest first: of IPv6 the /64, the /56 and the /48.

    A household is given a /56 as a rule, a school a /48: whoever guesses has as many /64s as they
    like. Of IPv4 there is the address alone: its neighbours are other people.
    """
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return tuple(
            str(ipaddress.ip_network((parsed, bits), strict=False)) for bits in _GROUP_BITS
        )
    return (str(parsed) if parsed is not None else address,)


def _parsed(address: str) -> _Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        # ::ffff:192.0.2.1 is an IPv4 client on a dual-stack socket.
        return parsed.ipv4_mapped or parsed
    return parsed
