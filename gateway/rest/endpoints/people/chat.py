"""What was written in a session's chat before one came, or while one was away for long."""

from typing import Annotated, Final, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import BEARER, AccessDep, ServicesDep
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.problems import documented
from lessonroom.log.events import ChatMessageSent, Event

_LIMIT_MOST: Final = 200

router = APIRouter(
    prefix="/sessions/{session_id}", route_class=StrictRoute, tags=["history"], dependencies=BEARER
)


class ChatMessageOut(BaseModel):
    """What somebody wrote."""

    seq: int = Field(description="Its place in the session's log.", examples=[812])
    at: InstantOut
    user_id: int = Field(examples=[7])
    name: str = Field(description="Their name in the session.", examples=["Ada"])
    text: str = Field(examples=["Which page?"])

    @classmethod
    def of(cls, event: Event, body: ChatMessageSent, names: dict[int, str]) -> Self:
        """Return a message as it is shown."""
        user_id = event.user_id or 0
        return cls(
            seq=event.seq,
            at=event.at_ms,
            user_id=user_id,
            name=names.get(user_id, ""),
            text=body.text,
        )


class ChatPage(BaseModel):
    """Some messages, oldest first."""

    items: list[ChatMessageOut]
    next_before: int | None = Field(
        description="`before` of the page that comes before this one; null at the beginning."
    )


@router.get("/chat/", operation_id="get_chat", responses=documented(401, 403, 404))
async def chat(
    access: AccessDep,
    services: ServicesDep,
    before: Annotated[
        int | None, Query(ge=1, le=2**53 - 1, description="Only with a smaller `seq`.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=_LIMIT_MOST)] = 50,
) -> ChatPage:
    """List the newest messages of the chat, or those before one. For everyone in the session.

    Whoever is connected gets new ones as they are written; this is for what was there before.
    """
    store, session_id = services.rooms.store, access.session.session_id
    found = await store.chat(session_id, before=before, limit=limit + 1)
    shown = found[-limit:]
    names = {seat.user_id: seat.name for seat in await store.participants(session_id)}
    items = [
        ChatMessageOut.of(event, body, names)
        for event in shown
        if isinstance(body := event.body(), ChatMessageSent)
    ]
    return ChatPage(items=items, next_before=shown[0].seq if len(found) > limit else None)
