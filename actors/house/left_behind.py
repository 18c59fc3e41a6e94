"""Deleting what is there of lessons whose arrival was cut off; a chore of the housekeeper."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from actors.house.rooms import Rooms
from storage.sessions import arriving
from storage.store import Store
from storage.upkeep import upkeep

Write = Callable[[Callable[[Store], Awaitable[Any]]], Awaitable[Any]]
"""Has a slice be written in the journal's turn, and returns what that returns."""


async def remove_arriving(rooms: Rooms, write: Write) -> None:
    """Delete what a kill or a fault left of lesson packs: their rows, and people who are names."""
    for key, session_id in await arriving.left_behind(rooms.store):
        await write(partial(arriving.forget_strangers, session_id=session_id))
        while not await write(partial(upkeep.purge, key=key)):
            pass
