"""Documents: each page of one becomes a page of the board (PROTOCOL PG-7)."""

from collections.abc import Collection
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from gateway.documents.document_import import DocumentImport
from gateway.documents.office_kinds import OFFICE_KINDS
from gateway.identity.identity import Access
from gateway.rest.endpoints.board.assets import PDF
from gateway.rest.plumbing.bodies.bringing import ToLesson
from gateway.rest.plumbing.bodies.file_route import claimed_type, file_route, spooled_of
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.bodies.uploading import count_upload, require_person
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.permitting import may
from gateway.rest.plumbing.services import (
    BEARER,
    AccessDep,
    Services,
    ServicesDep,
    owner_of,
    services_of,
)
from gateway.rest.shapes.files import file_body
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import Permission
from lessonroom.protocol.server import DocumentStatus

_TAKEN: Final = (PDF, *OFFICE_KINDS)
_RANGES: Final = r"^[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?){0,199}$"


def _taken(services: Services) -> Collection[str]:
    """Return what a document may claim to be."""
    return _TAKEN if services.documents.takes_office else (PDF,)


_DocumentRoute: Final = file_route(lambda config: config.max_document_bytes, _taken)
PdfRoute: Final = file_route(lambda config: config.max_document_bytes, lambda _: (PDF,))

_may_upload: Final = may(Permission.UPLOAD_IMAGES)
_may_add_pages: Final = may(Permission.ADD_LAYERS)


async def _importer(request: Request, session_id: str) -> Access:
    """Return the access of one who may import, and has not done so too often."""
    access = await _may_upload(request, session_id=session_id)
    await _may_add_pages(request, session_id=session_id)
    require_person(access.caller.user_id)
    count_upload(services_of(request), access)
    return access


importer_gate: Final = Gate(_importer)

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
    user_id: int = Field(description="Whose it is.")
    status: DocumentStatus
    title: str
    pages_total: int = Field(
        description="Pages that are to be imported; 0 while an office document is made a PDF first."
    )
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


@importing.post(
    "/documents/",
    operation_id="import_document",
    status_code=202,
    responses=documented(401, 403, 404, 409, 410, 429),
    openapi_extra=file_body(_TAKEN),
)
async def import_document(
    request: Request,
    access: Annotated[Access, Depends(importer_gate)],
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
    """Have each page of a document become a page of the board: the body is the file.

    PDF always; documents of office programs where the server has LibreOffice
    (`documents.office`), which makes a PDF of them first, without macros and without what they
    link to: that takes seconds, and what is wrong with one is told as `failed`, with `error`.
    Otherwise those are `unsupported_media_type`, with what is taken.

    Needs `can_upload_images` and `can_add_layers` as long as it lasts: pages come one by one,
    and everyone sees each as soon as it is there. `GET` tells how far it is. Each is a picture
    under all layers, as large on the board as on paper (96 units to the inch).
    """
    spooled = spooled_of(request)
    beginning = services.documents.begin(
        spooled,
        ToLesson(services, access),
        owner=owner_of(access),
        title=title,
        wanted=None if pages is None else _numbers(pages),
        after=after,
        kind=OFFICE_KINDS.get(claimed_type(request)),
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

    The server forgets that some time after it ended; pages that were added stay.
    """
    return DocumentOut.of(_known(services, access, document_id))


@router.delete(
    "/documents/{document_id}/",
    operation_id="cancel_document",
    responses=documented(401, 403, 404),
)
async def cancel_document(
    document_id: Annotated[str, Path(max_length=64)],
    access: AccessDep,
    services: ServicesDep,
) -> DocumentOut:
    """End the import of a document; for whoever began it, and for a host.

    Pages that were added stay. One that is over stays as it ended.
    """
    known = _known(services, access, document_id)
    if access.caller.user_id != known.user_id and not (access.leads or access.caller.is_operator):
        raise Refused(
            ErrorCode.PERMISSION_DENIED, "only who began it, and a host, may end an import"
        )
    await services.documents.cancel(known)
    return DocumentOut.of(known)


def _known(services: Services, access: Access, document_id: str) -> DocumentImport:
    known = services.documents.find(access.session.session_id, document_id)
    if known is None:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such document", field="document_id")
    return known


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
