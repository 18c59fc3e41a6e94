"""Databases that earlier versions wrote: they open, and their logs come to the same boards.

`kept/schema_1.sql` is the dump of a file that was made by the program as it was before boards had a
schema, `kept/schema_2.sql` of one from before pages had ids: a layer told the number of its page,
`kept/schema_3.sql` of one from before elements were grouped and locked, `kept/schema_4.sql` of one
from before letters were bold, italic or of a font, `kept/schema_5.sql` of one from before pages and
layers were open, `kept/schema_6.sql` of one from before groups lay in groups and axes had names.
Beside each are the boards that it had then, byte for byte, and the SHA-256 of each version's.
"""

import asyncio
import hashlib
import sqlite3
from pathlib import Path
from typing import Final

import msgspec
import pytest

from actors.room.persistence.loading import loaded
from lessonroom.board.model.board import Board
from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.log.events import EventType
from lessonroom.people.permissions import DEFAULT_PERMISSIONS
from lessonroom.state import RoomState
from storage.errors import LogDamaged, SchemaNewer
from storage.log import checksums
from storage.store import Store
from storage.upkeep.checking import check
from tests.storage.kept.boards import as_then
from tests.storage.lessons import Lesson

KEPT: Final = Path(__file__).parent / "kept"
SESSIONS: Final = (
    *((1, "algebra"), (1, "imported"), (2, "paged"), (3, "arranged"), (4, "figured")),
    *((5, "lettered"), (6, "opened")),
)
NEWER: Final = BOARD_SCHEMA + 1


@pytest.fixture
def schema(request: pytest.FixtureRequest) -> int:
    """Which earlier version it is; the first, where a test does not say."""
    return int(getattr(request, "param", 1))


@pytest.fixture
def file(tmp_path: Path, schema: int) -> Path:
    """The database as the earlier version left it."""
    path = tmp_path / "lessons.db"
    database = sqlite3.connect(path)
    database.executescript((KEPT / f"schema_{schema}.sql").read_text(encoding="utf-8"))
    database.close()
    return path


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _sql(file: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(file)
    with database:
        database.execute(statement, values)
    database.close()


@pytest.mark.parametrize(("schema", "session_id"), SESSIONS, indirect=["schema"])
async def test_a_log_of_before_folds_to_the_board_of_then(
    store: Store, schema: int, session_id: str
) -> None:
    """[BD-16][PG-3] From its first event, through each version, from its snapshot: the same bytes.

    But for pages, which were numbers before schema 3.
    """
    kept = (KEPT / f"schema_{schema}_versions.json").read_bytes()
    versions = msgspec.json.decode(kept)[session_id]
    session = await store.session(session_id)
    assert session is not None
    state = RoomState(session)
    events = await store.events(session_id)
    assert {event.board_schema for event in events} == {schema}
    for event, digest in zip(events, versions, strict=True):
        state.apply(event)
        assert hashlib.sha256(as_then(state.board.encode(), schema)).hexdigest() == digest, (
            event.seq
        )
        board = await store.board_at(session_id, event.seq)
        assert board is not None
        assert Board.decode(board).encode() == state.board.encode(), event.seq
    stored = await store.load_room(session_id, resume_window=100, resume_bytes=2**20)
    assert stored is not None
    assert stored.board_version
    room = loaded(stored, DEFAULT_PERMISSIONS)
    golden = (KEPT / f"schema_{schema}_{session_id}.json").read_bytes()
    assert room.state.board.encode() == state.board.encode() == Board.decode(golden).encode()
    assert as_then(state.board.encode(), schema) == golden


async def test_a_database_of_before_is_sound_and_goes_on(store: Store) -> None:
    """[BD-16] Its checksums still hold; what is written from now on has the schema of now."""
    assert (await check(store, on_progress=lambda _: None)).faults == []
    lesson = Lesson("imported", host_id=1)
    lesson.seq = await store.head("imported")
    session = await store.session("imported")
    assert session is not None
    lesson.session = session
    await store.commit([lesson.batch(lesson.stroke(), snapshot=lesson.snapshot(lesson.seq))])
    events = await store.events("imported")
    assert [event.board_schema for event in events] == [1] * 8 + [BOARD_SCHEMA]
    assert (await check(store, on_progress=lambda _: None)).faults == []


async def test_a_schema_that_was_changed_by_damage_is_damage(store: Store, file: Path) -> None:
    """[T16] The number is under the checksum, of old rows too."""
    for seq in (8, 10):
        _sql(file, "UPDATE session_event SET board_schema = ? WHERE seq = ?", NEWER, seq)
        with pytest.raises(LogDamaged, match=f"seq {seq}"):
            await store.events("algebra", after=seq - 1, limit=1)


@pytest.mark.parametrize("kind", [EventType.BOARD_OP, "of_a_newer_program"])
async def test_an_event_of_a_newer_program_is_told_and_left(
    store: Store, url: str, file: Path, kind: str
) -> None:
    """[BD-16] Whatever its type and data; nothing is changed, and other sessions go on."""
    await _write_newer_event(store, file, kind)
    before = await asyncio.to_thread(file.read_bytes)
    for reading in (
        store.load_room("imported", resume_window=100, resume_bytes=2**20),
        store.board_at("imported", 9),
        store.events("imported"),
    ):
        with pytest.raises(
            SchemaNewer, match=f"event 9 .* schema {NEWER}; .* up to {BOARD_SCHEMA}"
        ):
            await reading
    (fault,) = (await check(store, on_progress=lambda _: None)).faults
    assert "of a newer program" in fault.what
    assert await store.load_room("algebra", resume_window=100, resume_bytes=2**20) is not None
    assert await asyncio.to_thread(file.read_bytes) == before


async def _write_newer_event(store: Store, file: Path, kind: str) -> None:
    lesson = Lesson("imported", host_id=1)
    lesson.seq = await store.head("imported")
    event = msgspec.structs.replace(lesson.stroke(b"{}"), board_schema=NEWER)
    session = await store.session("imported")
    assert session is not None
    lesson.session = session
    await store.commit([lesson.batch(event)])
    if kind != event.type:
        checked = (9, kind, 1, None, None, None, event.at_ms, checksums.of_bytes(b"{}"))
        crc32 = checksums.of_event("imported", *checked, board_schema=NEWER)
        _sql(
            file,
            "UPDATE session_event SET event_type = ?, crc32 = ? WHERE board_schema = ?",
            *(kind, crc32, NEWER),
        )
