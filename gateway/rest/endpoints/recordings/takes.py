"""Takes over HTTP: what browsers record is sent while the lesson runs, and had afterwards."""

import asyncio
import uuid
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request
from starlette.responses import FileResponse, JSONResponse, Response

from gateway.identity import identity
from gateway.identity.identity import Access
from gateway.recordings.chunk_file import Conflict
from gateway.recordings.takes import ASKED_BITS_PER_S
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.stream import codecs_of
from gateway.rest.endpoints.recordings.recording import require_listener
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.file_route import bytes_of, file_route
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.services import (
    BEARER,
    AccessDep,
    ServicesDep,
    caller_gate,
    owner_of,
    services_of,
)
from gateway.rest.shapes.files import file_body, files_of
from gateway.rest.shapes.problems import documented, problem_response
from gateway.rest.shapes.takes import CloseIn, NextChunk, TakeIn, TakeOpenedOut, TakeOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import OpenTake
from lessonroom.recording.recording import RecordingAccess, TakeKind

_BYTES: Final = "application/octet-stream"
_TAKE: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_MEDIA_TYPES: Final = ("audio/webm", "video/webm")
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}

TakeInPath = Annotated[str, Path(pattern=_TAKE, examples=["019a9c31-5a2b-4c11-9d3e-2f6b8a40c7de"])]


_ChunkRoute: Final = file_route(
    lambda config: config.chunk_bytes, lambda _: (_BYTES,), is_small=True
)


async def _sender(request: Request, take_id: str) -> str:
    """Return the id of the take that the key of a request opens."""
    key = request.headers.get("take-key", "")
    if not services_of(request).takes.is_key(take_id, key):
        raise Refused(
            ErrorCode.PERMISSION_DENIED, "this key does not open this take", field="Take-Key"
        )
    return take_id


async def _reader(request: Request, take_id: str) -> Access:
    """Return the access of one who may know of a take."""
    services = services_of(request)
    caller = await caller_gate(request)
    take = await services.takes.find(take_id)
    return await identity.access(caller, take.session_id, rooms=services.rooms)


async def _listener(request: Request, take_id: str) -> Access:
    """Return the access of one who may listen to a take."""
    access = await _reader(request, take_id)
    require_listener(access)
    return access


_sender_gate: Final = Gate(_sender)
_reader_gate: Final = Gate(_reader)
_listener_gate: Final = Gate(_listener)

opening = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["recordings"],
    dependencies=BEARER,
)
sending = APIRouter(prefix="/takes/{take_id}", route_class=_ChunkRoute, tags=["recordings"])
closing = APIRouter(prefix="/takes/{take_id}", route_class=StrictRoute, tags=["recordings"])
router = APIRouter(
    prefix="/takes/{take_id}", route_class=StrictRoute, tags=["recordings"], dependencies=BEARER
)


@opening.post(
    "/takes/",
    operation_id="open_take",
    status_code=201,
    responses=documented(401, 403, 404, 409, 410),
)
async def open_take(
    access: AccessDep, services: ServicesDep, body: Annotated[TakeIn, Body()]
) -> TakeOpenedOut:
    """Begin to send what one's browser records of one of one's own tracks.

    While a recording is on, for whoever has agreed to it and may send the track. One take for each
    time that a track is on: another device, or on again, is another take.
    """
    if access.caller.by is None:
        raise Refused(ErrorCode.CONFLICT, "an operator has no seat: each sends their own takes")
    try:
        codecs = codecs_of(body.media_type)
    except BreachOfTake as breach:
        raise Refused(ErrorCode.INVALID, str(breach), field="media_type") from None
    is_picture = body.kind is not TakeKind.AUDIO
    if any(codec.is_picture is not is_picture for codec in codecs):
        message = f"a take of {body.kind} is {_MEDIA_TYPES[is_picture]}"
        raise Refused(ErrorCode.INVALID, message, field="media_type")
    await services.takes.space.require(access.session.session_id)
    take_id = str(uuid.uuid4())
    command = OpenTake(
        by=access.caller.by, take_id=take_id, kind=body.kind, media_type=body.media_type
    )
    await act(services, access, command)
    return TakeOpenedOut(
        take_id=take_id,
        key=services.takes.key_of(take_id),
        next=0,
        bits_per_s=ASKED_BITS_PER_S[body.kind],
        chunk_bytes=services.config.chunk_bytes,
    )


