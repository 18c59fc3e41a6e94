"""What the undo or redo of a change comes to, worked out beside the room where it is large (BD-11).

Of 10,000 elements that takes 50 ms, in which every lesson would stand still. So it is done as a
restore is: on a copy of the board, and looked at again at the moment that orders the event.
"""

from collections.abc import Collection

import msgspec

from lessonroom.board.editing.changes import revert
from lessonroom.board.editing.footprint import Footprint
from lessonroom.board.editing.restoration import is_same
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.codes import Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import PermissionSet


class Step:
    """One change to take back. A restore was made past locked layers, and so is its undo."""

    __slots__ = ("footprint", "is_restore", "size_bytes")

    def __init__(self, footprint: Footprint, *, is_restore: bool) -> None:
        self.footprint = footprint
        self.is_restore = is_restore
        self.size_bytes = footprint.size_bytes()


class TakingBack(msgspec.Struct, frozen=True):
    """A step to take back, and by whom: what they may, and what a board may hold."""

    step: Step
    author: int
    permissions: PermissionSet
    limits: Limits


class TakenBack(msgspec.Struct, frozen=True):
    """What that comes to on the board `base`, which nobody changes any more.

    `change` and `inverse`, the step that takes it back in turn, are None where nothing is left of
    the step, or where it is `refused`.
    """

    taking: TakingBack
    base: Board
    step_bytes: int
    change: BoardChange | None = None
    inverse: Step | None = None
    refused: Refused | None = None

    @classmethod
    def of(cls, taking: TakingBack, base: Board) -> "TakenBack":
        """Work it out."""
        step = taking.step
        worked_out = cls(taking, base, step.size_bytes)
        ops = step.footprint.inverse(base)
        if not ops:
            return worked_out
        try:
            change = revert(
                base,
                ops,
                author=taking.author,
                permissions=taking.permissions,
                limits=taking.limits,
                minds_locks=not step.is_restore,
            )
        except Refused as refused:
            # The operations are ours: their paths would tell the caller nothing.
            plain = Refused(refused.code, refused.message)
            return msgspec.structs.replace(worked_out, refused=plain)
        inverse = Step(Footprint.of(base, change), is_restore=step.is_restore)
        return msgspec.structs.replace(worked_out, change=change, inverse=inverse)

    def fits(self, board: Board) -> bool:
        """Whether `board` is what `base` was, as far as the step is concerned.

        Where it has layers or pages to do with, that is all of it: they go if nothing is on them.
        """
        base, step = self.base, self.taking.step
        if step.size_bytes != self.step_bytes:
            return False
        if not (is_same(board.layers, base.layers) and is_same(board.pages, base.pages)):
            return False
        footprint, change = step.footprint, self.change
        before, now = base.elements, board.elements
        touched: Collection[str] = footprint.elements.keys()
        arranged: list[object] = [footprint.layers, footprint.pages]
        if change is not None:
            touched |= change.elements.keys()
            arranged += [change.layers, change.pages]
        if any(each is not None for each in arranged):
            touched = before.keys() | now.keys()
        return all(before.get(element_id) is now.get(element_id) for element_id in touched)

    def on(self, board: Board, taking: TakingBack) -> "TakenBack | None":
        """Return what it comes to on `board` by now; None where it has to be worked out again."""
        is_asked = (
            taking.step is self.taking.step
            and taking.author == self.taking.author
            and taking.permissions == self.taking.permissions
        )
        if not is_asked or not self.fits(board):
            return None
        if self.change is None:
            # Another board might have room for it.
            return self if board.size_bytes == self.base.size_bytes else None
        change, limits = self.change, taking.limits
        size_bytes = board.size_bytes + change.size_bytes - self.base.size_bytes
        text_chars = board.text_chars + change.text_chars - self.base.text_chars
        added = [change.elements[each] for each in change.elements if each not in board.elements]
        count = len(board.elements) + len(added)
        if (
            count > limits.elements_per_board
            or size_bytes > limits.board_bytes
            or text_chars > limits.text_chars_per_board
        ):
            return None
        change = msgspec.structs.replace(change, size_bytes=size_bytes, text_chars=text_chars)
        return msgspec.structs.replace(self, change=change)
