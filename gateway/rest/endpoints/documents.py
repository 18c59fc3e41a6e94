"""Documents: each page of a PDF becomes a page of the board."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from gateway.documents.imports import DocumentImport, ImportStatus
from gateway.documents.job import Sheet
from gateway.identity.identity import Access
from gateway.rest.endpoints.assets import require_space_for
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.hanging_up import while_connected
from gateway.rest.plumbing.permitting import may
from gateway.rest.plumbing.services import (
    BEARER,
    AccessDep,
    Services,
    ServicesDep,
    owner_of,
    services_of,
)
from gateway.rest.plumbing.strict_route import StrictRoute
from gateway.rest.plumbing.uploading import count_upload, require_claimed
from gateway.rest.shapes.problems import documented
from lessonroom.board.model.page import Page
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import AddPages, RegisterAsset
from lessonroom.log.events import AssetAdded
from lessonroom.people.permissions import Permission

_PDF: Final = "application/pdf"
_RANGES: Final = r"^[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?){0,199}$"


class _DocumentRoute(StrictRoute):
    """A route whose body is a document."""

    is_raw = True

    @staticmethod
    def max_body_bytes(services: Services) -> int:
        """Return how long a document may be."""
        return services.config.max_document_bytes

    @staticmethod
    def check_media_type(request: Request) -> None:
        """Refuse what does not even claim to be a PDF; what it is, its content says."""
        require_claimed(request, {_PDF}, words=f"a body must be {_PDF}")


_may_upload: Final = may(Permission.UPLOAD_IMAGES)
_may_add_pages: Final = may(Permission.ADD_LAYERS)


async def _importer(request: Request, session_id: str) -> Access:
    """Return the access of one who may import, and has not done so too often."""
    access = await _may_upload(request, session_id=session_id)
    await _may_add_pages(request, session_id=session_id)
    if access.caller.user_id is None:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "this needs a person's token: an operator is nobody in a lesson",
        )
    count_upload(services_of(request), access)
    return access


_importer_gate: Final = Gate(_importer)

importing = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=_DocumentRoute,
    tags=["documents"],
    dependencies=BEARER,
)
router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["documents"],
    dependencies=BEARER,
)


class DocumentOut(BaseModel):
    """How far the import of a document is."""

    document_id: str = Field(examples=["3q2-7wAAAAAAAAAA"])
    status: ImportStatus
    title: str
    pages_total: int = Field(description="Pages that are to be imported.")
    pages_done: int
    page_ids: list[str] = Field(description="Pages of the board that were added so far.")
    failed_pages: list[int] = Field(
        description="Pages of the document that cannot be drawn: an empty sheet stands for each."
    )
    error: str | None = Field(description="Why it ended early. What was added stays.")

    @classmethod
    def of(cls, known: DocumentImport) -> "DocumentOut":
        """Return what is told of an import."""
        return cls.model_validate(known, from_attributes=True)


class _ToLesson:
    """A lesson, as the person whose document it is may change it by now."""

    def __init__(self, services: Services, access: Access, user_id: int) -> None:
        self._services = services
        self._access = access
        self._user_id = user_id

    async def keep(self, sheet: Sheet) -> str:
        """Keep a picture as images are kept that one uploads."""
        await require_space_for(self._services, self._access, len(sheet.content))
        asset = await asyncio.to_thread(self._services.assets.write, sheet.content)
        added = AssetAdded(asset, sheet.media_type, sheet.width, sheet.height, len(sheet.content))
        await act(self._services, self._access, RegisterAsset(by=self._user_id, added=added))
        return asset

    async def add(self, pages: list[Page], *, after: str | None) -> list[str]:
        """Add pages as one change of the board."""
        command = AddPages(by=self._user_id, pages=pages, after=after)
        return await act(self._services, self._access, command)


def _document_body() -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": {_PDF: binary}}}


@importing.post(
    "/documents/",
    operation_id="import_document",
    status_code=202,
    responses=documented(401, 403, 404, 409, 410, 429),
    openapi_extra=_document_body(),
)
async def import_document(
    request: Request,
    access: Annotated[Access, Depends(_importer_gate)],
    services: ServicesDep,
    pages: Annotated[
        str | None,
        Query(
            pattern=_RANGES,
            description="Which pages, in this order; all where it is absent.",
            examples=["1-3,7"],
        ),
    ] = None,
    after: Annotated[
        str | None,
        Query(max_length=64, description="Behind which page of the board; absent: at the end."),
    ] = None,
    title: Annotated[
        str, Query(max_length=128, description="Of its pages; absent: what the document says.")
    ] = "",
) -> DocumentOut:
    """Have each page of a PDF become a page of the board: the body is the file.

    Needs `can_upload_images` and `can_add_layers` as long as it lasts: pages come one by one,
    and everyone sees each as soon as it is there. `GET` tells how far it is. Each is a picture
    under all layers, as large on the board as on paper (96 units to the inch).
    """
    user_id = access.caller.user_id
    assert user_id is not None, "the gate lets no operator through"  # noqa: S101
    content = await request.body()
    if not content:
        raise Refused(ErrorCode.INVALID, "the body is empty", field="body")
    beginning = services.documents.begin(
        content,
        _ToLesson(services, access, user_id),
        owner=owner_of(access),
        title=title,
        wanted=None if pages is None else _numbers(pages),
        after=after,
    )
    return DocumentOut.of(await while_connected(request, beginning))


@router.get(
    "/documents/{document_id}/",
    operation_id="get_document",
    responses=documented(401, 403, 404),
)
async def get_document(
    document_id: Annotated[str, Path(max_length=64)],
    access: AccessDep,
    services: ServicesDep,
) -> DocumentOut:
    """Tell how far the import of a document is.

    The server forgets that when it restarts; pages that were added stay.
    """
    known = services.documents.find(access.session.session_id, document_id)
    if known is None:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such document", field="document_id")
    return DocumentOut.of(known)


def _numbers(ranges: str) -> list[int]:
    """Return the page numbers of `1-3,7`.

    Raises:
        Refused: `invalid`, a range that goes backwards, or page 0.

    """
    numbers: list[int] = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        begin, end = int(first), int(last or first)
        if not 1 <= begin <= end:
            raise Refused(
                ErrorCode.INVALID,
                f"pages are counted from 1, the smaller number first; not {part}",
                field="query.pages",
            )
        numbers += range(begin, end + 1)
    return numbers
