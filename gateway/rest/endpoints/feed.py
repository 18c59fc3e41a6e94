"""The feed of events: for platforms that were away, or that would rather ask than be told."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from gateway.identity import identity
from gateway.identity.claims import Scope
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.services import BEARER, ServicesDep, is_operator, services_of
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import EventType
from lessonroom.session.lifecycle import SessionStatus
from storage.announcing import feed
from storage.announcing.feed import FeedItem

router = APIRouter(route_class=StrictRoute, tags=["events"], dependencies=BEARER)


class EventData(BaseModel):
    """Where an event stands, and whom it concerns."""

    session_id: str
    seq: int
    at: int = Field(description="Milliseconds since the Unix epoch.")
    user_id: int | None = Field(description="Who caused it; null for the server or its operator.")
    participant_ids: list[int] = Field(description="Whom it happened to.")
    status: SessionStatus | None
    reason: str | None
    booking_id: str | None
    external_id: str | None


class EventOut(BaseModel):
    """An event, as a webhook tells it."""

    id: str = Field(description="The `webhook-id` under which it is sent.")
    type: EventType
    timestamp: str
    data: EventData


class EventPage(BaseModel):
    """Events of several sessions in the order in which they were written."""

    items: list[EventOut]
    next_after: int = Field(description="The `after` of the next call, also of an empty page.")


async def _issuer(request: Request) -> str | None:
    """Return whose sessions the caller may read of; None for the operator, who reads of all."""
    if is_operator(request):
        return None
    token = identity.bearer_token(request.headers.getlist("authorization"))
    if token is None:
        raise Refused(ErrorCode.UNAUTHORIZED, "this needs an Authorization: Bearer <token> header")
    tokens = services_of(request).tokens
    if not tokens.is_room_token(token):
        claims = tokens.verify_user(token)
        if claims.scope is Scope.PLATFORM:
            return claims.issuer
        if claims.scope is Scope.OPERATOR:
            return None
    raise Refused(ErrorCode.PERMISSION_DENIED, "this is for platforms and operators")


_issuer_gate: Final = Gate(_issuer)


@router.get("/events/", operation_id="list_events", responses=documented(401, 403))
async def list_events(
    services: ServicesDep,
    issuer: Annotated[str | None, Depends(_issuer_gate)],
    after: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> EventPage:
    """List what happened after a place: in the sessions of the platform's hosts, or in all.

    A platform calls with a token that it signs with its api key: `scope` `platform`, `iss` the id
    of the key, any `sub` and `name`. Strokes are not listed.
    """
    items = await feed.read(services.rooms.store, after=after, limit=limit, issuer=issuer)
    return EventPage(
        items=[_event(item) for item in items], next_after=items[-1].place if items else after
    )


def _event(item: FeedItem) -> EventOut:
    notice, data = item.notice, item.notice.data
    return EventOut(
        id=item.webhook_id,
        type=notice.type,
        timestamp=notice.timestamp,
        data=EventData(
            session_id=data.session_id,
            seq=data.seq,
            at=data.at,
            user_id=data.user_id,
            participant_ids=data.participant_ids,
            status=data.status,
            reason=data.reason,
            booking_id=data.booking_id,
            external_id=data.external_id,
        ),
    )
