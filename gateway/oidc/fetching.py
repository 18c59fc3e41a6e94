"""Asking the provider: bounded in time, in size and in number, and only where it may be reached."""

import asyncio
import functools
import ssl
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec

from gateway import strict_json
from gateway.oidc.oidc_config import Fault, OidcRefused
from gateway.reachable import (
    TIMEOUT_S,
    ForbiddenAddress,
    Reachable,
    Resolver,
    new_client,
    resolve,
)
from lessonroom.codes import Refused

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES: Final = 512 * 1024
"""Keys with their certificates, and the groups of somebody who is in thousands."""
_AT_ONCE: Final = 16
_BOUNDS: Final = strict_json.Bounds(containers=4_000, strings=40_000)


class Answer(msgspec.Struct, frozen=True):
    """What the provider answered, decoded; `content` is None where it was no JSON object."""

    status: int
    content: dict[str, Any] | None


class Fetcher:
    """Asks one provider. `close` ends its connections."""

    def __init__(
        self, allowed_networks: Sequence[str] = (), *, resolver: Resolver = resolve
    ) -> None:
        self._reachable = Reachable(allowed_networks, resolver=resolver)
        self._http: httpx.AsyncClient | None = None
        self._under_way = 0

    async def close(self) -> None:
        """End the connections."""
        if self._http is not None:
            await self._http.aclose()

    async def get(self, url: str, *, token: str | None = None) -> Answer:
        """Get a document, as whoever an access token names."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._asked("GET", url, headers=headers)

    async def post(
        self, url: str, form: Mapping[str, str], *, authorization: str | None = None
    ) -> Answer:
        """Send a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if authorization is not None:
            headers["Authorization"] = authorization
        return await self._asked("POST", url, headers=headers, content=urlencode(form).encode())

    async def _asked(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes | None = None
    ) -> Answer:
        if self._under_way >= _AT_ONCE:
            raise OidcRefused(Fault.BUSY, f"the provider is asked {_AT_ONCE} things already")
        import httpx  # noqa: PLC0415 - a server without a provider does without

        http = self._http = self._http or new_client(verify=await asyncio.to_thread(_trust))
        self._under_way += 1
        try:
            async with asyncio.timeout(TIMEOUT_S):
                request = await self._reachable.request(
                    http,
                    method,
                    url,
                    headers={
                        **headers,
                        "Accept": "application/json",
                        # What is packed could unpack to anything.
                        "Accept-Encoding": "identity",
                    },
                    content=content,
                )
                response = await http.send(request, stream=True)
                try:
                    return await _answer(response)
                finally:
                    await response.aclose()
        except ForbiddenAddress as error:
            raise OidcRefused(
                Fault.MISCONFIGURED, f"{error}; oidc.allowed_networks may name it"
            ) from None
        except (TimeoutError, httpx.TimeoutException):
            why = f"{_place(url)} did not answer within {TIMEOUT_S:g} s"
            raise OidcRefused(Fault.UNREACHABLE, why) from None
        except (httpx.HTTPError, OSError) as error:
            why = f"no connection to {_place(url)}: {type(error).__name__}"
            raise OidcRefused(Fault.UNREACHABLE, why) from None
        except (httpx.InvalidURL, ValueError):
            raise OidcRefused(Fault.MISCONFIGURED, f"{_place(url)} is no address") from None
        finally:
            self._under_way -= 1


async def _answer(response: "httpx.Response") -> Answer:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise OidcRefused(
                Fault.UNREACHABLE, f"an answer had more than {MAX_ANSWER_BYTES} bytes"
            )
    try:
        content = strict_json.loads(bytes(body), _BOUNDS)
    except Refused:
        content = None
    return Answer(response.status_code, content if isinstance(content, dict) else None)


@functools.cache
def _trust() -> ssl.SSLContext:
    """Return whom to believe: what the machine believes, as a school's own authority may be."""
    import httpx  # noqa: PLC0415 - the client has it

    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _place(url: str) -> str:
    return url.partition("?")[0]
