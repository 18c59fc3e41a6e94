"""Carrying one document to the board, page by page."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Protocol, TypeVar

import msgspec
import structlog
from msgspec.structs import replace

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Confinement, Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.documents.document_import import DocumentImport
from gateway.documents.extracting import extracted
from gateway.documents.job import MODULE, Rasterize, Read, Reading, Sheet
from gateway.documents.office_kinds import OfficeKind
from gateway.documents.sheets import empty_page, page_of
from gateway.documents.spool import Spool, Spooled
from lessonroom.board.model.page import Background, Page
from lessonroom.codes import Refused
from lessonroom.log.events import AssetAdded
from lessonroom.protocol.server import DocumentProgress, DocumentStatus

TEXT: Final = "text/plain"
_MIB: Final = 1024 * 1024
LIMITS: Final = ProcessLimits(memory_bytes=1536 * _MIB, cpu_s=120, wall_s=30)
"""Of a process; the time on the wall is for each page."""
_EACH_TURN: Final = 20
"""Pages that one process draws before others have their turn; it takes half a second to start."""
_TRIES: Final = 30
_LOST_MOST_S: Final = 180.0
"""What pages may take, together, that come to nothing."""
_WHOLE_MOST_S: Final = 1_800.0
_NOBODYS_FAULT: Final = "internal error"

_log: Final = structlog.get_logger(__name__)
_T = TypeVar("_T")


class Destination(Protocol):
    """The lesson that a document goes to, as one person may change it."""

    async def begin(self, progress: DocumentProgress, content: Spooled) -> None:
        """Have everyone hear that it is coming; refused where there is no room for it."""

    async def keep(self, content: bytes, *, media_type: str, size: tuple[int, int]) -> AssetAdded:
        """Keep a picture, or words. The session does not know it yet."""

    async def keep_document(self, content: Spooled) -> AssetAdded:
        """Keep a document. The session does not know it yet."""

    async def add(
        self,
        page: Page,
        assets: list[AssetAdded],
        *,
        after: str | None,
        progress: DocumentProgress,
    ) -> str:
        """Add a page to the board behind another, and return its id."""

    async def tell(self, progress: DocumentProgress) -> None:
        """Have everyone hear how far it is."""


class TooSlow(Exception):  # noqa: N818 - says what happened
    """A document takes more time than one may; the message is for whoever sent it."""


class Importing(msgspec.Struct, kw_only=True):
    """A document with all that is needed to bring it."""

    state: DocumentImport
    content: Spooled
    destination: Destination
    owner: Owner
    numbers: list[int]
    """Of its pages, in the order in which they come."""
    after: str | None
    """The page of the board behind which the next one comes."""
    limits: ProcessLimits
    office: OfficeKind | None = None
    """Of a document that a PDF has to be made of first."""
    prepare: Callable[[], Awaitable[None]] | None = None
    """What has to be done before anything of it can be read; it says which pages come."""
    at: int = 0
    """How many of `numbers` are on the board."""
    kept: AssetAdded | None = None
    """The pages as a document, where they can be kept as one."""
    ends_as: DocumentStatus = DocumentStatus.STOPPED
    """What it is told to have ended as, when its task is cancelled."""

    async def carry(self, confinement: Confinement, spool: Spool) -> None:
        """Bring all pages; whatever happens, the state says how it ended, and everyone is told."""
        state = self.state
        try:
            await spool.note(state)
            if self.prepare is not None:
                await _persistently(self.prepare)
                await spool.note(state)
            self.kept = await self._kept(confinement, spool)
            await self._carry_pages(confinement, spool)
        except (Refused, TooSlow) as known:
            state.end(DocumentStatus.FAILED, str(known))
        except asyncio.CancelledError:
            state.end(self.ends_as, _ENDED[self.ends_as])
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits to hear of it
            _log.exception("a document cannot be imported", session_id=state.session_id)
            state.end(DocumentStatus.FAILED, _NOBODYS_FAULT)
        else:
            state.end(DocumentStatus.DONE)
        await spool.forget(self.content)
        if state.status is DocumentStatus.STOPPED:
            # The one who asks after the restart is told.
            await spool.note(state)
        else:
            await spool.strike_out(state)
        # A lesson that is over, or a room that stops: there is nobody to tell.
        with contextlib.suppress(Refused):
            await self.destination.tell(state.progress())

    async def _carry_pages(self, confinement: Confinement, spool: Spool) -> None:
        now_s = asyncio.get_running_loop().time
        began_s, lost_s = now_s(), 0.0
        while self.at < len(self.numbers):
            if lost_s > _LOST_MOST_S:
                raise TooSlow("too many of its pages cannot be drawn")
            if now_s() - began_s > _WHOLE_MOST_S:
                raise TooSlow("it takes too long: import fewer pages at once")
            first, turn_s = self.at, now_s()
            if await _persistently(partial(self._turn, confinement, spool)):
                continue
            # The page in hand ended the process, or those before it used up what it had. The first
            # one had it for itself; another has one of its own in the next turn.
            lost_s += now_s() - turn_s
            if self.at == first:
                await self._add_undrawn(spool)

    async def _turn(self, confinement: Confinement, spool: Spool) -> bool:
        """Bring the pages that one process draws; return whether it drew all it was to draw."""
        path = str(self.content.path)
        drawn = confinement.run_through(
            Work.DOCUMENT,
            MODULE,
            Reading(Rasterize(path, self.numbers[self.at : self.at + _EACH_TURN])),
            owner=self.owner,
            result_type=Read,
            limits=self.limits,
            places=Places(reads=[path]),
        )
        try:
            async with contextlib.aclosing(drawn):
                async for read in drawn:
                    if isinstance(read.result, Sheet):
                        await self._add(read.result, spool)
                    else:
                        await self._add_undrawn(spool)
        except (ProcessFailed, Declined):
            return False
        return True

    async def _kept(self, confinement: Confinement, spool: Spool) -> AssetAdded | None:
        """Keep the pages as a document, for whoever exports them: with lines and text of its own.

        Not the one that was sent: who sees these pages is not to have the others.
        """
        alone = extracted(
            self.content, self.numbers, confinement, spool, owner=self.owner, limits=self.limits
        )
        try:
            async with alone as document:
                keep = partial(self.destination.keep_document, document)
                return await _persistently(keep)
        except (ProcessFailed, Declined):
            return None

    async def _add(self, sheet: Sheet, spool: Spool) -> None:
        keep = self.destination.keep
        size = sheet.width, sheet.height
        picture = await _persistently(
            partial(keep, sheet.content, media_type=sheet.media_type, size=size)
        )
        assets = [picture]
        under = Background(asset=picture.asset, w=sheet.w, h=sheet.h)
        if self.kept is not None:
            assets.append(self.kept)
            under = replace(under, document=self.kept.asset, number=self.at + 1)
        if sheet.text:
            words = sheet.text.encode()
            text = await _persistently(partial(keep, words, media_type=TEXT, size=(0, 0)))
            assets.append(text)
            under = replace(under, text=text.asset)
        await self._put(page_of(self.state.title, sheet, under), assets, spool)

    async def _add_undrawn(self, spool: Spool) -> None:
        number = self.numbers[self.at]
        self.state.failed_pages.append(number)
        await self._put(empty_page(self.state.title, number), [], spool)

    async def _put(self, page: Page, assets: list[AssetAdded], spool: Spool) -> None:
        state = self.state
        progress = replace(state.progress(), pages_done=state.pages_done + 1)

        async def put() -> None:
            added = await self.destination.add(page, assets, after=self.after, progress=progress)
            state.page_ids.append(added)
            state.pages_done += 1
            self.after = added
            self.at += 1

        await _persistently(partial(_whole, put))
        await spool.note(state)


_ENDED: Final = {
    DocumentStatus.STOPPED: "the server was stopped; import the rest again",
    DocumentStatus.CANCELLED: "it was cancelled",
}


async def _whole(attempt: Callable[[], Awaitable[None]]) -> None:
    """Do something that is not left half done where this is cancelled: the page may be there."""
    doing = asyncio.ensure_future(attempt())
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing})
        raise


async def _persistently(attempt: Callable[[], Awaitable[_T]]) -> _T:
    """Return what comes of it; where that passes (a busy server, a full disk), try again."""
    for tries in itertools.count(1):
        try:
            return await attempt()
        except Refused as refused:
            if refused.retry_after_ms is None or tries == _TRIES:
                raise
            await asyncio.sleep(refused.retry_after_ms / 1000)
    raise AssertionError("unreachable")  # pragma: no cover - count() does not end
