"""All of one's lessons in one file: to keep them, or to leave with them."""

import re
from collections.abc import AsyncGenerator, Sequence
from typing import Final

import msgspec
from fastapi import APIRouter, Response

from actors.house.versions import board_at
from gateway.export.archive import Archive
from gateway.rest.packing.lesson_parts import Message, chat_of, file_of, shown_in
from gateway.rest.plumbing.bodies.picturing import count_drawings
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import BEARER, PersonDep, Services, ServicesDep
from gateway.rest.shapes.instants import to_text
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import SessionOut
from lessonroom.codes import Refused
from lessonroom.log.events import AssetAdded, ChatFile
from lessonroom.rates import request_cost
from lessonroom.session.session import Session
from storage.errors import StorageError
from storage.sessions.sessions import SessionFilter

router = APIRouter(route_class=StrictRoute, tags=["sessions"], dependencies=BEARER)

_COST: Final = 10
"""Drawings that it counts as."""
_PAGE: Final = 50
_TITLE_CHARS: Final = 60
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")


@router.get(
    "/me/lessons.zip",
    operation_id="export_my_lessons",
    response_class=Response,
    responses={
        200: {
            "description": "The file",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(401, 403, 429),
    },
)
async def export_all(user_id: PersonDep, services: ServicesDep) -> Response:
    """Return all sessions that the caller hosts, newest first, as one ZIP that is made meanwhile.

    Each has a folder with `session.json`, `board.json` (the `board` of it begins a new session) and
    `chat.json`; images, documents and files of the chat lie once in `files`, by the names that
    boards and messages have for them (`asset`). What cannot be read is named in
    `left_out.txt`. Each person has one at a time.
    """
    count_drawings(services, user_id, _COST)
    async with services.large_answers.turn(str(user_id)) as turn:
        return turn.stream(
            _parts(services, user_id),
            media_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="lessons.zip"'},
        )


async def _parts(services: Services, user_id: int) -> AsyncGenerator[bytes]:
    store, archive = services.rooms.store, Archive()
    written: set[str] = set()
    left_out: list[str] = []
    number, cursor = 0, None
    while page := await store.sessions(SessionFilter(host_id=user_id), limit=_PAGE, cursor=cursor):
        for session in page:
            number += 1
            folder = f"{number:04} {_named(session)}"
            try:
                messages = await chat_of(services, session.session_id)
                files = await _files_of(services, session, messages)
            except (Refused, StorageError) as fault:
                left_out.append(f"{folder} ({session.session_id}): {fault}")
                continue
            for name, content in files.items():
                yield await archive.add(f"{folder}/{name}", content)
            for asset in await shown_in(services, session.session_id, messages):
                if asset.asset not in written:
                    written.add(asset.asset)
                    async for part in _asset(services, archive, asset):
                        yield part
        cursor = page[-1].session_id
    if left_out:
        yield await archive.add("left_out.txt", "\n".join([*left_out, ""]).encode())
    yield await archive.finish()


async def _files_of(
    services: Services, session: Session, messages: Sequence[Message]
) -> dict[str, bytes]:
    store, session_id = services.rooms.store, session.session_id
    head = await store.head(session_id)
    board = await board_at(store, session_id, head)
    # Its reader waits for what it costs, and no other lesson does.
    cost = request_cost(len(board))
    services.by_user.charge(str(session.host_id), services.clock.monotonic_s(), cost)
    now_ms = services.clock.now_ms()
    out = SessionOut.of(session, now_ms=now_ms, may_see_code=True)
    file = b'{"format":"lessonroom.board","format_version":1,"version":%d,"board":%b}'
    return {
        "session.json": out.model_dump_json(indent=2).encode(),
        "board.json": file % (head, board),
        "chat.json": msgspec.json.format(msgspec.json.encode(messages)),
    }


async def _asset(
    services: Services, archive: Archive, asset: AssetAdded | ChatFile
) -> AsyncGenerator[bytes]:
    name, path = await file_of(services, asset)
    if path is not None:
        async for part in archive.add_file(name, path):
            yield part


def _named(session: Session) -> str:
    title = _NOT_IN_NAMES.sub(" ", session.title)[:_TITLE_CHARS].strip(" .") or "lesson"
    at_ms = session.actual_start_ms or session.scheduled_start_ms or session.created_at_ms
    return f"{to_text(at_ms)[:10]} {title}"
