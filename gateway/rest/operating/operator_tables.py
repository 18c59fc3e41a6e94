"""What an operator looks through: sessions, seats, snapshots, events and permissions of everyone.

Nothing here changes anything: changes go through the room.
"""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from gateway.identity.identity import find_session, no_such_session
from gateway.rest.endpoints.board.snapshots import SnapshotOut
from gateway.rest.endpoints.timeline import TimelineEntry
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import FOR_OPERATORS, Services, ServicesDep
from gateway.rest.shapes.instants import InstantIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import ParticipantOut, RolePermissionsOut, SessionOut, SessionPage
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.audience import circle_of
from lessonroom.log.events import Event, EventType
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus, SessionType
from storage.records import EventFilter
from storage.sessions import listing
from storage.sessions.listing import (
    ListedEvent,
    ListedSeat,
    ListedSnapshot,
    SeatFilter,
    SnapshotFilter,
)
from storage.sessions.sessions import SessionFilter

router = APIRouter(
    route_class=StrictRoute,
    tags=["operator"],
    dependencies=FOR_OPERATORS,
)

_NEXT_CURSOR: Final = "For the page after this one; null at the end."
_OF_THE_PAGE_BEFORE: Final = "Of the page before."

_SessionId = Annotated[
    str | None,
    Query(
        max_length=64,
        description="Of one session alone.",
        examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"],
    ),
]
_UserId = Annotated[int | None, Query(ge=1, le=2**53 - 1, description="Of one person alone.")]
_Limit = Annotated[int, Query(ge=1, le=100)]
_Cursor = Annotated[
    str | None, Query(pattern=r"^[1-9][0-9]{0,17}$", description=_OF_THE_PAGE_BEFORE)
]
_EventCursor = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]{1,64}\.[1-9][0-9]{0,14}$", description=_OF_THE_PAGE_BEFORE),
]


