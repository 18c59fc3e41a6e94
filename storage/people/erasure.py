"""Taking a person's name and platform identity out of the database; what they did stays.

The number of a user stays in the log, so that it still adds up: who drew what, and for how long
somebody was there. Names stand in the tables of users and seats and in the events of participants;
there `ERASED_NAME` takes their place, with new checksums, and `ERASED_TEXT` that of what they wrote
into the chat. What writes belongs into the journal's turn.
"""

import hashlib
import json
import re
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import BODY_OF, ChatMessageSent, Event, EventType, ParticipantChanged
from lessonroom.people.erasure import ERASED_NAME
from lessonroom.session.chat import ERASED_TEXT
from lessonroom.session.lifecycle import SessionStatus
from storage.engine import insert
from storage.finding import removing
from storage.images import chat_files
from storage.log import log
from storage.log.removals import rewritten
from storage.lti import links
from storage.people import calendars, shelf, sign_in_codes
from storage.recordings import takes
from storage.records import EventFilter, User
from storage.sessions import bookings, seats, sessions
from storage.store import Store
from storage.tables import (
    DELIVERIES,
    PARTICIPANTS,
    REPLIES,
    SEAT_KEYS,
    SERVER_STATE,
    SESSIONS,
    USERS,
)
from storage.upkeep import forgetting

SLICE_EVENTS: Final = 200
"""Events that one transaction looks at."""
ERASED_ISSUER: Final = "erased"

_MARK: Final = "erased:"
_MARK_LASTS_MS: Final = 31 * 86_400_000
"""Longer than any user token is valid: after that no mark is needed."""
_ABOUT_PEOPLE: Final = frozenset(
    kind
    for kind, body in BODY_OF.items()
    if body is ParticipantChanged or kind is EventType.CHAT_MESSAGE
)


class Place(NamedTuple):
    """A session in which a person hosts or has a seat."""

    key: int
    session_id: str
    has_ended: bool
    is_host: bool


async def places_of(store: Store, user_id: int) -> list[Place]:
    """Return every session that a person hosts or has a seat in, oldest first."""

    async def read(connection: AsyncConnection) -> list[Place]:
        seats = select(PARTICIPANTS.c.session_id).where(PARTICIPANTS.c.user_id == user_id)
        rows = await connection.execute(
            select(SESSIONS.c.id, SESSIONS.c.uuid, SESSIONS.c.status, SESSIONS.c.host_id)
            .where((SESSIONS.c.host_id == user_id) | SESSIONS.c.id.in_(seats))
            .order_by(SESSIONS.c.id)
        )
        return [
            Place(row.id, row.uuid, SessionStatus(row.status).has_ended, row.host_id == user_id)
            for row in rows
        ]

    return await store.reading(read)


async def erase_identity(store: Store, user_id: int, *, at_ms: int) -> None:
    """Forget who a user is: the platform's name for them then means somebody new.

    A mark stays for as long as one of their tokens may be valid: a hash of that name, and when.
    """

    async def write(connection: AsyncConnection) -> None:
        row = (await connection.execute(select(USERS).where(USERS.c.id == user_id))).one()
        if row.issuer == ERASED_ISSUER:
            return
        mark = insert(SERVER_STATE).values(key=_mark(row.issuer, row.subject), value=at_ms)
        await connection.execute(
            mark.on_conflict_do_update(index_elements=["key"], set_={"value": at_ms})
        )
        await connection.execute(
            USERS.update()
            .where(USERS.c.id == user_id)
            .values(issuer=ERASED_ISSUER, subject=str(user_id), name=ERASED_NAME, role=None)
        )
        await calendars.forget(connection, user_id)
        await links.forget(connection, user_id)
        await sign_in_codes.forget(connection, row.subject)
        await shelf.forget(connection, user_id)
        await takes.erase_of(connection, user_id)

    await forgetting.erasing(store, write)


