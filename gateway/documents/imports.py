"""Documents that are becoming pages of lessons, and how far each is."""

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import msgspec
import structlog

from actors.runtime import chance
from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Confinement, ProcessFailed, Work
from gateway.confinement.owner_queues import Owner
from gateway.documents.job import Inspect, Inspected, Rasterize, Rasterized, Reading, Sheet
from lessonroom.board.model.page import Background, Page, Paper, PaperKind
from lessonroom.codes import ErrorCode, Refused

_MODULE: Final = "gateway.documents.rasterize"
_MIB: Final = 1024 * 1024
_LIMITS: Final = ProcessLimits(memory_bytes=1536 * _MIB, cpu_s=40, wall_s=90)
_AT_A_TIME: Final = 8
"""Pages that one process draws and one event adds: the first are there within a second or two, and
what a bad page costs beside itself is drawing seven others once more."""
_KEPT_MOST: Final = 1_000
"""How many imports are remembered; the oldest that is done is forgotten first."""
_TRIES: Final = 30
_EMPTY_SHEET: Final = (794, 1123)
"""A4: what stands for a page that cannot be drawn."""
_TITLE_CHARS: Final = 128

_log: Final = structlog.get_logger(__name__)
_T = TypeVar("_T")


class ImportStatus(StrEnum):
    """How far an import is."""

    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    """It ended early; the pages that were added stay."""


class DocumentImport(msgspec.Struct, kw_only=True):
    """One document on its way to the board."""

    document_id: str
    session_id: str
    title: str
    pages_total: int
    """How many pages are to be imported."""
    status: ImportStatus = ImportStatus.IMPORTING
    pages_done: int = 0
    page_ids: list[str] = []
    """The pages of the board that have been added so far, in the order of the document."""
    failed_pages: list[int] = []
    """Numbers of pages that cannot be drawn; an empty sheet stands for each."""
    error: str | None = None
    """Why it ended early, in words for a person."""


class Destination(Protocol):
    """The lesson that a document goes to, as one person may change it."""

    async def keep(self, sheet: Sheet) -> str:
        """Keep a picture, have the session know it, and return its name."""

    async def add(self, pages: list[Page], *, after: str | None) -> list[str]:
        """Add pages to the board behind another, and return their ids."""


