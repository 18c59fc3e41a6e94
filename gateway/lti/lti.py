"""The whole way from a platform into a lesson, as far as it is about who comes, and from where."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
import structlog

from actors.house.rooms import Rooms
from actors.runtime.clock import Clock
from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.fetching import Fetcher
from gateway.federation.keys import KeySet
from gateway.federation.signed import Opener
from gateway.federation.tickets import Tickets, encoded
from gateway.identity.tokens import Tokens
from gateway.lti.access import Access
from gateway.lti.lti_config import LtiConfig, LtiFault
from gateway.lti.messages import LaunchClaims, Message, message_of
from gateway.lti.own_keys import OwnKeys
from gateway.lti.platforms import Platforms
from gateway.reachable import Resolver, resolve
from storage.lti.platforms import Platform

_log: Final = structlog.get_logger(__name__)

LAUNCH_LASTS_S: Final = 600
REGISTRATION_LASTS_S: Final = 86_400
_BACKGROUND_MOST: Final = 16
TICKET_LASTS_S: Final = 3_600
"""How long somebody may take to choose on a page of ours."""
_NUMBER_BYTES: Final = 8
_DEPLOYMENTS_MOST: Final = 1_000
"""Of one platform, that were taken up because somebody came from them."""
_MAX_PARAMETER: Final = 4_000


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who comes from a platform, and what it says of them."""

    platform: Platform
    message: Message


class _Ticket(msgspec.Struct, frozen=True, kw_only=True):
    platform_id: int
    message: Message


class Lti:
    """Judges what platforms send. `close` ends its connections.

    Args:
        config: how.
        rooms: where platforms are kept, and lessons are.
        tokens: the server's own, of whose secret states and tickets are made.
        clock: the time.
        resolver: how names of hosts are looked up.

    """

    def __init__(
        self,
        config: LtiConfig,
        rooms: Rooms,
        tokens: Tokens,
        clock: Clock,
        *,
        resolver: Resolver = resolve,
    ) -> None:
        self.config = config
        self.platforms = Platforms(rooms)
        self.keys = OwnKeys(config.keys, clock)
        self.fetcher = Fetcher(
            config.allowed_networks,
            resolver=resolver,
            setting="lti.allowed_networks",
            whose="the platform",
        )
        self._tokens = tokens
        self.clock = clock
        self._states = Tickets(
            tokens,
            clock,
            purpose=b"lti state",
            lasts_s=LAUNCH_LASTS_S,
            # A token could be sent again that was used before: nothing else keeps it from that.
            outlives_restart=False,
        )
        self._tickets = Tickets(tokens, clock, purpose=b"lti ticket", lasts_s=TICKET_LASTS_S)
        self.registrations = Tickets(
            tokens,
            clock,
            purpose=b"lti registration",
            lasts_s=REGISTRATION_LASTS_S,
            outlives_restart=False,
        )
        self.access = Access(self.fetcher, self.keys, clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._key_sets: dict[str, KeySet] = {}

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done beside the answer that somebody waits for."""
        if len(self._tasks) >= _BACKGROUND_MOST:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until all of that is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """End the connections, and what is done beside answers."""
        for task in self._tasks:
            task.cancel()
        await self.settled()
        await self.fetcher.close()

    async def begin(self, asked: Mapping[str, str], *, redirect_uri: str) -> str:
        """Return where a browser goes that a platform has sent here to be launched from.

        Args:
            asked: the parameters of the initiation (OpenID Connect Core 4, LTI 1.3 5.1.1).
            redirect_uri: where it is to come back to.

        Raises:
            FederationRefused: `unknown_platform`; `wrong_message`, a parameter is missing.

        """
        for name in ("iss", "login_hint", "target_link_uri"):
            if not 0 < len(asked.get(name, "")) <= _MAX_PARAMETER:
                why = f"the initiation has no {name}, or a very long one"
                raise FederationRefused(LtiFault.WRONG_MESSAGE, why)
        if len(asked.get("lti_message_hint", "")) > 4 * _MAX_PARAMETER:
            raise FederationRefused(LtiFault.WRONG_MESSAGE, "lti_message_hint is very long")
        platform = await self.platforms.named(asked["iss"], asked.get("client_id", ""))
        state = self._states.give(platform.platform_id.to_bytes(_NUMBER_BYTES))
        answer = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": platform.client_id,
            "redirect_uri": redirect_uri,
            "login_hint": asked["login_hint"],
            "state": state,
            "nonce": self._nonce(state),
        }
        if "lti_message_hint" in asked:
            answer["lti_message_hint"] = asked["lti_message_hint"]
        return _with_query(platform.authorization_url, answer)

    async def finish(self, form: Mapping[str, str]) -> Launch:
        """Return who comes, by what their browser brings from the platform.

        Raises:
            FederationRefused: they are not let in.

        """
        # Used first of all: an answer that is wrong is not tried a second time.
        about = self._states.use(form.get("state", ""), about_bytes=_NUMBER_BYTES)
        platform = await self.platforms.of_number(int.from_bytes(about))
        if "error" in form:
            raise FederationRefused(Fault.DENIED, f"the platform said {form['error'][:100]!r}")
        opener = Opener(
            platform.issuer,
            platform.client_id,
            lambda key_id, algorithm: self._keys_of(platform).key(
                platform.key_set_url, key_id, algorithm
            ),
            clock=self.clock,
            leeway_s=self.config.leeway_s,
        )
        content = await opener.opened(form.get("id_token", ""))
        nonce = self._nonce(form["state"].rstrip("="))
        claims = opener.answering(content, LaunchClaims, nonce=nonce)
        message = message_of(claims, content, beside=platform.issuer)
        return Launch(
            platform=await self._with_deployment(platform, message.deployment_id), message=message
        )

    def ticket_of(self, launch: Launch) -> str:
        """Return what a page of ours sends back, and stands for who was launched: once."""
        told = _Ticket(platform_id=launch.platform.platform_id, message=launch.message)
        return self._tickets.give(msgspec.json.encode(told))

    async def of_ticket(self, ticket: str) -> Launch:
        """Return who was launched that has a ticket; it is good no more.

        Raises:
            FederationRefused: `expired`, `replayed`; `unknown_platform`, it is not known any more.

        """
        told = msgspec.json.decode(self._tickets.use(ticket, about_bytes=None), type=_Ticket)
        platform = await self.platforms.of_number(told.platform_id)
        return Launch(platform=platform, message=told.message)

    async def _with_deployment(self, platform: Platform, deployment_id: str) -> Platform:
        if deployment_id in platform.deployments:
            return platform
        is_taken = platform.takes_any_deployment and len(platform.deployments) < _DEPLOYMENTS_MOST
        if not is_taken:
            raise FederationRefused(
                LtiFault.WRONG_DEPLOYMENT,
                f"the deployment {deployment_id!r} of platform {platform.platform_id}"
                f" ({platform.issuer}) is not known; `lessonroom lti deployment` adds it",
            )
        _log.info(
            "a deployment was taken up",
            platform=platform.platform_id,
            deployment=deployment_id,
        )
        return await self.platforms.add_deployments(platform, [deployment_id])

    def _keys_of(self, platform: Platform) -> KeySet:
        """Return what is known of a platform's keys: by where they are told."""
        return self._key_sets.setdefault(platform.key_set_url, KeySet(self.fetcher, self.clock))

    def _nonce(self, state: str) -> str:
        return encoded(self._tokens.mac(b"lti nonce", state.encode()))


def _with_query(url: str, asked: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *asked.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))
