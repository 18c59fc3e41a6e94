"""How many statements a batch is on PostgreSQL."""

import asyncpg
import pytest
from sqlalchemy import event

from lessonroom.session.session import Session
from storage.errors import CommitFailed
from storage.records import Batch
from storage.store import Store
from tests.storage.lessons import Lesson


@pytest.fixture
def url(postgres_url: str) -> str:
    """Where the database is: these tests are about PostgreSQL."""
    return postgres_url


async def test_strokes_of_all_rooms_are_one_statement(store: Store) -> None:
    """[P17] Without BEGIN and COMMIT around it: one round trip, whatever the rooms and events."""
    lessons = [Lesson(f"room-{n}") for n in range(7)]
    for lesson in lessons:
        await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
        await store.commit([lesson.strokes(1)])
    batches = [lesson.strokes(n) for n, lesson in enumerate(lessons)]
    (insert,) = await _statements_of(store, batches)
    assert insert.startswith("INSERT INTO session_event")
    assert [await store.head(f"room-{n}") for n in range(7)] == [n + 2 for n in range(7)]


async def test_what_else_a_batch_holds_is_a_statement_a_table(store: Store) -> None:
    """[P3] In one transaction, whatever the number of rooms."""
    lessons = [Lesson(f"room-{n}") for n in range(7)]
    for lesson in lessons:
        await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
        await store.commit([lesson.strokes(1)])
    batches = [
        Batch(
            session=lesson.session,
            events=(lesson.stroke(), lesson.said("hello")),
            session_changed=True,
            participants=(lesson.host,),
            snapshots=(lesson.snapshot(lesson.seq),),
        )
        for lesson in lessons
    ]
    begun: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        begun.append(" ".join(statement.split()[:3]))

    engine = store._writer_engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await store.commit(batches)
    event.remove(engine, "before_cursor_execute", note)
    assert begun == [
        "INSERT INTO session_event",
        "UPDATE classroom_session SET",
        "INSERT INTO session_participant",
        "INSERT INTO board_snapshot",
        "UPDATE classroom_session SET",
    ]
    assert [await store.head(f"room-{n}") for n in range(7)] == [4] * 7


async def _statements_of(store: Store, batches: list[Batch]) -> list[str]:
    """Return what the writing connection sends for a commit; the same again and again is one."""
    assert store._writer is not None
    driver = (await store._writer.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    seen: list[str] = []
    with driver.query_logger(lambda record: seen.append(record.query)):
        await store.commit(batches)
    return seen


async def test_a_commit_after_a_refusal_is_untouched_by_it(store: Store, lesson: Lesson) -> None:
    """[P10] PostgreSQL refuses everything in a transaction that has failed: it ends with it."""
    double = lesson.stroke()
    for _ in range(3):
        with pytest.raises(CommitFailed) as failed:
            await store.commit([lesson.batch(double, double)])
        assert failed.value.is_conflict
    await store.commit([lesson.batch(double)])
    await store.commit([Batch(session=Session(session_id="algebra", host_id=1), events=())])
    assert await store.head("algebra") == 2
