"""A session in numbers."""

import asyncio
from collections import Counter
from typing import Final

import msgspec
from fastapi import APIRouter
from pydantic import BaseModel, Field

from actors.house.versions import board_at
from gateway.identity.identity import Access, no_such_session
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import HostDep
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, charge
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.problems import documented
from lessonroom.board.model.board import named_pages
from lessonroom.board.model.elements import Layer
from lessonroom.log.events import EventType
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus
from storage.records import Tally

router = APIRouter(
    prefix="/sessions/{session_id}", route_class=StrictRoute, tags=["history"], dependencies=BEARER
)


class ParticipantStats(BaseModel):
    """One person's part in a session."""

    user_id: int = Field(examples=[7])
    name: str = Field(examples=["Ada"])
    role: Role
    status: ParticipantStatus
    time_in_room_seconds: float = Field(
        description="While connected, over all visits.", examples=[2_712.5]
    )
    reconnect_count: int = Field(examples=[1])
    joined_at: InstantOut | None
    left_at: InstantOut | None
    events: int = Field(description="Events that they caused.", examples=[311])
    events_by_type: dict[EventType, int] = Field(examples=[{"board_op": 310}])


class BoardStats(BaseModel):
    """The board as it is now."""

    version: int = Field(description="The `seq` of the newest event.", examples=[812])
    elements: int = Field(examples=[241])
    pages: int = Field(examples=[1])
    layers: int = Field(examples=[2])
    size_bytes: int = Field(description="Encoded size.", examples=[48_213])


class StatsOut(BaseModel):
    """A session in numbers, as of event `board.version`."""

    session_id: str
    status: SessionStatus
    active_seconds: float = Field(description="Time in `active` so far.", examples=[2_700.0])
    events: int = Field(examples=[812])
    events_by_type: dict[EventType, int] = Field(examples=[{"board_op": 790, "room_open": 1}])
    server_events: int = Field(
        description="Of them, those that no participant caused.", examples=[3]
    )
    participants: list[ParticipantStats]
    board: BoardStats


class _Board(msgspec.Struct):
    layers: list[Layer]
    elements: dict[str, msgspec.Raw]
    pages: list[msgspec.Raw] = []


_decode_board: Final = msgspec.json.Decoder(_Board).decode


@router.get("/stats/", operation_id="get_stats", responses=documented(401, 403, 404))
async def stats(access: HostDep, services: ServicesDep) -> StatsOut:
    """Return a session in numbers: time, people, events, board. For the host.

    Times are exact to the millisecond, through reconnects and restarts: of a server that died, the
    last event counts as the moment when those in the room were last seen.
    """
    session_id = access.session.session_id
    tally = await services.rooms.store.tally(session_id)
    if tally is None:
        raise no_such_session()
    by_type: Counter[EventType] = Counter()
    for count in tally.counts:
        by_type[count.event_type] += count.events
    seated = {participant.user_id for participant in tally.participants}
    return StatsOut(
        session_id=session_id,
        status=tally.session.status,
        active_seconds=tally.session.duration_ms(services.clock.now_ms()) / 1000,
        events=by_type.total(),
        events_by_type=dict(by_type),
        server_events=sum(count.events for count in tally.counts if count.user_id not in seated),
        participants=_participants(tally, until_ms=_present_until_ms(services, tally)),
        board=await _board(services, access, tally.head),
    )


def _present_until_ms(services: Services, tally: Tally) -> int:
    """Return until when those who are marked as connected were there."""
    is_live = services.rooms.live_room(tally.session.session_id) is not None
    return services.clock.now_ms() if is_live else tally.head_at_ms


def _participants(tally: Tally, *, until_ms: int) -> list[ParticipantStats]:
    by_person: dict[int, dict[EventType, int]] = {}
    for count in tally.counts:
        if count.user_id is not None:
            by_person.setdefault(count.user_id, {})[count.event_type] = count.events
    return [
        ParticipantStats(
            user_id=seat.user_id,
            name=seat.name,
            role=seat.role,
            status=seat.status,
            time_in_room_seconds=seat.total_time_ms(until_ms) / 1000,
            reconnect_count=seat.reconnect_count,
            joined_at=seat.joined_at_ms,
            left_at=seat.left_at_ms,
            events=sum(by_person.get(seat.user_id, {}).values()),
            events_by_type=by_person.get(seat.user_id, {}),
        )
        for seat in tally.participants
    ]


async def _board(services: Services, access: Access, version: int) -> BoardStats:
    encoded = await board_at(services.rooms.store, access.session.session_id, version)
    charge(services, access, len(encoded))
    board = await asyncio.to_thread(_decode_board, encoded)
    return BoardStats(
        version=version,
        elements=len(board.elements),
        pages=len(board.pages) or len(named_pages(board.layers)),
        layers=len(board.layers),
        size_bytes=len(encoded),
    )
