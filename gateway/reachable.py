"""Requests of our own: only to addresses that may be reached from here (SECURITY, SSRF).

A name is looked up once. If any of its addresses is private, the request is refused; otherwise the
connection goes to one that was looked at, and not to what the name means a moment later.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

TIMEOUT_S: Final = 10.0
_USER_AGENT: Final = "lessonroom"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NOT_OURS: Final = (
    # Translated and tunnelled addresses hold an IPv4 address that could be any.
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
    # IPv4-compatible and -translated ones, which some systems still take for the IPv4 address.
    ipaddress.ip_network("::/96"),
    ipaddress.ip_network("::ffff:0:0:0/96"),
    # Sites of old, and relays of 6to4: whoever is near answers (RFC 3879, 7526).
    ipaddress.ip_network("fec0::/10"),
    ipaddress.ip_network("192.88.99.0/24"),
    # No one is there: discard-only, documentation, benchmarks, dummy and SRv6 segments.
    ipaddress.ip_network("100::/64"),
    ipaddress.ip_network("100:0:0:1::/64"),
    ipaddress.ip_network("3fff::/20"),
    ipaddress.ip_network("5f00::/16"),
    ipaddress.ip_network("2001:2::/48"),
)
_ASSIGNED: Final = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given to networks; the rest has no hosts, or private ones."""


class ForbiddenAddress(Exception):  # noqa: N818 - says what it is
    """The address is not one that the server may send to."""


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


Resolver = Callable[[str, int], Awaitable[list[str]]]


class Reachable:
    """Which addresses may be reached, and requests to those.

    Args:
        allowed_networks: private networks that may be reached all the same, also without TLS.
        resolver: how a name is looked up.

    """

    def __init__(
        self, allowed_networks: Sequence[str] = (), *, resolver: Resolver = resolve
    ) -> None:
        self._allowed = tuple(ipaddress.ip_network(network) for network in allowed_networks)
        self._resolver = resolver

    async def request(
        self,
        http: "httpx.AsyncClient",
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        content: bytes | None = None,
    ) -> "httpx.Request":
        """Return a request that goes to an address that was looked at.

        Raises:
            ForbiddenAddress: it must not go there.
            OSError: its host has no address.

        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = await self._address_of(host, is_tls=parts.scheme == "https", port=parts.port)
        return http.build_request(
            method,
            http.base_url.join(url).copy_with(host=address),
            content=content,
            headers={
                **headers,
                "Host": parts.netloc.rpartition("@")[2],
                "User-Agent": _USER_AGENT,
            },
            # The certificate is checked against the name, not against the address.
            extensions={"sni_hostname": host},
        )

    async def _address_of(self, host: str, *, is_tls: bool, port: int | None) -> str:
        """Return the address to connect to.

        Raises:
            ForbiddenAddress: one of the host's addresses is private and not allowed, or the way
                there is not encrypted.

        """
        found = await self._resolver(host, port or (443 if is_tls else 80))
        addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
        if not addresses:
            raise ForbiddenAddress(f"{host} has no address")
        for address in addresses:
            if self._is_allowed(address):
                continue
            if not is_public(address):
                raise ForbiddenAddress(f"{host} is {address}, which is not a public address")
            if not is_tls:
                raise ForbiddenAddress(f"{host} is public, and its URL is not https")
        return str(addresses[0])

    def _is_allowed(self, address: Address) -> bool:
        plain = _plain(address)
        return any(plain in network for network in self._allowed)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, and of nothing else."""
    plain = _plain(address)
    return (
        plain.is_global
        and not plain.is_multicast
        and (plain.version == 4 or plain in _ASSIGNED)  # noqa: PLR2004 - of IP
        and not any(plain in network for network in _NOT_OURS)
    )


def _plain(address: Address) -> Address:
    """Return the IPv4 address where it only stands in the clothes of an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def new_client(*, verify: ssl.SSLContext | bool = True) -> "httpx.AsyncClient":
    """Return a client that follows nothing, and believes nothing of its environment."""
    import httpx  # noqa: PLC0415 - a server that calls nobody does without

    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=TIMEOUT_S,
        verify=verify,
        # No connection is kept: the next request looks at the address again.
        limits=httpx.Limits(max_keepalive_connections=0),
    )
