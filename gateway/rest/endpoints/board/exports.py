"""The board as a file: JSON to go on with elsewhere, drawings to keep."""

import asyncio
import re
from enum import StrEnum
from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.board_files.layout import FORMAT, FORMAT_VERSION, MEDIA_TYPE, BoardFile, json_parts
from gateway.board_files.packing import packed
from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.processes import ProcessFailed
from gateway.export.job import Commission, DrawnFormat
from gateway.export.undrawable import Drawing
from gateway.identity.identity import Access
from gateway.rest.packing.drawings import ZIP_LIMITS
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.picturing import (
    asset_paths,
    count_drawings,
    drawn_board,
)
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import may, require_version
from gateway.rest.plumbing.seeing import board_seen
from gateway.rest.plumbing.services import (
    BEARER,
    Services,
    ServicesDep,
    charge,
    owner_of,
    reader_of,
)
from gateway.rest.shapes.files import files_of
from gateway.rest.shapes.instants import to_text
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import Permission
from lessonroom.session.session import Session
from storage.images import assets

_MIB: Final = 1024 * 1024
_RENDER_LIMITS: Final = ProcessLimits(memory_bytes=1536 * _MIB, cpu_s=60, wall_s=120)
_ZIPS: Final = (DrawnFormat.SVG_ZIP, DrawnFormat.PNG_ZIP)
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
_NAME_CHARS: Final = 80
_ASSET_OR_WORDS: Final = re.compile(rb'"(?:asset|outline|document|text)":"([0-9a-f]{64})"')

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["boards"],
    dependencies=BEARER,
)


class ExportFormat(StrEnum):
    """What a board can be had as."""

    JSON = "json"
    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    SVG_ZIP = "svg.zip"
    PNG_ZIP = "png.zip"
    LESSONROOM = "lessonroom"


_MEDIA_TYPES: Final = {
    ExportFormat.JSON: "application/json",
    ExportFormat.SVG: "image/svg+xml",
    ExportFormat.PNG: "image/png",
    ExportFormat.PDF: "application/pdf",
    ExportFormat.SVG_ZIP: "application/zip",
    ExportFormat.PNG_ZIP: "application/zip",
    ExportFormat.LESSONROOM: MEDIA_TYPE,
}


def _contents() -> dict[str, Any]:
    json = {
        "schema": {
            "type": "object",
            "required": ["format", "format_version", "session_id", "title", "version", "board"],
            "properties": {
                "format": {"const": FORMAT},
                "format_version": {"const": FORMAT_VERSION},
                "session_id": {"type": "string"},
                "title": {"type": "string"},
                "version": {"type": "integer"},
                "exported_at": {"type": "string", "format": "date-time"},
                "board": {"type": "object"},
            },
        }
    }
    return files_of(_MEDIA_TYPES.values()) | {_MEDIA_TYPES[ExportFormat.JSON]: json}


