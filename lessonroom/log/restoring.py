"""Bringing an earlier version of the board back, as a new event (PROTOCOL BD-12)."""

from lessonroom.board.board import Board
from lessonroom.board.restoration import Restoration
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
    author = command.by or 0
    restored = _restoration(command, state.board, author=author).on(state.board, author=author)
    if restored is not None:
        turn.require_space(command.by, len(restored.change.ops))
        turn.outcome.saved = SavedBoard(
            state.head, state.board.copy(), SnapshotType.MANUAL, command.by
        )
        if command.by is not None:
            history.record_restore(command.by, restored.footprint)
        turn.emit_restore(restored.change, by=command.by, version=command.version)
    turn.outcome.result = {"version": command.version, "seq": state.head}


def _restoration(command: RestoreBoard, board: Board, *, author: int) -> Restoration:
    """Return what was worked out beside the room, or work it out now."""
    given = command.board
    if isinstance(given, bytes):
        return Restoration.of(board.copy(), given, author=author)
    if given.fits(board):
        return given
    return Restoration.towards(board.copy(), given.target, author=author)
