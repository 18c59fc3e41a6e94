"""A lesson that is being taken up from elsewhere: unseen until all of it is there.

Its rows are written in slices, each a transaction of its own, so that rooms commit between two of
them. Until the last one its session is called otherwise and has no host: nobody finds it, and what
a server that was killed left behind is deleted by the next.

Every function with a `connection` works inside the caller's transaction.
"""

from collections.abc import Collection, Sequence
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import AssetAdded, Event, EventType
from lessonroom.people.participant import Participant
from lessonroom.session.session import Session
from storage.engine import insert
from storage.images import assets, chat_files
from storage.log import log, snapshots
from storage.recordings import recordings, takes
from storage.recordings.takes import StoredTake
from storage.records import Batch, LogUsage, UserKind
from storage.sessions import seats, sessions, usage
from storage.store import Store
from storage.tables import ARRIVING, IS_THERE, PARTICIPANTS, SESSIONS, USERS

_NAMED: Final = "arriving:"
"""Before the id that it will have: no id of a session has a colon."""
IMPORTED_ISSUER: Final = "*imported"
"""Of people who are names alone. No platform is called so: its id has no such sign."""
_PAGE: Final = 200
_SEATS: Final = 50

_under_way: Final[WeakKeyDictionary[Store, set[int]]] = WeakKeyDictionary()
"""The keys of those that this process is writing."""
_decode_asset: Final = msgspec.json.Decoder(AssetAdded).decode


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """What a session has come to; its log is written. `sessions_most` its host may have."""

    session: Session
    participants: Sequence[Participant]
    takes: Sequence[StoredTake]
    usage: LogUsage
    sessions_most: int


async def begin(store: Store, session: Session) -> int:
    """Write the place of a session that nobody finds; return its key."""

    async def write(connection: AsyncConnection) -> int:
        row = sessions.row_of(session) | {
            "uuid": f"{_NAMED}{session.session_id}",
            "status": ARRIVING,
            "host_id": 0,
            "board_version": 0,
        }
        query = insert(SESSIONS).values(row).returning(SESSIONS.c.id)
        key: int = (await connection.execute(query)).scalar_one()
        # Within the transaction: whoever looks for what was left comes before or after it.
        _under_way.setdefault(store, set()).add(key)
        return key

    return await store.writing(write)


async def key_of(store: Store, session_id: str) -> int | None:
    """Return the key of a session that is arriving; None where its place was not written."""

    async def read(connection: AsyncConnection) -> int | None:
        query = select(SESSIONS.c.id).where(SESSIONS.c.uuid == f"{_NAMED}{session_id}")
        key: int | None = (await connection.execute(query)).scalar()
        return key

    return await store.writing(read)


async def append(
    store: Store, key: int, batch: Batch, *, held: Collection[str], owner_id: int
) -> None:
    """Write the next events of its log, and the boards that are kept beside it.

    Args:
        store: the store.
        key: of the session.
        batch: of it; nothing else of it is written.
        held: the images that came along: others are not the session's.
        owner_id: whom images and files are counted for, whoever brought them elsewhere.

    """

    async def write(connection: AsyncConnection) -> None:
        session_id = batch.session.session_id
        rows = [
            log.row_of(event, key, session_id, batch.bodies.get(event.seq))
            for event in batch.events
        ]
        await log.append(connection, rows)
        await recordings.follow(connection, [(key, event) for event in batch.events])
        brought = [
            (key, msgspec.structs.replace(event, user_id=owner_id))
            for event in batch.events
            if event.type is not EventType.ASSET_ADD or _is_held(event, held)
        ]
        await assets.add(connection, brought)
        await chat_files.follow(connection, brought)
        await snapshots.add(connection, [(key, snapshot) for snapshot in batch.snapshots])

    await store.writing(write)


async def finish(store: Store, key: int, arrived: Arrived, *, snapshot_bytes: int) -> None:
    """Have the session be there, with all that is its.

    Raises:
        Refused: `too_large`, its host has as many sessions as they may; nothing was written.

    """

    async def write(connection: AsyncConnection) -> None:
        session, most = arrived.session, arrived.sessions_most
        if await sessions.has_as_many(connection, session.host_id, most):
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"they have {most} sessions, which is as many as one may keep",
                field="as_user",
            )
        await sessions.settle(connection, key, session)
        taken = [(key, seat) for seat in arrived.participants]
        # A full room has thousands; the rows of a few take a millisecond of everybody's time.
        for first in range(0, len(taken), _SEATS):
            await seats.write(connection, taken[first : first + _SEATS])
        await takes.put_in(connection, key, arrived.takes)
        await usage.note(connection, key, arrived.usage, added_bytes=snapshot_bytes)

    await store.writing(write)
    give_up(store, key)


def give_up(store: Store, key: int) -> None:
    """Leave a session to whoever deletes what was left behind, if it is not there yet."""
    _under_way.get(store, set()).discard(key)


async def left_behind(store: Store) -> list[tuple[int, str]]:
    """Return a page of the sessions whose arrival was cut off: their keys, and their ids."""

    async def read(connection: AsyncConnection) -> list[tuple[int, str]]:
        rows = await connection.execute(
            select(SESSIONS.c.id, SESSIONS.c.uuid)
            .where(~IS_THERE)
            .order_by(SESSIONS.c.id)
            .limit(_PAGE)
        )
        spared = _under_way.get(store, set())
        return [(row.id, row.uuid.removeprefix(_NAMED)) for row in rows if row.id not in spared]

    return await store.reading(read)


async def copies(store: Store, session: Session) -> list[str]:
    """Return the sessions of its host that are this one already: begun in the same millisecond."""

    async def read(connection: AsyncConnection) -> list[str]:
        rows = await connection.execute(
            select(SESSIONS.c.uuid)
            .where(
                SESSIONS.c.created_at == session.created_at_ms,
                SESSIONS.c.host_id == session.host_id,
                SESSIONS.c.uuid != session.session_id,
            )
            .order_by(SESSIONS.c.id)
            .limit(_PAGE)
        )
        return list(rows.scalars())

    return await store.reading(read)


def subject_of(session_id: str, packed_id: int) -> str:
    """Return what somebody is known by who is a name alone, in one lesson."""
    return f"{session_id}/{packed_id}"


async def forget_strangers(store: Store, session_id: str) -> None:
    """Delete guests who were made for a session that did not come to be."""

    async def write(connection: AsyncConnection) -> None:
        strays = (
            (USERS.c.kind == UserKind.GUEST.value)
            & (USERS.c.issuer == IMPORTED_ISSUER)
            & USERS.c.subject.startswith(f"{session_id}/", autoescape=True)
        )
        has_seat = select(PARTICIPANTS.c.id).where(PARTICIPANTS.c.user_id == USERS.c.id).exists()
        await connection.execute(delete(USERS).where(strays, ~has_seat))

    await store.writing(write)


def _is_held(event: Event, held: Collection[str]) -> bool:
    return _decode_asset(event.data).asset in held
