"""Opening a board file in a lesson: all of its pages are added to it, or none."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from typing import Final

import msgspec

from actors.runtime import chance
from gateway.board_files.job import Found, Look, Opened, Opening, Part, Take, TakeDocument, Taken
from gateway.board_files.layout import NOT_OURS, Kind, Named
from gateway.confinement.confined import Declined
from gateway.confinement.confinement import Places, Work
from gateway.confinement.processes import ProcessFailed
from gateway.confinement.refusing import refusal_of
from gateway.documents.extracting import extracted
from gateway.documents.importing import LIMITS
from gateway.documents.job import Inspected
from gateway.documents.looking import inspected
from gateway.documents.spool import Spooled
from gateway.identity.identity import Access
from gateway.rest.endpoints.board.assets import PDF, require_space_for
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.importing import visible_among
from gateway.rest.plumbing.bodies.intake import Load
from gateway.rest.plumbing.services import Services, owner_of
from lessonroom.board.editing.copying import PageCopy, with_assets
from lessonroom.board.model.pieces import decode_in_pieces
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import InsertPages
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded
from storage.beside import in_pieces

_MODULE: Final = "gateway.board_files.unpack"
_BEGINNING_BYTES: Final = 64
_EACH_TURN: Final = 16
"""Pictures that one process decodes before others have their turn."""
_UNREADABLE: Final = "this file cannot be read"
_BODY: Final = "body"


class OpenedPages(msgspec.Struct, frozen=True):
    """The pages that were added, in their order, and the event that did so."""

    page_ids: list[str]
    version: int


class BoardOpening:
    """One board file on its way into a lesson.

    Args:
        services: of the server.
        access: of the person who opens it.
        content: the file.

    """

    def __init__(self, services: Services, access: Access, content: Spooled) -> None:
        assert access.caller.user_id is not None, "an operator is nobody in a lesson"  # noqa: S101
        self._services = services
        self._access = access
        self._by = access.caller.user_id
        self._content = content
        self._kept: dict[str, AssetAdded] = {}
        self._kept_bytes = 0

    async def opened(self, load: Load, *, after: str | None) -> OpenedPages:
        """Add all of its pages behind another page of the board, or at its end.

        Args:
            load: what of it is in memory is counted there.
            after: the page of the board.

        Raises:
            Refused: `invalid`, it is no board file, or a damaged one; `not_found`, it names images
                that are neither in it nor on this server; `too_large`; what the room says.

        """
        # Without a process: most of what is none is told by its first letter.
        beginning = await asyncio.to_thread(_beginning_of, self._content)
        if not beginning.startswith((b"PK", b"{")):
            raise Refused(ErrorCode.INVALID, NOT_OURS, field=_BODY)
        async with contextlib.aclosing(self._asked(Look(self._path, self._limits))) as asked:
            (found,) = [each async for each in asked]
        assert isinstance(found, Found)  # noqa: S101 - the answer to this question
        load.add(len(found.board))
        named = {each.asset: each for each in found.named}
        there = await visible_among(self._services, named, by=self._by)
        coming = [each for name, each in named.items() if name not in there]
        _require_held(coming, found.held)
        await self._keep_all(coming)
        copy = await self._copy(found.board)
        assets = [*there.values(), *self._kept.values()]
        command = InsertPages(by=self._by, copy=copy, after=after, assets=assets)
        told = await act(self._services, self._access, command)
        return OpenedPages([page.id for page in copy.pages], told["seq"])

    @property
    def _path(self) -> str:
        return str(self._content.path)

    @property
    def _limits(self) -> Limits:
        return self._services.rooms.config.limits

    async def _keep_all(self, coming: list[Named]) -> None:
        config = self._services.config
        documents = [each for each in coming if each.kind is Kind.DOCUMENT]
        others = [each for each in coming if each.kind is not Kind.DOCUMENT]
        for at in range(0, len(others), _EACH_TURN):
            some = others[at : at + _EACH_TURN]
            take = Take(self._path, some, config.max_image_pixels, 2 * config.max_upload_bytes)
            async with contextlib.aclosing(self._asked(take)) as asked:
                async for taken in asked:
                    assert isinstance(taken, Taken)  # noqa: S101 - the answer to this question
                    await self._keep(taken)
        for document in documents:
            await self._keep_document(document)

    async def _keep(self, taken: Taken) -> None:
        await self._require_space(len(taken.content))
        asset = await asyncio.to_thread(self._services.assets.write, taken.content)
        self._kept[taken.asset] = AssetAdded(
            asset, taken.media_type, taken.width, taken.height, len(taken.content)
        )

    async def _keep_document(self, named: Named) -> None:
        services, owner = self._services, owner_of(self._access)
        confinement, spool = services.confinement, services.spool
        asked = self._asked(TakeDocument(self._path, named, services.config.max_document_bytes))
        async with contextlib.aclosing(asked), spool.receiving(_parts(asked)) as packed:
            found = await self._looked_into(packed, named)
            numbers = list(range(1, found.pages + 1))
            alone = extracted(packed, numbers, confinement, spool, owner=owner, limits=LIMITS)
            try:
                async with alone as document:
                    await self._require_space(document.size_bytes)
                    await asyncio.to_thread(services.assets.take_in, document.path, document.sha256)
            except (Declined, ProcessFailed):
                raise _damaged(named, "this document cannot be read") from None
        self._kept[named.asset] = AssetAdded(document.sha256, PDF, 0, 0, document.size_bytes)

    async def _looked_into(self, document: Spooled, named: Named) -> Inspected:
        services = self._services
        owner = owner_of(self._access)
        try:
            found = await inspected(document, services.confinement, owner=owner, limits=LIMITS)
        except Refused as refused:
            raise _damaged(named, str(refused)) from None
        most = services.config.document_pages
        if found.pages > most:
            words = f"{named.field}: a document has at most {most} pages"
            raise Refused(ErrorCode.TOO_LARGE, words, field=_place(named.field))
        return found

    async def _require_space(self, size_bytes: int) -> None:
        """Count it with what this file has brought before: none of that is in the lesson yet."""
        self._kept_bytes += size_bytes
        await require_space_for(self._services, self._access, self._kept_bytes)
        if self._kept_bytes > self._limits.asset_bytes_per_session:
            most = self._limits.asset_bytes_per_session
            raise Refused(ErrorCode.TOO_LARGE, f"the images of a session take at most {most} bytes")

    async def _copy(self, encoded: bytes) -> PageCopy:
        board = await in_pieces(decode_in_pieces(encoded), is_patient=True)
        names = {name: kept.asset for name, kept in self._kept.items() if name != kept.asset}
        first, *more = board.pages
        as_id = chance.new_page_id()
        return await asyncio.to_thread(
            lambda: PageCopy.of(
                with_assets(board, names), first, as_id=as_id, by=self._by, more=more
            )
        )

    async def _asked(
        self, commission: Look | Take | TakeDocument
    ) -> AsyncGenerator[Found | Taken | Part]:
        answers = self._services.confinement.run_through(
            Work.DOCUMENT,
            _MODULE,
            Opening(commission),
            owner=owner_of(self._access),
            result_type=Opened,
            limits=LIMITS,
            places=Places(reads=[self._path]),
        )
        try:
            async with contextlib.aclosing(answers):
                async for each in answers:
                    yield each.result
        except Declined as declined:
            refused = refusal_of(declined)
            raise Refused(refused.code, refused.message, field=_place(refused.field)) from None
        except ProcessFailed:
            raise Refused(ErrorCode.INVALID, _UNREADABLE, field=_BODY) from None


def _damaged(named: Named, words: str) -> Refused:
    return Refused(ErrorCode.INVALID, f"{named.field}: {words}", field=_place(named.field))


def _place(field: str | None) -> str:
    """Return how a place in the file is named; the file itself where it is about all of it."""
    return f"{_BODY}.{field}" if field else _BODY


def _beginning_of(content: Spooled) -> bytes:
    with content.path.open("rb") as file:
        return file.read(_BEGINNING_BYTES).lstrip()


async def _parts(asked: AsyncIterator[Found | Taken | Part]) -> AsyncIterator[bytes]:
    async for each in asked:
        assert isinstance(each, Part)  # noqa: S101 - the answer to this question
        yield each.content


def _require_held(coming: Iterable[Named], held: Iterable[str]) -> None:
    missing = [each for each in coming if each.asset not in held]
    if missing:
        raise Refused(
            ErrorCode.NOT_FOUND,
            f"{len(missing)} of its pictures, formulas and documents are neither in this file nor"
            f" on this server, the first at {missing[0].field}: save the board as a board file",
            field=_BODY,
        )
