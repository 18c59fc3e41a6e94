"""A whole lesson in one file: for a parent, a court, another server, or to keep."""

from typing import Final

from fastapi import APIRouter, Response

from gateway.packs.layout import MEDIA_TYPE
from gateway.rest.endpoints.board.exports import attachment
from gateway.rest.packing.contents import Contents
from gateway.rest.plumbing.bodies.picturing import count_drawings
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import HostDep
from gateway.rest.plumbing.services import BEARER, ServicesDep, charge, owner_of, reader_of
from gateway.rest.shapes.files import files_of
from gateway.rest.shapes.problems import documented

_COST: Final = 5
"""Drawings that it counts as."""

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["recordings"],
    dependencies=BEARER,
)


@router.get(
    "/pack/",
    operation_id="pack_lesson",
    response_class=Response,
    responses={
        200: {"description": "The file", "content": files_of((MEDIA_TYPE,))},
        **documented(401, 403, 404, 429),
    },
)
async def pack(access: HostDep, services: ServicesDep) -> Response:
    """Return all of a session as one ZIP that is made meanwhile. For the host and operators.

    The log with a chain of hashes, people, the board and its pages as JSON and drawings, files, the
    chat, and what was recorded; `manifest.json`, its last entry, has the SHA-256 of each, and says
    what could not be read. `lessonroom pack check` finds what was changed since. It holds what was
    written to one person alone, too. Each person has one at a time.
    """
    if not access.caller.is_operator:
        count_drawings(services, access.caller.user_id, _COST)
    contents = Contents(
        services,
        access.session,
        owner=owner_of(access),
        charge=lambda size_bytes: charge(services, access, size_bytes),
    )
    disposition = attachment(access.session.title, "pack", "zip")
    async with services.large_answers.turn(reader_of(access)) as turn:
        return turn.stream(
            contents.parts(), media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition}
        )
