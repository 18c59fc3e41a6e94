"""The changes of a board told again, each as a viewer was told of it at the time (AU-3)."""

from collections.abc import Iterable, Iterator

import msgspec

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.operations import LoggedOperation
from lessonroom.board.model.viewing import Viewer
from lessonroom.log.audience import shares_of
from lessonroom.log.events import BoardChanged, Event

_decode_body = msgspec.json.Decoder(BoardChanged).decode
_decode_ops = msgspec.json.Decoder(list[LoggedOperation]).decode


def retold(board: Board, events: Iterable[Event], viewer: Viewer) -> Iterator[Event]:
    """Yield those changes of the board that a viewer sees, with the data that they are shown.

    Args:
        board: as it was before the first of them; it is changed along.
        events: changes of that board, all of them from there on.
        viewer: as they are now: who leads is told everything.

    """
    for event in events:
        ops = _decode_ops(_decode_body(event.data).ops)
        change = replay_ops(board, ops, author=event.user_id or 0)
        shares = shares_of(board, change)
        if shares is None or shares.whole_for(viewer):
            yield event
        elif (data := shares.data_for(viewer)) is not None:
            yield msgspec.structs.replace(event, data=data)
        board.apply(change)
