"""Answering `sync_request`: everything after what the client has, or the whole state (BD-7).

Where a client takes a board in parts, the page that it shows first comes with the answer and each
other one behind it, as it was at that event; what happened since comes as events (BD-28).
"""

import msgspec

from actors.edge.outbox import Outbox
from actors.room.fanout.recent import EncodedEvent, RecentEvents
from actors.room.joining.boards import EncodedBoards
from lessonroom.board.model.encoded_parts import EncodedBoard
from lessonroom.board.model.viewing import Viewer, arranged_for, hides_from
from lessonroom.log.events import Channel
from lessonroom.log.resume import is_known_point
from lessonroom.people.permissions import Role, as_booleans
from lessonroom.protocol.client import SyncRequest
from lessonroom.protocol.encoding import encode_message
from lessonroom.protocol.server import BoardPart, SyncDelta, SyncFull
from lessonroom.state import RoomState
from lessonroom.views import session_view


class Answer(msgspec.Struct, frozen=True):
    """What a client is sent that has asked: a payload, and what goes in place of its last null.

    `parts` are payloads likewise, each to be sent by itself, in this order; null where the answer
    has no board.
    """

    payload: bytes
    board: list[bytes] | None = None
    parts: list[tuple[bytes, list[bytes]]] | None = None


def sync_response(  # noqa: PLR0913 - what an answer depends on
    state: RoomState,
    recent: RecentEvents,
    request: SyncRequest,
    *,
    boards: EncodedBoards,
    outbox: Outbox,
    user_id: int,
    page: str | None,
    message_id: str | None,
    now_ms: int,
) -> Answer | None:
    """Return what brings a client to the state's `head`.

    None where its board has to be encoded first, which `boards` has begun to do. `page` is shown
    first, or where there is no such one the first of the board.
    """

    def encoded(answer: SyncFull | SyncDelta) -> bytes:
        return encode_message(Channel.BOARD, "sync_response", answer, message_id=message_id)

    delta = _delta(state, recent, request, outbox, user_id)
    if delta is not None:
        return Answer(encoded(delta))
    full = _full(state, user_id, now_ms)
    if Channel.BOARD not in outbox.channels:
        return Answer(encoded(full))
    board = boards.encoded(state.board, outbox.wire, head=state.head)
    if board is None:
        return None
    viewer = Viewer(user_id, leads=state.is_host(user_id))
    pages = state.board.pages
    if hides_from(state.board, viewer):
        view = arranged_for(state.board, viewer)
        board, pages = board.of(view), view.pages
    if not request.parts:
        return Answer(encoded(full), board.whole(), [])
    shown = page if page is not None and page in pages else next(iter(pages))
    parts = _parts(board, shown, of=state.head)
    full = msgspec.structs.replace(full, rest=[*parts])
    return Answer(encoded(full), board.with_page(shown), [*parts.values()])


def _parts(board: EncodedBoard, shown: str, *, of: int) -> dict[str, tuple[bytes, list[bytes]]]:
    """Return all pages but the one shown, by their ids, in the order in which they are sent."""
    return {
        page.id: (
            encode_message(Channel.BOARD, "board_part", BoardPart(of=of, page=page.id)),
            board.elements(page),
        )
        for page in board.apart_from(shown)
    }


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
    if state.session.private_from is not None and recent.sees_otherwise_since(seq, user_id):
        return None
    return SyncDelta(
        epoch=state.epoch,
        from_seq=seq,
        seq=state.head,
        events=_shown(missed, outbox, Viewer(user_id, leads=state.is_host(user_id))),
    )


def _shown(events: list[EncodedEvent], outbox: Outbox, viewer: Viewer) -> list[msgspec.Raw]:
    """Return events as one viewer gets them: of what is not for them, that it happened (CH-4)."""
    shown = []
    for event in events:
        message = event.message_for(viewer)
        if message is not None:
            if event.is_carried_by(outbox.channels):
                shown.append(msgspec.Raw(message))
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
