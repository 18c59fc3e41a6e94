"""Keeping what was written in a session, and taking it out again.

It is an index over the log: what is lost of it is made again by looking through the log once more.
Looking goes in slices; what writes belongs into the journal's turn, as all writing does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.finding import words
from lessonroom.finding.written import Kind, Written
from lessonroom.log.events import EventType
from lessonroom.people.erasure import ERASED_NAME
from lessonroom.people.participant import ParticipantStatus
from lessonroom.session.chat import ERASED_TEXT
from storage.engine import insert, insert_all
from storage.finding.removing import WORDS_EACH, remove_numbers
from storage.store import Store
from storage.tables import EVENTS, PARTICIPANTS, SESSIONS, TEXTS, TEXTS_UNTIL, WORDS

SLICE_TEXTS: Final = 50
"""Texts that one transaction writes at most."""
TEXTS_MOST: Final = 50_000
"""Of one session; what is written after them is not found."""
TEXT_CHARS: Final = 10_000
_TEXTS_OF_A_PLACE: Final = 30
"""Different texts that stood in one place one after the other; then the last one goes."""
_AT_PRESENT: Final = (Kind.TITLE.value, Kind.PERSON.value)


async def keep(store: Store, key: int, texts: Sequence[Written]) -> None:
    """Keep what was written in a session, a slice of it; what is kept already is passed over."""

    async def write(connection: AsyncConnection) -> None:
        if await _exists(connection, key):
            await _keep(connection, key, texts)

    await store.writing(write)


async def note_until(store: Store, key: int, *, seq: int, pages: Mapping[str, str]) -> None:
    """Note how far a log was looked through, and keep its title and who was there as of now."""

    async def write(connection: AsyncConnection) -> None:
        if not await _exists(connection, key):
            return
        await _keep_present(connection, key)
        row = {"until_seq": seq, "pages": dict(pages)}
        await connection.execute(
            insert(TEXTS_UNTIL)
            .values(session_id=key, **row)
            .on_conflict_do_update(index_elements=["session_id"], set_=row)
        )

    await store.writing(write)


async def _exists(connection: AsyncConnection, key: int) -> bool:
    # Deleted meanwhile, as a lesson that was kept for long enough.
    return (
        await connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.id == key))
    ).first() is not None


class _Kept(msgspec.Struct):
    """A text that stands in a place, or is about to."""

    n: int
    kind: str
    page: str
    text: str


async def _keep(connection: AsyncConnection, key: int, texts: Sequence[Written]) -> None:
    texts = await _still_said(connection, key, texts)
    if not texts:
        return
    kept = await _in_places(connection, key, {text.place for text in texts})
    next_n = await _next_n(connection, key)
    gone: list[int] = []
    new: dict[int, dict[str, Any]] = {}
    for written in texts:
        before = kept.get((written.place, written.part), [])
        whole = kept.get((written.place, ""), [])
        known = before[-1] if before else (whole[-1] if whole else None)
        kind = written.kind.value if written.kind else known.kind if known else None
        if kind is None or next_n >= TEXTS_MOST:
            # Of an element that was there before anything is known of it, or too much.
            continue
        page = written.page if written.page is not None else known.page if known else ""
        last = before[-1] if before else None
        text = written.text if written.text is not None else last.text if last else ""
        text = words.storable(text[:TEXT_CHARS])
        if last is not None and not text and written.text is not None:
            # Emptied: what stood there is still found, as it was.
            continue
        if any(each.text == text and each.page == page for each in before):
            continue
        if last is not None and (_goes_on(last, text) or len(before) >= _TEXTS_OF_A_PLACE):
            before.pop()
            if new.pop(last.n, None) is None:
                gone.append(last.n)
        row = _row(written, key, next_n, kind=kind, page=page, text=text)
        new[next_n] = row
        kept.setdefault((written.place, written.part), []).append(_Kept(next_n, kind, page, text))
        next_n += 1
    await remove_numbers(connection, key, gone)
    await _insert(connection, key, list(new.values()))


def _goes_on(before: _Kept, text: str) -> bool:
    """Whether a text is the one before, with more words: that one is found by this one."""
    old = words.words_of(before.text, most=WORDS_EACH)
    return set(old) <= set(words.words_of(text, most=WORDS_EACH))


def _row(written: Written, key: int, n: int, *, kind: str, page: str, text: str) -> dict[str, Any]:
    return {
        "session_id": key,
        "n": n,
        "seq": written.seq,
        "at": written.at_ms,
        "kind": kind,
        "page": page,
        "place": written.place,
        "part": written.part,
        "user_id": written.user_id,
        "text": text,
    }


async def _insert(connection: AsyncConnection, key: int, rows: list[dict[str, Any]]) -> None:
    await insert_all(connection, TEXTS, rows)
    await insert_all(
        connection,
        WORDS,
        [
            {"session_id": key, "word": word.encode(), "n": row["n"]}
            for row in rows
            for word in words.words_of(row["text"], most=WORDS_EACH)
        ],
    )


async def _still_said(
    connection: AsyncConnection, key: int, texts: Sequence[Written]
) -> list[Written]:
    """Return the texts without what somebody said who was erased since the log was read."""
    said = [text.seq for text in texts if text.kind is Kind.CHAT]
    if not said:
        return list(texts)
    rows = await connection.execute(
        select(EVENTS.c.seq, EVENTS.c.data).where(
            EVENTS.c.session_id == key,
            EVENTS.c.seq.in_(said),
            EVENTS.c.event_type == EventType.CHAT_MESSAGE.value,
        )
    )
    now = {row.seq: msgspec.json.decode(row.data).get("text") for row in rows}
    return [
        text
        for text in texts
        if text.kind is not Kind.CHAT
        or (text.text != ERASED_TEXT and now.get(text.seq) == text.text)
    ]


async def _in_places(
    connection: AsyncConnection, key: int, places: set[str]
) -> dict[tuple[str, str], list[_Kept]]:
    rows = await connection.execute(
        select(TEXTS.c.place, TEXTS.c.part, TEXTS.c.n, TEXTS.c.kind, TEXTS.c.page, TEXTS.c.text)
        .where(TEXTS.c.session_id == key, TEXTS.c.place.in_(sorted(places)))
        .order_by(TEXTS.c.n)
    )
    found: dict[tuple[str, str], list[_Kept]] = {}
    for place, part, n, kind, page, text in rows:
        found.setdefault((place, part), []).append(_Kept(n, kind, page, text))
    return found


async def _next_n(connection: AsyncConnection, key: int) -> int:
    query = select(func.max(TEXTS.c.n)).where(TEXTS.c.session_id == key)
    return ((await connection.execute(query)).scalar() or 0) + 1


async def _keep_present(connection: AsyncConnection, key: int) -> None:
    """Keep the title of a session and the names of those who were let in, as they are now."""
    session = (
        await connection.execute(
            select(SESSIONS.c.title, SESSIONS.c.created_at, SESSIONS.c.host_id).where(
                SESSIONS.c.id == key
            )
        )
    ).one()
    seats = await connection.execute(
        select(PARTICIPANTS.c.user_id, PARTICIPANTS.c.name, PARTICIPANTS.c.joined_at).where(
            PARTICIPANTS.c.session_id == key,
            PARTICIPANTS.c.is_admitted,
            PARTICIPANTS.c.status != ParticipantStatus.KICKED.value,
            PARTICIPANTS.c.name != ERASED_NAME,
        )
    )
    wanted = {("title", Kind.TITLE.value): (session.title, session.created_at, session.host_id)}
    for user_id, name, joined_at in seats:
        place = (f"person:{user_id}", Kind.PERSON.value)
        wanted[place] = (name, joined_at or session.created_at, user_id)
    kept = (
        await connection.execute(
            select(TEXTS.c.n, TEXTS.c.place, TEXTS.c.kind, TEXTS.c.text).where(
                TEXTS.c.session_id == key, TEXTS.c.kind.in_(_AT_PRESENT)
            )
        )
    ).all()
    gone: list[int] = []
    for row in kept:
        if wanted.get((row.place, row.kind), (None,))[0] == row.text:
            del wanted[row.place, row.kind]
        else:
            gone.append(row.n)
    await remove_numbers(connection, key, gone)
    next_n = await _next_n(connection, key)
    rows = []
    for (where, kind), (text, at_ms, user_id) in wanted.items():
        written = Written(seq=0, at_ms=at_ms, user_id=user_id, place=where)
        rows.append(_row(written, key, next_n, kind=kind, page="", text=words.storable(text)))
        next_n += 1
    await _insert(connection, key, rows)
