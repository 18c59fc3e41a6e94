"""Moments of a random lesson: who there is, and how far things are."""

import random
from collections.abc import Mapping
from typing import Final, NamedTuple

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer, Rect, Stroke
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.commands import Command
from lessonroom.limits import Limits
from lessonroom.people.permissions import Role
from lessonroom.session.session import Session, SessionSettings

LIMITS: Final = Limits(
    elements_per_board=6,
    element_bytes=400,
    points_per_stroke=8,
    board_bytes=1500,
    pages=3,
    layers=5,
    text_chars=20,
    ops_per_event=4,
    connections_per_participant=2,
    sdp_bytes=60,
    candidate_bytes=60,
    asset_bytes_per_session=1000,
)
"""Limits that a random lesson runs into."""

SESSION: Final = Session(
    session_id="random", host_id=1, max_participants=3, settings=SessionSettings(grace_s=5)
)

USERS: Final = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)
"""The host is busy; the last two have no seat to begin with."""
STRANGER: Final = 7
ROLES: Final[Mapping[int, Role]] = {
    1: Role.HOST, 2: Role.STUDENT, 3: Role.STUDENT, 4: Role.VIEWER, 5: Role.STUDENT, 6: Role.SOLO,
}  # fmt: skip

BOARDS: Final = (
    Board(),
    Board([Layer(id="base", name="Layer 1"), Layer(id="l2", locked=True)]),
    Board(
        [Layer(id="l3"), Layer(id="base")],
        [
            StoredElement.of(Rect(id="e1", layer="base", by=1, x=0, y=0, w=5, h=5)),
            StoredElement.of(Stroke(id="e2", layer="l3", by=2, points=[0, 0, 0.5, 0])),
        ],
    ),
    Board(
        [Layer(id="base", page="p2"), Layer(id="l2"), Layer(id="p3", page="p3")],
        [StoredElement.of(Rect(id="e3", layer="l2", by=1, x=0, y=0, w=5, h=5))],
        [Page(id="p3", title="Third"), Page(id="p1"), Page(id="p2", size=(794, 1123))],
    ),
)
"""What a restore may bring back; which version it is does not matter to a room."""

Step = tuple[Command, int]
"""A command and the time it comes at, in milliseconds."""


class Moment(NamedTuple):
    """Where in a sequence a command stands."""

    n: int
    now_ms: int


def actor(chance: random.Random) -> int | None:
    return chance.choice((None, 1, 1, 1, 2, 4, STRANGER))


def connection(chance: random.Random, user_id: int) -> str:
    return f"c{user_id}{chance.choice('aaaaaaaaab')}"
