"""Bringing an earlier version of the board back, as a new event (PROTOCOL BD-12)."""

import msgspec

from lessonroom.board.board import Board
from lessonroom.board.difference import difference
from lessonroom.board.draft import redo
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import RestoreBoard
from lessonroom.log.undo import UndoHistory
from lessonroom.outcome import SavedBoard, SnapshotType
from lessonroom.turn import Turn


def restore(turn: Turn, command: RestoreBoard, history: UndoHistory) -> None:
    """Save the board as it is, then make it what it was at `version`; for the host.

    Where it is the same already there is nothing to save and no event: `seq` is then the head.
    """
    turn.require_open()
    turn.require_host(command.by)
    state = turn.state
    if not 1 <= command.version <= state.head:
        raise Refused(ErrorCode.NOT_FOUND, f"versions are from 1 to {state.head}", field="version")
    try:
        target = Board.decode(command.board)
    except msgspec.DecodeError as error:
        raise ValueError(f"what is to be restored is not a board: {error}") from error
    ops = difference(state.board, target)
    if ops:
        change = redo(state.board, ops, author=command.by or 0)
        turn.require_space(command.by, len(change.ops))
        turn.outcome.saved = SavedBoard(
            state.head, state.board.copy(), SnapshotType.MANUAL, command.by
        )
        if command.by is not None:
            history.record(command.by, state.board, change, is_restore=True)
        turn.emit_restore(change, by=command.by, version=command.version)
    turn.outcome.result = {"version": command.version, "seq": state.head}
