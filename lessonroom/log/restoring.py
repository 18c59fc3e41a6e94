"""What adds much at once, as one event: an earlier version (BD-12), pages (PG-2, PG-9)."""

from collections.abc import Iterable

from lessonroom.board.editing import assets
from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.editing.footprint import Footprint
from lessonroom.board.editing.restoration import Restoration
from lessonroom.board.editing.unseen import on_whole
from lessonroom.board.model.board import Board
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import CopyPage, InsertPages, RestoreBoard
from lessonroom.log.events import AssetAdded, EventType
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


def add_pages(turn: Turn, command: CopyPage | InsertPages, history: UndoHistory) -> None:
    """Add pages with everything on them, as one event that one step of undo takes back."""
    if isinstance(command, CopyPage):
        _copy_page(turn, command, history)
    else:
        _insert_pages(turn, command, history)


def _copy_page(turn: Turn, command: CopyPage, history: UndoHistory) -> None:
    """Add copies of pages: what they were when asked for (PROTOCOL PG-2).

    Assets that they show, and the session has not yet, come before it.
    """
    turn.require_board_open(command.by)
    board = turn.state.board
    copy = command.copy or PageCopy.of(
        turn.board_of(command.by), command.page, as_id=command.id, more=command.more
    )
    if command.is_beginning and not _is_empty(board):
        raise Refused(ErrorCode.CONFLICT, "its board is not empty", field="into")
    original = None if command.is_from_elsewhere else command.page
    _insert(
        turn,
        history,
        copy,
        by=command.by,
        behind=command.after or original,
        bringing=command.assets,
        is_beginning=command.is_beginning,
    )


def _insert_pages(turn: Turn, command: InsertPages, history: UndoHistory) -> None:
    """Add the pages of a board file brought from elsewhere (PROTOCOL PG-9).

    Raises:
        Refused: `not_found`, they show an asset that the session neither has nor is brought; as
            of copies otherwise.

    """
    turn.require_board_open(command.by)
    there = turn.state.assets.keys() | {added.asset for added in command.assets}
    if missing := command.copy.shows() - there:
        raise Refused(ErrorCode.NOT_FOUND, f"this session has no image {min(missing)}")
    _insert(
        turn,
        history,
        command.copy,
        by=command.by,
        behind=command.after,
        bringing=command.assets,
    )


def _insert(
    turn: Turn,
    history: UndoHistory,
    copy: PageCopy,
    *,
    by: int,
    behind: str | None,
    bringing: Iterable[AssetAdded],
    is_beginning: bool = False,
) -> None:
    for permission in copy.needs():
        turn.require(by, permission)
    new = assets.new_of(bringing, turn)
    board, view = turn.state.board, turn.board_of(by)
    change, footprint = copy.on(view, behind=behind, limits=turn.limits, is_beginning=is_beginning)
    if view is not board:
        change = on_whole(board, view, change)
        footprint = Footprint.of(board, change)
    turn.require_space(by, change.ops_bytes())
    history.record_footprint(by, footprint)
    for added in new:
        turn.emit(EventType.ASSET_ADD, added, by=by)
    turn.outcome.result = {"seq": turn.emit_board(change, by=by).seq}


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
