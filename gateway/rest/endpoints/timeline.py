"""What happened in a session, event by event, as JSON or as a table."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, Self
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from gateway.identity.identity import Access
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import LookingBackDep, may_read
from gateway.rest.plumbing.services import BEARER, ServicesDep, charge
from gateway.rest.shapes.csv_text import csv_text
from gateway.rest.shapes.instants import InstantOut, to_text
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import BOARD_CHANGES, Event, EventType
from storage.records import EventFilter

_LIMIT_MOST: Final = 1000
_COLUMNS: Final = ("seq", "at", "type", "user_id", "name", "data")
_QUALITY: Final = re.compile(r";\s*q=([01](?:\.[0-9]{0,3})?)\s*\Z", re.IGNORECASE)

_FOR_EVERYONE: Final = (
    BOARD_CHANGES
    | {EventType.BOARD_SAVE, EventType.ASSET_ADD, EventType.TIMER}
    | {EventType.CHAT_MESSAGE, EventType.CHAT_REMOVE}
    | {kind for kind in EventType if kind.startswith("session_")}
) - {EventType.SESSION_UPDATE}
"""What everyone in the lesson saw, and is not about people: nobody's comings and goings."""

router = APIRouter(
    prefix="/sessions/{session_id}", route_class=StrictRoute, tags=["history"], dependencies=BEARER
)


class TimelineFormat(StrEnum):
    """What the timeline can be had as."""

    JSON = "json"
    CSV = "csv"


class TimelineEntry(BaseModel):
    """One event."""

    seq: int = Field(examples=[812])
    type: EventType = Field(examples=[EventType.PARTICIPANT_JOIN])
    at: InstantOut
    user_id: int | None = Field(
        description="Who caused it; null for the server and the operator.", examples=[7]
    )
    name: str | None = Field(description="Their name in the session.", examples=["Ada"])
    data: dict[str, Any] = Field(
        description=(
            "What the event says, as on the wire. Of an event that changes the board only how many "
            "operations of each kind: the board itself is under `snapshots`."
        ),
        examples=[{"operations": {"put": 2, "remove": 1}}],
    )

    @classmethod
    def of(cls, event: Event, name: str | None) -> Self:
        """Return an event as it is shown; `name` is that of who caused it."""
        return cls(
            seq=event.seq,
            type=event.type,
            at=event.at_ms,
            user_id=event.user_id,
            name=name,
            data=shown_data(event),
        )

    def cells(self) -> tuple[object, ...]:
        """Return the cells of this event in a table."""
        data = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return self.seq, to_text(self.at), self.type.value, self.user_id, self.name, data


class TimelinePage(BaseModel):
    """Some events, oldest first."""

    items: list[TimelineEntry]
    next_after: int | None = Field(description="For the page after this one; null at the end.")


class _Tag(msgspec.Struct):
    op: str


class _Operations(msgspec.Struct, omit_defaults=True):
    ops: list[_Tag]
    restored: int | None = None


_decode_operations: Final = msgspec.json.Decoder(_Operations).decode


def shown_data(event: Event) -> dict[str, Any]:
    """Return what an event says; of one that changes the board how many operations of a kind."""
    if event.type not in BOARD_CHANGES:
        data: dict[str, Any] = msgspec.json.decode(event.data)
        return data
    body = _decode_operations(event.data)
    shown: dict[str, Any] = {"operations": dict(Counter(tag.op for tag in body.ops))}
    return shown if body.restored is None else shown | {"restored": body.restored}