class DocumentImports:
    """Imports documents, one at a time of each person.

    Args:
        confinement: where they are read.
        pages_most: of one document.
        at_once: documents over all, which are held in memory meanwhile.

    """

    def __init__(self, confinement: Confinement, *, pages_most: int, at_once: int) -> None:
        self._confinement = confinement
        self._pages_most = pages_most
        self._at_once = at_once
        self._known: OrderedDict[str, DocumentImport] = OrderedDict()
        self._tasks: dict[Owner, asyncio.Task[None]] = {}
        self._entering: set[str] = set()

    def find(self, session_id: str, document_id: str) -> DocumentImport | None:
        """Return an import of a session, while this process remembers it."""
        found = self._known.get(document_id)
        return found if found is not None and found.session_id == session_id else None

    async def begin(
        self,
        content: bytes,
        destination: Destination,
        *,
        owner: Owner,
        title: str,
        wanted: Sequence[int] | None,
        after: str | None,
    ) -> DocumentImport:
        """Look into a document and begin to import it.

        Args:
            content: a PDF.
            destination: where its pages go.
            owner: whose it is.
            title: what its pages are called; empty takes the document's own.
            wanted: numbers of pages from 1, in the order in which they are to come; None for all.
            after: the page of the board behind which they come; None for the end.

        Raises:
            Refused: `invalid`, it is no PDF, or has no such page; `too_large`, it has too many;
                `rate_limited`, the person has a document under way.

        """
        if owner.person in self._entering or any(
            under_way.person == owner.person for under_way in self._tasks
        ):
            raise Refused(
                ErrorCode.RATE_LIMITED,
                "one document at a time: the one before is still being imported",
                retry_after_ms=2_000,
            )
        if len(self._tasks) + len(self._entering) >= self._at_once:
            raise Refused(
                ErrorCode.UNAVAILABLE, "the server is busy with documents", retry_after_ms=5_000
            )
        self._entering.add(owner.person)
        try:
            inspected = await self._inspected(content, owner)
        finally:
            self._entering.discard(owner.person)
        numbers = self._numbers(inspected.pages, wanted)
        begun = DocumentImport(
            document_id=chance.new_document_id(),
            session_id=owner.session,
            title=title or inspected.title,
            pages_total=len(numbers),
        )
        self._remember(begun)
        task = asyncio.create_task(
            self._import(begun, content, destination, owner=owner, numbers=numbers, after=after)
        )
        self._tasks[owner] = task
        task.add_done_callback(lambda _: self._tasks.pop(owner, None))
        return begun

    async def settled(self) -> None:
        """Wait until nothing is being imported."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def stop(self) -> None:
        """End what is being imported; the pages that were added stay."""
        for task in list(self._tasks.values()):
            task.cancel()
        await self.settled()

    # -- one document

    async def _inspected(self, content: bytes, owner: Owner) -> Inspected:
        try:
            return await self._run(Inspect(content), owner, Inspected)
        except Declined as declined:
            raise Refused(ErrorCode.INVALID, str(declined), field="body") from None
        except ProcessFailed:
            raise Refused(ErrorCode.INVALID, "this document cannot be read", field="body") from None

    def _numbers(self, pages: int, wanted: Sequence[int] | None) -> list[int]:
        numbers = list(range(1, pages + 1)) if wanted is None else list(wanted)
        beyond = [number for number in numbers if number > pages]
        if beyond:
            raise Refused(
                ErrorCode.INVALID,
                f"this document has {pages} pages; there is no page {beyond[0]}",
                field="query.pages",
            )
        if len(numbers) > self._pages_most:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"at most {self._pages_most} pages are imported at once; this would be"
                f" {len(numbers)}: choose some of them",
                field="query.pages",
            )
        return numbers

    async def _import(
        self,
        state: DocumentImport,
        content: bytes,
        destination: Destination,
        *,
        owner: Owner,
        numbers: Sequence[int],
        after: str | None,
    ) -> None:
        try:
            for some in _batches(numbers):
                drawn = await self._rasterized(content, some, owner)
                pages: list[Page] = []
                for number in some:
                    sheet = drawn.get(number)
                    if sheet is None:
                        state.failed_pages.append(number)
                        pages.append(_empty(state.title, number))
                        continue
                    asset = await _persistently(partial(destination.keep, sheet))
                    pages.append(_page(state.title, sheet, asset))
                added = await _persistently(partial(destination.add, pages, after=after))
                state.page_ids += added
                state.pages_done += len(some)
                after = added[-1]
        except Refused as refused:
            state.status, state.error = ImportStatus.FAILED, refused.message
        except asyncio.CancelledError:
            state.status, state.error = ImportStatus.FAILED, "the server was stopped"
            raise
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits to hear of it
            _log.exception("a document cannot be imported", session_id=state.session_id)
            state.status, state.error = ImportStatus.FAILED, "internal error"
        else:
            state.status = ImportStatus.DONE

    async def _rasterized(
        self, content: bytes, numbers: Sequence[int], owner: Owner
    ) -> dict[int, Sheet]:
        """Return the pages that can be drawn; one that ends its process costs only itself."""
        try:
            commission = Rasterize(content, list(numbers))
            result = await _persistently(partial(self._run, commission, owner, Rasterized))
        except (ProcessFailed, Declined):
            if len(numbers) == 1:
                return {}
            found: dict[int, Sheet] = {}
            for number in numbers:
                found |= await self._rasterized(content, [number], owner)
            return found
        return {sheet.number: sheet for sheet in result.sheets}

    async def _run(
        self, commission: Inspect | Rasterize, owner: Owner, result_type: type[_T]
    ) -> _T:
        return await self._confinement.run(
            Work.DOCUMENT,
            _MODULE,
            Reading(commission),
            owner=owner,
            result_type=result_type,
            limits=_LIMITS,
        )

    def _remember(self, begun: DocumentImport) -> None:
        self._known[begun.document_id] = begun
        if len(self._known) > _KEPT_MOST:
            for document_id, known in self._known.items():
                if known.status is not ImportStatus.IMPORTING:
                    del self._known[document_id]
                    break


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


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for n in range(0, len(numbers), _AT_A_TIME):
        yield numbers[n : n + _AT_A_TIME]


def _page(title: str, sheet: Sheet, asset: str) -> Page:
    return _sheet_of(
        _titled(title, sheet.number),
        (sheet.w, sheet.h),
        background=Background(asset=asset, w=sheet.w, h=sheet.h),
    )


def _empty(title: str, number: int) -> Page:
    """Return an empty sheet where a page could not be drawn, with its number."""
    return _sheet_of(_titled(title, number), _EMPTY_SHEET)


def _sheet_of(title: str, size: tuple[float, float], **more: Any) -> Page:  # noqa: ANN401
    return Page(
        id=chance.new_page_id(), title=title, paper=Paper(kind=PaperKind.BLANK), size=size, **more
    )


def _titled(title: str, number: int) -> str:
    """Return the title of a page; a long one of the document is cut, not its number."""
    tail = f" · {number}" if title else str(number)
    return title[: _TITLE_CHARS - len(tail)] + tail
