"""A session's timeline for people, for programs and for spreadsheets, page by page."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
import typer

from cli.printable import printable
from cli.server.operator_client import OperatorClient, decoded

_PAGE: Final = 1000


class Entry(msgspec.Struct, frozen=True):
    """One event; `data` is what it says, without the board's contents."""

    seq: int
    type: str
    at: datetime
    user_id: int | None
    name: str | None
    data: dict[str, Any]


class _Page(msgspec.Struct, frozen=True):
    items: list[Entry]
    next_after: int | None


def print_timeline(operator: OperatorClient, session_id: str, *, as_json: bool) -> None:
    """Print the events of a session, oldest first: a line each, for people or as JSON."""
    after: int | None = 0
    while after is not None:
        asked: dict[str, str | int] = {"after": after, "limit": _PAGE}
        page = decoded(operator.download(f"sessions/{session_id}/timeline/", asked), _Page)
        for entry in page.items:
            typer.echo(json.dumps(msgspec.to_builtins(entry)) if as_json else _line(entry))
        after = page.next_after


def print_csv(operator: OperatorClient, session_id: str) -> None:
    """Print the events of a session as one table (RFC 4180), made safe by the server."""
    for table in _tables(operator, session_id):
        sys.stdout.write(table)


def _tables(operator: OperatorClient, session_id: str) -> Iterator[str]:
    asked: dict[str, str | int] = {"format": "csv", "limit": _PAGE}
    while True:
        answer = operator.download(f"sessions/{session_id}/timeline/", asked)
        heading, end, rows = answer.text.partition("\r\n")
        yield rows if "after" in asked else heading + end + rows
        following = answer.links.get("next")
        if following is None:
            return
        asked = dict(parse_qsl(following["url"].removeprefix("?")))


def _line(entry: Entry) -> str:
    when = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    who = entry.name or ("" if entry.user_id is None else f"user {entry.user_id}")
    data = json.dumps(entry.data, ensure_ascii=False, separators=(",", ":"))
    return printable(f"{entry.seq:>7}  {when}  {entry.type:<22}  {who:<20}  {data}")
