"""How a board becomes another one, worked out beside the room that goes on (PROTOCOL BD-12).

For a board of 20 MB that takes a second. So it is done in two parts: `Restoration.of` works on a
copy of the board, and `Restoration.on` brings that up to date with what was drawn meanwhile, at the
moment that orders the event.
"""

from collections.abc import Iterable, Mapping

import msgspec

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.editing.difference import difference
from lessonroom.board.editing.footprint import Footprint, Trace
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.operations import PutBack, Remove, ServerOperation
from lessonroom.board.model.pieces import decode


class Restored(msgspec.Struct, frozen=True):
    """A change of a board and, from before it, what has to be kept to take it back."""

    change: BoardChange
    footprint: Footprint


class Restoration(msgspec.Struct, frozen=True):
    """What turns the board `base`, which nobody changes any more, into `target`."""

    base: Board
    target: Board
    worked_out: Restored | None
    """None where the two are the same."""

    @classmethod
    def of(cls, base: Board, encoded: bytes, *, author: int) -> "Restoration":
        """Work out how the board `base` becomes the one of these bytes.

        Args:
            base: a copy: it must not change any more.
            encoded: what `Board.encode` made.
            author: who restores it; 0 is the operator.

        Raises:
            ValueError: the bytes are not a board.

        """
        try:
            target = decode(encoded)
        except msgspec.DecodeError as error:
            raise ValueError(f"what is to be restored is not a board: {error}") from error
        return cls.towards(base, target, author=author)

    @classmethod
    def towards(cls, base: Board, target: Board, *, author: int) -> "Restoration":
        """Work out how the board `base` becomes `target`; neither may change any more."""
        ops = difference(base, target)
        if not ops:
            return cls(base, target, None)
        change = replay_ops(base, ops, author=author)
        return cls(base, target, Restored(change, Footprint.of(base, change)))

    def fits(self, board: Board) -> bool:
        """Whether `on` can bring this up to date: nobody has changed layers or pages since."""
        return is_same(board.layers, self.base.layers) and is_same(board.pages, self.base.pages)

    def on(self, board: Board, *, author: int) -> Restored | None:
        """Return what turns `board`, as it is by now, into the target; None where it is that.

        What was worked out holds for each element that it touches, whatever became of it since: it
        puts it as the target has it, or removes it. Only those that somebody has changed meanwhile
        are looked at again. `board` must be one that this `fits`.
        """
        touched = self.worked_out.change.elements if self.worked_out else {}
        moved = _moved(self.base, board)
        ops = self._ops_of(board, (each for each in moved if each not in touched))
        more = replay_ops(board, ops, author=author) if ops else None
        if self.worked_out is None:
            return None if more is None else Restored(more, Footprint.of(board, more))
        change = self.worked_out.change
        if more is not None:
            change = _joined(board, change, more)
        footprint = self._footprint_on(board, change, moved)
        return None if footprint.is_empty() else Restored(change, footprint)

    def _ops_of(self, board: Board, moved: Iterable[str]) -> list[ServerOperation]:
        ops: list[ServerOperation] = []
        gone = []
        for element_id in moved:
            wanted = self.target.elements.get(element_id)
            if wanted is None:
                gone += [element_id] if element_id in board.elements else []
            elif not wanted.is_same(board.elements.get(element_id)):
                ops.append(PutBack(wanted))
        return [*ops, Remove(gone)] if gone else ops

    def _footprint_on(self, board: Board, change: BoardChange, moved: list[str]) -> Footprint:
        assert self.worked_out is not None, "there is a change"  # noqa: S101
        footprint = self.worked_out.footprint
        if not moved:
            return footprint
        elements = footprint.elements.copy()
        for element_id in moved:
            elements.pop(element_id, None)
            if element_id in change.elements:
                trace = Trace(board.elements.get(element_id), change.elements[element_id])
                if trace.is_change():
                    elements[element_id] = trace
        return Footprint(elements, footprint.layers, footprint.pages)


def is_same(now: Mapping[str, object], before: Mapping[str, object]) -> bool:
    """Whether things are the same, in the same order."""
    return now is before or list(now.items()) == list(before.items())


def _moved(base: Board, board: Board) -> list[str]:
    """Return the elements that are not the very ones that they were."""
    before, now = base.elements, board.elements
    return [
        *(element_id for element_id, stored in now.items() if before.get(element_id) is not stored),
        *(element_id for element_id in before if element_id not in now),
    ]


def _joined(board: Board, change: BoardChange, more: BoardChange) -> BoardChange:
    """Return both changes as one of `board`; neither touches an element that the other does."""
    # What was worked out counts from the board as it was then: both are counted from this one.
    elements = {**change.elements, **more.elements}
    size_bytes, text_chars = board.size_bytes, board.text_chars
    for element_id, after in elements.items():
        now = board.elements.get(element_id)
        size_bytes += (len(after.encoded) if after else 0) - (len(now.encoded) if now else 0)
        text_chars += (after.text_chars if after else 0) - (now.text_chars if now else 0)
    return msgspec.structs.replace(
        change,
        elements=elements,
        size_bytes=size_bytes,
        text_chars=text_chars,
        logged=[*change.logged, *more.logged],
        layers_written={*change.layers_written, *more.layers_written},
    )
