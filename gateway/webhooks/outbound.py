"""Webhooks to platforms, signed; where they may go is for `gateway.reachable` to say."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from actors.house.webhooks import Failure
from actors.runtime.clock import Clock
from gateway.outgoing import Outgoing, Unanswered
from gateway.reachable import Resolver, resolve
from gateway.webhooks.webhook_signatures import signed_headers


class Outbound:
    """Sends signed webhooks. `close` ends its connections.

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
        self._outgoing = Outgoing(allowed_networks, resolver=resolver)
        self._clock = clock

    async def close(self) -> None:
        """End the connections."""
        await self._outgoing.close()

    async def send(self, url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        """Send one webhook; None says that the endpoint has taken it (status 2xx).

        Raises:
            KeyError: it is none of the endpoints.

        """
        key = self._keys[url]
        headers = signed_headers(
            key,
            webhook_id=webhook_id,
            at_s=self._clock.now_ms() // 1000,
            body=body,
        )
        headers["Content-Type"] = "application/json"
        try:
            answer = await self._outgoing.send("POST", url, headers=headers, content=body)
        except Unanswered as unanswered:
            return Failure(unanswered.why)
        if HTTPStatus(200) <= answer.status < HTTPStatus(300):
            return None
        return Failure(f"answered {answer.status}", is_final=answer.status == HTTPStatus.GONE)
