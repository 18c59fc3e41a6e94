"""The rooms in a list: one line each, from the running server or from the database."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from cli.command_errors import ServerUnreachable
from cli.operator_client import LiveRoom, OperatorClient
from cli.server_files import database_url
from cli.settings import Settings


class RoomLine(msgspec.Struct, frozen=True, kw_only=True):
    """A room; what only a running server knows is None without one.

    `since` is when the room was opened; without a server, when the lesson began or was made.
    """

    session_id: str
    title: str
    status: str
    people: int
    connections: int | None
    events: int
    events_per_s: float | None
    since: datetime


class RoomList(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms at one moment."""

    is_server_up: bool
    rooms: Sequence[RoomLine]


def list_rooms(settings: Settings) -> RoomList:
    """Return the open rooms or, while the server is down, the lessons that are under way.

    Raises:
        CommandRefused: neither the server nor the database can be asked.

    """
    try:
        with OperatorClient(settings.storage.data_dir) as operator:
            return RoomList(is_server_up=True, rooms=[_open(room) for room in operator.rooms()])
    except ServerUnreachable:
        # Loading what reads a database takes a second, which asking a server need not wait for.
        from cli.resting_rooms import lessons_under_way  # noqa: PLC0415

        lessons = asyncio.run(lessons_under_way(database_url(settings)))
        return RoomList(is_server_up=False, rooms=lessons)


def _open(room: LiveRoom) -> RoomLine:
    return RoomLine(
        session_id=room.session_id,
        title=room.title,
        status=room.status,
        people=room.participants,
        connections=room.connections,
        events=room.head,
        events_per_s=room.events_per_s,
        since=room.opened_at,
    )
