"""Limits of a room as tests of rates set them."""

from actors.config import RoomConfig
from lessonroom.rates import Rate, Rates
from tests.actors.support.client import Client
from tests.actors.support.school import FAST

_ANY = FAST.board


def config(**rates: Rate | float) -> RoomConfig:
    some = {"board": _ANY, "pointer": _ANY, "signal": _ANY, "command": _ANY, "room": _ANY}
    return RoomConfig(fanout_interval_s=0.0, rates=Rates(**{**some, **rates}))  # type: ignore[arg-type]


def codes(client: Client) -> list[str]:
    return [error["code"] for error in client.errors]