@router.get(
    "/export/",
    operation_id="export_board",
    response_class=Response,
    responses={
        200: {"description": "The file", "content": _contents()},
        **documented(401, 403, 404),
    },
)
async def export(
    request: Request,
    access: Annotated[Access, Depends(may(Permission.EXPORT))],
    services: ServicesDep,
    format_: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.JSON,
    version: Annotated[
        int | None, Query(ge=1, le=2**53 - 1, description="A `seq`; the newest where absent.")
    ] = None,
    page: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Za-z0-9_-]{1,64}$",
            description="Of a drawing, by id or by number from 1; where absent the first, of a PDF"
            " or a zip all.",
        ),
    ] = None,
) -> Response:
    """Return the board, as it is or as it was at any version, as a file. Needs `can_export`.

    JSON holds everything but images, and `board` in it can begin a new session on this server.
    `lessonroom` is a board file: that JSON, and all that it shows, to be opened by `import/` of any
    lesson, on other servers, too. Drawings show what is visible; hidden layers are left out.
    `png.zip` and `svg.zip` hold a drawing of each page.
    """
    require_version(access, version)
    session = access.session
    store = services.rooms.store
    seq = await store.head(session.session_id) if version is None else version
    async with services.large_answers.turn(reader_of(access)) as turn:
        shared = await while_connected(request, board_seen(services, access, seq))
        board = shared.encoded
        charge(services, access, len(board))
        headers = {
            "Content-Disposition": attachment(session.title, f"v{seq}", format_),
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        media_type = _MEDIA_TYPES[format_]
        match format_:
            case ExportFormat.JSON:
                parts = json_parts(_head(services, session, seq), board)
            case ExportFormat.LESSONROOM:
                count_drawings(services, access.caller.user_id)
                files = await _packed_with(services, session, board)
                whole = packed(json_parts(_head(services, session, seq), board), files)
                return turn.stream(whole, media_type=media_type, headers=headers)
            case _:
                kind = DrawnFormat(format_)
                parts = [await _drawn(request, services, access, board, kind=kind, page=page)]
        # A drawing is small beside it.
        holding = shared if format_ is ExportFormat.JSON else None
        return turn.respond(parts, holding=holding, media_type=media_type, headers=headers)


def attachment(title: str, version: str, extension: str) -> str:
    """Return a `Content-Disposition` with a name that no system reads as anything else (RFC 6266).

    Of the title only letters, digits, spaces, dots and hyphens are left, none of them at an end.
    """
    cleaned = _NOT_IN_NAMES.sub(" ", title)[:_NAME_CHARS].strip(" .") or "lesson"
    name = f"{cleaned}-{version}.{extension}"
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", name).strip("._-")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _head(services: Services, session: Session, version: int) -> BoardFile:
    return BoardFile(
        session_id=session.session_id,
        title=session.title,
        version=version,
        exported_at=to_text(services.clock.now_ms()),
        board=msgspec.Raw(b"{}"),
    )


async def _drawn(
    request: Request,
    services: Services,
    access: Access,
    board: bytes,
    *,
    kind: DrawnFormat,
    page: str | None,
) -> bytes:
    """Have a process draw it, so that no room waits: thousands of strokes take seconds."""
    count_drawings(services, access.caller.user_id)
    session = access.session
    drawing = await asyncio.to_thread(Drawing.of, session.session_id, board, kind=kind, page=page)
    if reason := services.undrawable.reason(drawing, services.clock.monotonic_s()):
        raise Refused(ErrorCode.TOO_LARGE, reason)
    wanted = Commission(
        format=kind,
        board=board,
        title=session.title or "Lesson",
        description=f"The board of {session.title}" if session.title else "The board of a lesson",
        page=page,
    )
    limits = ZIP_LIMITS if kind in _ZIPS else _RENDER_LIMITS
    work = drawn_board(services, wanted, owner=owner_of(access), limits=limits)
    try:
        return await while_connected(request, work)
    except Declined as declined:
        if not declined.is_too_much:
            raise Refused(ErrorCode.NOT_FOUND, str(declined), field="page") from None
        raise _too_much(services, drawing, str(declined)) from None
    except ProcessFailed as failed:
        reason = f"this board cannot be drawn as {kind} within what the server allows"
        raise _too_much(services, drawing, reason) from failed


async def _packed_with(services: Services, session: Session, board: bytes) -> dict[str, str]:
    """Return the files of all that a board names and its session has.

    A text may be the name of something that is nobody's business here.
    """
    store = services.rooms.store
    known = await store.reading(lambda connection: assets.described(connection, session.session_id))
    named = await asyncio.to_thread(_ASSET_OR_WORDS.findall, board)
    names = known.keys() & {found.decode() for found in named}
    return await asyncio.to_thread(asset_paths, services.assets, names)


def _too_much(services: Services, drawing: Drawing, reason: str) -> Refused:
    services.undrawable.add(drawing, reason, services.clock.monotonic_s())
    return Refused(ErrorCode.TOO_LARGE, reason)
