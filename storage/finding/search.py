"""Finding what was written, in the lessons that somebody may look at.

A word is looked up in each of one's own lessons by the key that it has there: what a search costs
goes by how many lessons one has, and not by what others wrote.
"""

from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.finding import words
from lessonroom.finding.words import Excerpt
from lessonroom.finding.written import BOARD_KINDS, Kind
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import ENDED, SessionStatus
from lessonroom.session.session import HistoryPolicy
from storage.errors import UnknownSession
from storage.store import Store
from storage.tables import PARTICIPANTS, SESSIONS, TEXTS, WORDS

_LESSONS_AT_ONCE: Final = 25
_ROUNDS: Final = 40
"""Of so many lessons each that have the words, whether or not one may see where: then one is told
to go on from there."""
_END: Final = b"\xff"
"""Behind every word that begins like another: UTF-8 has no such byte."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for, and in which lessons of whose; what is absent does not matter.

    `words` are folded, each the beginning of one: all of them have to stand in a text. `per_lesson`
    is how many are told of each lesson.
    """

    user_id: int
    words: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset(Kind)
    session_id: str | None = None
    series_id: str | None = None
    per_lesson: int | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A text that has the words: where it stands, and since which event and moment.

    `begins_ms` is the time of the lesson. `name` is what its author is called there.
    """

    session_id: str
    title: str
    status: SessionStatus
    begins_ms: int
    kind: Kind
    page: str
    place: str
    part: str
    seq: int
    at_ms: int
    user_id: int | None
    name: str | None
    excerpt: Excerpt
    n: int


class Place(NamedTuple):
    """Where a page of hits ended: in a lesson, at a text of it; None: behind all of its texts."""

    session_id: str
    n: int | None


class Page(NamedTuple):
    """Some hits, and where the next ones follow; None at the end."""

    hits: list[Hit]
    goes_on: Place | None


async def find(store: Store, wanted: Wanted, *, limit: int, after: Place | None = None) -> Page:
    """Return what was written, in the newest lessons first, of each the newest first.

    Raises:
        UnknownSession: `after` is in no lesson that this person may look at.

    """
    return await store.reading(
        lambda connection: _find(connection, wanted, limit=limit, after=after)
    )


async def _find(
    connection: AsyncConnection, wanted: Wanted, *, limit: int, after: Place | None
) -> Page:
    hits: list[Hit] = []
    behind: tuple[int, int] | None = None
    if after is not None:
        row = (
            await connection.execute(_lessons(wanted).where(SESSIONS.c.uuid == after.session_id))
        ).first()
        if row is None:
            raise UnknownSession(after.session_id)
        behind = (row.begins, row.id)
        if after.n is not None:
            hits += await _hits(connection, wanted, row, limit=limit + 1, before=after.n)
    for _ in range(_ROUNDS):
        if len(hits) > limit:
            break
        lessons = (await connection.execute(_next_lessons(wanted, behind))).all()
        for row in lessons:
            left = limit + 1 - len(hits)
            behind = (row.begins, row.id)
            hits += await _hits(connection, wanted, row, limit=min(left, wanted.per_lesson or left))
            if len(hits) > limit:
                break
        if len(hits) <= limit and len(lessons) < _LESSONS_AT_ONCE:
            return Page(hits, None)
    return Page(hits[:limit], await _goes_on(connection, hits, behind, wanted, limit=limit))


async def _goes_on(
    connection: AsyncConnection,
    hits: list[Hit],
    behind: tuple[int, int] | None,
    wanted: Wanted,
    *,
    limit: int,
) -> Place | None:
    if len(hits) <= limit:
        # So much was looked through in vain that one is told to ask again.
        if behind is None:
            return None
        row = (
            await connection.execute(select(SESSIONS.c.uuid).where(SESSIONS.c.id == behind[1]))
        ).one()
        return Place(row.uuid, None)
    last, more = hits[limit - 1], hits[limit]
    is_same = last.session_id == more.session_id and wanted.per_lesson is None
    return Place(last.session_id, last.n if is_same else None)


def _begins() -> ColumnElement[int]:
    return func.coalesce(SESSIONS.c.actual_start, SESSIONS.c.scheduled_start, SESSIONS.c.created_at)


def _lessons(wanted: Wanted) -> Select[Any]:
    """Return the lessons that somebody hosts or was let into, with what they may see of each."""
    seat = PARTICIPANTS.alias("seat")
    own = PARTICIPANTS.alias("own")
    is_host = SESSIONS.c.host_id == wanted.user_id
    is_over = SESSIONS.c.status.in_(sorted(status.value for status in ENDED))
    policy = func.coalesce(SESSIONS.c.settings["history_policy"].as_string(), "")
    # As for looking back: who leads it always, others once it is over, where they may (SY-12).
    leads = or_(is_host, seat.c.role == Role.HOST.value)
    looks_back = or_(
        leads,
        and_(is_over, policy != HistoryPolicy.HOST_ONLY.value),
    )
    mine = (
        select(SESSIONS.c.id)
        .where(is_host)
        .union_all(
            select(own.c.session_id).where(
                own.c.user_id == wanted.user_id,
                own.c.is_admitted,
                own.c.status != ParticipantStatus.KICKED.value,
            )
        )
    )
    query = (
        select(
            SESSIONS.c.id,
            SESSIONS.c.uuid,
            SESSIONS.c.title,
            SESSIONS.c.status,
            _begins().label("begins"),
            case((looks_back, literal(1)), else_=literal(0)).label("looks_back"),
            _kept_from(leads).label("private_from"),
        )
        .outerjoin(seat, and_(seat.c.session_id == SESSIONS.c.id, seat.c.user_id == wanted.user_id))
        .where(SESSIONS.c.id.in_(mine))
    )
    if wanted.session_id is not None:
        query = query.where(SESSIONS.c.uuid == wanted.session_id)
    if wanted.series_id is not None:
        query = query.where(
            (SESSIONS.c.series_id == wanted.series_id) | (SESSIONS.c.uuid == wanted.series_id)
        )
    return query


def _kept_from(leads: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return from which event on a board may have had private pages (AU-1): who leads finds all."""
    return case((leads, None), else_=SESSIONS.c.private_from)


