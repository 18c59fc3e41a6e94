"""The report of a lesson, as the files that a pack has of it."""

import zoneinfo
from collections.abc import Iterator

from gateway.reports.printed import printed
from gateway.reports.words import Language
from gateway.rest.shapes.csv_text import csv_text
from gateway.rest.shapes.report import COLUMNS, ReportOut, cells
from lessonroom.report.report import Report


def report_files(report: Report) -> list[tuple[str, bytes]]:
    """Return them by name, the page to print in each language."""
    return list(_files(report))


def _files(report: Report) -> Iterator[tuple[str, bytes]]:
    out = ReportOut.of(report)
    yield "report.json", out.model_dump_json(by_alias=True, indent=2).encode()
    yield "report.csv", csv_text(COLUMNS, cells(out)).encode()
    for language in Language:
        page = printed(report, [], language=language, zone=zoneinfo.ZoneInfo("UTC"))
        yield f"report.{language.value}.html", page.encode()
