"""The way of a document into a lesson, as the person whose it is may change that by now."""

import asyncio

from gateway.documents.job import Sheet
from gateway.identity.identity import Access
from gateway.rest.endpoints.assets import require_space_for
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

    async def begin(self, progress: DocumentProgress) -> None:
        """Have everyone hear that it is coming; refused where the board has no room for it."""
        await act(self._services, self._access, BeginDocument(by=self._user_id, progress=progress))

    async def keep(self, sheet: Sheet) -> AssetAdded:
        """Keep the picture of a page, counted as images are that one uploads."""
        await require_space_for(self._services, self._access, len(sheet.content))
        asset = await asyncio.to_thread(self._services.assets.write, sheet.content)
        return AssetAdded(asset, sheet.media_type, sheet.width, sheet.height, len(sheet.content))

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
