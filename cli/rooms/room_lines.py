"""The rooms in a list: one line each."""

from collections.abc import Sequence
from datetime import datetime

import msgspec


class RoomLine(msgspec.Struct, frozen=True, kw_only=True):
    """A room; what only an open room knows is None where it is not open.

    `since` is when the room was opened; where it is not open, when the lesson began or was made.
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
