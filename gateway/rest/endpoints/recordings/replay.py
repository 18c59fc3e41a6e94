"""The board of a session again, change by change: what a player folds at the pace of the lesson."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query, Response

from actors.house.versions import decoded_board_at
from gateway.identity.identity import Access
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import LookingBackDep, viewer_of
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, charge
from gateway.rest.shapes.instants import to_text
from gateway.rest.shapes.problems import documented
from lessonroom.board.model.board import Board
from lessonroom.log.audience import is_kept_from
from lessonroom.log.events import BOARD_CHANGES, Event
from lessonroom.log.retelling import retold
from storage.records import EventFilter

_LIMIT: Final = 1_000
_PAGE_BYTES: Final = 1024 * 1024
"""Of operations on a page; one event that is larger stands alone."""

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["recordings"],
    dependencies=BEARER,
)

_PAGE_OUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["items", "next_after"],
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["seq", "at", "user_id", "ops"],
                "properties": {
                    "seq": {"type": "integer"},
                    "at": {"type": "string", "format": "date-time"},
                    "user_id": {"type": ["integer", "null"]},
                    "ops": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
        "next_after": {"type": ["integer", "null"]},
    },
}
_EXAMPLE: Final = {
    "items": [
        {
            "seq": 640,
            "at": "2026-11-22T10:44:26.123Z",
            "user_id": 7,
            "ops": [{"op": "remove", "ids": ["r1"]}],
        }
    ],
    "next_after": None,
}


class _Body(msgspec.Struct):
    ops: msgspec.Raw


class _Change(msgspec.Struct):
    """A change of the board; `ops` as the log has them."""

    seq: int
    at: str
    user_id: int | None
    ops: msgspec.Raw


class _Page(msgspec.Struct):
    items: list[_Change]
    next_after: int | None


_decode: Final = msgspec.json.Decoder(_Body).decode
_encode: Final = msgspec.json.Encoder().encode


@router.get(
    "/replay/",
    operation_id="replay_board",
    response_class=Response,
    responses={
        200: {
            "description": "Changes, oldest first",
            "content": {"application/json": {"schema": _PAGE_OUT, "example": _EXAMPLE}},
        },
        **documented(401, 403, 404),
    },
)
async def replay(
    access: LookingBackDep,
    services: ServicesDep,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="Only with a greater `seq`.")] = 0,
) -> Response:
    """List all changes of the board with their operations, oldest first. For the host.

    Once the session is over, for whoever may look back: see `timeline/`. A client folds them, from
    a new board on, as it does those of the WebSocket; `at` is the time by which takes are laid
    beside them. A page has at most 1 MiB of operations, or one event; `next_after` is for the page
    after it, null at the end.
    """
    found, is_more = await services.rooms.store.timeline(
        access.session.session_id, EventFilter(types=BOARD_CHANGES), after=after, limit=_LIMIT
    )
    shown = _fitting(found)
    charge(services, access, sum(len(event.data) for event in shown))
    is_more = is_more or len(shown) < len(found)
    next_after = shown[-1].seq if is_more else None
    shown = await _as_seen(services, access, shown, after=after)
    return Response(
        await asyncio.to_thread(_page, shown, next_after), media_type="application/json"
    )


async def _as_seen(
    services: Services, access: Access, shown: Sequence[Event], *, after: int
) -> Sequence[Event]:
    """Return changes as a caller was told of them: of private pages their own (AU-1)."""
    viewer, private_from = viewer_of(access), access.session.private_from
    if not any(is_kept_from(event, viewer, private_from=private_from) for event in shown):
        return shown
    board = Board()
    if after:
        session_id = access.session.session_id
        board = await decoded_board_at(services.rooms.store, session_id, after)
        charge(services, access, board.encoded_bytes())
    return await asyncio.to_thread(lambda: list(retold(board, shown, viewer)))


def _fitting(found: Sequence[Event]) -> Sequence[Event]:
    """Return as many of the first events as a page holds, and one at least."""
    size_bytes = 0
    for at, event in enumerate(found):
        size_bytes += len(event.data)
        if at > 0 and size_bytes > _PAGE_BYTES:
            return found[:at]
    return found


def _page(shown: Sequence[Event], next_after: int | None) -> bytes:
    items = [
        _Change(event.seq, to_text(event.at_ms), event.user_id, _decode(event.data).ops)
        for event in shown
    ]
    return _encode(_Page(items, next_after))
