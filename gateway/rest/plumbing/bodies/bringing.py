"""The way of a document into a lesson, as the person whose it is may change that by now."""

import asyncio

from gateway.documents.spool import Spooled
from gateway.identity.identity import Access
from gateway.rest.endpoints.board.assets import PDF, require_space_for
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.services import Services
from lessonroom.board.model.page import Page
from lessonroom.commands import AddPages, BeginDocument, TellDocument
from lessonroom.log.events import AssetAdded
from lessonroom.protocol.server import DocumentProgress


class ToLesson:
    """A lesson: the `Destination` of a document.

    Args:
        services: of the server.
        access: of the person, who is asked for their permissions with each page anew.

    """

    def __init__(self, services: Services, access: Access) -> None:
        assert access.caller.user_id is not None, "an operator is nobody in a lesson"  # noqa: S101
        self._services = services
        self._access = access
        self._user_id = access.caller.user_id

    async def begin(self, progress: DocumentProgress, content: Spooled) -> None:
        """Have everyone hear that it is coming; refused where there is no room for it."""
        await require_space_for(self._services, self._access, content.size_bytes)
        # What is kept of it is hardly ever longer than what was sent.
        command = BeginDocument(by=self._user_id, progress=progress, assets=[_asset_of(content)])
        await act(self._services, self._access, command)

    async def keep(self, content: bytes, *, media_type: str, size: tuple[int, int]) -> AssetAdded:
        """Keep a picture, or words, counted as images are that one uploads."""
        await require_space_for(self._services, self._access, len(content))
        asset = await asyncio.to_thread(self._services.assets.write, content)
        return AssetAdded(asset, media_type, *size, len(content))

    async def keep_document(self, content: Spooled) -> AssetAdded:
        """Keep a document, counted as images are that one uploads."""
        await require_space_for(self._services, self._access, content.size_bytes)
        await asyncio.to_thread(self._services.assets.take_in, content.path, content.sha256)
        return _asset_of(content)

    async def add(
        self,
        page: Page,
        assets: list[AssetAdded],
        *,
        after: str | None,
        progress: DocumentProgress,
    ) -> str:
        """Add a page as one change of the board."""
        command = AddPages(
            by=self._user_id, pages=[page], after=after, assets=assets, progress=progress
        )
        (added,) = await act(self._services, self._access, command)
        return added

    async def tell(self, progress: DocumentProgress) -> None:
        """Have everyone hear how it ended."""
        await act(self._services, self._access, TellDocument(progress=progress))


def _asset_of(content: Spooled) -> AssetAdded:
    return AssetAdded(content.sha256, PDF, 0, 0, content.size_bytes)
