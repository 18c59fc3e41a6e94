"""Answering `sync_request`: everything after what the client has, or the whole state (BD-7)."""

import msgspec

from actors.edge.outbox import Outbox
from actors.room.recent import RecentEvents
from lessonroom.board.board import Board
from lessonroom.log.events import Channel
from lessonroom.log.resume import is_known_point
from lessonroom.people.permissions import Role, as_booleans
from lessonroom.protocol.client import SyncRequest
from lessonroom.protocol.encoding import encode_message
from lessonroom.protocol.server import SyncDelta, SyncFull
from lessonroom.state import RoomState
from lessonroom.views import session_view


class EncodedBoard:
    """The newest board that was asked for whole, encoded once for all who ask at that event."""

    def __init__(self) -> None:
        self._of: tuple[Board, int] | None = None
        self._encoded = msgspec.Raw()

    def encoded(self, board: Board, *, head: int) -> msgspec.Raw:
        """Return the board as it is after event `head`."""
        if self._of is None or self._of[0] is not board or self._of[1] != head:
            self._of, self._encoded = (board, head), msgspec.Raw(board.encode())
        return self._encoded

    def forget(self) -> None:
        """Hold no copy of a board that nobody asks for."""
        self._of, self._encoded = None, msgspec.Raw()


def sync_response(
    state: RoomState,
    recent: RecentEvents,
    request: SyncRequest,
    *,
    boards: EncodedBoard,
    outbox: Outbox,
    user_id: int,
    message_id: str | None,
    now_ms: int,
) -> bytes:
    """Return the payload that brings a client to the state's `head`."""
    answer = _delta(state, recent, request, outbox) or _full(state, boards, outbox, user_id, now_ms)
    return encode_message(Channel.BOARD, "sync_response", answer, message_id=message_id)


def _delta(
    state: RoomState, recent: RecentEvents, request: SyncRequest, outbox: Outbox
) -> SyncDelta | None:
    seq = request.seq
    if seq is None or not is_known_point(
        state.epochs, head=state.head, epoch=request.epoch, seq=seq
    ):
        return None
    missed = recent.since(seq, head=state.head)
    if missed is None:
        return None
    return SyncDelta(
        epoch=state.epoch,
        from_seq=seq,
        seq=state.head,
        events=[
            msgspec.Raw(event.payload) for event in missed if event.is_carried_by(outbox.channels)
        ],
    )


def _full(
    state: RoomState, boards: EncodedBoard, outbox: Outbox, user_id: int, now_ms: int
) -> SyncFull:
    carries_board = Channel.BOARD in outbox.channels
    return SyncFull(
        epoch=state.epoch,
        seq=state.head,
        session=session_view(state.session, now_ms=now_ms),
        roster=[participant.view() for participant in state.participants.values()],
        permissions=as_booleans(state.permissions_of(user_id)),
        role_permissions={role: as_booleans(state.permissions_of_role(role)) for role in Role},
        board=boards.encoded(state.board, head=state.head) if carries_board else None,
    )
