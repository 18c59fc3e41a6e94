"""Replaying the log on a board: how a room opens, and how any version is had again."""

from typing import Final

import msgspec

from lessonroom.board.board import Board
from lessonroom.board.draft import replay_ops
from lessonroom.board.operations import LoggedOperation
from lessonroom.log.events import BOARD_CHANGES, BoardChanged, Event

_decode_body: Final = msgspec.json.Decoder(BoardChanged).decode
_decode_ops: Final = msgspec.json.Decoder(list[LoggedOperation]).decode


def replay(board: Board, event: Event) -> bool:
    """Apply a logged event to a board and return whether it is one that changes boards."""
    if event.type not in BOARD_CHANGES:
        return False
    ops = _decode_ops(_decode_body(event.data).ops)
    board.apply(replay_ops(board, ops, author=event.user_id or 0))
    return True
