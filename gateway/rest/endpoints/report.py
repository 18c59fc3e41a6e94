"""The report of a lesson: as JSON, as a table, and as a page to print."""

import asyncio
import zoneinfo
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from gateway.identity.identity import no_such_session
from gateway.reports.gathering import Gathered, gathered
from gateway.reports.printed import POLICY, printed
from gateway.reports.words import Language
from gateway.rest.endpoints.board.exports import attachment
from gateway.rest.planning.repeating import zone_of
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.picturing import count_drawings, pictures_of_pages
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import HostDep
from gateway.rest.plumbing.services import (
    BEARER,
    ServicesDep,
    charge,
    owner_of,
    reader_of,
)
from gateway.rest.shapes.csv_text import csv_text
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.report import COLUMNS, ReportOut, cells

router = APIRouter(
    prefix="/sessions/{session_id}", route_class=StrictRoute, tags=["history"], dependencies=BEARER
)


class ReportFormat(StrEnum):
    """What the report can be had as."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


_MEDIA_TYPES: Final = {
    ReportFormat.JSON: "application/json",
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.HTML: "text/html; charset=utf-8",
}


@router.get(
    "/report/",
    operation_id="get_report",
    response_model=ReportOut,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "text/html": {"schema": {"type": "string"}},
            }
        },
        **documented(401, 403, 404, 429),
    },
)
async def report(
    request: Request,
    access: HostDep,
    services: ServicesDep,
    format_: Annotated[ReportFormat, Query(alias="format")] = ReportFormat.JSON,
    language: Annotated[Language, Query(description="Of the page to print.")] = Language.EN,
    zone: Annotated[
        str, Query(max_length=64, description="Of its times, as in Europe/Kyiv.")
    ] = "UTC",
) -> Response:
    """Return who was there, spoke and wrote in a session, page by page. For the host.

    It is worked out of the whole log as it is now, and agrees with `stats/`; it counts as a drawing
    (`limits.exports_per_min`), and a person has one at a time. `csv` has a row for each person.
    `html` is one file to read, print and keep, with a small picture of each page where they can be
    drawn: it runs nothing and fetches nothing.
    """
    clock = zone_of(zone, field="zone")
    count_drawings(services, access.caller.user_id)
    async with services.large_answers.turn(reader_of(access)) as turn:
        found = await while_connected(request, gathered(services.rooms, access.session.session_id))
        if found is None:
            raise no_such_session()
        charge(services, access, len(found.board))
        pictures: list[bytes] = []
        if format_ is ReportFormat.HTML:
            pictures = await while_connected(
                request, pictures_of_pages(services, found.board, owner=owner_of(access))
            )
        content = await asyncio.to_thread(_content, found, format_, language, clock, pictures)
        headers = {"Cache-Control": "private, no-store"}
        if format_ is not ReportFormat.JSON:
            headers["Content-Disposition"] = attachment(
                access.session.title, "report", format_.value
            )
        if format_ is ReportFormat.HTML:
            headers["Content-Security-Policy"] = f"{POLICY}; sandbox"
        return turn.respond([content], media_type=_MEDIA_TYPES[format_], headers=headers)


def _content(
    found: Gathered,
    format_: ReportFormat,
    language: Language,
    clock: zoneinfo.ZoneInfo,
    pictures: list[bytes],
) -> bytes:
    out = ReportOut.of(found.report)
    match format_:
        case ReportFormat.JSON:
            return out.model_dump_json(by_alias=True).encode()
        case ReportFormat.CSV:
            return csv_text(COLUMNS, cells(out)).encode()
        case ReportFormat.HTML:
            return printed(found.report, pictures, language=language, zone=clock).encode()
