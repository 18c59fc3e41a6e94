"""Replaying the log on a board: how a room opens, and how any version is had again."""

from collections.abc import Generator, Iterable
from typing import Final

import msgspec

from lessonroom.board.editing.changes import replay_in_pieces as ops_in_pieces
from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.operations import LoggedOperation
from lessonroom.board.model.pieces import LARGE_BYTES, PIECE_BYTES, cut_in_pieces
from lessonroom.log.events import BOARD_CHANGES, BoardChanged, Event

_decode_body: Final = msgspec.json.Decoder(BoardChanged).decode
_decode_ops: Final = msgspec.json.Decoder(list[LoggedOperation]).decode


_EVENT_BYTES: Final = 2_048
"""What the least event counts as: so many bytes of a large one take as long."""


def replay(board: Board, event: Event) -> bool:
    """Apply a logged event to a board and return whether it is one that changes boards."""
    if event.type not in BOARD_CHANGES:
        return False
    ops = _decode_ops(_decode_body(event.data).ops)
    board.apply(replay_ops(board, ops, author=event.user_id or 0))
    return True


def replay_in_pieces(board: Board, events: Iterable[Event]) -> Generator[None, None, None]:
    """Apply logged events to a board, and stop every millisecond or two for others to go on.

    One that holds a whole board, as an import or a restore does, is taken in pieces, too. Until
    its last one the board is as it was before that event.
    Of such a one nothing is held on to that was taken: it and what comes of it need not be in
    memory at once, if only nobody else holds the event.
    """
    done_bytes = 0
    for event in events:
        if len(event.data) > LARGE_BYTES and event.type in BOARD_CHANGES:
            cut = yield from cut_in_pieces(event.data, b'"ops"', depth=1)
            if cut is not None:
                _decode_body(cut.rest_of(event.data))
                pieces, author = cut.taken_from(event.data), event.user_id or 0
                del event
                ops = (_decode_ops(b"[%b]" % piece) for piece in pieces)
                board.apply((yield from ops_in_pieces(board, ops, author=author)))
                continue
        replay(board, event)
        done_bytes += max(len(event.data), _EVENT_BYTES)
        if done_bytes >= PIECE_BYTES:
            done_bytes = 0
            yield
