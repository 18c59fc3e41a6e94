"""Files that come with messages of the chat: taking them in, handing them out (PROTOCOL CH-7)."""

import asyncio
import codecs
import pathlib
from typing import Annotated, BinaryIO, Final, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from gateway.documents.office_kinds import OFFICE_KINDS
from gateway.documents.spool import Spooled
from gateway.identity.identity import Access
from gateway.rest.endpoints.board.assets import (
    IMAGE_TYPES,
    PDF,
    clean_image,
    require_space_for,
)
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.file_route import claimed_type, file_route, spooled_of
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.bodies.uploading import count_upload, require_person
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.permitting import may_read
from gateway.rest.plumbing.services import (
    BEARER,
    AccessDep,
    Services,
    ServicesDep,
    access_gate,
    services_of,
)
from gateway.rest.shapes.files import file_body, files_of
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import SendFile
from lessonroom.log.events import ChatFile, ChatMessageSent
from lessonroom.protocol.client import MAX_CHAT_CHARS
from storage.images import chat_files

_TEXT_TYPES: Final = ("text/plain", "text/csv", "text/markdown")
_TAKEN: Final = (*IMAGE_TYPES, PDF, *OFFICE_KINDS, *_TEXT_TYPES)
_HANDED_OUT: Final = (*IMAGE_TYPES[:3], PDF, *OFFICE_KINDS, "text/plain")
_WORDS: Final = "a file is a picture (PNG, JPEG, WebP, GIF), PDF, an office document, or text"
_PDF_BEGINS_WITHIN: Final = 1_024
"""Some programs write a line of their own before it; so do readers of PDF look for it."""
_AT_ONCE_BYTES: Final = 1024 * 1024
_CLIENT_ID: Final = r"^[A-Za-z0-9_-]{1,64}$"


_FileRoute: Final = file_route(
    lambda config: config.max_chat_file_bytes, lambda _: _TAKEN, words=_WORDS
)


async def _sender(request: Request, session_id: str) -> Access:
    """Return the access of a person who may write, and has not sent too much of late."""
    access = await access_gate(request, session_id=session_id)
    require_person(access.caller.by)
    count_upload(services_of(request), access)
    return access


_sender_gate: Final = Gate(_sender)

sending = APIRouter(
    prefix="/sessions/{session_id}", route_class=_FileRoute, tags=["history"], dependencies=BEARER
)
router = APIRouter(
    prefix="/sessions/{session_id}", route_class=StrictRoute, tags=["history"], dependencies=BEARER
)


class SentOut(BaseModel):
    """The message that a file came with."""

    seq: int = Field(description="Its place in the session's log.", examples=[812])


@sending.post(
    "/files/",
    operation_id="send_file",
    status_code=201,
    responses=documented(401, 403, 404, 409, 410, 429),
    openapi_extra=file_body(_TAKEN),
)
async def send_file(
    request: Request,
    access: Annotated[Access, Depends(_sender_gate)],
    services: ServicesDep,
    name: Annotated[str, Query(min_length=1, max_length=1_000, examples=["homework.pdf"])],
    client_id: Annotated[
        str,
        Query(
            pattern=_CLIENT_ID,
            description="Chosen by the client for this file alone: sent again, it is there once.",
        ),
    ],
    text: Annotated[str, Query(max_length=MAX_CHAT_CHARS)] = "",
    to: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
    reply_to: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
) -> SentOut:
    """Send a file in the chat, with a text or without one: the body is the file.

    For whoever is in the room and may write, to whom they may write (PROTOCOL CH-2, CH-4, CH-5).
    What it is, its content says: pictures are encoded anew, without metadata; PDF, office
    documents and text are handed out as they came, to be saved and never to be opened in the page.
    """
    spooled = spooled_of(request)
    user_id = access.caller.user_id
    assert user_id is not None, "by the gate"  # noqa: S101
    checked = await while_connected(request, _checked(request, services, access, spooled))
    await require_space_for(services, access, checked.size_bytes)
    await _require_space_in(services, access, checked.size_bytes)
    command = SendFile(
        by=user_id,
        client_id=client_id,
        file=ChatFile(
            await _keep(services, spooled, checked),
            name,
            checked.media_type,
            checked.size_bytes,
            checked.width,
            checked.height,
        ),
        text=text,
        to=to,
        reply_to=reply_to,
    )
    seq = await act(services, access, command)
    if await asyncio.to_thread(services.assets.file_of, command.file.asset) is None:
        # Swept away between keeping it and the message.
        await _keep(services, spooled, checked)
    return SentOut(seq=seq)


