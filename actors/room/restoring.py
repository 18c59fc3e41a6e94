"""Restores, copies of pages, undo and redo of much, beside the event loop (BD-12, PG-2, BD-11).

How the present board becomes that of a version takes a second to work out where both hold 20 MB. It
is done in a thread, on a copy; the room goes on and orders the restore once it hears of the result,
which is brought up to date with what was drawn meanwhile. Only where somebody has changed the
layers in that time is it worked out anew. The copy of a page is what that was at the beginning. An
undo is worked out anew where somebody has changed meanwhile what it is about.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.editing.restoration import Restoration
from lessonroom.board.editing.taking_back import TakenBack, TakingBack
from lessonroom.board.model.board import Board
from lessonroom.codes import Refused, unavailable
from lessonroom.commands import CopyPage, Redo, RestoreBoard, Undo

_AT_ONCE_BYTES: Final = 128 * 1024
"""Two boards of so many bytes are compared within 5 ms."""
_ATTEMPTS_MOST: Final = 3


class WorkedOut(msgspec.Struct, frozen=True):
    """Told by a room to itself: what was worked out on its board, or a fault in that."""

    number: int
    result: Restoration | PageCopy | TakenBack | Exception


Large = RestoreBoard | CopyPage | Undo | Redo
_L = TypeVar("_L", RestoreBoard, CopyPage, Undo | Redo)


class _Pending(msgspec.Struct):
    command: Large
    target: Board | None
    taking: TakingBack | None
    carry_out: Callable[[Any], None]
    refuse: Callable[[Refused], None]
    attempts: int = 0


class Restorations:
    """The restores, copies and large undos of one room that are being worked out.

    Args:
        tell: puts a message into the room's own mailbox.

    """

    def __init__(self, tell: Callable[[WorkedOut], None]) -> None:
        self._tell = tell
        self._pending: dict[int, _Pending] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._number = 0

    def begin(
        self,
        command: _L,
        board: Board,
        *,
        target: Board | None = None,
        taking: TakingBack | None = None,
        carry_out: Callable[[_L], None],
        refuse: Callable[[Refused], None],
    ) -> None:
        """Work something out and have it carried out, at once where the boards are small.

        Args:
            command: of a restore, with the encoded board of the version.
            board: the room's board, as whoever asks may see it.
            target: the board that a restore is to come to, where it is decoded already.
            taking: the step that an undo or a redo is to take back.
            carry_out: called in the room's turn, with what was worked out.
            refuse: called instead where the room ends before.

        """
        if _size_of(command, target, board, taking) <= _AT_ONCE_BYTES:
            if target is not None and isinstance(command, RestoreBoard):
                worked_out = Restoration.towards(board.copy(), target, author=command.by or 0)
                command = msgspec.structs.replace(command, board=worked_out)
            carry_out(command)
            return
        self._number += 1
        self._pending[self._number] = _Pending(command, target, taking, carry_out, refuse)
        self._run(self._number, board)

    def go_on(self, message: WorkedOut, board_of: Callable[[int | None], Board]) -> None:
        """Carry out what was worked out, or work it out again where the layers have changed.

        `board_of` tells the room's board, as somebody may see it by now.
        """
        pending = self._pending[message.number]
        board = board_of(pending.command.by)
        if isinstance(message.result, Exception):
            raise message.result
        if isinstance(message.result, PageCopy):
            pending.command = msgspec.structs.replace(pending.command, copy=message.result)
        else:
            field = "board" if isinstance(message.result, Restoration) else "worked_out"
            pending.command = msgspec.structs.replace(pending.command, **{field: message.result})
            if not message.result.fits(board) and pending.attempts < _ATTEMPTS_MOST:
                self._run(message.number, board)
                return
        # Forgotten behind it: where that fails so does the room, and `stop` refuses who waits.
        pending.carry_out(pending.command)
        del self._pending[message.number]

    def stop(self) -> None:
        """Refuse what is not carried out yet; threads that still work are left to themselves."""
        for task in self._tasks:
            task.cancel()
        pending, self._pending = self._pending, {}
        for each in pending.values():
            each.refuse(unavailable("the room has just closed"))

    def _run(self, number: int, board: Board) -> None:
        pending = self._pending[number]
        pending.attempts += 1
        task = asyncio.get_running_loop().create_task(self._work(number, pending, board.copy()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, number: int, pending: _Pending, base: Board) -> None:
        result: Restoration | PageCopy | TakenBack | Exception
        try:
            result = await asyncio.to_thread(_worked_out, pending, base)
        except Exception as error:  # noqa: BLE001 - the room's to fail with, not this task's
            result = error
        self._tell(WorkedOut(number, result))


def _size_of(command: Large, target: Board | None, board: Board, taking: TakingBack | None) -> int:
    """Return how many bytes are to be looked at, of what is not worked out yet."""
    if isinstance(command, Undo | Redo):
        return taking.step.size_bytes if taking is not None else 0
    if isinstance(command, CopyPage):
        return board.size_bytes
    if target is not None:
        return target.size_bytes + board.size_bytes
    given = command.board
    return len(given) + board.size_bytes if isinstance(given, bytes) else 0


def _worked_out(pending: _Pending, base: Board) -> Restoration | PageCopy | TakenBack:
    command, target = pending.command, pending.target
    if pending.taking is not None:
        return TakenBack.of(pending.taking, base)
    assert not isinstance(command, Undo | Redo), "there is a step to take back"  # noqa: S101
    if isinstance(command, CopyPage):
        return PageCopy.of(base, command.page, as_id=command.id, more=command.more)
    author = command.by or 0
    if target is not None:
        return Restoration.towards(base, target, author=author)
    if isinstance(command.board, bytes):
        return Restoration.of(base, command.board, author=author)
    return Restoration.towards(base, command.board.target, author=author)
