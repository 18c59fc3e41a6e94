"""A housekeeper for the school of a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from actors.house.chores import HousekeepingConfig
from actors.house.housekeeper import Housekeeping
from storage.images.asset_files import AssetFiles
from tests.actors.support.school import School

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@asynccontextmanager
async def housekeeping(
    school: School,
    *,
    expire_after_h: float = 24,
    retention_days: int = 0,
    settles_empty: bool = False,
    asset_files: AssetFiles | None = None,
) -> AsyncIterator[Housekeeping]:
    """Start a housekeeper, wait until it has done what was due, and stop it in the end.

    It leaves the lessons alone that nobody is in, unless it `settles_empty`.
    """
    config = HousekeepingConfig(
        expire_after_h=expire_after_h, retention_days=retention_days, asset_files=asset_files
    )
    if not settles_empty:
        config = msgspec.structs.replace(
            config, pause_when_empty_min=10**9, end_when_empty_min=10**9, end_when_empty_days=10**6
        )
    keeper = Housekeeping.start(school.rooms, clock=school.clock, config=config)
    try:
        await keeper.settled()
        yield keeper
    finally:
        await keeper.stop()


async def keep_house(school: School, *, retention_days: int = 0) -> None:
    """Do what is due now, as a server that starts does."""
    async with housekeeping(school, retention_days=retention_days):
        pass


def leap(school: School, seconds: float) -> None:
    """Have the calendar go on without the server's timers, as while it is down."""
    school.clock._turn_to(school.clock.monotonic_s() + seconds)
