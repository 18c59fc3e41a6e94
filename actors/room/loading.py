"""From what is stored to the state of a room."""

from collections.abc import Mapping
from typing import Final

from actors.messages import LoadedRoom
from actors.room.recent import EncodedEvent
from lessonroom.board.board import Board
from lessonroom.log.quotas import Usage
from lessonroom.log.replay import replay
from lessonroom.log.resume import Epoch
from lessonroom.log.submissions import Submissions
from lessonroom.people.permissions import PermissionSet, Role
from lessonroom.state import RoomState
from storage.records import StoredRoom

_LARGE_BYTES: Final = 128 * 1024


def takes_long(stored: StoredRoom) -> bool:
    """Whether `loaded` would keep the event loop from other rooms; a thread costs less then."""
    board_bytes = len(stored.board or b"")
    return board_bytes + sum(len(event.data) for event in stored.tail) > _LARGE_BYTES


def loaded(stored: StoredRoom, role_permissions: Mapping[Role, PermissionSet]) -> LoadedRoom:
    """Return the state as of the newest event on disk.

    The tables of sessions and seats are written with the events that change them, so only the
    board is behind: its newest snapshot is brought up to date with the events after it.
    """
    state = RoomState(
        stored.session,
        stored.participants,
        board=Board.decode(stored.board) if stored.board is not None else Board(),
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
        saved_version=stored.board_version if stored.is_saved_by_hand else None,
        role_permissions=role_permissions,
    )
    board_events = board_bytes = 0
    for event in stored.tail:
        if replay(state.board, event):
            board_events += 1
            board_bytes += len(event.data)
            state.saved_version = None
    recent = [EncodedEvent.of(event) for event in stored.recent]
    return LoadedRoom(state, recent, board_events, board_bytes)
