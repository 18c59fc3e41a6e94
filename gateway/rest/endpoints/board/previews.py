"""What the pages of a document look like, before any of them is imported."""

import base64
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from gateway.documents.importing import LIMITS
from gateway.documents.looking import inspected, thumbnails
from gateway.documents.spool import Spooled
from gateway.identity.identity import Access
from gateway.rest.endpoints.board.assets import PDF
from gateway.rest.endpoints.board.documents import PdfRoute, importer_gate
from gateway.rest.plumbing.bodies.file_route import spooled_of
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, owner_of
from gateway.rest.shapes.files import file_body
from gateway.rest.shapes.problems import documented

_AT_ONCE: Final = 24
"""Pages that are drawn for one request: half a second."""

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=PdfRoute,
    tags=["documents"],
    dependencies=BEARER,
)


class ThumbnailOut(BaseModel):
    """One page, small."""

    number: int
    picture: str | None = Field(
        description="A `data:` URL of a JPEG; null of a page that cannot be drawn."
    )


class DocumentPreviewOut(BaseModel):
    """What a document looks like."""

    title: str = Field(description="What it says of itself; it may be empty.")
    pages_total: int
    thumbnails: list[ThumbnailOut] = Field(description=f"{_AT_ONCE} at most, in their order.")


@router.post(
    "/documents/preview/",
    operation_id="preview_document",
    responses=documented(401, 403, 404, 409, 410, 429),
    openapi_extra=file_body([PDF]),
)
async def preview_document(
    request: Request,
    access: Annotated[Access, Depends(importer_gate)],
    services: ServicesDep,
    first: Annotated[int, Query(ge=1, le=10_000, description="The page to begin at.")] = 1,
) -> DocumentPreviewOut:
    """Show some pages of a PDF to who may import it, to choose from: the body is the file.

    Nothing of it is kept. For more pages, send it again.
    """
    spooled = spooled_of(request)
    return await while_connected(request, _preview(services, access, spooled, first))


async def _preview(
    services: Services, access: Access, content: Spooled, first: int
) -> DocumentPreviewOut:
    owner, confinement = owner_of(access), services.confinement
    found = await inspected(content, confinement, owner=owner, limits=LIMITS)
    numbers = list(range(first, min(first + _AT_ONCE, found.pages + 1)))
    drawn = await thumbnails(content, numbers, confinement, owner=owner)
    return DocumentPreviewOut(
        title=found.title,
        pages_total=found.pages,
        thumbnails=[ThumbnailOut(number=n, picture=_url(drawn.get(n))) for n in numbers],
    )


def _url(picture: bytes | None) -> str | None:
    if picture is None:
        return None
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
