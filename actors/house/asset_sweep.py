"""Deleting images that no board shows any more; a chore of the housekeeper."""

import asyncio
from functools import partial
from typing import Final

import structlog

from actors.house.rooms import Rooms
from storage.images import assets, chat_files
from storage.images.asset_files import AssetFiles
from storage.images.assets import SLICE_ROWS, Unseen
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_SETTLING_S: Final = 3_600.0
"""A file so young may belong to an upload that is under way."""


_COARSE_S: Final = 1.0
"""By so much the time of a file may be behind that of the clock."""


async def sweep_assets(
    rooms: Rooms, files: AssetFiles, *, now_ms: int, began_ms: int | None = None
) -> int:
    """Delete images that nobody can see any more and return how many files that were.

    In a session that is open every image stays: it may be put, and any version can be restored. Of
    one that is over the log says which images were ever on its board; the others are let go. What
    then belongs to no session is deleted, its row first: a file without a row is found by the next
    sweep, a row without its file would be a broken image.

    Args:
        rooms: of the server.
        files: all images.
        now_ms: what time it is.
        began_ms: when this server did: what is older is of no upload that is under way.

    """
    store = rooms.store
    after = (0, "")
    while page := await store.reading(partial(assets.unseen, after=after)):
        for key in dict.fromkeys(unseen.key for unseen in page):
            await _settle(rooms, key, [unseen for unseen in page if unseen.key == key])
        after = page[-1]
    while await rooms.write(lambda store: store.writing(assets.forget_orphans)):
        pass
    than_s = now_ms / 1000 - _SETTLING_S
    if began_ms is not None:
        than_s = max(than_s, began_ms / 1000 - _COARSE_S)
    removed = await _remove_files(store, files, than_s=than_s)
    if removed:
        _log.info("images deleted that no board shows", files=removed)
    return removed


async def _settle(rooms: Rooms, key: int, unseen: list[Unseen]) -> None:
    """Look up in the log of an ended session which of its images were ever shown."""
    missing = {image.asset.encode(): image.asset for image in unseen}
    shown: list[str] = []
    after = 0
    while missing and (page := await _board_data(rooms.store, key, after)):
        for _, data in page:
            shown += [missing.pop(name) for name in [*missing] if name in data]
        after = page[-1][0]
    await rooms.write(
        lambda store: store.writing(
            lambda connection: assets.settle(
                connection, key, shown=shown, not_shown=list(missing.values())
            )
        )
    )


async def _board_data(store: Store, key: int, after: int) -> list[tuple[int, bytes]]:
    return await store.reading(lambda connection: assets.board_data(connection, key, after=after))


async def _remove_files(store: Store, files: AssetFiles, *, than_s: float) -> int:
    names = await asyncio.to_thread(lambda: sorted(files.names()))
    removed = 0
    for start in range(0, len(names), SLICE_ROWS):
        some = names[start : start + SLICE_ROWS]
        known = await store.reading(partial(assets.known, names=some))
        known |= await store.reading(partial(chat_files.known, names=some))
        for name in set(some) - known:
            removed += await asyncio.to_thread(files.remove_unless_newer, name, than_s=than_s)
    await asyncio.to_thread(files.remove_drafts, than_s=than_s)
    return removed