def _next_lessons(wanted: Wanted, behind: tuple[int, int] | None) -> Select[Any]:
    """Return the next lessons in which all words stand, wherever."""
    place = (_begins(), SESSIONS.c.id)
    query = _lessons(wanted)
    for word in wanted.words:
        query = query.where(
            exists().where(WORDS.c.session_id == SESSIONS.c.id, *_begins_like(word))
        )
    if behind is not None:
        query = query.where(tuple_(*place) < behind)
    return query.order_by(*(column.desc() for column in place)).limit(_LESSONS_AT_ONCE)


def _begins_like(word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    first = word.encode()
    return WORDS.c.word >= first, WORDS.c.word < first + _END


async def _hits(
    connection: AsyncConnection,
    wanted: Wanted,
    lesson: Row[Any],
    *,
    limit: int,
    before: int | None = None,
) -> list[Hit]:
    kinds = wanted.kinds if lesson.looks_back else wanted.kinds - BOARD_KINDS
    query = (
        select(TEXTS, PARTICIPANTS.c.name)
        .outerjoin(
            PARTICIPANTS,
            and_(
                PARTICIPANTS.c.session_id == TEXTS.c.session_id,
                PARTICIPANTS.c.user_id == TEXTS.c.user_id,
            ),
        )
        .where(TEXTS.c.session_id == lesson.id, TEXTS.c.kind.in_(sorted(kinds)))
        .order_by(TEXTS.c.n.desc())
        .limit(limit)
    )
    for word in wanted.words:
        those = select(WORDS.c.n).where(WORDS.c.session_id == lesson.id, *_begins_like(word))
        query = query.where(TEXTS.c.n.in_(those))
    if before is not None:
        query = query.where(TEXTS.c.n < before)
    if lesson.private_from is not None:
        query = query.where(
            TEXTS.c.kind.not_in(sorted(BOARD_KINDS)) | (TEXTS.c.seq < lesson.private_from)
        )
    return [
        Hit(
            session_id=lesson.uuid,
            title=lesson.title,
            status=SessionStatus(lesson.status),
            begins_ms=lesson.begins,
            kind=Kind(row.kind),
            page=row.page,
            place=row.place,
            part=row.part,
            seq=row.seq,
            at_ms=row.at,
            user_id=row.user_id,
            name=row.name,
            excerpt=words.excerpt(row.text, wanted.words),
            n=row.n,
        )
        for row in await connection.execute(query)
    ]


def asked_of(text: str) -> tuple[str, ...]:
    """Return the words that somebody asks for, as `Wanted` has them; none where there are none."""
    return words.words_of(words.storable(text), most=words.ASKED_MOST)
