"""One seed, lived through: its world, and what it came to."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any
from unittest import mock

import msgspec

from actors.house.writing.backlog import Backlog
from actors.runtime import chance as identities
from lessonroom.room import Room
from tests.proof.simulation.actions import ACTIONS
from tests.proof.simulation.loop import SimulatedLoop, Spinning
from tests.proof.simulation.sabotage import Sabotage, sabotaged
from tests.proof.simulation.world import World


class Report(msgspec.Struct, kw_only=True):
    """What one seed came to. `violations` is what must be empty."""

    seed: int
    violations: list[str]
    trace: str
    """A digest of all that happened."""
    counts: dict[str, int]


def simulate(seed: int, *, steps: int | None = None, sabotage: Sabotage = Sabotage.NONE) -> Report:
    """Live through one seed: 20 to 60 steps, unless `steps` says how many."""
    world = World(seed, steps=20 + seed % 41 if steps is None else steps, actions=ACTIONS)
    loop = SimulatedLoop()
    asyncio.set_event_loop(loop)
    try:
        with (
            mock.patch.object(identities, "new_epoch", world.new_epoch),
            _asked_of_world(Backlog, "check", world.check_backlog),
            _asked_of_world(Room, "handle", world.handle),
            sabotaged(sabotage),
        ):
            loop.run_until_complete(world.live())
    except Spinning:
        world.violations.append(f"[P20] somebody spins (at {loop.time():.4f} s)")
    finally:
        world.server.kill()
        # What a killed process has still scheduled may start more, which then ends as well.
        while tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
        asyncio.set_event_loop(None)
        loop.close()
    return Report(
        seed=seed, violations=world.violations, trace=world.trace(), counts=dict(world.counts)
    )


def _asked_of_world(
    owner: type, name: str, asked: Callable[..., Any]
) -> contextlib.AbstractContextManager[Any]:
    """Have the world do in the place of a method; it is told whose."""
    return mock.patch.object(owner, name, lambda *args: asked(*args))  # noqa: PLW0108 - a method
