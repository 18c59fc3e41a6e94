"""A lesson of an hour, second by second on a clock that the test turns: every number is exact.

Tests also: actors/room/persistence/unsaved.py.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from actors.house.rooms import Rooms
from lessonroom.commands import MoveSession
from lessonroom.outcome import SnapshotType
from lessonroom.session.lifecycle import Move, SessionStatus
from storage.tables import SNAPSHOTS
from tests.actors.support.chores import DAY_S, HOUR_S, keep_house, leap
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, School

_PAUSED = range(1_200, 1_500)
_DOWN = range(2_400, 2_430)


class Hour:
    """What happens in the lesson, by the second at which it happens."""

    def __init__(self, school: School, clients: dict[int, Client]) -> None:
        self.school = school
        self.clients = clients
        self.second = 0
        self._due: dict[int, Callable[[], Awaitable[None]]] = {
            600: self._ann_drops,
            612: self._ann_is_back,
            1_200: lambda: self._move(Move.PAUSE),
            1_500: lambda: self._move(Move.RESUME),
            1_800: self._ben_drops,
            2_100: self._ben_joins_again,
            2_400: self._server_restarts,
            2_430: self._everyone_comes_back,
            3_600: lambda: self._move(Move.COMPLETE),
        }

    async def pass_by(self) -> None:
        """Let the hour pass; the host draws a stroke at :05, :15, ... of every minute."""
        while self.second < 3_600:
            self.second += 1
            self.school.clock.advance(1)
            # The second's tick is heard before anything else happens in it.
            for _ in range(3):
                await asyncio.sleep(0)
            if self.second % 10 == 5 and self.second not in (*_PAUSED, *_DOWN):
                self.clients[HOST].draw("e1")
                await self.school.until(lambda: not self.clients[HOST].pending)
            if self.second in self._due:
                await self._due[self.second]()
                await self.school.rest()

    async def _ann_drops(self) -> None:
        self.clients[ANN].drop()

    async def _ann_is_back(self) -> None:
        await self.school.connect(self.clients[ANN])

    async def _ben_drops(self) -> None:
        self.clients[BEN].drop()

    async def _ben_joins_again(self) -> None:
        await self.school.connect(self.clients[BEN])

    async def _server_restarts(self) -> None:
        # Without `School.restart`, which lets a moment pass.
        school = self.school
        await school.rooms.stop()
        school.rooms = Rooms.start(school.store, clock=school.clock, config=school.config)

    async def _everyone_comes_back(self) -> None:
        for client in self.clients.values():
            await self.school.connect(client)

    async def _move(self, move: Move) -> None:
        await self.school.rooms.ask("algebra", MoveSession(by=HOST, move=move))


async def snapshots(school: School) -> Counter[str]:
    """Return how many snapshots there are of each type."""

    async def read(connection: AsyncConnection) -> Counter[str]:
        rows = await connection.execute(select(SNAPSHOTS.c.snapshot_type))
        return Counter(rows.scalars())

    return await school.store.reading(read)


async def test_an_hour_is_counted_to_the_second(school: School) -> None:
    """[issue 3 item 5][SY-1][P8] Durations, times of people, reconnects, snapshots and pruning."""
    begun_ms = school.clock.now_ms()
    clients = {user_id: await school.join(user_id) for user_id in (HOST, ANN, BEN)}
    await Hour(school, clients).pass_by()

    session = await school.store.session("algebra")
    assert session is not None
    assert session.status is SessionStatus.COMPLETED
    assert session.actual_start_ms == begun_ms
    assert session.actual_end_ms == begun_ms + 3_600_000
    # All but the pause; the server's restart is no pause of the lesson.
    assert session.active_ms == 3_300_000

    seats = {seat.user_id: seat for seat in await school.store.participants("algebra")}
    times_s = {user_id: seat.total_ms / 1000 for user_id, seat in seats.items()}
    # Whoever was there when the server was stopped was there until then, at 2400 s (SY-6).
    assert times_s == {
        HOST: 2_400 + 1_170,
        ANN: 600 + (2_400 - 612) + 1_170,
        BEN: 1_800 + (2_400 - 2_100) + 1_170,
    }
    reconnects = {user_id: seat.reconnect_count for user_id, seat in seats.items()}
    # Ben's grace was over by the time he was back: that is another join.
    assert reconnects == {HOST: 1, ANN: 2, BEN: 1}

    # 120 before the pause, 90 until the restart, 117 after it: one for each stroke.
    taken = {SnapshotType.AUTO: 327, SnapshotType.TERMINATE: 1}
    assert await snapshots(school) == taken
    school.rooms.put_to_rest("algebra")
    await school.until(lambda: not school.is_live())

    for pause_s, left in (
        (0, 327),  # none is older than an hour
        (2 * HOUR_S, 57),  # minutes 0-20, 25-39 and 40-60
        (DAY_S, 2),  # the last of the hour, and the one at its very end
        (7 * DAY_S, 1),
        (400 * DAY_S, 1),
    ):
        leap(school, pause_s)
        await keep_house(school)
        assert await snapshots(school) == taken | {SnapshotType.AUTO: left}, pause_s