async def erase_from_replies(store: Store, user: User) -> None:
    """Delete the kept replies that tell of a person: sent again, such a request is done anew.

    That is by name, by what their platform calls them, or by number: they may have had other names.
    """
    encoded = {
        json.dumps(text, ensure_ascii=is_ascii).encode()
        for text in (user.name, user.subject)
        for is_ascii in (True, False)
    }
    number = re.compile(rb'_id"\s*:\s*%d\b' % user.user_id)

    async def write(connection: AsyncConnection) -> None:
        rows = await connection.execute(select(REPLIES.c.scope, REPLIES.c.key, REPLIES.c.body))
        for row in rows.all():
            if number.search(row.body) or any(text in row.body for text in encoded):
                await connection.execute(
                    delete(REPLIES).where(REPLIES.c.scope == row.scope, REPLIES.c.key == row.key)
                )

    await forgetting.erasing(store, write)


async def erased_at_ms(store: Store, issuer: str, subject: str) -> int | None:
    """Return when somebody of that name was erased: their tokens from before it are void."""

    async def read(connection: AsyncConnection) -> int | None:
        found: int | None = (
            await connection.execute(
                select(SERVER_STATE.c.value).where(SERVER_STATE.c.key == _mark(issuer, subject))
            )
        ).scalar()
        return found

    return await store.reading(read)


async def forget_marks(store: Store, *, now_ms: int) -> None:
    """Delete the marks that no token needs any more."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(
            delete(SERVER_STATE).where(
                SERVER_STATE.c.key.startswith(_MARK), SERVER_STATE.c.value < now_ms - _MARK_LASTS_MS
            )
        )

    await store.writing(write)


async def erase_seat(store: Store, place: Place, user_id: int, *, at_ms: int) -> None:
    """Take the name off a seat, and void its tokens and its key.

    A session that they hosted loses what their platform calls it, and what is remembered of its
    booking: that often names people.
    """

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(SEAT_KEYS).where(SEAT_KEYS.c.user_id == user_id))
        seat = await seats.of_person(connection, place.session_id, user_id)
        await removing.forget_person(connection, place.key, user_id)
        if seat is not None:
            erased = msgspec.structs.replace(
                seat, name=ERASED_NAME, not_before_ms=max(seat.not_before_ms, at_ms + 1)
            )
            await seats.write(connection, [(place.key, erased)])
        session = await sessions.find(connection, place.session_id) if place.is_host else None
        if session is not None:
            await bookings.forget(connection, session)
            nameless = msgspec.structs.replace(session, external_id=None, booking_id=None)
            await sessions.update(connection, [(place.key, nameless)])

    await forgetting.erasing(store, write)


async def erase_from_log(
    store: Store, place: Place, user_id: int, *, after: int
) -> tuple[int, int | None]:
    """Take the name, and what they wrote, out of a slice of a session's log.

    Returns how many events were changed, and the `seq` that the next slice begins after; None at
    the end of the log.

    Raises:
        LogDamaged: an event does not match its checksum; from there on nothing was changed.

    """

    async def write(connection: AsyncConnection) -> tuple[int, int | None]:
        events, is_more = await log.matching(
            connection,
            place.key,
            place.session_id,
            wanted=EventFilter(types=_ABOUT_PEOPLE),
            after=after,
            limit=SLICE_EVENTS,
        )
        changed: list[int] = []
        for event in events:
            erased = _erased(event, user_id)
            if erased is None:
                continue
            await log.rewrite(connection, place.key, place.session_id, erased)
            changed.append(event.seq)
        await removing.forget_said(connection, place.key, changed)
        await chat_files.forget(connection, place.key, changed)
        # What platforms were still to be told of the person; the feed reads the log.
        await connection.execute(
            delete(DELIVERIES).where(
                DELIVERIES.c.session_id == place.key, DELIVERIES.c.seq.in_(changed)
            )
        )
        return len(changed), events[-1].seq if is_more else None

    return await forgetting.erasing(store, write)


def _erased(event: Event, user_id: int) -> Event | None:
    """Return an event without what it tells of a person; None where it tells nothing of them."""
    match event.body():
        case ParticipantChanged(participant=seat) as body if seat.user_id == user_id:
            nameless = msgspec.structs.replace(seat, name=ERASED_NAME)
            data = msgspec.json.encode(msgspec.structs.replace(body, participant=nameless))
            return msgspec.structs.replace(event, data=data)
        case ChatMessageSent(removed=None) as body if event.user_id == user_id:
            return rewritten(event, msgspec.structs.replace(body, text=ERASED_TEXT, file=None))
        case _:
            return None


def _mark(issuer: str, subject: str) -> str:
    return _MARK + hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()
