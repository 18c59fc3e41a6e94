"""Answering `sync_request`: everything after what the client has, or the whole state (BD-7)."""

import msgspec

from actors.edge.outbox import Outbox
from actors.room.fanout.recent import EncodedEvent, RecentEvents
from actors.room.joining.boards import EncodedBoards
from lessonroom.log.audience import is_for
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
    boards: EncodedBoards,
    outbox: Outbox,
    user_id: int,
    message_id: str | None,
    now_ms: int,
) -> tuple[bytes, list[bytes] | None] | None:
    """Return the payload that brings a client to the state's `head`, and its board, encoded.

    None where its board has to be encoded first, which `boards` has begun to do.
    """
    delta = _delta(state, recent, request, outbox, user_id)
    answer = _full(state, user_id, now_ms) if delta is None else delta
    board: list[bytes] | None = None
    if delta is None and Channel.BOARD in outbox.channels:
        board = boards.encoded(state.board, outbox.wire, head=state.head)
        if board is None:
            return None
    payload = encode_message(Channel.BOARD, "sync_response", answer, message_id=message_id)
    return payload, board


def _delta(
    state: RoomState, recent: RecentEvents, request: SyncRequest, outbox: Outbox, user_id: int
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
        events=_shown(missed, outbox, user_id, leads=state.is_host(user_id)),
    )


def _shown(
    events: list[EncodedEvent], outbox: Outbox, user_id: int, *, leads: bool
) -> list[msgspec.Raw]:
    """Return events as one viewer gets them: of what is not for them, that it happened (CH-4)."""
    shown = []
    for event in events:
        if is_for(event.circle, user_id, leads=leads):
            if event.is_carried_by(outbox.channels):
                shown.append(msgspec.Raw(event.message()))
        elif event.is_gap_carried_by(outbox.channels):
            shown.append(msgspec.Raw(event.hidden))
    return shown


def _full(state: RoomState, user_id: int, now_ms: int) -> SyncFull:
    """Return the whole state but for the board, which comes last."""
    return SyncFull(
        epoch=state.epoch,
        seq=state.head,
        session=session_view(state.session, now_ms=now_ms),
        roster=[participant.view() for participant in state.participants.values()],
        permissions=as_booleans(state.permissions_of(user_id)),
        role_permissions={role: as_booleans(state.permissions_of_role(role)) for role in Role},
        board=None,
    )
