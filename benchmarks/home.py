"""What the list of one's lessons costs with 5,000 of them: counted in one run, on a scratch file.

`python -m benchmarks.home [LESSONS]` prints the p50 and the p95 of each thing that the home page
asks the database for, and of reading one row, as what a reading costs at least.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from lessonroom.finding.written import written as written_texts
from lessonroom.log.events import ChatMessageSent, Event, EventType
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import ENDED, SessionStatus
from lessonroom.session.session import Session
from storage.beside import in_pieces
from storage.finding import looking, search, texts
from storage.records import Durability, UserKind
from storage.sessions import creating, series
from storage.sessions.creating import NewSession
from storage.sessions.sessions import SessionFilter
from storage.store import Store

LESSONS: Final = 5_000
EVENTS_EACH: Final = 40
TIMES: Final = 60
_HOUR_MS: Final = 3_600_000
_NOW_MS: Final = 1_800_000_000_000


async def filled(store: Store, lessons: int) -> tuple[int, int]:
    """Write the lessons of one host, the half of them past, each with a pupil of fifty."""
    people = [
        await store.ensure_user(
            issuer="bench", subject=f"p{n}", name=f"Pupil {n}", kind=UserKind.REGISTERED, at_ms=1
        )
        for n in range(51)
    ]
    host, pupils = people[0].user_id, people[1:]
    for first in range(0, lessons, 250):
        new = [lesson(n, lessons, host, pupils[n % 50].user_id) for n in range(first, first + 250)]
        await written(store, new)
    return host, pupils[0].user_id


async def written(store: Store, new: list[NewSession]) -> None:
    """Write sessions in one transaction."""
    await store.writing(lambda connection: creating.create_all(connection, new, ()))


def lesson(n: int, lessons: int, host_id: int, pupil_id: int) -> NewSession:
    """Return a lesson an hour before or after the one before it."""
    at_ms = _NOW_MS + (n - lessons // 2) * _HOUR_MS
    is_over = at_ms < _NOW_MS
    session = Session(
        session_id=f"bench-{n:06}",
        host_id=host_id,
        title=f"Fractions {n}" if n % 2 else f"Дроби {n}",
        access_code="CODE",
        status=SessionStatus.COMPLETED if is_over else SessionStatus.SCHEDULED,
        series_id=f"bench-{n % 50:06}",
        scheduled_start_ms=at_ms,
        scheduled_end_ms=at_ms + _HOUR_MS,
        actual_start_ms=at_ms if is_over else None,
        actual_end_ms=at_ms + _HOUR_MS if is_over else None,
        created_at_ms=at_ms - 100 * _HOUR_MS,
    )
    events = [
        Event(
            seq=seq,
            type=EventType.CHAT_MESSAGE,
            data=msgspec.json.encode(ChatMessageSent(f"message {seq}")),
            at_ms=at_ms,
            user_id=pupil_id,
        )
        for seq in range(1, EVENTS_EACH + 1)
    ]
    seat = Participant(
        user_id=pupil_id, name="Pupil", role=Role.STUDENT, status=ParticipantStatus.LEFT
    )
    return NewSession(session=session, events=events, participants=(seat,))


async def looked_through(store: Store) -> None:
    """Keep what was written, as the housekeeper does."""
    while page := await looking.behind(store):
        for found in page:
            part = await looking.next_slice(store, found, after=0)
            new = await in_pieces(written_texts(part.events, {}))
            for first in range(0, len(new), texts.SLICE_TEXTS):
                await texts.keep(store, found.key, new[first : first + texts.SLICE_TEXTS])
            await texts.note_until(store, found.key, seq=part.until, pages={})


def asked(store: Store, host: int, pupil: int) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Return what is asked for, by what it is for."""
    planned = frozenset({SessionStatus.SCHEDULED, SessionStatus.WAITING})

    def page(limit: int = 13, **wanted: Any) -> Callable[[], Awaitable[Any]]:  # noqa: ANN401
        user = wanted.pop("user_id", host)
        return lambda: store.sessions(SessionFilter(user_id=user, **wanted), limit=limit)

    def written_with(words: str) -> Callable[[], Awaitable[Any]]:
        wanted = search.Wanted(user_id=host, words=search.asked_of(words))
        return lambda: search.find(store, wanted, limit=20)

    month = {"from_ms": _NOW_MS, "before_ms": _NOW_MS + 42 * 24 * _HOUR_MS}
    return {
        "one row (control)": lambda: store.user(host),
        "home: next": page(statuses=planned, is_planned=True, soonest_first=True),
        "home: without a time": page(statuses=planned, is_planned=False),
        "home: past": page(statuses=frozenset(ENDED)),
        "home of a pupil: past": page(user_id=pupil, statuses=frozenset(ENDED)),
        "search: a common word": page(found_by="дроби"),
        "search: what is nowhere": page(found_by="nowhere"),
        "search: a pupil": page(found_by="pupil 7"),
        "month": page(100, soonest_first=True, **month),
        "series": page(series_id="bench-000007"),
        "written: a common word": written_with("message"),
        "written: in one lesson alone": written_with("дроби 4998"),
        "written: what is nowhere": written_with("nowhere"),
        "people": lambda: series.people_of_host(store, host),
    }


async def main() -> None:
    """Print a line for each thing that is asked for."""
    lessons = int(sys.argv[1]) if len(sys.argv) > 1 else LESSONS
    with tempfile.TemporaryDirectory(prefix="lessonroom-home-") as scratch:
        url = f"sqlite+aiosqlite:///{Path(scratch) / 'lessons.db'}"
        store = await Store.open(url, durability=Durability.PROCESS)
        try:
            host, pupil = await filled(store, lessons)
            began = time.perf_counter()
            await looked_through(store)
            print(f"looked through for what was written: {time.perf_counter() - began:.1f} s")
            print(f"{lessons} lessons of one host, {lessons * EVENTS_EACH} events")
            for name, ask in asked(store, host, pupil).items():
                took: list[float] = []
                for _ in range(TIMES):
                    began = time.perf_counter()
                    await ask()
                    took.append((time.perf_counter() - began) * 1000)
                cuts = statistics.quantiles(took, n=20)
                print(f"{name:26} p50 {statistics.median(took):6.1f} ms, p95 {cuts[-1]:6.1f} ms")
        finally:
            await store.close()


if __name__ == "__main__":
    asyncio.run(main())
