"""The people who draw while the server is killed under them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Final, Self

from cli.command_errors import CommandRefused
from cli.demo.agreement import settled
from cli.demo.client import BoardClient
from cli.demo.lesson import Seat
from cli.torture.evidence import Evidence

_ELEMENTS_EACH: Final = 40
"""Each draws over their own elements again and again: the board stays small."""
_STUCK_S: Final = 60.0


class Crowd:
    """Clients that draw as fast as they are acknowledged, and come back after each kill."""

    def __init__(self, url: str, seats: Sequence[Seat], evidence: Evidence) -> None:
        self._evidence = evidence
        self._heard = asyncio.Event()
        self.clients = [BoardClient(url, seat.token, on_change=self._heard.set) for seat in seats]
        self._is_resting = False
        self._drawers: list[asyncio.Task[None]] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def drawing(
        cls, url: str, seats: Sequence[Seat], evidence: Evidence
    ) -> AsyncIterator[Self]:
        """Keep a client connected for each seat, and drawing; a fault of one ends them all."""
        crowd = cls(url, seats, evidence)
        async with asyncio.TaskGroup() as group:
            for number, client in enumerate(crowd.clients):
                group.create_task(client.run())
                crowd._drawers.append(group.create_task(crowd._draw(client, f"person-{number}")))
            yield crowd
            for client in crowd.clients:
                await client.close()

    async def until_acknowledged(self, more: int) -> None:
        """Wait until so many events more are acknowledged.

        Raises:
            CommandRefused: that takes longer than a minute.

        """
        goal = self._evidence.acknowledged + more
        try:
            async with asyncio.timeout(_STUCK_S):
                while self._evidence.acknowledged < goal:
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise CommandRefused(f"nobody can draw any more, since {_STUCK_S:g} s") from None

    async def rest(self) -> int:
        """Have everyone stop drawing, and return the `seq` that all have reached then."""
        self._is_resting = True
        await asyncio.gather(*self._drawers)
        return await settled(self.clients, self._heard)

    async def _draw(self, client: BoardClient, name: str) -> None:
        n = 0
        while not self._is_resting:
            n += 1
            element_id = f"{name}-{n % _ELEMENTS_EACH}"
            rect = {"type": "rect", "id": element_id, "layer": "base", "y": 0, "w": 9, "h": 9}
            await client.draw([{"op": "put", "element": rect | {"x": n}}])
            self._evidence.acknowledge(element_id, n)
            self._heard.set()
