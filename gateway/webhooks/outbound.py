"""Webhooks to platforms, signed; where they may go is for `gateway.reachable` to say."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from actors.house.webhooks import Failure
from actors.runtime.clock import Clock
from gateway.reachable import (
    TIMEOUT_S,
    ForbiddenAddress,
    Reachable,
    Resolver,
    new_client,
    resolve,
)
from gateway.webhooks.webhook_signatures import signed_headers

if TYPE_CHECKING:
    import httpx

_GONE: Final = 410


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
        resolver: Resolver = resolve,
    ) -> None:
        self._keys = keys
        self._reachable = Reachable(allowed_networks, resolver=resolver)
        self._clock = clock
        self._http = new_client() if keys else None

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
        http = self._http = self._http or new_client()
        import httpx  # noqa: PLC0415 - the client has it

        try:
            async with asyncio.timeout(TIMEOUT_S):
                request = await self._request(http, url, key, webhook_id=webhook_id, body=body)
                response = await http.send(request, stream=True)
                # What it says beyond the status is not read, however long it is.
                await response.aclose()
                status = response.status_code
        except ForbiddenAddress as error:
            return Failure(str(error))
        except TimeoutError:
            return Failure(f"no answer within {TIMEOUT_S:g} s")
        except httpx.TimeoutException:
            return Failure(f"no answer within {TIMEOUT_S:g} s")
        except (httpx.HTTPError, OSError) as error:
            return Failure(f"no connection: {type(error).__name__}")
        if httpx.codes.is_success(status):
            return None
        return Failure(f"answered {status}", is_final=status == _GONE)

    async def _request(
        self, http: "httpx.AsyncClient", url: str, key: bytes, *, webhook_id: str, body: bytes
    ) -> "httpx.Request":
        headers = signed_headers(
            key,
            webhook_id=webhook_id,
            at_s=self._clock.now_ms() // 1000,
            body=body,
        )
        return await self._reachable.request(
            http,
            "POST",
            url,
            headers={**headers, "Content-Type": "application/json"},
            content=body,
        )
