"""Requests to others that are answered in bounded time and size: webhooks, providers, platforms.

Where they may go is for `gateway.reachable` to say. Nothing is followed, nothing is kept open.
"""

import asyncio
import functools
import ssl
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from gateway.reachable import (
    TIMEOUT_S,
    ForbiddenAddress,
    Reachable,
    Resolver,
    new_client,
    resolve,
)

if TYPE_CHECKING:
    import httpx

NO_BODY: Final = 0
"""Of `most_bytes`: what an answer says beyond its status is not read, however long it is."""


class Answer(msgspec.Struct, frozen=True):
    """What was answered; the names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Silence(StrEnum):
    """Why there is no answer."""

    FORBIDDEN = "forbidden"
    """The address is one that must not be asked."""
    LATE = "late"
    UNCONNECTED = "unconnected"
    NO_ADDRESS = "no_address"
    """It is no URL."""
    TOO_LONG = "too_long"
    """There was one, of more bytes than are read."""


class Unanswered(Exception):  # noqa: N818 - says what happened
    """A request has no answer that can be used.

    Args:
        silence: which kind of none.
        why: in one clause, without a word of what was sent.

    """

    def __init__(self, silence: Silence, why: str) -> None:
        super().__init__(why)
        self.silence = silence
        self.why = why


class Outgoing:
    """Sends requests. `close` ends its connections.

    Until the first it has no client: that takes 50 modules and every authority's certificate.

    Args:
        allowed_networks: private networks that may be reached all the same, also without TLS.
        resolver: how a name is looked up.
        trusts_machine: whether to believe what the machine believes, as a school's own authority
            may be, besides the authorities of browsers.

    """

    def __init__(
        self,
        allowed_networks: Sequence[str] = (),
        *,
        resolver: Resolver = resolve,
        trusts_machine: bool = False,
    ) -> None:
        self._reachable = Reachable(allowed_networks, resolver=resolver)
        self._trusts_machine = trusts_machine
        self._http: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """End the connections."""
        if self._http is not None:
            await self._http.aclose()

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        most_bytes: int = NO_BODY,
    ) -> Answer:
        """Send one request, and return what was answered within ten seconds.

        Raises:
            Unanswered: it was not sent, or what came back cannot be used.

        """
        import httpx  # noqa: PLC0415 - a server that calls nobody does without

        http = await self._client()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                request = await self._reachable.request(
                    http, method, url, headers=dict(headers), content=content
                )
                response = await http.send(request, stream=True)
                try:
                    body = await _read(response, most_bytes) if most_bytes else b""
                finally:
                    await response.aclose()
        except ForbiddenAddress as error:
            raise Unanswered(Silence.FORBIDDEN, str(error)) from None
        except (TimeoutError, httpx.TimeoutException):
            raise Unanswered(Silence.LATE, f"no answer within {TIMEOUT_S:g} s") from None
        except (httpx.HTTPError, OSError) as error:
            why = f"no connection: {type(error).__name__}"
            raise Unanswered(Silence.UNCONNECTED, why) from None
        except (httpx.InvalidURL, ValueError):
            raise Unanswered(Silence.NO_ADDRESS, "that is no address") from None
        return Answer(response.status_code, dict(response.headers), body)

    async def _client(self) -> "httpx.AsyncClient":
        verify: ssl.SSLContext | bool = True
        if self._trusts_machine and self._http is None:
            verify = await asyncio.to_thread(_trust)
        if self._http is None:
            self._http = new_client(verify=verify)
        return self._http


async def _read(response: "httpx.Response", most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most_bytes:
            raise Unanswered(Silence.TOO_LONG, f"an answer had more than {most_bytes} bytes")
    return bytes(body)


@functools.cache
def _trust() -> ssl.SSLContext:
    import httpx  # noqa: PLC0415 - the client has it

    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
