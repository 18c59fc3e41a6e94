"""What people do to the board: drafted by all rules that hold for it, and put into the log."""

import zlib
from collections.abc import Container, Sequence
from typing import Final

import msgspec

from lessonroom.board.editing import assets
from lessonroom.board.editing.changes import draft
from lessonroom.board.editing.unseen import on_whole
from lessonroom.board.model.operations import Operation, is_erasing
from lessonroom.commands import AddPages, EditBoard
from lessonroom.log.events import AssetAdded, Event, EventType, Submission
from lessonroom.log.undo import UndoHistory
from lessonroom.session import documents
from lessonroom.turn import Turn, require_audiences

_encode: Final = msgspec.json.Encoder().encode


def edit(turn: Turn, command: EditBoard, history: UndoHistory) -> None:
    """Carry out what a client submitted, once (BD-6)."""
    peer = turn.peer(command.connection_id)
    submission = Submission(command.client_id, command.n, zlib.crc32(_encode(command.ops)))
    # Before any rule: what was accepted once stays so, though by now it would be refused.
    accepted = turn.state.submissions.seq_of(peer.user_id, submission)
    if accepted is not None:
        turn.ack(peer, submission, seq=accepted)
        return
    event = _change(turn, command.ops, history, by=peer.user_id, submission=submission)
    turn.ack(peer, submission, seq=event.seq)


def add_pages(turn: Turn, command: AddPages, history: UndoHistory) -> None:
    """Add pages of a document that somebody imports (PROTOCOL PG-7)."""
    ops = documents.additions(turn.board_of(command.by), command)
    _change(turn, ops, history, by=command.by, bringing=command.assets)
    if command.progress is not None:
        documents.tell(turn, command.progress)
    turn.outcome.result = [page.id for page in command.pages]


def _change(
    turn: Turn,
    ops: Sequence[Operation],
    history: UndoHistory,
    *,
    by: int,
    submission: Submission | None = None,
    bringing: Sequence[AssetAdded] = (),
) -> Event:
    """Change the board as a person asks for, by all rules that hold for what people draw.

    `bringing` are assets that the session has from then on.
    """
    turn.require_board_open(by)
    new = assets.new_of(bringing, turn) if bringing else []
    state = turn.state
    board = state.board
    view = turn.board_of(by) if board.has_private else board
    change = draft(
        view,
        ops,
        author=by,
        permissions=state.permissions_of(by),
        limits=turn.limits,
        tells_effects=board.has_private,
    )
    if view is not board:
        change = on_whole(board, view, change)
    if change.pages is not None:
        require_audiences(turn, change, by=by)
    there: Container[str] = state.assets
    if new:
        there = state.assets.keys() | {each.asset for each in new}
    assets.check_references(ops, there)
    turn.require_space(by, change.ops_bytes(), from_reserve=is_erasing(ops))
    # While the board is as it was: a step of undo holds what the change is about to overwrite.
    history.record(by, board, change)
    for added in new:
        turn.emit(EventType.ASSET_ADD, added, by=by)
    return turn.emit_board(change, by=by, submission=submission)
