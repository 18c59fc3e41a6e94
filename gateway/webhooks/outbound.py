"""Requests to platforms: only to addresses that may be reached from here (SECURITY, SSRF).

A name is looked up once. If any of its addresses is private, the request is refused; otherwise the
connection goes to one that was looked at, and not to what the name means a moment later.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from actors.house.webhooks import Failure
from actors.runtime.clock import Clock
from gateway.webhooks.webhook_signatures import signed_headers

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S: Final = 10.0
_GONE: Final = 410
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


class Outbound:
    """Sends signed webhooks. `close` ends its connections.

    Without an endpoint it has no client: that takes 50 modules and every authority's certificate.

    Args:
        keys: the signing key of each endpoint, by its URL.
        allowed_networks: private networks that may be reached all the same, also without TLS.
        clock: the time in the signature.
        resolver: how a name is looked up.

    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        *,
        allowed_networks: Sequence[str] = (),
        clock: Clock,
        resolver: Callable[[str, int], Awaitable[list[str]]] = resolve,
    ) -> None:
        self._keys = keys
        self._allowed = tuple(ipaddress.ip_network(network) for network in allowed_networks)
        self._clock = clock
        self._resolver = resolver
        self._http = _client() if keys else None

    async def close(self) -> None:
        """End the connections."""
        if self._http is not None:
            await self._http.aclose()

    async def send(self, url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        """Send one webhook; None says that the endpoint has taken it (status 2xx).

        Raises:
            KeyError: it is none of the endpoints.

        """
        key = self._keys[url]
        http = self._http = self._http or _client()
        import httpx  # noqa: PLC0415 - the client has it

        try:
            async with asyncio.timeout(_TIMEOUT_S):
                request = await self._request(http, url, key, webhook_id=webhook_id, body=body)
                response = await http.send(request, stream=True)
                # What it says beyond the status is not read, however long it is.
                await response.aclose()
                status = response.status_code
        except ForbiddenAddress as error:
            return Failure(str(error))
        except TimeoutError:
            return Failure(f"no answer within {_TIMEOUT_S:g} s")
        except httpx.TimeoutException:
            return Failure(f"no answer within {_TIMEOUT_S:g} s")
        except (httpx.HTTPError, OSError) as error:
            return Failure(f"no connection: {type(error).__name__}")
        if httpx.codes.is_success(status):
            return None
        return Failure(f"answered {status}", is_final=status == _GONE)

    async def _request(
        self, http: "httpx.AsyncClient", url: str, key: bytes, *, webhook_id: str, body: bytes
    ) -> "httpx.Request":
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = await self._address_of(host, is_tls=parts.scheme == "https", port=parts.port)
        headers = signed_headers(
            key,
            webhook_id=webhook_id,
            at_s=self._clock.now_ms() // 1000,
            body=body,
        )
        return http.build_request(
            "POST",
            http.base_url.join(url).copy_with(host=address),
            content=body,
            headers={
                **headers,
                "Host": parts.netloc.rpartition("@")[2],
                "Content-Type": "application/json",
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


def _client() -> "httpx.AsyncClient":
    import httpx  # noqa: PLC0415 - a server that tells nobody does without

    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=_TIMEOUT_S,
        # No connection is kept: the next request looks at the address again.
        limits=httpx.Limits(max_keepalive_connections=0),
    )