@router.get(
    "/timeline/",
    operation_id="get_timeline",
    response_model=TimelinePage,
    responses={
        200: {
            "content": {
                "text/csv": {
                    "schema": {"type": "string"},
                    "example": (
                        "seq,at,type,user_id,name,data\r\n"
                        "812,2026-11-22T10:44:26.123Z,board_op,7,Ada,"
                        '"{""operations"":{""put"":2}}"\r\n'
                    ),
                }
            },
            "headers": {
                "Link": {
                    "description": "Of a table: the page after this one (`rel=next`).",
                    "schema": {"type": "string"},
                }
            },
        },
        **documented(401, 403, 404),
    },
)
async def timeline(
    access: LookingBackDep,
    services: ServicesDep,
    type_: Annotated[
        list[EventType] | None, Query(alias="type", description="May be repeated.")
    ] = None,
    user_id: Annotated[int | None, Query(ge=1, le=2**53 - 1, description="Who caused it.")] = None,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="Only with a greater `seq`.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_LIMIT_MOST)] = 100,
    format_: Annotated[
        TimelineFormat | None,
        Query(alias="format", description="Goes before the `Accept` header."),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Response:
    """List what happened, oldest first, as JSON or as CSV. For the host.

    Once the session is over also for whoever has a seat in it, where `settings.history_policy` is
    `all`: what was drawn and written, and the course of the lesson. Who came and went when, and was
    permitted what, is the business of the host and the operator alone.
    """
    store, session_id = services.rooms.store, access.session.session_id
    types = _types(frozenset(type_ or ()), access)
    wanted = EventFilter(types=types, user_id=user_id)
    found, is_more = await store.timeline(session_id, wanted, after=after, limit=limit)
    charge(services, access, sum(len(event.data) for event in found))
    names = {seat.user_id: seat.name for seat in await store.participants(session_id)}
    next_after = found[-1].seq if is_more else None
    found = [event for event in found if may_read(access, event)]
    if (format_ or _preferred(accept)) is TimelineFormat.JSON:
        return await asyncio.to_thread(_page, found, names, next_after)
    query = [("type", kind.value) for kind in type_ or ()]
    query += [("user_id", str(user_id))] if user_id is not None else []
    query += [("limit", str(limit)), ("format", "csv")]
    return await asyncio.to_thread(_table, found, names, session_id, query, next_after)


def _types(asked: frozenset[EventType], access: Access) -> frozenset[EventType]:
    """Return the kinds of events to list; none means all.

    Raises:
        Refused: `permission_denied`, one of them is not for the caller.

    """
    if access.leads or access.caller.is_operator:
        return asked
    if hidden := sorted(asked - _FOR_EVERYONE):
        raise Refused(
            ErrorCode.PERMISSION_DENIED, f"{hidden[0]} is for the host alone", field="type"
        )
    return asked or _FOR_EVERYONE


def _entries(found: Sequence[Event], names: Mapping[int, str]) -> list[TimelineEntry]:
    return [TimelineEntry.of(event, names.get(event.user_id or 0)) for event in found]


def _page(found: Sequence[Event], names: Mapping[int, str], next_after: int | None) -> Response:
    """Return a page, encoded here: that is what takes time, and belongs into a thread."""
    page = TimelinePage(items=_entries(found, names), next_after=next_after)
    return Response(page.model_dump_json(), media_type="application/json")


def _table(
    found: Sequence[Event],
    names: Mapping[int, str],
    session_id: str,
    query: list[tuple[str, str]],
    next_after: int | None,
) -> Response:
    headers = {
        # The id of a session has letters, digits, - and _ alone.
        "Content-Disposition": f'attachment; filename="timeline-{session_id}.csv"'
    }
    if next_after is not None:
        following = urlencode([*query, ("after", str(next_after))])
        headers["Link"] = f'<?{following}>; rel="next"'
    text = csv_text(_COLUMNS, (entry.cells() for entry in _entries(found, names)))
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _preferred(accept: str) -> TimelineFormat:
    """Return the format that an `Accept` header likes best (RFC 9110 §12.5.1); JSON in doubt."""
    qualities: dict[str, float] = {}
    for part in accept.split(","):
        found = _QUALITY.search(part)
        media_range = part.partition(";")[0].strip().lower()
        qualities[media_range] = float(found[1]) if found else 1.0

    def quality(*ranges: str) -> float:
        return next((qualities[name] for name in ranges if name in qualities), 0.0)

    as_csv = quality("text/csv", "text/*", "*/*")
    as_json = quality("application/json", "application/*", "*/*")
    return TimelineFormat.CSV if as_csv > as_json else TimelineFormat.JSON
