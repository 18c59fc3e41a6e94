"""Earlier versions of a session's board: what was saved, any of them, and bringing one back."""

from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from actors.house.versions import board_at
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import HostDep, VersionsDep, viewer_of
from gateway.rest.plumbing.seeing import board_seen
from gateway.rest.plumbing.services import BEARER, ServicesDep, charge, reader_of
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.problems import documented
from lessonroom.commands import RestoreBoard
from lessonroom.outcome import SnapshotType
from storage.records import SnapshotEntry

router = APIRouter(
    prefix="/sessions/{session_id}/snapshots",
    route_class=StrictRoute,
    tags=["history"],
    dependencies=BEARER,
)

VersionInPath = Annotated[int, Path(ge=1, le=2**53 - 1, examples=[640])]


class SnapshotOut(BaseModel):
    """A version of the board that was saved."""

    type: SnapshotType = Field(description="What it was saved for.")
    version: int = Field(description="The `seq` of the last event in it.", examples=[640])
    size_bytes: int = Field(description="Encoded size of the board.", examples=[48_213])
    created_by: int | None = Field(description="Who saved it by hand.", examples=[7])
    participant_count: int = Field(description="Who was present then.", examples=[4])
    created_at: InstantOut

    @classmethod
    def of(cls, entry: SnapshotEntry) -> Self:
        """Return a snapshot as it is shown."""
        return cls(
            type=entry.kind,
            version=entry.version,
            size_bytes=entry.size_bytes,
            created_by=entry.created_by,
            participant_count=entry.participant_count,
            created_at=entry.created_at_ms,
        )


class SnapshotPage(BaseModel):
    """Some snapshots, newest first."""

    items: list[SnapshotOut]
    next_cursor: str | None = Field(description="For the page after this one; null at the end.")


class RestoredOut(BaseModel):
    """A version that was brought back."""

    version: int = Field(description="What the board is like again.", examples=[640])
    seq: int = Field(
        description="The event that did it; the newest one where nothing had changed.",
        examples=[815],
    )


_BOARD_OUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["version", "board"],
    "properties": {
        "version": {"type": "integer"},
        "board": {
            "type": "object",
            "required": ["layers", "elements"],
            "properties": {
                "pages": {"type": "array", "items": {"type": "object"}},
                "layers": {"type": "array", "items": {"type": "object"}},
                "elements": {"type": "object", "additionalProperties": {"type": "object"}},
            },
        },
    },
}
_BOARD_EXAMPLE: Final = {
    "version": 640,
    "board": {
        "layers": [{"id": "base", "name": "Layer 1"}],
        "elements": {
            "r1": {
                "type": "rect", "id": "r1", "layer": "base", "by": 7,
                "x": 0, "y": 0, "w": 90, "h": 40,
            }
        },
    },
}  # fmt: skip


@router.get("/", operation_id="list_snapshots", responses=documented(401, 403, 404))
async def list_all(
    access: VersionsDep,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[
        str | None, Query(pattern=r"^[1-9][0-9]{0,17}$", description="Of the page before.")
    ] = None,
) -> SnapshotPage:
    """List what was saved of the board, newest first. Needs `can_export`.

    Once the session is over, for whoever may look back: see `timeline/`. Snapshots are for
    finding one's way: the board can be had as it was after any event.
    """
    found = await services.rooms.store.snapshots(
        access.session.session_id, limit=limit + 1, before=int(cursor) if cursor else None
    )
    shown = found[:limit]
    next_cursor = str(shown[-1].snapshot_id) if len(found) > limit else None
    private_from = access.session.private_from
    if private_from is not None and not viewer_of(access).leads:
        # How large they are tells of pages that are for others (AU-1).
        shown = [entry for entry in shown if entry.version < private_from]
    return SnapshotPage(
        items=[SnapshotOut.of(entry) for entry in shown],
        next_cursor=next_cursor,
    )


@router.get(
    "/{version}/",
    operation_id="get_version",
    response_class=Response,
    responses={
        200: {
            "description": "The board",
            "content": {"application/json": {"schema": _BOARD_OUT, "example": _BOARD_EXAMPLE}},
        },
        **documented(401, 403, 404),
    },
)
async def get(
    request: Request, version: VersionInPath, access: VersionsDep, services: ServicesDep
) -> Response:
    """Return the board as it was after event `version`, saved then or not. Needs `can_export`.

    Once the session is over, for whoever may look back: see `timeline/`. There are versions from 1
    to the newest event. One person is sent one large answer at a time.
    """
    async with services.large_answers.turn(reader_of(access)) as turn:
        board = await while_connected(request, board_seen(services, access, version))
        charge(services, access, len(board.encoded))
        parts = [b'{"version":%d,"board":' % version, board.encoded, b"}"]
        return turn.respond(parts, media_type="application/json", holding=board)


@router.post(
    "/{version}/restore/",
    operation_id="restore_version",
    responses=documented(401, 403, 404, 409, 410),
)
async def restore(version: VersionInPath, access: HostDep, services: ServicesDep) -> RestoredOut:
    """Make the board what it was after event `version`. For the host.

    The board as it is now is saved first. Everyone sees the change as an event; the host can undo
    it, and nobody is thrown out.
    """
    async with services.large_answers.turn(reader_of(access)):
        board = await board_at(services.rooms.store, access.session.session_id, version)
    charge(services, access, len(board))
    command = RestoreBoard(by=access.caller.by, version=version, board=board)
    return RestoredOut.model_validate(await act(services, access, command))
