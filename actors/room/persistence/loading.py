"""From what is stored to the state of a room."""

from collections.abc import Generator, Mapping
from typing import Final

from actors.messages import LoadedRoom
from actors.room.fanout.recent import EncodedEvent
from lessonroom.board.model.board import Board
from lessonroom.board.model.pieces import decode_in_pieces, finished
from lessonroom.board.model.viewing import EVERYONE
from lessonroom.log.audience import Circle, circle_of, is_kept_from
from lessonroom.log.events import BOARD_CHANGES
from lessonroom.log.quotas import Usage
from lessonroom.log.replay import replay_in_pieces
from lessonroom.log.resume import Epoch
from lessonroom.log.submissions import Submissions
from lessonroom.people.permissions import PermissionSet, Role
from lessonroom.session.messages import Messages
from lessonroom.state import RoomState
from storage.records import StoredRoom

_LARGE_BYTES: Final = 128 * 1024
_RECENT_A_PIECE: Final = 256


def takes_long(stored: StoredRoom) -> bool:
    """Whether `loaded` would keep the event loop from other rooms."""
    board_bytes = len(stored.board or b"")
    return board_bytes + sum(len(event.data) for event in stored.tail) > _LARGE_BYTES


def loaded(stored: StoredRoom, role_permissions: Mapping[Role, PermissionSet]) -> LoadedRoom:
    """Return the state as of the newest event on disk."""
    return finished(loaded_in_pieces(stored, role_permissions))


def loaded_in_pieces(
    stored: StoredRoom, role_permissions: Mapping[Role, PermissionSet]
) -> Generator[None, None, LoadedRoom]:
    """Return the same, and stop every millisecond or two for others to go on.

    The tables of sessions and seats are written with the events that change them, so only the
    board is behind: its newest snapshot is brought up to date with the events after it.
    """
    board = Board()
    if stored.board is not None:
        board = yield from decode_in_pieces(stored.board)
    changes = [event for event in stored.tail if event.type in BOARD_CHANGES]
    yield from replay_in_pieces(board, changes)
    is_saved = stored.is_saved_by_hand and not changes
    state = RoomState(
        stored.session,
        stored.participants,
        board=board,
        head=stored.head,
        head_at_ms=stored.head_at_ms,
        epochs=[Epoch(epoch, seq) for epoch, seq in stored.epochs],
        submissions=Submissions(
            (entry.user_id, entry.client_id, entry.n, entry.seq, entry.digest)
            for entry in stored.submissions
            if entry.user_id is not None
        ),
        assets=stored.assets,
        usage=Usage(stored.usage),
        messages=Messages(stored.messages),
        saved_version=stored.board_version if is_saved else None,
        role_permissions=role_permissions,
    )
    recent: list[EncodedEvent] = []
    private_from = stored.session.private_from
    for n, event in enumerate(stored.recent):
        if private_from is not None and is_kept_from(event, EVERYONE, private_from=private_from):
            # What each got of it is not known any more: who lacks it is sent the board.
            recent.clear()
            continue
        circle = circle_of(event)
        recent.append(EncodedEvent.of(event, None if circle is None else Circle(circle)))
        if n % _RECENT_A_PIECE == 0:
            yield
    return LoadedRoom(state, recent, len(changes), sum(len(event.data) for event in changes))
