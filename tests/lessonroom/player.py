"""Plays steps to a room, and watches that no refusal changes it."""

from collections.abc import Iterator
from typing import Self

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Command, OpenRoom
from lessonroom.limits import Limits
from lessonroom.log.events import Event
from lessonroom.room import Room
from lessonroom.session.session import Session
from lessonroom.state import RoomState
from tests.lessonroom.lesson import fingerprint_of_room, folded
from tests.lessonroom.moments import LIMITS, SESSION, Step


class Player:
    """Plays steps to a room and keeps what comes of it. `OpenRoom` is a restart of the server."""

    def __init__(self, session: Session = SESSION, *, limits: Limits = LIMITS) -> None:
        self.initial = session
        self.room = Room(RoomState(session), limits=limits)
        self.log: list[Event] = []
        self.heard: list[bytes] = []
        self.refusals: list[ErrorCode] = []

    def play(self, steps: Iterator[Step]) -> Self:
        """Carry out the steps one after the other."""
        for command, now_ms in steps:
            self.step(command, now_ms)
        return self

    def step(self, command: Command, now_ms: int) -> None:
        """Carry out one command; a refusal must leave the room as it was."""
        if isinstance(command, OpenRoom):
            self.room = Room(folded(self.initial, self.log), limits=self.room.limits)
        before = fingerprint_of_room(self.room)
        try:
            outcome = self.room.handle(command, now_ms)
        except Refused as refused:
            assert fingerprint_of_room(self.room) == before, f"changed by the refused {command}"
            self.refusals.append(refused.code)
            self.heard.append(repr(refused).encode())
            return
        self.log += outcome.events
        self.heard.append(
            msgspec.json.encode([outcome.acks, outcome.signals, outcome.closures, outcome.result])
        )

    def log_bytes(self) -> bytes:
        """Return the log as it would be stored."""
        return b"".join(msgspec.msgpack.encode(event) for event in self.log)
