"""What the API has to know of webhooks: who sends bookings, and who is told of events."""

from collections.abc import Callable

import msgspec

from actors.house.webhooks import Failure, Send
from gateway.identity.tokens import OWN_ISSUER
from storage.announcing.notices import Told


class WebhookEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A platform's address, its key, and the events that it is told."""

    url: str
    key: bytes
    events: frozenset[Told]

    def __repr__(self) -> str:
        return f"WebhookEndpoint(url={self.url!r})"


async def _send_nothing(url: str, *, webhook_id: str, body: bytes) -> Failure | None:  # noqa: ARG001 - see Send
    return Failure("no endpoint is configured", is_final=True)


def _tell_nobody() -> None:
    """Where there is no endpoint, nobody needs to be told that something is due."""


class Webhooks(msgspec.Struct, frozen=True, kw_only=True):
    """The webhooks of this server, in and out.

    `booking_issuer` is the platform that the people of a booking belong to, where the booking does
    not say; `issuers` are all that it may name. `nudge` has the deliveries looked through at once.
    """

    endpoints: tuple[WebhookEndpoint, ...] = ()
    inbound_keys: tuple[bytes, ...] = ()
    calcom_secrets: tuple[bytes, ...] = ()
    booking_issuer: str = OWN_ISSUER
    issuers: frozenset[str] = frozenset({OWN_ISSUER})
    send: Send = _send_nothing
    nudge: Callable[[], None] = _tell_nobody

    def __repr__(self) -> str:
        return f"Webhooks(endpoints={self.endpoints!r})"
