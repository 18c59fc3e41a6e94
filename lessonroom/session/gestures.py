"""What people do in a room that is in no log: seen by those who are there, and gone with it."""

from collections.abc import Sequence
from typing import assert_never

from lessonroom.calls.signalling import Peer
from lessonroom.commands import (
    BringPeople,
    EndSpotlight,
    Gesture,
    PickSomebody,
    React,
    ReleasePeople,
    SetAway,
    SetUnrecorded,
    Spotlight,
)
from lessonroom.people.away import Away
from lessonroom.people.picking import Picking
from lessonroom.people.reacting import Reacting
from lessonroom.people.spotlight import Spotlighting
from lessonroom.recording.unrecorded import Unrecorded
from lessonroom.session.gathering import Gathering
from lessonroom.turn import Turn


class Gestures:
    """Of one room: where people are to look, whose turn it is, who is away, who is not recorded."""

    def __init__(self) -> None:
        self._gathering = Gathering()
        self._spotlighting = Spotlighting()
        self._reacting = Reacting()
        self._picking = Picking()
        self._away = Away()
        self._unrecorded = Unrecorded()

    def decide(self, turn: Turn, command: Gesture) -> None:
        """Carry one out; what each may refuse says the method of its own."""
        match command:
            case BringPeople():
                self._gathering.bring(turn, command)
            case ReleasePeople():
                self._gathering.release(turn, command)
            case Spotlight():
                self._spotlighting.put(turn, command)
            case EndSpotlight():
                self._spotlighting.end(turn, command)
            case React():
                self._reacting.react(turn, command)
            case PickSomebody():
                self._picking.pick(turn, command)
            case SetAway():
                self._away.put(turn, command)
            case SetUnrecorded():
                self._unrecorded.put(turn, command)
            case _:
                assert_never(command)

    def page_for(self, user_id: int) -> str | None:
        """Return the page that somebody is to look at, if any; it may be gone by now."""
        return self._gathering.page_for(user_id)

    def greet(self, turn: Turn, newcomers: Sequence[Peer]) -> None:
        """Tell those who come in what is going on."""
        self._gathering.greet(turn, newcomers)
        self._spotlighting.greet(turn, newcomers)
        self._away.greet(turn, newcomers)
        self._unrecorded.greet(turn, newcomers)

    def follow(self, turn: Turn) -> None:
        """Let go of what has ended by itself where a connection, or a person, is gone."""
        self._spotlighting.follow(turn)
        self._away.follow(turn)
        self._unrecorded.follow(turn)
