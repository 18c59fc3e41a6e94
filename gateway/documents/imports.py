"""Documents that are becoming pages of lessons, and how far each is."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import Final

from actors.runtime import chance
from gateway.confinement.confined import ProcessLimits
from gateway.confinement.confinement import Confinement
from gateway.confinement.owner_queues import Owner
from gateway.documents.document_import import DocumentImport
from gateway.documents.importing import LIMITS, Destination, Importing
from gateway.documents.looking import inspected, numbers_of
from gateway.documents.office import Office
from gateway.documents.office_kinds import BEGINNING_BYTES, OfficeKind
from gateway.documents.spool import Spool, Spooled
from gateway.documents.words import plain
from lessonroom.codes import ErrorCode, Refused
from lessonroom.protocol.server import DocumentStatus

_KEPT_MOST: Final = 1_000
"""How many imports are remembered; the oldest that is done is forgotten first."""
_OF_A_SESSION: Final = 2


class DocumentImports:
    """Imports documents, one at a time of each person and two of each session.

    Args:
        confinement: where they are read.
        spool: where they lie meanwhile.
        pages_most: of one document.
        at_once: documents over all, which take turns.
        office: what makes PDF of office documents, where there is something.
        limits: of a process that reads some pages of one.

    """

    def __init__(
        self,
        confinement: Confinement,
        spool: Spool,
        *,
        pages_most: int,
        at_once: int,
        office: Office | None = None,
        limits: ProcessLimits = LIMITS,
    ) -> None:
        self._limits = limits
        self._confinement = confinement
        self._spool = spool
        self._office = office
        self._pages_most = pages_most
        self._at_once = at_once
        self._known: OrderedDict[str, DocumentImport] = OrderedDict()
        self._under_way: dict[str, tuple[Importing, asyncio.Task[None]]] = {}
        self._entering: list[Owner] = []

    @property
    def takes_office(self) -> bool:
        """Whether it makes PDF of office documents first."""
        return self._office is not None

    async def load(self) -> None:
        """Take in what a server before this one was at: nothing of that goes on, and it is said."""
        for known in await self._spool.swept():
            known.end(
                DocumentStatus.STOPPED,
                f"the server was stopped after {known.pages_done} of {known.pages_total} pages;"
                " import the rest again",
            )
            self._remember(known)

    def find(self, session_id: str, document_id: str) -> DocumentImport | None:
        """Return an import of a session, while this process remembers it."""
        found = self._known.get(document_id)
        return found if found is not None and found.session_id == session_id else None

    async def begin(
        self,
        content: Spooled,
        destination: Destination,
        *,
        owner: Owner,
        title: str,
        wanted: Sequence[int] | None,
        after: str | None,
        kind: OfficeKind | None = None,
    ) -> DocumentImport:
        """Look into a document and begin to import it.

        An office document is looked into once a PDF was made of it, which takes seconds: how many
        pages it has, and whether it can be read, tells the state.

        Args:
            content: a PDF, or an office document.
            destination: where its pages go.
            owner: whose it is.
            title: what its pages are called; empty takes the document's own.
            wanted: numbers of pages from 1, in the order in which they are to come; None for all.
            after: the page of the board behind which they come; None for the end.
            kind: of an office document; None for a PDF.

        Raises:
            Refused: `invalid`, it is no PDF, does not begin as its kind, or has no such page;
                `too_large`, it has too many; `rate_limited`, the person or the session has
                documents under way; what the destination says.

        """
        self._check_turn(owner)
        self._entering.append(owner)
        try:
            importing = Importing(
                state=DocumentImport(
                    document_id=chance.new_document_id(),
                    session_id=owner.session,
                    user_id=int(owner.person),
                    title=plain(title),
                    pages_total=0,
                ),
                content=content,
                destination=destination,
                owner=owner,
                numbers=[],
                after=after,
                limits=self._limits,
            )
            if kind is None:
                await self._look(importing, wanted)
            else:
                await _check_beginning(content, kind)
                importing.office = kind
                importing.prepare = partial(self._prepare, importing, wanted)
            await destination.begin(importing.state.progress(), content)
            importing.content = await self._spool.keep(content)
            self._start(importing)
        finally:
            self._entering.remove(owner)
        return importing.state

    async def cancel(self, state: DocumentImport) -> None:
        """End an import early; one that is over stays as it is."""
        if (found := self._under_way.get(state.document_id)) is not None:
            importing, task = found
            importing.ends_as = DocumentStatus.CANCELLED
            await _end([task])

    async def settled(self) -> None:
        """Wait until nothing is being imported."""
        while self._under_way:
            await asyncio.wait([task for _, task in self._under_way.values()])

    async def stop(self) -> None:
        """End what is being imported; the pages that were added stay."""
        await _end([task for _, task in self._under_way.values()])

    def _check_turn(self, owner: Owner) -> None:
        others = [*self._entering, *(importing.owner for importing, _ in self._under_way.values())]
        if any(other.person == owner.person for other in others):
            raise Refused(
                ErrorCode.RATE_LIMITED,
                "one document at a time: the one before is still being imported",
                retry_after_ms=2_000,
            )
        if sum(other.session == owner.session for other in others) >= _OF_A_SESSION:
            raise Refused(
                ErrorCode.RATE_LIMITED,
                "others in this lesson are importing documents",
                retry_after_ms=5_000,
            )
        if len(others) >= self._at_once:
            raise Refused(
                ErrorCode.UNAVAILABLE, "the server is busy with documents", retry_after_ms=5_000
            )

    async def _prepare(self, importing: Importing, wanted: Sequence[int] | None) -> None:
        """Have a PDF made of an office document, which takes its place, and look into that.

        Where the server is busy it may be tried again, and goes on where it was.

        Raises:
            Refused: it is no such document, or cannot be read; the board has no room for it.

        """
        if importing.office is not None:
            assert self._office is not None, "asked before"  # noqa: S101
            document, owner = importing.content, importing.owner
            async with self._office.converted(document, importing.office, owner=owner) as pdf:
                importing.content = await self._spool.keep(pdf)
            importing.office = None
            await self._spool.forget(document)
        if not importing.numbers:
            await self._look(importing, wanted)
        await importing.destination.begin(importing.state.progress(), importing.content)

    async def _look(self, importing: Importing, wanted: Sequence[int] | None) -> None:
        state = importing.state
        found = await inspected(
            importing.content, self._confinement, owner=importing.owner, limits=self._limits
        )
        importing.numbers = numbers_of(found.pages, wanted, most=self._pages_most)
        state.pages_total = len(importing.numbers)
        state.title = state.title or found.title

    def _start(self, importing: Importing) -> None:
        state = importing.state
        self._remember(state)
        task = asyncio.create_task(importing.carry(self._confinement, self._spool))
        self._under_way[state.document_id] = importing, task
        task.add_done_callback(lambda _: self._under_way.pop(state.document_id))

    def _remember(self, known: DocumentImport) -> None:
        self._known[known.document_id] = known
        if len(self._known) > _KEPT_MOST:
            for document_id, one in self._known.items():
                if one.status is not DocumentStatus.IMPORTING:
                    del self._known[document_id]
                    break


async def _check_beginning(content: Spooled, kind: OfficeKind) -> None:
    beginning = await asyncio.to_thread(_beginning_of, content)
    if (fault := kind.fault_of(beginning)) is not None:
        raise Refused(ErrorCode.INVALID, fault, field="body")


def _beginning_of(content: Spooled) -> bytes:
    with content.path.open("rb") as file:
        return file.read(BEGINNING_BYTES)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel tasks, each of which says then how it ended."""
    # One that was made in this very turn of the loop has to have begun to do so.
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
