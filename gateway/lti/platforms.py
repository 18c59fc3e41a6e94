"""The platforms that are known, as the requests of this moment need them: read once, then held."""

from collections.abc import Sequence

from actors.house.rooms import Rooms
from gateway.federation.faults import FederationRefused
from gateway.lti.lti_config import LtiFault
from gateway.lti.messages import origin_of
from storage.lti import platforms
from storage.lti.platforms import NewPlatform, Platform


class Platforms:
    """Knows them; what is changed here is written, and held from then on."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._known: list[Platform] | None = None

    async def every(self) -> list[Platform]:
        """Return all, oldest first."""
        if self._known is None:
            self._known = await platforms.every(self._rooms.store)
        return self._known

    async def origins(self) -> tuple[str, ...]:
        """Return whose pages may show lessons in a frame."""
        return tuple(
            dict.fromkeys(origin for each in await self.every() for origin in each.origins)
        )

    async def of_number(self, platform_id: int) -> Platform:
        """Return a platform by number.

        Raises:
            FederationRefused: `unknown_platform`.

        """
        for each in await self.every():
            if each.platform_id == platform_id:
                return each
        raise FederationRefused(LtiFault.UNKNOWN_PLATFORM, f"no platform {platform_id} is known")

    async def named(self, issuer: str, client_id: str) -> Platform:
        """Return the platform that begins a launch.

        Args:
            issuer: its own name.
            client_id: what it calls this server; empty: it does not say, as one may that has one.

        Raises:
            FederationRefused: `unknown_platform`.

        """
        found = [each for each in await self.every() if each.issuer == issuer]
        if client_id:
            found = [each for each in found if each.client_id == client_id]
        if len(found) == 1:
            return found[0]
        if found:
            why = f"several platforms are {issuer!r}, and no client_id says which"
        else:
            why = f"no platform is {issuer[:200]!r} with the client_id {client_id[:200]!r}"
        raise FederationRefused(LtiFault.UNKNOWN_PLATFORM, why)

    async def add(self, new: NewPlatform) -> Platform | None:
        """Make a platform known; None: one of that issuer and client is already."""
        at_ms = self._rooms.clock.now_ms()
        platform_id = await self._rooms.write(lambda store: platforms.add(store, new, at_ms=at_ms))
        self._known = None
        return None if platform_id is None else await self.of_number(platform_id)

    async def add_deployments(self, platform: Platform, deployments: Sequence[str]) -> Platform:
        """Have people come from more places at a platform."""
        at_ms = self._rooms.clock.now_ms()
        await self._rooms.write(
            lambda store: platforms.add_deployments(
                store, platform.platform_id, tuple(deployments), at_ms=at_ms
            )
        )
        self._known = None
        return await self.of_number(platform.platform_id)

    async def remove(self, platform_id: int) -> bool:
        """Forget a platform; return whether it was known."""
        is_gone = await self._rooms.write(lambda store: platforms.remove(store, platform_id))
        self._known = None
        return is_gone


def origins_of(*urls: str) -> tuple[str, ...]:
    """Return the origins of addresses, each once."""
    return tuple(dict.fromkeys(origin_of(url) for url in urls))


def user_issuer(platform: Platform) -> str:
    """Return who vouches for a platform's people: apart from a provider of the same address."""
    return f"lti:{platform.issuer}"
