"""Takes: their rows, from the events of the log and from what becomes of their files.

Every function works inside the caller's transaction. Chunks never touch the database.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import Row, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import Event, EventType, TakeOpened
from lessonroom.recording.recording import TakeKind
from lessonroom.session.session import SessionSettings
from storage.engine import insert
from storage.tables import RECORDINGS, SESSIONS, TAKES


class TakeState(StrEnum):
    """How far a take is."""

    OPEN = "open"
    """Chunks may come."""
    CLOSED = "closed"
    """None comes any more; it is not sealed with all of them yet."""
    SEALED = "sealed"
    ERASED = "erased"
    """Somebody who may has deleted it."""


class StoredTake(msgspec.Struct, frozen=True, kw_only=True):
    """A take of a session. Times: ms since the Unix epoch.

    `sealed` is what is known of its file, made of the first `chunks`; None where there is none.
    """

    take_id: str
    session_id: str
    recording_id: str
    user_id: int
    kind: TakeKind
    media_type: str
    opened_seq: int
    opened_at_ms: int
    state: TakeState
    chunks: int
    chunk_bytes: int
    sealed_bytes: int
    sealed: Mapping[str, Any] | None


_ERASED: Final[Mapping[str, Any]] = {
    "state": TakeState.ERASED.value,
    "chunks": 0,
    "chunk_bytes": 0,
    "sealed_bytes": 0,
    "sealed": None,
}
_DAY_MS: Final = 86_400_000
_PUT_IN: Final = (
    *("take_id", "recording_id", "user_id", "media_type", "opened_seq", "chunks", "chunk_bytes"),
    *("sealed_bytes", "sealed"),
)
_USED: Final = case(
    (TAKES.c.state == TakeState.SEALED.value, TAKES.c.sealed_bytes),
    else_=TAKES.c.chunk_bytes + TAKES.c.sealed_bytes,
)
_decode: Final = msgspec.json.Decoder(TakeOpened).decode
_READ: Final = select(TAKES, SESSIONS.c.uuid).join(SESSIONS, SESSIONS.c.id == TAKES.c.session_id)


async def follow(connection: AsyncConnection, events: Iterable[tuple[int, Event]]) -> None:
    """Write the rows that events of takes come to; others are passed over.

    A take is of the last recording that was begun: the room opens none without one.

    Args:
        connection: in the transaction that writes the events, behind `recordings.follow`.
        events: each with the key of its session, in their order.

    """
    for key, event in events:
        if event.type is not EventType.RECORDING_TAKE:
            continue
        opened = _decode(event.data)
        recording = (
            select(RECORDINGS.c.recording_id)
            .where(RECORDINGS.c.session_id == key, RECORDINGS.c.started_seq < event.seq)
            .order_by(RECORDINGS.c.started_seq.desc())
            .limit(1)
        )
        row = {
            "take_id": opened.take_id,
            "session_id": key,
            "recording_id": (await connection.execute(recording)).scalar_one(),
            "user_id": opened.user_id,
            "kind": opened.kind.value,
            "media_type": opened.media_type,
            "opened_seq": event.seq,
            "opened_at": event.at_ms,
            "state": TakeState.OPEN.value,
            "chunks": 0,
            "chunk_bytes": 0,
            "sealed_bytes": 0,
        }
        await connection.execute(insert(TAKES), [row])


async def put_in(connection: AsyncConnection, key: int, arrived: Iterable[StoredTake]) -> None:
    """Write takes of a session that came from elsewhere, as they are: nothing more of them comes.

    Args:
        connection: to the database.
        key: the session.
        arrived: in the order in which they were opened.

    """
    rows = [
        {
            **{name: getattr(take, name) for name in _PUT_IN},
            "session_id": key,
            "kind": take.kind.value,
            "opened_at": take.opened_at_ms,
            "state": take.state.value,
        }
        for take in arrived
    ]
    if rows:
        await connection.execute(insert(TAKES), rows)


async def bytes_of_host(connection: AsyncConnection, host_id: int) -> int:
    """Return how many bytes takes use of all sessions of a host, by their rows."""
    query = (
        select(func.coalesce(func.sum(_USED), 0))
        .join(SESSIONS, SESSIONS.c.id == TAKES.c.session_id)
        .where(SESSIONS.c.host_id == host_id)
    )
    return int((await connection.execute(query)).scalar_one())


async def find(connection: AsyncConnection, take_id: str) -> StoredTake | None:
    """Return a take."""
    row = (await connection.execute(_READ.where(TAKES.c.take_id == take_id))).first()
    return None if row is None else _take(row)


async def of_session(connection: AsyncConnection, session_id: str) -> list[StoredTake]:
    """Return the takes of a session, in the order in which they were opened."""
    query = _READ.where(SESSIONS.c.uuid == session_id).order_by(TAKES.c.opened_seq)
    return [_take(row) for row in await connection.execute(query)]


async def bytes_beside(connection: AsyncConnection, session_id: str) -> int:
    """Return how many bytes takes use of the other sessions of a session's host, by their rows."""
    host = select(SESSIONS.c.host_id).where(SESSIONS.c.uuid == session_id).scalar_subquery()
    query = (
        select(func.coalesce(func.sum(_USED), 0))
        .join(SESSIONS, SESSIONS.c.id == TAKES.c.session_id)
        .where(SESSIONS.c.host_id == host, SESSIONS.c.uuid != session_id)
    )
    return int((await connection.execute(query)).scalar_one())


