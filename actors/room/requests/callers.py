"""What is asked of a room by name: over REST, by operators and by the house."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from actors.room.fanout.fanout_items import Resolve
from actors.room.lesson import Lesson
from actors.room.restoring import Restorations
from actors.runtime.telling import settle
from lessonroom.codes import Refused
from lessonroom.commands import Command, CommandOf, RestoreBoard


class Callers:
    """Carries out commands of whoever is not connected; they hear once all of it is on disk.

    Args:
        lesson: whose commands they are.
        restorations: works out restores beside the room.
        fail: ends the room; the state may be half done.

    """

    def __init__(
        self, lesson: Lesson, restorations: Restorations, *, fail: Callable[[Exception], None]
    ) -> None:
        self._lesson = lesson
        self._restorations = restorations
        self._fail = fail

    def carry_out(self, asked: CommandOf[Any]) -> "asyncio.Future[Any]":
        """Decide a command; the future has its result once everything is on disk."""
        # `Command` is the union of all there is of `CommandOf`.
        command = cast("Command", asked)
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            if isinstance(command, RestoreBoard):
                self._begin_restore(command, done)
            else:
                self._perform(command, done)
        except Exception as error:
            # By itself it would go to the asker alone, and leave a room whose state is half done.
            self._fail(error)
            raise
        return done

    def _begin_restore(self, command: RestoreBoard, done: "asyncio.Future[Any]") -> None:
        self._restorations.begin(
            command,
            self._lesson.state.board,
            carry_out=lambda worked_out: self._perform(worked_out, done),
            refuse=lambda refused: _refuse(done, refused),
        )

    def _perform(self, command: Command, done: "asyncio.Future[Any]") -> None:
        try:
            self._lesson.check_writable()
            outcome = self._lesson.perform(command)
        except Refused as refused:
            _refuse(done, refused)
        else:
            item = Resolve(done, outcome.result)
            self._lesson.fanout.add(item, behind=self._lesson.spoken_head)


def _refuse(done: "asyncio.Future[Any]", refused: Refused) -> None:
    settle(done, error=refused)
    if not done.cancelled():
        # Nobody may be left to ask: the caller's connection can be gone.
        done.exception()
