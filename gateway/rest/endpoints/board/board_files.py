"""Board files: the pages of one are added to a lesson (PROTOCOL PG-9)."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from gateway.board_files.layout import MEDIA_TYPE
from gateway.identity.identity import Access
from gateway.rest.plumbing.bodies.file_route import file_route, spooled_of
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.opening import BoardOpening
from gateway.rest.plumbing.bodies.uploading import count_upload, require_person
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.permitting import may
from gateway.rest.plumbing.services import BEARER, ServicesDep, party_of, services_of
from gateway.rest.shapes.files import file_body
from gateway.rest.shapes.problems import documented
from lessonroom.people.permissions import Permission

_TAKEN: Final = (MEDIA_TYPE, "application/zip", "application/json")


_BoardFileRoute: Final = file_route(lambda config: config.max_document_bytes, lambda _: _TAKEN)

_may_draw: Final = may(Permission.DRAW)
_may_add_pages: Final = may(Permission.ADD_LAYERS)


async def _opener(request: Request, session_id: str) -> Access:
    """Return the access of one who may add pages, and has not sent files too often."""
    access = await _may_add_pages(request, session_id=session_id)
    await _may_draw(request, session_id=session_id)
    require_person(access.caller.user_id)
    count_upload(services_of(request), access)
    return access


_opener_gate: Final = Gate(_opener)

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=_BoardFileRoute,
    tags=["boards"],
    dependencies=BEARER,
)


class ImportedOut(BaseModel):
    """What a board file came to."""

    page_ids: list[str] = Field(description="The pages that were added, in their order.")
    version: int = Field(description="The `seq` of the event that added them.")


@router.post(
    "/import/",
    operation_id="import_board",
    status_code=201,
    responses=documented(401, 403, 404, 409, 410, 429),
    openapi_extra=file_body(_TAKEN),
)
async def import_board(
    request: Request,
    access: Annotated[Access, Depends(_opener_gate)],
    services: ServicesDep,
    after: Annotated[
        str | None,
        Query(max_length=64, description="Behind which page of the board; absent: at the end."),
    ] = None,
) -> ImportedOut:
    """Add all pages of a board that was exported, here or elsewhere: the body is the file.

    A board file (`format=lessonroom`) brings what it shows; of an export as JSON everything must
    lie on this server, in sessions that the caller has to do with. What is here already is not
    taken in again; other pictures are decoded and encoded anew. Needs `can_add_layers` and
    `can_draw`, and `can_upload_images` where there are pictures. It is one event, which one step
    of undo takes back; where one page of it cannot be, none is added. Elements become the caller's.
    """
    spooled = spooled_of(request)
    with services.intake.load(party_of(request)) as load:
        opening = BoardOpening(services, access, spooled)
        opened = await while_connected(request, opening.opened(load, after=after))
    return ImportedOut(page_ids=opened.page_ids, version=opened.version)
