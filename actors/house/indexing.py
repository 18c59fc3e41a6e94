"""Keeping what lessons' logs say in words, for whoever looks for them; a chore of the housekeeper.

It reads behind what the rooms commit, and writes in the journal's turn, some texts at a time: a
stroke waits for no more than one such slice, and only where somebody writes words.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from actors.house.rooms import Rooms
from lessonroom.finding.written import Written, written
from storage.beside import in_pieces
from storage.finding import looking, texts
from storage.finding.looking import Behind
from storage.images.asset_files import AssetFiles
from storage.store import Store

_FILE_BYTES: Final = 4 * texts.TEXT_CHARS
"""As many as the characters that are kept of a text can have."""

_Write = Callable[[Callable[[Store], Awaitable[None]]], Awaitable[None]]


class Indexing:
    """Remembers which lessons may have something new, and how far live ones were looked through."""

    def __init__(self, rooms: Rooms, write: _Write, files: AssetFiles | None) -> None:
        self._rooms = rooms
        self._write = write
        self._files = files
        self._after = 0
        self._live: set[str] = set()
        self._reached: dict[str, tuple[int, dict[str, str]]] = {}
        """Of live lessons alone: their progress is written where there was something to keep."""

    async def more_lessons(self) -> bool:
        """Look through some of all lessons that were not looked through; say if there are more."""
        page = await looking.behind(self._rooms.store, after=self._after)
        for found in page:
            await self._look_through(found)
        self._after = page[-1].key if page else 0
        return bool(page)

    async def recent_lessons(self) -> None:
        """The same of the lessons that go on, of those that did the last time, and of arrivals."""
        rooms = self._rooms.live()
        live = {room.session_id for room in rooms}
        # A thousand lessons where people draw, or just sit, are not worth a look at each.
        silent = {
            room.session_id
            for room in rooms
            if room.session_id in self._reached
            and room.written_seq <= self._reached[room.session_id][0]
        }
        recent, self._live = (live - silent) | (self._live - live) | self._rooms.arrived, live
        self._rooms.arrived.clear()
        after = 0
        while recent and (
            page := await looking.behind(self._rooms.store, after=after, only=sorted(recent))
        ):
            for found in page:
                await self._look_through(found)
            after = page[-1].key
        for gone in self._reached.keys() - live:
            del self._reached[gone]

    async def _look_through(self, found: Behind) -> None:
        store = self._rooms.store
        is_live = found.session_id in self._live
        seq, pages = self._reached.get(found.session_id) or await looking.until(store, found.key)
        is_known = seq > 0
        is_last = False
        while not is_last:
            part = await looking.next_slice(store, found, after=seq)
            new = await in_pieces(written(part.events, pages), is_patient=True)
            for first in range(0, len(new), texts.SLICE_TEXTS):
                some = await self._with_files(new[first : first + texts.SLICE_TEXTS])
                await self._write(partial(texts.keep, key=found.key, texts=some))
            seq, is_last = part.until, part.is_last
            if new or not is_known or not (is_live and is_last):
                # Where strokes alone came, a lesson that goes on is not worth a transaction.
                await self._write(
                    partial(texts.note_until, key=found.key, seq=seq, pages=dict(pages))
                )
        if is_live:
            self._reached[found.session_id] = (seq, pages)
        else:
            self._reached.pop(found.session_id, None)

    async def _with_files(self, some: Sequence[Written]) -> list[Written]:
        """Return what was written with the texts that stand in files, as those of documents do."""
        if all(each.asset is None for each in some):
            return list(some)
        return await asyncio.to_thread(lambda: [self._with_file(each) for each in some])

    def _with_file(self, each: Written) -> Written:
        if each.asset is None:
            return each
        text = ""
        with contextlib.suppress(OSError, ValueError):
            file = None if self._files is None else self._files.file_of(each.asset)
            if file is not None:
                with file.open("rb") as opened:
                    text = opened.read(_FILE_BYTES).decode(errors="ignore")
        return msgspec.structs.replace(each, text=text)
