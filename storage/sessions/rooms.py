"""Opening a room: everything it needs to go on, read at one moment."""

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import LogDamaged
from storage.images import assets
from storage.log import log, removals, snapshots
from storage.records import StoredRoom
from storage.sessions import seats, sessions, usage


async def load(
    connection: AsyncConnection,
    session_id: str,
    *,
    resume_window: int,
    resume_bytes: int,
) -> StoredRoom | None:
    """Return a room as the database has it; None for a session that does not exist.

    Must run in one transaction: the parts belong together.

    Raises:
        LogDamaged: part of the log that the room needs is not what was written.

    """
    session = await sessions.find(connection, session_id)
    key = await sessions.key_of(connection, session_id)
    if session is None or key is None:
        return None
    board, board_version, is_board_damaged = await snapshots.newest(connection, key)
    head, head_at_ms = await log.head(connection, key)
    if head < board_version:
        raise LogDamaged(session_id, head + 1)
    recent_after = await log.newest_within(
        connection, key, after=max(0, head - resume_window), most_bytes=resume_bytes
    )
    # The two ranges overlap as a rule: one read of the longer one serves both.
    events = await log.read(
        connection, key, session_id, after=min(board_version, recent_after), until=head
    )
    return StoredRoom(
        session=session,
        participants=await seats.of_session(connection, key),
        board=board,
        board_version=board_version,
        tail=[event for event in events if event.seq > board_version],
        recent=[event for event in events if event.seq > recent_after],
        head=head,
        head_at_ms=head_at_ms,
        epochs=await log.epochs(connection, key, session_id),
        submissions=await log.submissions(connection, key, session_id),
        assets=await assets.of_session(connection, key),
        messages=await removals.left(connection, key, session_id),
        usage=await usage.of_session(connection, key),
        is_saved_by_hand=await log.is_save(connection, key, seq=board_version),
        is_board_damaged=is_board_damaged,
    )
