"""Writing a new session, with all that belongs to its beginning.

Works inside the caller's transaction.
"""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import Event
from lessonroom.people.participant import Participant
from lessonroom.session.session import Session
from storage import replies
from storage.announcing.announcing import Endpoint, announce
from storage.images import assets
from storage.log import log
from storage.records import NO_BODIES, Body, LogUsage
from storage.replies import KeptReply
from storage.sessions import seats, sessions, usage


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is to be written.

    `events` are the beginning of its log and `taken` what that takes, `participants` its first
    seats. `reply` is kept beside it. Its host may have `sessions_most`, this one among them.
    `bodies` are the data of events, by `seq`, that were written ahead.
    """

    session: Session
    events: Sequence[Event] = ()
    participants: Sequence[Participant] = ()
    taken: LogUsage | None = None
    reply: KeptReply | None = None
    sessions_most: int | None = None
    bodies: Mapping[int, Body] = NO_BODIES


async def create(
    connection: AsyncConnection, new: NewSession, endpoints: Sequence[Endpoint]
) -> Session:
    """Write a new session; where its host has one of that `external_id`, return that one.

    Raises:
        Refused: `too_large`, its host has as many sessions as they may.

    """
    session = new.session
    if new.sessions_most is not None and await sessions.has_as_many(
        connection, session.host_id, new.sessions_most
    ):
        return await _existing(connection, session) or _refuse(new.sessions_most)
    key = await sessions.create(connection, session)
    if key is None:
        existing = await _existing(connection, session)
        assert existing is not None, "it stopped the insert in this transaction"  # noqa: S101
        return existing
    await log.append(
        connection,
        [
            log.row_of(event, key, session.session_id, new.bodies.get(event.seq))
            for event in new.events
        ],
    )
    await assets.add(connection, ((key, event) for event in new.events))
    await seats.write(connection, [(key, participant) for participant in new.participants])
    await announce(connection, endpoints, [(key, session, new.events)])
    if new.taken is not None:
        await usage.note(connection, key, new.taken, added_bytes=0)
    if new.reply is not None:
        await replies.add(connection, new.reply)
    return session


async def create_all(
    connection: AsyncConnection, new: Sequence[NewSession], endpoints: Sequence[Endpoint]
) -> None:
    """Write several new sessions, all of them or none; they have no `external_id`.

    Raises:
        Refused: `too_large`, their host would have more sessions than they may.

    """
    for each in new:
        assert each.session.external_id is None, "it may be there already"  # noqa: S101
        await create(connection, each, endpoints)


async def _existing(connection: AsyncConnection, session: Session) -> Session | None:
    if session.external_id is None:
        return None
    return await sessions.find_external(connection, session.host_id, session.external_id)


def _refuse(most: int) -> Session:
    raise Refused(
        ErrorCode.TOO_LARGE,
        f"you have {most} sessions, which is as many as one may keep: have older ones deleted",
    )
