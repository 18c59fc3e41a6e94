"""A room full of light clients that draw one stroke at a time, which all of them have to see."""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

from lessonroom.board.model.schema import BOARD_SCHEMA
from tests.e2e.lesson import Lesson
from tests.proof.support.light_client import DEADLINE_S, LightClient

_DRAWERS: Final = 2
"""Of each room. What can be undone is kept for each: it is full soon where few draw."""
_AWAY_MOST: Final = 20


class Classroom:
    """The people of one room.

    Args:
        lesson: the lesson that they are in.
        people: how many, with the host.
        chance: who draws, who is cut off, and for how long.
        vanishing: the chance that somebody is cut off, at each stroke.

    """

    def __init__(
        self, lesson: Lesson, people: int, chance: random.Random, *, vanishing: float = 0.0
    ) -> None:
        self.lesson = lesson
        self.clients: list[LightClient] = []
        self.kills = 0
        self.delays_ms: list[float] = []
        """From the moment in which a stroke is sent to each of those in which somebody has it."""
        self._people = people
        self._chance = chance
        self._vanishing = vanishing
        self._away: dict[LightClient, int] = {}
        """Who was cut off, and at which stroke they are back."""
        self._mark = ""
        self._missing: set[LightClient] = set()
        self._drawn_ns = 0
        self._changed = asyncio.Event()

    async def fill(self) -> None:
        """Seat everyone, and have them come in."""
        names = [f"guest-{number}" for number in range(1, self._people)]
        seats = [self.lesson.host, *[await self.lesson.guest(name) for name in names]]
        url = self.lesson.url(query=f"?schema={BOARD_SCHEMA}")
        self.clients = [LightClient(url, seat, on_mark=self._seen) for seat in seats]
        await self.enter()

    async def enter(self) -> None:
        """Have everyone come in."""
        for client in self.clients:
            await client.connect()

    async def leave(self) -> None:
        """Have everyone vanish."""
        for client in self.clients:
            await client.drop()

    async def draw(
        self, strokes: int, *, period_s: float = 0.0, phase: float = 0.0
    ) -> AsyncIterator[int]:
        """Draw so many strokes, and yield the number of each once everyone there has it.

        Args:
            strokes: how many.
            period_s: the time from one stroke to the next, where they can be had so fast.
            phase: which part of a period the first one waits.

        """
        loop = asyncio.get_running_loop()
        due_s = loop.time() + phase * period_s
        for number in range(strokes):
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            # What was late is not made up for.
            due_s = max(due_s, loop.time() - period_s) + period_s
            await self._come_back(by=number)
            await self._vanish(number)
            await self._draw(number)
            yield number

    async def rest(self) -> None:
        """Have everyone come back, and wait until all are at the same event."""
        await self._come_back(by=math.inf)
        await self._until(self._is_at_rest)

    async def _come_back(self, *, by: float) -> None:
        for client in [client for client, back in self._away.items() if back <= by]:
            del self._away[client]
            await client.connect()

    async def _vanish(self, number: int) -> None:
        present = self._present()
        if self._chance.random() >= self._vanishing or len(present) < 2:
            return
        victim = self._chance.choice(present)
        if victim in self.clients[:_DRAWERS]:
            # It may arrive, or not; its author does not know.
            victim.draw()
        await victim.drop()
        self._away[victim] = number + self._chance.randint(1, _AWAY_MOST)
        self.kills += 1

    async def _draw(self, number: int) -> None:
        present = self._present()
        drawers = [client for client in self.clients[:_DRAWERS] if client in present]
        self._missing = set(present)
        self._drawn_ns = time.perf_counter_ns()
        self._mark = self._chance.choice(drawers or present).draw()
        self._chance.choice(present).point(number % 1_000)
        await self._until(lambda: not self._missing)

    def _present(self) -> list[LightClient]:
        return [client for client in self.clients if client not in self._away]

    def _seen(self, client: LightClient, mark: str) -> None:
        if mark == self._mark and client in self._missing:
            self._missing.remove(client)
            self.delays_ms.append((time.perf_counter_ns() - self._drawn_ns) / 1e6)
        self._changed.set()

    def _is_at_rest(self) -> bool:
        heads = {client.head for client in self.clients}
        return len(heads) == 1 and not any(client.pending for client in self.clients)

    async def _until(self, holds: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            heads = {client.user_id: client.head for client in self.clients}
            raise AssertionError(f"the lesson stands still at {heads}; {self.faults()}") from None

    def faults(self) -> list[str]:
        """Return what the server has got wrong."""
        return [fault for client in self.clients for fault in client.faults]
