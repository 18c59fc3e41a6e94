"""Listing the rooms, from the running server or from the database."""

import asyncio

from cli.command_errors import ServerUnreachable
from cli.rooms.room_lines import RoomLine, RoomList
from cli.server.operator_client import LiveRoom, OperatorClient
from cli.server.server_files import database_url
from cli.settings.settings import Settings


def list_rooms(settings: Settings, *, with_resting: bool = False) -> RoomList:
    """Return the open rooms or, while the server is down, the lessons that are under way.

    Args:
        settings: of the server.
        with_resting: have the lessons under way follow the open rooms, while the server runs too.

    Raises:
        CommandRefused: neither the server nor the database can be asked.

    """
    try:
        with OperatorClient(settings.storage.data_dir) as operator:
            rooms = [_open(room) for room in operator.rooms()]
    except ServerUnreachable:
        return RoomList(is_server_up=False, rooms=_under_way(settings))
    if with_resting:
        are_open = {room.session_id for room in rooms}
        rooms += [room for room in _under_way(settings) if room.session_id not in are_open]
    return RoomList(is_server_up=True, rooms=rooms)


def _under_way(settings: Settings) -> list[RoomLine]:
    # Loading what reads a database takes a second, which asking a server need not wait for.
    from cli.rooms.resting_rooms import lessons_under_way  # noqa: PLC0415

    return asyncio.run(lessons_under_way(database_url(settings)))


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