@sending.put(
    "/chunks/{n}",
    operation_id="send_chunk",
    response_model=NextChunk,
    responses=documented(403, 404, 409, 415),
    openapi_extra=file_body((_BYTES,)),
)
async def send_chunk(
    request: Request,
    take_id: Annotated[str, Depends(_sender_gate)],
    services: ServicesDep,
    n: Annotated[int, Path(ge=0, le=2**31 - 1)],
    take_at: Annotated[
        int, Header(alias="Take-At", ge=0, le=2**53 - 1, description="Room time of its end, ms.")
    ],
    take_key: Annotated[str, Header(alias="Take-Key", max_length=64)],  # noqa: ARG001 - documented
) -> Response:
    """Take in a chunk: 200 says that it is on the disk, and which number comes next.

    The same one again changes nothing. Another than the next, or other bytes under a number that is
    there: 409, and `Take-Next` says where to go on.
    """
    data = await bytes_of(request)
    try:
        following = await services.takes.put(take_id, n, at_ms=take_at, data=data)
    except Conflict as conflict:
        what = "is there with other bytes" if conflict.is_other else "does not come next"
        refused = Refused(
            ErrorCode.CONFLICT, f"chunk {n} {what}: next is {conflict.next}", field="n"
        )
        return problem_response(refused, headers={"Take-Next": str(conflict.next)})
    return JSONResponse({"next": following})


@closing.post(
    "/close/",
    operation_id="close_take",
    responses=documented(403, 404, 409),
)
async def close_take(
    take_id: Annotated[str, Depends(_sender_gate)],
    services: ServicesDep,
    body: Annotated[CloseIn, Body()],
    take_key: Annotated[str, Header(alias="Take-Key", max_length=64)],  # noqa: ARG001 - documented
) -> NextChunk:
    """Say that no chunk follows: all that were sent are there, and the take is complete."""
    return NextChunk(next=await services.takes.close(take_id, body.chunks))


@router.get("/", operation_id="get_take", responses=documented(401, 403, 404))
async def get_take(
    take_id: TakeInPath,
    access: Annotated[Access, Depends(_listener_gate)],
    services: ServicesDep,
) -> TakeOut:
    """Return a take, sealed with what has come of it by now. For listeners of its session."""
    take, index = await services.takes.sealed(take_id, owner=owner_of(access))
    return TakeOut.of(take, index)


@router.get(
    "/media",
    operation_id="get_media",
    response_class=FileResponse,
    responses={
        200: {"description": "The file", "content": files_of(_MEDIA_TYPES)},
        206: {"description": "The part that `Range` names", "content": files_of(_MEDIA_TYPES)},
        **documented(401, 403, 404),
    },
)
async def get_media(
    take_id: TakeInPath,
    access: Annotated[Access, Depends(_listener_gate)],
    services: ServicesDep,
    *,
    download: Annotated[bool, Query(description="As a file to keep: for downloaders.")] = False,
) -> Response:
    """Return what was recorded, on room time. `Range` is understood. For listeners."""
    if download:
        _require_downloader(access)
    _, index = await services.takes.sealed(take_id, owner=owner_of(access))
    if index is None or not index.size_bytes:
        raise Refused(ErrorCode.NOT_FOUND, "nothing is kept of this take", field="take_id")
    path = services.takes.files.sealed_of(take_id)
    if not await asyncio.to_thread(path.is_file):
        # A backup that was restored without the folder of recordings, or a disk that lost it.
        raise Refused(ErrorCode.NOT_FOUND, "the file of this take is gone", field="take_id")
    headers = dict(_HEADERS)
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{take_id}.webm"'
    return FileResponse(path, media_type=index.media_type.partition(";")[0], headers=headers)


@router.delete("/", operation_id="delete_take", responses=documented(401, 403, 404))
async def delete_take(
    take_id: TakeInPath,
    access: Annotated[Access, Depends(_reader_gate)],
    services: ServicesDep,
) -> NextChunk:
    """Delete a take for good: one's own, or as a host any of the session."""
    take = await services.takes.find(take_id)
    is_own = access.caller.user_id == take.user_id
    if not (is_own or access.leads or access.caller.is_operator):
        raise Refused(ErrorCode.PERMISSION_DENIED, "this is somebody else's take")
    await services.takes.erase(take_id)
    return NextChunk(next=0)


def _require_downloader(access: Access) -> None:
    if access.leads or access.caller.is_operator:
        return
    if access.session.settings.recording.downloads is not RecordingAccess.PARTICIPANTS:
        raise Refused(
            ErrorCode.PERMISSION_DENIED, "the host alone may download this", field="download"
        )
