"""What was written in a session's chat: before one came, while one was away, and what one seeks."""

import unicodedata
from typing import Annotated, Final, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from gateway.identity.identity import Access
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import may_read
from gateway.rest.plumbing.services import BEARER, AccessDep, Services, ServicesDep, charge
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.problems import documented
from lessonroom.commands import RemoveMessage
from lessonroom.log.events import ChatMessageSent, Event

_LIMIT_MOST: Final = 200
_LOOKED_AT_MOST: Final = 2_000
"""So many messages one call looks at, for what is wanted."""

router = APIRouter(
    prefix="/sessions/{session_id}", route_class=StrictRoute, tags=["history"], dependencies=BEARER
)


class RemovalOut(BaseModel):
    """That a message was removed."""

    by: int | None = Field(description="Who removed it; null for the operator.", examples=[1])
    at: InstantOut


class ChatFileOut(BaseModel):
    """A file that came with a message; `GET /sessions/{id}/chat/{seq}/file/` is the file."""

    asset: str = Field(description="The SHA-256 of its bytes.", examples=["ab" * 32])
    name: str = Field(examples=["homework.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size_bytes: int
    width: int | None = Field(description="Pixels of a picture; null of anything else.")
    height: int | None


class ChatMessageOut(BaseModel):
    """What somebody wrote."""

    seq: int = Field(description="Its place in the session's log.", examples=[812])
    at: InstantOut
    user_id: int = Field(examples=[7])
    name: str = Field(description="Their name in the session.", examples=["Ada"])
    text: str = Field(description="Empty where it was removed.", examples=["Which page?"])
    to: int | None = Field(
        None, description="To which one person, besides hosts; null: to everyone.", examples=[9]
    )
    reply_to: int | None = Field(
        None, description="The `seq` of the message that it answers.", examples=[811]
    )
    removed: RemovalOut | None = None
    file: ChatFileOut | None = Field(None, description="What came with it.")

    @classmethod
    def of(cls, event: Event, body: ChatMessageSent, names: dict[int, str]) -> Self:
        """Return a message as it is shown."""
        user_id, removed, file = event.user_id or 0, body.removed, body.file
        return cls(
            seq=event.seq,
            at=event.at_ms,
            user_id=user_id,
            name=names.get(user_id, ""),
            text=body.text,
            to=body.to,
            reply_to=body.reply_to,
            removed=None if removed is None else RemovalOut(by=removed.by, at=removed.at),
            file=None if file is None else ChatFileOut.model_validate(file, from_attributes=True),
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
    q: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=100,
            description=(
                "Only what has this in it, in small letters or capitals. A page may then have few "
                "messages, or none, and `next_before` for those further back."
            ),
        ),
    ] = None,
) -> ChatPage:
    """List the newest messages of the chat, or those before one. For everyone in the session.

    Whoever is connected gets new ones as they are written; this is for what was there before. What
    was written to one person is listed for the two and for who leads the session.
    """
    found, next_before = await _found(services, access, before=before, limit=limit, q=q)
    seats = await services.rooms.store.participants(access.session.session_id)
    names = {seat.user_id: seat.name for seat in seats}
    items = [
        ChatMessageOut.of(event, body, names)
        for event in found
        if isinstance(body := event.body(), ChatMessageSent)
    ]
    return ChatPage(items=items, next_before=next_before)


@router.delete(
    "/chat/{seq}/",
    operation_id="remove_message",
    status_code=204,
    responses=documented(401, 403, 404, 410),
)
async def remove(
    seq: Annotated[int, Path(ge=1, le=2**53 - 1)], access: AccessDep, services: ServicesDep
) -> None:
    """Remove a message: one's own, or, who leads the session, anybody's.

    Its text is gone for good, from the chat, the log and all exports; that it was there, and who
    removed it when, stays.
    """
    await act(services, access, RemoveMessage(by=access.caller.by, message=seq))


async def _found(
    services: Services, access: Access, *, before: int | None, limit: int, q: str | None
) -> tuple[list[Event], int | None]:
    """Return at most `limit` of the newest messages wanted, oldest first, and where to go on."""
    sought = None if q is None else _folded(q)
    wanted: list[Event] = []
    looked_at = 0
    chunk = limit if sought is None else _LIMIT_MOST
    while looked_at < _LOOKED_AT_MOST:
        page = await services.rooms.store.chat(
            access.session.session_id, before=before, limit=chunk + 1
        )
        for event in reversed(page[-chunk:]):
            if len(wanted) == limit:
                return wanted[::-1], before
            before = event.seq
            if may_read(access, event) and (sought is None or sought in _folded(_text(event))):
                wanted.append(event)
        if len(page) <= chunk:
            return wanted[::-1], None
        looked_at += chunk
        charge(services, access, sum(len(event.data) for event in page))
    return wanted[::-1], before


def _text(event: Event) -> str:
    body = event.body()
    if not isinstance(body, ChatMessageSent):
        return ""
    return body.text if body.file is None else f"{body.text}\n{body.file.name}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