async def to_be_heard(
    connection: AsyncConnection, *, stopped_after_ms: int, stopped_before_ms: int
) -> list[StoredTake]:
    """Return the takes to seal before anybody asks, oldest first.

    Those to which nothing comes any more, and those of recordings that stopped within a time.
    """
    query = _READ.join(
        RECORDINGS,
        (RECORDINGS.c.session_id == TAKES.c.session_id)
        & (RECORDINGS.c.recording_id == TAKES.c.recording_id),
    ).where(
        (TAKES.c.state == TakeState.CLOSED.value)
        | (
            (TAKES.c.state == TakeState.OPEN.value)
            & RECORDINGS.c.stopped_at.between(stopped_after_ms, stopped_before_ms)
        )
    )
    return [_take(row) for row in await connection.execute(query.order_by(TAKES.c.opened_at))]


async def unfinished(connection: AsyncConnection, *, opened_before_ms: int) -> list[StoredTake]:
    """Return the takes of before a moment that are not sealed for good, oldest first."""
    query = _READ.where(
        TAKES.c.state.in_((TakeState.OPEN.value, TakeState.CLOSED.value)),
        TAKES.c.opened_at < opened_before_ms,
    )
    return [_take(row) for row in await connection.execute(query.order_by(TAKES.c.opened_at))]


async def change(connection: AsyncConnection, take_id: str, **values: object) -> None:
    """Write what has become of a take; one that was erased stays so."""
    await connection.execute(
        update(TAKES)
        .where(TAKES.c.take_id == take_id, TAKES.c.state != TakeState.ERASED.value)
        .values(**values)
    )


async def erase(connection: AsyncConnection, take_id: str) -> None:
    """Say of a take that it is erased; whoever keeps the files deletes them."""
    await connection.execute(update(TAKES).where(TAKES.c.take_id == take_id).values(**_ERASED))


async def erase_of(connection: AsyncConnection, user_id: int) -> None:
    """Say of all takes of a person that they are erased; whoever keeps the files deletes them."""
    await connection.execute(update(TAKES).where(TAKES.c.user_id == user_id).values(**_ERASED))


async def erase_outdated(connection: AsyncConnection, *, now_ms: int) -> None:
    """Say of takes that they are erased which are not to be kept any longer.

    That is some days after the end of their session, where its settings say how many (RC-3).
    """
    query = (
        select(SESSIONS.c.id, SESSIONS.c.settings, SESSIONS.c.actual_end)
        .where(
            SESSIONS.c.actual_end.is_not(None),
            select(TAKES.c.take_id)
            .where(TAKES.c.session_id == SESSIONS.c.id, TAKES.c.state != TakeState.ERASED.value)
            .exists(),
        )
        .order_by(SESSIONS.c.id)
    )
    for row in (await connection.execute(query)).all():
        days = msgspec.convert(row.settings, SessionSettings).recording.retention_days
        if days is None or now_ms < row.actual_end + days * _DAY_MS:
            continue
        of_session = TAKES.c.session_id == row.id
        await connection.execute(update(TAKES).where(of_session).values(**_ERASED))


def _take(row: Row[Any]) -> StoredTake:
    return StoredTake(
        take_id=row.take_id,
        session_id=row.uuid,
        recording_id=row.recording_id,
        user_id=row.user_id,
        kind=TakeKind(row.kind),
        media_type=row.media_type,
        opened_seq=row.opened_seq,
        opened_at_ms=row.opened_at,
        state=TakeState(row.state),
        chunks=row.chunks,
        chunk_bytes=row.chunk_bytes,
        sealed_bytes=row.sealed_bytes,
        sealed=row.sealed,
    )
