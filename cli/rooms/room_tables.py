"""Rooms as tables for people."""

from datetime import datetime
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.printable import printable
from cli.rooms.room_lines import RoomList
from cli.rooms.session_ids import short_ids
from cli.server.operator_client import LiveRoom

_WHOLE = frozenset({"id", "status", "since"})
"""Columns that are not broken where the terminal is narrow."""


class _Seat(msgspec.Struct, frozen=True, kw_only=True):
    user_id: int
    name: str
    role: str
    status: str
    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool
    total_time_seconds: float
    reconnect_count: int


class _Session(msgspec.Struct, frozen=True, kw_only=True):
    session_id: str
    session_type: str
    status: str
    title: str
    created_at: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    total_duration_seconds: float
    access_code: str | None


class _Room(msgspec.Struct, frozen=True, kw_only=True):
    session: _Session
    participants: list[_Seat]
    live: LiveRoom | None


def room_list_table(found: RoomList) -> RenderableType:
    """Return the rooms, one a line."""
    if not found.rooms:
        if not found.is_server_up:
            return Text("no lesson is under way")
        return Text("no rooms are open; --all lists lessons that nobody is in as well")
    ids = short_ids([room.session_id for room in found.rooms])
    table = _table("id", "title", "status", "people>", "conns>", "events>", "events/s>", "since")
    for room in found.rooms:
        table.add_row(
            ids[room.session_id],
            _text(room.title),
            room.status,
            str(room.people),
            _known(room.connections),
            str(room.events),
            _known(room.events_per_s),
            room.since.astimezone().strftime("%m-%d %H:%M"),
        )
    return table


def room_table(document: dict[str, Any]) -> RenderableType:
    """Return one session with its people.

    `document` is the answer of the operator's call `GET /rooms/{id}/`.
    """
    room = msgspec.convert(document, _Room)
    session = room.session
    facts = Table(box=None, show_header=False, pad_edge=False)
    for name, value in {
        "id": session.session_id,
        "title": session.title,
        "type": session.session_type,
        "status": session.status,
        "access code": session.access_code,
        "created": _local(session.created_at),
        "started": _local(session.actual_start),
        "ended": _local(session.actual_end),
        "active for": _duration(session.total_duration_seconds),
        "room": _live(room.live),
    }.items():
        if value:
            facts.add_row(name, _text(value))
    people = _table("user>", "name", "role", "status", "media", "time>", "reconnects>")
    for seat in room.participants:
        people.add_row(
            str(seat.user_id),
            _text(seat.name),
            seat.role,
            seat.status,
            _media(seat),
            _duration(seat.total_time_seconds),
            str(seat.reconnect_count),
        )
    return Group(facts, Text(), people if room.participants else Text("nobody has a seat"))


def _table(*headings: str) -> Table:
    """Return an empty table; a heading that ends in `>` is of numbers."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        name = heading.removesuffix(">")
        justify = "right" if name != heading else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name in _WHOLE)  # type: ignore[arg-type]
    return table


def _live(live: LiveRoom | None) -> str:
    if live is None:
        return "not open"
    return (
        f"open since {_local(live.opened_at)}, {live.connections} connections,"
        f" event {live.head}, {live.events_per_s:g} events/s"
    )


def _media(seat: _Seat) -> str:
    tracks = {
        "video": seat.video_enabled,
        "audio": seat.audio_enabled,
        "screen": seat.screen_sharing,
    }
    return " ".join(name for name, is_on in tracks.items() if is_on) or "-"


def _text(text: str) -> Text:
    """Return what people wrote: nothing in it is markup, and nothing drives the terminal."""
    return Text(printable(text))


def _known(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
