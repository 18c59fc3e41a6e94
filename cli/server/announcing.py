"""Webhooks as the settings want them: the actor, the sender, and what the API has to know."""

from functools import partial
from pathlib import Path
from typing import Final, Self

import pykka

from actors.house.rooms import Rooms
from actors.house.webhooks import Failure, WebhookActor
from actors.messages import Tick
from actors.runtime.clock import Clock
from actors.runtime.telling import tell
from actors.runtime.timers import TimerActor
from cli.server.server_files import LTI_KEYS
from cli.settings.settings import Settings
from gateway.identity.tokens import OWN_ISSUER, Tokens
from gateway.lti import grades
from gateway.lti.grades import Grades
from gateway.lti.lti import Lti
from gateway.lti.lti_config import LtiConfig
from gateway.reports.announced import announced
from gateway.webhooks.outbound import Outbound
from gateway.webhooks.webhook_signatures import decoded_secret
from gateway.webhooks.webhooks import WebhookEndpoint, Webhooks
from storage.announcing.announcing import Endpoint
from storage.announcing.notices import ENDS, FEED_EVENTS

_LOOK_S: Final = 1.0


def endpoints_of(settings: Settings) -> tuple[Endpoint, ...]:
    """Return whom the store announces events to."""
    webhooks = tuple(
        Endpoint(url=endpoint.url, events=frozenset(endpoint.events) or FEED_EVENTS)
        for endpoint in settings.webhooks.endpoints
    )
    if settings.lti.enabled and settings.lti.grades:
        return (*webhooks, Endpoint(url=grades.ENDPOINT, events=ENDS))
    return webhooks


def lti_of(
    settings: Settings, home: Path, *, rooms: Rooms, tokens: Tokens, clock: Clock
) -> Lti | None:
    """Return what judges learning platforms; None: they open nothing here."""
    if not settings.lti.enabled:
        return None
    config = LtiConfig(
        keys=home / LTI_KEYS,
        allowed_networks=settings.lti.allowed_networks,
        sends_grades=settings.lti.grades,
        leeway_s=settings.auth.leeway_s,
    )
    return Lti(config, rooms, tokens, clock)


class Announcing:
    """What tells platforms of events. Made by `start`, ended by `stop`."""

    def __init__(
        self, settings: Settings, home: Path, *, rooms: Rooms, tokens: Tokens, clock: Clock
    ) -> None:
        self.lti = lti_of(settings, home, rooms=rooms, tokens=tokens, clock=clock)
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
        told = [endpoint.url for endpoint in endpoints]
        self._grades: Grades | None = None
        if self.lti is not None and settings.lti.grades:
            self._grades = Grades(self.lti, rooms)
            told.append(grades.ENDPOINT)
        self._actor: pykka.ActorRef[WebhookActor] = WebhookActor.start(
            rooms,
            self._send,
            endpoints=told,
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
    def start(
        cls, settings: Settings, home: Path, *, rooms: Rooms, tokens: Tokens, clock: Clock
    ) -> Self:
        """Begin to make deliveries, also those that an earlier process left."""
        return cls(settings, home, rooms=rooms, tokens=tokens, clock=clock)

    async def _send(self, url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        if url == grades.ENDPOINT and self._grades is not None:
            return await self._grades.send(url, webhook_id=webhook_id, body=body)
        return await self._outbound.send(url, webhook_id=webhook_id, body=body)

    async def stop(self) -> None:
        """Tell nothing more; what was not told waits among the deliveries."""
        await self._timer.stop(block=False)
        await self._actor.stop(block=False)
        await self._outbound.close()
