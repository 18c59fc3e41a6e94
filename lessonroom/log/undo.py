"""Undo and redo of one's own changes of the board, and for the host of others' (PROTOCOL BD-11).

What can be taken back is kept in the memory of the room: one that is opened anew begins with
nothing to undo. History is never rewritten: an undo is an event like any other.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from lessonroom.board.editing.footprint import Footprint, Trace
from lessonroom.board.editing.taking_back import Step, TakenBack, TakingBack
from lessonroom.board.editing.unseen import on_whole
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Redo, Undo
from lessonroom.turn import Turn, require_audiences

STEPS_MOST: Final = 100
"""So many changes of one person can be undone."""

_KEPT_BYTES_MOST: Final = 8 * 1024 * 1024
"""For one person; the newest step is kept whatever its size."""

_KEPT_BYTES_OF_ROOM: Final = 64 * 1024 * 1024
"""For all together: whoever changed something longest ago loses their steps first. Otherwise a
guest who comes again and again under other names would leave 8 MiB behind each time."""


class _Stack:
    """The newest steps, within the limits of number and size.

    The sizes are kept, not summed: a stroke is pushed thirty times a second.
    """

    def __init__(self) -> None:
        self.steps: deque[Step] = deque()
        self.size_bytes = 0

    def push(self, step: Step) -> None:
        self.steps.append(step)
        self.size_bytes += step.size_bytes
        while len(self.steps) > STEPS_MOST or (
            self.size_bytes > _KEPT_BYTES_MOST and len(self.steps) > 1
        ):
            self.size_bytes -= self.steps.popleft().size_bytes

    def remove(self, step: Step) -> None:
        self.steps.remove(step)
        self.size_bytes -= step.size_bytes

    def grow(self, step: Step, size_bytes: int) -> None:
        step.size_bytes += size_bytes
        self.size_bytes += size_bytes


class UndoHistory:
    """What each participant can undo and redo."""

    def __init__(self) -> None:
        self._undo: dict[int, _Stack] = {}
        self._redo: dict[int, _Stack] = {}

    def clear(self) -> None:
        """Forget everything: the board is no longer the one that the steps were taken on."""
        self._undo.clear()
        self._redo.clear()

    def record(self, user_id: int, board: Board, change: BoardChange) -> None:
        """Note a change of `user_id` that is about to be applied; it ends what can be redone.

        Args:
            user_id: who made it.
            board: the board as it is without it.
            change: what it comes to.

        """
        footprint = Footprint.of(board, change)
        if footprint.is_empty():
            return
        self._redo.pop(user_id, None)
        stack = self._undo.get(user_id)
        if stack is None:
            stack = self._undo[user_id] = _Stack()
        _follow_strokes(footprint, stack)
        if not footprint.is_empty():
            stack.push(Step(footprint, is_restore=False))
            self._trim(user_id)

    def record_footprint(self, user_id: int, footprint: Footprint) -> None:
        """Note a change of `user_id` of which all is known already."""
        self._redo.pop(user_id, None)
        self._undo.setdefault(user_id, _Stack()).push(Step(footprint, is_restore=False))
        self._trim(user_id)

    def record_restore(self, user_id: int, footprint: Footprint) -> None:
        """Note what `user_id` restored: a step of its own, which goes on with no stroke."""
        self._redo.pop(user_id, None)
        self._undo.setdefault(user_id, _Stack()).push(Step(footprint, is_restore=True))
        self._trim(user_id)

    def _trim(self, user_id: int) -> None:
        """Have the others forget their steps, if need be; `user_id` has just changed something."""
        self._undo[user_id] = self._undo.pop(user_id)
        if len(self._undo) == 1:
            return
        stacks = (*self._undo.values(), *self._redo.values())
        over_bytes = sum(stack.size_bytes for stack in stacks) - _KEPT_BYTES_OF_ROOM
        while over_bytes > 0 and len(self._undo) > 1:
            longest_ago = next(iter(self._undo))
            over_bytes -= self._undo.pop(longest_ago).size_bytes
            redone = self._redo.pop(longest_ago, None)
            over_bytes -= redone.size_bytes if redone is not None else 0

    def to_undo(self, user_id: int) -> Step | None:
        """Return the change of somebody that an undo would take back now."""
        return _newest(self._undo, user_id)

    def to_redo(self, user_id: int) -> Step | None:
        """Return the undo of somebody that a redo would take back now."""
        return _newest(self._redo, user_id)

    def undo(self, turn: Turn, command: Undo) -> None:
        """Take back the newest change of `of`, or one's own, where it still has effect."""
        _take_back(turn, command, source=self._undo, target=self._redo)

    def redo(self, turn: Turn, command: Redo) -> None:
        """Take back the newest undo of `of`, or one's own, where it still has effect."""
        _take_back(turn, command, source=self._redo, target=self._undo)


