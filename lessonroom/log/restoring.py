"""What adds much at once, as one event: an earlier version (BD-12), the copy of a page (PG-2)."""

from lessonroom.board.editing import assets
from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.editing.restoration import Restoration
from lessonroom.board.model.board import Board
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import CopyPage, RestoreBoard
from lessonroom.log.events import EventType
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
        turn.require_space(command.by, restored.change.ops_bytes())
        turn.outcome.saved = SavedBoard(
            state.head, state.board.copy(), SnapshotType.MANUAL, command.by
        )
        if command.by is not None:
            history.record_restore(command.by, restored.footprint)
        turn.emit_restore(restored.change, by=command.by, version=command.version)
    turn.outcome.result = {"version": command.version, "seq": state.head}


def copy_page(turn: Turn, command: CopyPage, history: UndoHistory) -> None:
    """Add copies of pages as one event: what they were when asked for (PROTOCOL PG-2).

    Assets that they show, and the session has not yet, come before it.
    """
    turn.require_board_open(command.by)
    board = turn.state.board
    copy = command.copy or PageCopy.of(board, command.page, as_id=command.id, more=command.more)
    for permission in copy.needs():
        turn.require(command.by, permission)
    new = assets.new_of(command.assets, turn)
    original = None if command.is_from_elsewhere else command.page
    if command.is_beginning and not _is_empty(board):
        raise Refused(ErrorCode.CONFLICT, "its board is not empty", field="into")
    change, footprint = copy.on(
        board,
        behind=command.after or original,
        limits=turn.limits,
        is_beginning=command.is_beginning,
    )
    turn.require_space(command.by, change.ops_bytes())
    history.record_footprint(command.by, footprint)
    for added in new:
        turn.emit(EventType.ASSET_ADD, added, by=command.by)
    turn.outcome.result = {"seq": turn.emit_board(change, by=command.by).seq}


def _is_empty(board: Board) -> bool:
    """Whether nothing is on any page, whatever paper they have."""
    return not board.elements and all(page.background is None for page in board.pages.values())


def _restoration(command: RestoreBoard, board: Board, *, author: int) -> Restoration:
    """Return what was worked out beside the room, or work it out now."""
    given = command.board
    if isinstance(given, bytes):
        return Restoration.of(board.copy(), given, author=author)
    if given.fits(board):
        return given
    return Restoration.towards(board.copy(), given.target, author=author)
