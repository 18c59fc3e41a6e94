"""Answering `sync_request`: everything after what the client has, or the whole state (BD-7)."""

import msgspec

from actors.edge.outbox import Outbox
from actors.room.recent import RecentEvents
from lessonroom.log.events import Channel
from lessonroom.log.resume import is_known_point
from lessonroom.people.permissions import Role, as_booleans
from lessonroom.protocol.client import SyncRequest
from lessonroom.protocol.encoding import encode_message
from lessonroom.protocol.server import SyncDelta, SyncFull
from lessonroom.state import RoomState
from lessonroom.views import session_view


def sync_response(
    state: RoomState,
    recent: RecentEvents,
    request: SyncRequest,
    *,
    outbox: Outbox,
    user_id: int,
    message_id: str | None,
    now_ms: int,
) -> bytes:
    """Return the payload that brings a client to the state's `head`."""
    answer = _delta(state, recent, request, outbox) or _full(state, outbox, user_id, now_ms)
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


def _full(state: RoomState, outbox: Outbox, user_id: int, now_ms: int) -> SyncFull:
    carries_board = Channel.BOARD in outbox.channels
    return SyncFull(
        epoch=state.epoch,
        seq=state.head,
        session=session_view(state.session, now_ms=now_ms),
        roster=[participant.view() for participant in state.participants.values()],
        permissions=as_booleans(state.permissions_of(user_id)),
        role_permissions={role: as_booleans(state.permissions_of_role(role)) for role in Role},
        board=msgspec.Raw(state.board.encode()) if carries_board else None,
    )