@router.get(
    "/chat/{seq}/file/",
    operation_id="get_chat_file",
    response_class=FileResponse,
    responses={
        200: {"description": "The file", "content": files_of(_HANDED_OUT)},
        **documented(401, 403, 404),
    },
)
async def get_chat_file(
    seq: Annotated[int, Path(ge=1, le=2**53 - 1)], access: AccessDep, services: ServicesDep
) -> FileResponse:
    """Return the file that came with a message, for those who may read that.

    Pictures to be shown; everything else to be saved.
    """
    session_id = access.session.session_id
    events = await services.rooms.store.events(session_id, after=seq - 1, limit=1)
    body = events[0].body() if events and events[0].seq == seq else None
    if (
        not isinstance(body, ChatMessageSent)
        or body.file is None
        or not may_read(access, events[0])
    ):
        raise _no_such_file()
    path = await asyncio.to_thread(services.assets.file_of, body.file.asset)
    if path is None:
        raise _no_such_file()
    return FileResponse(path, media_type=body.file.media_type, headers=_headers(body.file))


class _Checked(NamedTuple):
    """What a file turned out to be; `content` stands in its place, where it was encoded anew."""

    media_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    content: bytes | None = None


async def _checked(
    request: Request, services: Services, access: Access, spooled: Spooled
) -> _Checked:
    claimed = claimed_type(request)
    if claimed in IMAGE_TYPES:
        most = services.config.max_upload_bytes
        if spooled.size_bytes > most:
            raise Refused(ErrorCode.TOO_LARGE, f"a picture has at most {most} bytes")
        clean = await clean_image(services, access, await _read(spooled))
        size_bytes = len(clean.content)
        return _Checked(clean.media_type, size_bytes, clean.width, clean.height, clean.content)
    fault, media_type = await asyncio.to_thread(_fault_of, spooled.path, claimed)
    if fault is not None:
        raise Refused(ErrorCode.INVALID, fault, field="body")
    return _Checked(media_type, spooled.size_bytes)


def _fault_of(path: pathlib.Path, claimed: str) -> tuple[str | None, str]:
    """Return why a file is not what it claims to be, None where it may be; and its kind."""
    with path.open("rb") as file:
        if claimed in _TEXT_TYPES:
            return _fault_of_text(file), "text/plain"
        beginning = file.read(_PDF_BEGINS_WITHIN)
    if claimed == PDF:
        return (None if b"%PDF-" in beginning else "this is not a PDF document"), PDF
    return OFFICE_KINDS[claimed].fault_of(beginning), claimed


def _fault_of_text(file: BinaryIO) -> str | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_AT_ONCE_BYTES):
            if "\0" in decoder.decode(chunk):
                return "this is not text"
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "this is not text in UTF-8"
    return None


async def _read(spooled: Spooled) -> bytes:
    return await asyncio.to_thread(spooled.path.read_bytes)


async def _keep(services: Services, spooled: Spooled, checked: _Checked) -> str:
    """Keep the bytes and return their hash."""
    if checked.content is not None:
        return await asyncio.to_thread(services.assets.write, checked.content)
    await asyncio.to_thread(services.assets.take_in, spooled.path, spooled.sha256)
    return spooled.sha256


async def _require_space_in(services: Services, access: Access, size_bytes: int) -> None:
    session_id = access.session.session_id
    taken = await services.rooms.store.reading(
        lambda connection: chat_files.bytes_of_session(connection, session_id)
    )
    most = services.rooms.config.limits.asset_bytes_per_session
    if taken + size_bytes > most:
        raise Refused(ErrorCode.TOO_LARGE, f"the files of a chat take at most {most} bytes")


def _headers(file: ChatFile) -> dict[str, str]:
    is_shown = file.media_type in IMAGE_TYPES
    name = quote(file.name, safe="")
    return {
        # A message may be removed: whoever has not had it yet has it no more.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def _no_such_file() -> Refused:
    return Refused(ErrorCode.NOT_FOUND, "there is no such file", field="seq")
