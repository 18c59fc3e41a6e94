"""Rooms full of people who draw, vanish and come back: nothing is lost, and nothing grows."""

import asyncio
import random
import statistics
import time
from collections.abc import Coroutine, Iterable
from typing import Final

import msgspec
import pytest

from tests.e2e.conftest import Begin, StartServer
from tests.proof.support.classroom import Classroom
from tests.proof.support.figures import proof
from tests.proof.support.light_client import chained, mark_of
from tests.proof.support.looking import Inside, rss_kib
from tests.recording import RecordProof

_VANISHING: Final = 0.1
_WINDOWS: Final = 10
_WARM_UP: Final = 1 / 3
_GROWTH_KIB: Final = 1024
_TEN_MINUTES_S: Final = 600.0


class Soak(msgspec.Struct, frozen=True, kw_only=True):
    """How many draw how much: so many strokes in each room, one in `period_s` at most."""

    rooms: int
    people: int
    strokes: int
    period_s: float = 0.0


PUSH: Final = Soak(rooms=3, people=5, strokes=40)
PROOF: Final = Soak(rooms=30, people=30, strokes=proof(1_800), period_s=1.0)
"""Half an hour."""


@pytest.mark.parametrize("soak", [PUSH, pytest.param(PROOF, marks=pytest.mark.proof)])
async def test_rooms_full_of_people_lose_nothing_and_do_not_grow(
    start: StartServer, begin: Begin, inside: Inside, soak: Soak, record_proof: RecordProof
) -> None:
    """[T23] [P1] [P3] [P4] [P6] [P24] Some are cut off all the time; they come back and resume."""
    # What is kept of each room shall be full before the memory is measured.
    server = start(
        rooms__grace_s=1, rooms__resume_window=100, limits__requests_per_min_address=1_000_000
    )
    chance = random.Random(23)  # noqa: S311 - a seed, not a secret
    rooms = [
        Classroom(
            await begin(server, max_participants=soak.people),
            soak.people,
            chance,
            vanishing=_VANISHING,
        )
        for _ in range(soak.rooms)
    ]
    await _all(room.fill() for room in rooms)
    await _all(room.leave() for room in rooms)
    before = await inside.until_quiet(server)
    samples: list[tuple[float, int]] = []
    windows_ms: list[list[float]] = [[] for _ in range(_WINDOWS)]

    async def live(number: int, room: Classroom) -> None:
        drawing = room.draw(soak.strokes, period_s=soak.period_s, phase=number / soak.rooms)
        async for stroke in drawing:
            room.delays_ms = windows_ms[(stroke + 1) * _WINDOWS // (soak.strokes + 1)]
            if room is rooms[0]:
                samples.append((time.monotonic(), rss_kib(server.pid)))
        await room.rest()

    await _all(room.enter() for room in rooms)
    await _all(live(number, room) for number, room in enumerate(rooms))
    await _all(room.leave() for room in rooms)
    after = await inside.until_quiet(server, before)
    assert server.stop() == 0

    lost, doubled, diverged = await _compared(rooms)
    leaked = after.more_than(before)
    growth_kib = _growth_kib(samples)
    p99_ms = [statistics.quantiles(delays_ms, n=100)[98] for delays_ms in windows_ms]
    record_proof(
        "T23",
        f"strokes in {soak.rooms} rooms of {soak.people}; {sum(room.kills for room in rooms)}"
        f" people cut off, who resume; memory {growth_kib:+.0f} KiB in ten minutes;"
        f" p99 of {_WINDOWS} windows {', '.join(f'{ms:.0f}' for ms in p99_ms)} ms",
        soak.rooms * soak.strokes,
        lost=lost,
        doubled=doubled,
        diverged=diverged,
        leaked=leaked,
    )
    assert [fault for room in rooms for fault in room.faults()] == []
    assert (lost, doubled, diverged) == (0, 0, 0)
    assert leaked == 0, f"{before} became {after}"
    assert sum(room.kills for room in rooms) > 0
    if soak is PROOF:
        assert growth_kib <= _GROWTH_KIB


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for part in work:
            group.create_task(part)


def _growth_kib(samples: list[tuple[float, int]]) -> float:
    """Return how fast memory grows after the warm-up, in KiB in ten minutes: least squares."""
    times_s, sizes_kib = zip(*samples[int(len(samples) * _WARM_UP) :], strict=True)
    return statistics.linear_regression(times_s, sizes_kib).slope * _TEN_MINUTES_S


async def _compared(rooms: list[Classroom]) -> tuple[int, int, int]:
    """Compare the logs with what was acknowledged and seen: lost, doubled, diverged."""
    lost = doubled = diverged = 0
    for room in rooms:
        log = await room.lesson.log()
        marks = [mark_of(event) for event in log]
        ids = [(event.user_id, str(event.submission)) for event in log if event.submission]
        doubled += len(ids) - len(set(ids))
        written = {str(event.submission): event.seq for event in log if event.submission}
        diverged += [event.seq for event in log] != list(range(1, len(log) + 1))
        for client in room.clients:
            lost += len(client.acks.items() - written.items()) + len(client.pending)
            chain = 0
            for seq in range(client.since + 1, client.head + 1):
                chain = chained(chain, seq, marks[seq - 1])
            diverged += chain != client.chain
    return lost, doubled, diverged
