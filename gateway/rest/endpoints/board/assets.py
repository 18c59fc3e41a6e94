"""Images for the board: taking them in, handing them out."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Work
from gateway.confinement.processes import ProcessFailed
from gateway.confinement.refusing import refusal_of
from gateway.identity import identity
from gateway.identity.identity import Access, Caller
from gateway.images.job import CleanImage, Upload
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.file_route import bytes_of, file_route
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.bodies.uploading import count_upload
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.permitting import may, viewer_of
from gateway.rest.plumbing.seeing import board_seen
from gateway.rest.plumbing.services import (
    BEARER,
    CallerDep,
    Services,
    ServicesDep,
    owner_of,
    services_of,
)
from gateway.rest.shapes.files import file_body, files_of
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import RegisterAsset
from lessonroom.log.events import AssetAdded
from lessonroom.people.permissions import Permission
from storage.images import assets, chat_files

_MIB: Final = 1024 * 1024
_DECODE_LIMITS: Final = ProcessLimits(memory_bytes=768 * _MIB, cpu_s=20, wall_s=40)
IMAGE_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")
_UNREADABLE: Final = "this is not a PNG, JPEG, WebP or GIF image, or it is damaged"
PDF: Final = "application/pdf"
_ASSET: Final = r"^[0-9a-f]{64}$"

_HEADERS: Final = {
    # A hash names one content for ever; whether somebody may have it is asked at the server.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


_UploadRoute: Final = file_route(
    lambda config: config.max_upload_bytes, lambda _: IMAGE_TYPES, is_small=True
)

_may_upload: Final = may(Permission.UPLOAD_IMAGES)


async def _uploader(request: Request, session_id: str) -> Access:
    """Return the access of one who may upload, and has not done so too often."""
    access = await _may_upload(request, session_id=session_id)
    count_upload(services_of(request), access)
    return access


_uploader_gate: Final = Gate(_uploader)

uploads = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=_UploadRoute,
    tags=["images"],
    dependencies=BEARER,
)
router = APIRouter(route_class=StrictRoute, tags=["images"], dependencies=BEARER)


class AssetOut(BaseModel):
    """An image that the board may show."""

    asset: str = Field(description="For the `asset` of an `image` element.", examples=["ab" * 32])
    media_type: str = Field(examples=["image/png"])
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    size_bytes: int


@uploads.post(
    "/assets/",
    operation_id="upload_image",
    status_code=201,
    responses=documented(401, 403, 404, 409, 410, 429),
    openapi_extra=file_body(IMAGE_TYPES),
)
async def upload(
    request: Request,
    access: Annotated[Access, Depends(_uploader_gate)],
    services: ServicesDep,
) -> AssetOut:
    """Take in an image for the board: the body is the file. Needs `can_upload_images`.

    PNG, JPEG, WebP and GIF, told by their content, are decoded and encoded anew: upright, without
    metadata, of an animation the first picture. Metadata that is broken
    or huge does no harm. The same image again is the same asset.
    """
    content = await bytes_of(request)
    clean = await while_connected(request, clean_image(services, access, content))
    await require_space_for(services, access, len(clean.content))
    asset = await asyncio.to_thread(services.assets.write, clean.content)
    added = AssetAdded(asset, clean.media_type, clean.width, clean.height, len(clean.content))
    registered = await act(services, access, RegisterAsset(by=access.caller.by, added=added))
    if await asyncio.to_thread(services.assets.file_of, asset) is None:
        # Swept away between writing and registering it.
        await asyncio.to_thread(services.assets.write, clean.content)
    return AssetOut.model_validate(registered, from_attributes=True)


@router.get(
    "/assets/{asset}",
    operation_id="get_image",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The image",
            "content": files_of((*IMAGE_TYPES[:3], "text/plain")),
        },
        **documented(401, 403, 404),
    },
)
async def fetch(
    asset: Annotated[str, Path(pattern=_ASSET, examples=["ab" * 32])],
    caller: CallerDep,
    services: ServicesDep,
) -> FileResponse:
    """Return an image of a session that the caller has to do with, or of their shelf.

    Or the words of a page, which are a file, too.

    Words are what is written on a page of a document, in UTF-8, a line to a line: the `text` of a
    page's background.
    """
    store = services.rooms.store
    known = await store.reading(lambda connection: assets.find(connection, asset))
    # A document is for exports alone.
    if known is None or known.media_type == PDF or not await _may_see(services, caller, asset):
        raise _no_such_image()
    path = await asyncio.to_thread(services.assets.file_of, asset)
    if path is None:
        raise _no_such_image()
    return FileResponse(path, media_type=known.media_type, headers=_HEADERS)


async def _may_see(services: Services, caller: Caller, asset: str) -> bool:
    store = services.rooms.store
    if caller.room is not None:
        session_id = caller.room.session_id
        # Refuses the token of one who was kicked.
        access = await identity.access(caller, session_id, rooms=services.rooms)
        is_there = await store.reading(
            lambda connection: assets.is_in_session(connection, asset, session_id)
        )
        if not is_there or viewer_of(access).leads:
            return is_there
        # Read behind the image: a page that has become private since says so.
        session = await store.session(session_id)
        if session is None or session.private_from is None:
            return session is not None
    if caller.is_operator:
        return True
    user_id = caller.user_id
    if user_id is None:
        return False
    if caller.room is not None:
        return await _is_shown(services, caller, asset, [caller.room.session_id])
    if await store.reading(lambda connection: assets.is_visible_to(connection, asset, user_id)):
        return True
    private = await store.reading(
        lambda connection: assets.privately_in(connection, asset, user_id)
    )
    return await _is_shown(services, caller, asset, private)


async def _is_shown(
    services: Services, caller: Caller, asset: str, session_ids: Sequence[str]
) -> bool:
    """Whether somebody sees an image on the board of a session, or brought it there (AU-1)."""
    store, user_id = services.rooms.store, caller.user_id
    for session_id in session_ids:
        access = await identity.access(caller, session_id, rooms=services.rooms)
        board = await board_seen(services, access, await store.head(session_id))
        if asset.encode() in board.encoded:
            return True
        if user_id is None:
            continue
        brought = partial(
            assets.was_brought_by, asset=asset, session_id=session_id, user_id=user_id
        )
        if await store.reading(brought):
            return True
    return False


def _no_such_image() -> Refused:
    return Refused(ErrorCode.NOT_FOUND, "there is no such image", field="asset")


async def clean_image(services: Services, access: Access, content: bytes) -> CleanImage:
    """Return an image encoded anew.

    Raises:
        Refused: `invalid`, it is none; `too_large`.

    """
    upload = Upload(content, services.config.max_image_pixels)
    try:
        clean = await services.confinement.run(
            Work.IMAGE,
            "gateway.images.reencode",
            upload,
            owner=owner_of(access),
            result_type=CleanImage,
            limits=_DECODE_LIMITS,
        )
    except Declined as declined:
        raise refusal_of(declined, field="body") from None
    except ProcessFailed:
        raise Refused(ErrorCode.INVALID, _UNREADABLE, field="body") from None
    # A few bytes can unfold to many.
    if len(clean.content) > 2 * services.config.max_upload_bytes:
        raise Refused(ErrorCode.TOO_LARGE, "this image takes too many bytes once it is decoded")
    return clean


async def require_space_for(services: Services, access: Access, size_bytes: int) -> None:
    """Refuse with `too_large` what would be more than all of a person's files may take."""
    user_id = access.caller.user_id
    if user_id is None or access.caller.is_operator:
        return
    taken = await services.rooms.store.reading(
        lambda connection: assets.bytes_of_user(connection, user_id)
    )
    taken += await services.rooms.store.reading(
        lambda connection: chat_files.bytes_of_user(connection, user_id)
    )
    most = services.config.asset_bytes_per_user
    if taken + size_bytes > most:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"your images, files, documents and shelf take at most {most} bytes in all",
        )