class SeatOut(ParticipantOut):
    """A seat in some session."""

    session_id: str = Field(examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"])
    session_title: str = Field(examples=["Fractions, part two"])
    custom_permissions: dict[str, bool] = Field(
        description="What was set for this person alone.", examples=[{"can_draw": False}]
    )

    @staticmethod
    def listed(seat: ListedSeat, *, now_ms: int) -> "SeatOut":
        """Return a seat as operators see it."""
        shown = ParticipantOut.of(seat.participant, now_ms=now_ms)
        return SeatOut.model_construct(
            **dict(shown),
            session_id=seat.session_id,
            session_title=seat.title,
            custom_permissions=dict(seat.participant.custom_permissions),
        )


class SeatPage(BaseModel):
    """Some seats, the ones that were taken last first."""

    items: list[SeatOut]
    next_cursor: str | None = Field(description=_NEXT_CURSOR)


class SavedBoardOut(SnapshotOut):
    """A snapshot of some session; its board is under `snapshots` of that session."""

    session_id: str = Field(examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"])
    session_title: str = Field(examples=["Fractions, part two"])

    @staticmethod
    def listed(saved: ListedSnapshot) -> "SavedBoardOut":
        """Return a snapshot as operators see it."""
        return SavedBoardOut.model_construct(
            **dict(SnapshotOut.of(saved.entry)),
            session_id=saved.session_id,
            session_title=saved.title,
        )


class SavedBoardPage(BaseModel):
    """Some snapshots, newest first."""

    items: list[SavedBoardOut]
    next_cursor: str | None = Field(description=_NEXT_CURSOR)


class LoggedEventOut(TimelineEntry):
    """A row of the log."""

    session_id: str = Field(examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"])
    session_title: str = Field(examples=["Fractions, part two"])
    size_bytes: int = Field(description="Of what the event says, as stored.", examples=[318])

    @staticmethod
    def listed(listed: ListedEvent, event: Event) -> "LoggedEventOut":
        """Return an event as operators see it."""
        return LoggedEventOut.model_construct(
            **dict(TimelineEntry.of(event, listed.name)),
            session_id=listed.session_id,
            session_title=listed.title,
            size_bytes=len(event.data),
        )


class DamagedEventOut(BaseModel):
    """A row of the log that the disk has changed."""

    session_id: str = Field(examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"])
    session_title: str = Field(examples=["Fractions, part two"])
    seq: int = Field(examples=[812])


class LoggedEventPage(BaseModel):
    """Some events, newest first."""

    items: list[LoggedEventOut]
    damaged: list[DamagedEventOut] = Field(
        description=(
            "Rows among them that do not match their checksums, so that nothing in them can be "
            "believed. `lessonroom doctor` looks for more of them."
        )
    )
    next_cursor: str | None = Field(description=_NEXT_CURSOR)

    @staticmethod
    def listed(found: Sequence[ListedEvent], *, limit: int) -> "LoggedEventPage":
        """Return the first `limit` of what was found, and where the next page begins."""
        shown = found[:limit]
        return LoggedEventPage(
            items=[
                LoggedEventOut.listed(listed, listed.event)
                for listed in shown
                # Nor do operators read what was written to one person (CH-4).
                if listed.event is not None and circle_of(listed.event) is None
            ],
            damaged=[
                DamagedEventOut(
                    session_id=listed.session_id, session_title=listed.title, seq=listed.seq
                )
                for listed in shown
                if listed.event is None
            ],
            next_cursor=f"{shown[-1].session_id}.{shown[-1].seq}" if len(found) > limit else None,
        )


class AllRolePermissions(BaseModel):
    """What each role may do on this server, unless a session overrides it."""

    items: list[RolePermissionsOut]


def _sessions_wanted(
    status: Annotated[list[SessionStatus] | None, Query(description="May be repeated.")] = None,
    type_: Annotated[
        list[SessionType] | None, Query(alias="type", description="May be repeated.")
    ] = None,
    host_id: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
    created_from: Annotated[InstantIn | None, Query(description="Not before.")] = None,
    created_to: Annotated[InstantIn | None, Query(description="Before.")] = None,
    text: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            description=(
                "Part of the title, of the `external_id` or of the `booking_id`; capital letters "
                "and small ones are the same."
            ),
            examples=["fractions"],
        ),
    ] = None,
) -> SessionFilter:
    return SessionFilter(
        statuses=frozenset(status or ()),
        types=frozenset(type_ or ()),
        host_id=host_id,
        created_from_ms=created_from,
        created_before_ms=created_to,
        text=text,
    )


@router.get("/sessions/", operation_id="list_sessions", responses=documented(401, 403))
async def list_sessions(
    services: ServicesDep,
    wanted: Annotated[SessionFilter, Depends(_sessions_wanted)],
    limit: _Limit = 50,
    cursor: Annotated[str | None, Query(max_length=64, description=_OF_THE_PAGE_BEFORE)] = None,
) -> SessionPage:
    """List everyone's sessions, newest first.

    `text` is looked for in session after session: where it is rare and there are many of them,
    `created_from` keeps it short.
    """
    if cursor is not None and await find_session(cursor, rooms=services.rooms) is None:
        raise _wrong_cursor()
    found = await services.rooms.store.sessions(wanted, limit=limit + 1, cursor=cursor)
    now_ms = services.clock.now_ms()
    shown = found[:limit]
    return SessionPage(
        items=[SessionOut.of(session, now_ms=now_ms, may_see_code=True) for session in shown],
        next_cursor=shown[-1].session_id if len(found) > limit else None,
    )


@router.get(
    "/participants/", operation_id="list_all_participants", responses=documented(401, 403, 404)
)
async def list_participants(
    services: ServicesDep,
    session_id: _SessionId = None,
    user_id: _UserId = None,
    role: Annotated[list[Role] | None, Query(description="May be repeated.")] = None,
    status: Annotated[list[ParticipantStatus] | None, Query(description="May be repeated.")] = None,
    limit: _Limit = 50,
    cursor: _Cursor = None,
) -> SeatPage:
    """List everyone's seats, the ones that were taken last first."""
    await _check_session(services, session_id)
    wanted = SeatFilter(
        session_id=session_id,
        user_id=user_id,
        roles=frozenset(role or ()),
        statuses=frozenset(status or ()),
    )
    found = await listing.seats(
        services.rooms.store, wanted, limit=limit + 1, before=_number(cursor)
    )
    now_ms = services.clock.now_ms()
    return SeatPage(
        items=[SeatOut.listed(seat, now_ms=now_ms) for seat in found[:limit]],
        next_cursor=str(found[limit - 1].seat_id) if len(found) > limit else None,
    )


@router.get("/snapshots/", operation_id="list_all_snapshots", responses=documented(401, 403, 404))
async def list_snapshots(
    services: ServicesDep,
    session_id: _SessionId = None,
    type_: Annotated[
        list[SnapshotType] | None, Query(alias="type", description="May be repeated.")
    ] = None,
    limit: _Limit = 50,
    cursor: _Cursor = None,
) -> SavedBoardPage:
    """List what was saved of everyone's boards, without the boards, newest first."""
    await _check_session(services, session_id)
    wanted = SnapshotFilter(session_id=session_id, types=frozenset(type_ or ()))
    found = await listing.saved_boards(
        services.rooms.store, wanted, limit=limit + 1, before=_number(cursor)
    )
    return SavedBoardPage(
        items=[SavedBoardOut.listed(saved) for saved in found[:limit]],
        next_cursor=str(found[limit - 1].entry.snapshot_id) if len(found) > limit else None,
    )


@router.get("/events/", operation_id="list_all_events", responses=documented(401, 403, 404))
async def list_events(
    services: ServicesDep,
    session_id: _SessionId = None,
    type_: Annotated[
        list[EventType] | None, Query(alias="type", description="May be repeated.")
    ] = None,
    user_id: Annotated[int | None, Query(ge=1, le=2**53 - 1, description="Who caused it.")] = None,
    after: Annotated[
        int | None,
        Query(ge=0, le=2**53 - 1, description="With a greater `seq`; needs a `session_id`."),
    ] = None,
    limit: _Limit = 50,
    cursor: _EventCursor = None,
) -> LoggedEventPage:
    """List the log, newest first: of one session all of it, of all sessions without strokes.

    Without `session_id` events of the type `board_op` are left out, and cannot be asked for: they
    would bury the others.
    """
    wanted = EventFilter(types=frozenset(type_ or ()), user_id=user_id)
    before = _place(cursor)
    if session_id is None:
        _check_of_all(wanted, after)
        found = await listing.events_of_all(
            services.rooms.store, wanted, limit=limit + 1, before=before
        )
    else:
        await _check_session(services, session_id)
        if before is not None and before[0] != session_id:
            raise _wrong_cursor()
        found = await listing.events_of(
            services.rooms.store,
            session_id,
            wanted,
            limit=limit + 1,
            after=after or 0,
            before=before[1] if before is not None else None,
        )
    return LoggedEventPage.listed(found, limit=limit)


@router.get("/permissions/", operation_id="list_role_permissions", responses=documented(401, 403))
async def list_permissions(services: ServicesDep) -> AllRolePermissions:
    """List what each role may do on this server."""
    granted = await services.rooms.store.role_permissions()
    return AllRolePermissions(items=[RolePermissionsOut.of(role, granted[role]) for role in Role])


async def _check_session(services: Services, session_id: str | None) -> None:
    """Refuse a session that is not there: an empty list would not tell a slip of the pen."""
    if session_id is not None and await find_session(session_id, rooms=services.rooms) is None:
        raise no_such_session()


def _check_of_all(wanted: EventFilter, after: int | None) -> None:
    if after is not None:
        raise Refused(ErrorCode.INVALID, "needs a session_id", field="after")
    if not wanted.types <= listing.LISTED_OF_ALL:
        raise Refused(ErrorCode.INVALID, "board_op needs a session_id", field="type")


def _number(cursor: str | None) -> int | None:
    return int(cursor) if cursor is not None else None


def _place(cursor: str | None) -> tuple[str, int] | None:
    if cursor is None:
        return None
    session_id, _, seq = cursor.partition(".")
    return session_id, int(seq)


def _wrong_cursor() -> Refused:
    return Refused(ErrorCode.INVALID, "must be the next_cursor of a page", field="cursor")