def _newest(stacks: Mapping[int, _Stack], user_id: int) -> Step | None:
    stack = stacks.get(user_id)
    return stack.steps[-1] if stack is not None and stack.steps else None


def _follow_strokes(footprint: Footprint, stack: _Stack) -> None:
    """Give what was appended to the step that began the stroke; note the strokes that begin here.

    A stroke comes as one `put` and many `append`, and is one step nevertheless.
    """
    strokes: set[str] = set()
    for element_id, trace in list(footprint.elements.items()):
        before, after = trace.before, trace.after
        if before is None:
            if after is not None and after.type == "stroke":
                strokes.add(element_id)
            continue
        step = _step_drawing(trace, stack.steps)
        if step is not None:
            drawn = step.footprint.elements
            begun = drawn[element_id]
            drawn[element_id] = grown = Trace(begun.before, trace.after)
            stack.grow(step, grown.size_bytes() - begun.size_bytes())
            del footprint.elements[element_id]
    footprint.strokes = strokes


def _step_drawing(trace: Trace, steps: Sequence[Step]) -> Step | None:
    """Return the step that drew the stroke as it is before `trace` goes on with it."""
    before, after = trace.before, trace.after
    if before is None or after is None or not after.extends(before):
        return None
    for step in reversed(steps):
        drawn = step.footprint
        if before.id in drawn.strokes and before.is_same(drawn.elements[before.id].after):
            return step
    return None


def _take_back(
    turn: Turn,
    command: Undo | Redo,
    *,
    source: Mapping[int, _Stack],
    target: dict[int, _Stack],
) -> None:
    """Invert the newest step of `source`; what that comes to is the newest step of `target`.

    A step of which nothing is left is forgotten, or it would stand before all the older ones.
    What the host takes back in somebody's place is that person's step all the same: they, or the
    host, can bring it back. What was worked out beside the room is the step that was the newest
    when they asked, whatever they have drawn since.

    Raises:
        Refused: there is no such step, nothing of it is left, or it is not possible now.

    """
    by, whose = command.by, command.whose
    if whose != by:
        turn.require_host(by)
        turn.participant(whose)
    turn.require_board_open(by)
    stack = source.get(whose)
    step = _newest(source, whose)
    if command.worked_out is not None:
        step = command.worked_out.taking.step
    if stack is None or step is None or step not in stack.steps:
        what = "undo" if isinstance(command, Undo) else "redo"
        raise Refused(ErrorCode.NOT_FOUND, f"there is nothing to {what}")
    taken = _taken(turn, command, step)
    if taken.change is None and taken.refused is None:
        stack.remove(step)
        raise Refused(ErrorCode.CONFLICT, "nothing of it is left: others changed it since")
    if step.is_restore:
        turn.require_host(by)
    if taken.change is None or taken.inverse is None:
        raise taken.refused or AssertionError
    board = turn.state.board
    change = on_whole(board, turn.board_of(by), taken.change)
    if change.pages is not None:
        require_audiences(turn, change, by=by, brings_back=True)
    # A mistake can be taken back where nothing more can be drawn; to redo it is to draw it.
    turn.require_space(by, change.ops_bytes(), from_reserve=isinstance(command, Undo))
    stack.remove(step)
    target.setdefault(whose, _Stack()).push(taken.inverse)
    event = turn.emit_board(change, by=by)
    turn.outcome.result = {"seq": event.seq}


def _taken(turn: Turn, command: Undo | Redo, step: Step) -> TakenBack:
    """Return what was worked out beside the room, or work it out now."""
    by = command.by
    board = turn.board_of(by)
    taking = TakingBack(step, by, turn.state.permissions_of(by), turn.limits)
    taken = command.worked_out.on(board, taking) if command.worked_out is not None else None
    return taken or TakenBack.of(taking, board)
