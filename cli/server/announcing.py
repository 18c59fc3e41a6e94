"""Webhooks as the settings want them: the actor, the sender, and what the API has to know."""

from functools import partial
from typing import Final, Self

import pykka

from actors.house.rooms import Rooms
from actors.house.webhooks import WebhookActor
from actors.messages import Tick
from actors.runtime.clock import Clock
from actors.runtime.telling import tell
from actors.runtime.timers import TimerActor
from cli.settings.sections import WebhookSettings
from cli.settings.settings import Settings
from gateway.identity.tokens import OWN_ISSUER
from gateway.reports.announced import announced
from gateway.webhooks.outbound import Outbound
from gateway.webhooks.webhook_signatures import decoded_secret
from gateway.webhooks.webhooks import WebhookEndpoint, Webhooks
from storage.announcing.announcing import Endpoint
from storage.announcing.notices import FEED_EVENTS

_LOOK_S: Final = 1.0


def endpoints_of(settings: WebhookSettings) -> tuple[Endpoint, ...]:
    """Return whom the store announces events to."""
    return tuple(
        Endpoint(url=endpoint.url, events=frozenset(endpoint.events) or FEED_EVENTS)
        for endpoint in settings.endpoints
    )


class Announcing:
    """What tells platforms of events. Made by `start`, ended by `stop`."""

    def __init__(self, settings: Settings, *, rooms: Rooms, clock: Clock) -> None:
        endpoints = tuple(
            WebhookEndpoint(
                url=endpoint.url,
                key=decoded_secret(endpoint.secret.get_secret_value()),
                events=frozenset(endpoint.events) or FEED_EVENTS,
            )
            for endpoint in settings.webhooks.endpoints
        )
        self._outbound = Outbound(
            {endpoint.url: endpoint.key for endpoint in endpoints},
            allowed_networks=settings.webhooks.allowed_networks,
            clock=clock,
        )
        self._actor: pykka.ActorRef[WebhookActor] = WebhookActor.start(
            rooms,
            self._outbound.send,
            endpoints=[endpoint.url for endpoint in endpoints],
            summarise=partial(announced, rooms),
        )
        self._timer: pykka.ActorRef[TimerActor] = TimerActor.start(
            self._actor, Tick(), interval_s=_LOOK_S, clock=clock
        )
        self.webhooks = Webhooks(
            endpoints=endpoints,
            inbound_keys=tuple(
                decoded_secret(secret.get_secret_value())
                for secret in settings.webhooks.inbound_secrets
            ),
            calcom_secrets=tuple(
                secret.get_secret_value().encode() for secret in settings.webhooks.calcom_secrets
            ),
            booking_issuer=settings.webhooks.booking_issuer,
            issuers=frozenset({OWN_ISSUER, *settings.auth.api_keys}),
            send=self._outbound.send,
            nudge=lambda: tell(self._actor, Tick()),
        )

    @classmethod
    def start(cls, settings: Settings, *, rooms: Rooms, clock: Clock) -> Self:
        """Begin to make deliveries, also those that an earlier process left."""
        return cls(settings, rooms=rooms, clock=clock)

    async def stop(self) -> None:
        """Tell nothing more; what was not told waits among the deliveries."""
        await self._timer.stop(block=False)
        await self._actor.stop(block=False)
        await self._outbound.close()
