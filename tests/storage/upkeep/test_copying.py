"""Backups: what a copy holds, and putting one in the place of a database."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from storage.errors import StorageUnavailable
from storage.records import Durability, UserKind
from storage.store import Store
from storage.upkeep import copying
from storage.upkeep.checking import check
from tests.storage.lessons import Lesson

NOW_MS = 1_900_000_000_000


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "lessons.db"


async def opened(file: Path) -> Store:
    return await Store.open(url_of(file), durability=Durability.POWER)


async def begun(store: Store) -> Lesson:
    host = await store.ensure_user(
        issuer="own", subject="ada", name="Ada", kind=UserKind.REGISTERED, at_ms=1
    )
    lesson = Lesson("algebra", host_id=host.user_id)
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    return lesson


async def test_a_backup_under_load_holds_what_was_acknowledged_before_it_began(
    file: Path, tmp_path: Path
) -> None:
    """[P1] Ten times while another task commits without a pause; each copy is sound."""
    store = await opened(file)
    lesson = await begun(store)
    acknowledged: asyncio.Queue[int] = asyncio.Queue()
    is_over = False

    async def load() -> None:
        while not is_over:
            batch = lesson.strokes(20)
            await store.commit([batch])
            acknowledged.put_nowait(batch.events[-1].seq)

    writing = asyncio.create_task(load())
    try:
        for number in range(10):
            before = await newest(acknowledged)
            target = tmp_path / f"{number}.db"
            await asyncio.to_thread(copying.copy_database, file, target)
            assert await newest(acknowledged) > before, "nothing was written meanwhile"
            await holds(target, at_least=before)
    finally:
        is_over = True
        await writing
        await store.close()


async def newest(acknowledged: "asyncio.Queue[int]") -> int:
    """Wait for the next event that is on disk and return the newest."""
    seq = await acknowledged.get()
    while not acknowledged.empty():
        seq = acknowledged.get_nowait()
    return seq


def is_damage_found(file: Path) -> bool:
    """Whether the check names faults, or finds the file beyond checking."""
    try:
        return bool(copying.integrity_faults(file))
    except StorageUnavailable:
        return True


def content_of(file: Path) -> bytes:
    return file.read_bytes()


def write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


async def holds(copy: Path, *, at_least: int) -> None:
    """Check that a copy opens, is sound, and has the log up to an event."""
    assert copying.integrity_faults(copy) == []
    store = await opened(copy)
    try:
        assert (await check(store, on_progress=lambda _: None)).faults == []
        events = await store.events("algebra", limit=100_000)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert len(events) >= at_least
    finally:
        await store.close()


async def test_a_copy_is_one_private_file(file: Path, tmp_path: Path) -> None:
    """[SECURITY] Mode 0600, and nothing beside it that could be forgotten."""
    store = await opened(file)
    await begun(store)
    target = tmp_path / "backup" / "copy.db"
    target.parent.mkdir()
    copying.copy_database(file, target)
    await store.close()
    assert mode_of(target) == 0o600
    assert list(target.parent.iterdir()) == [target]


async def test_copying_only_the_database_file_loses_the_wal(file: Path, tmp_path: Path) -> None:
    """[docs/operations.md] The warning there is true: that is why `db backup` exists."""
    store = await opened(file)
    lesson = await begun(store)
    await store.commit([lesson.strokes(10)])
    copy = tmp_path / "naive.db"
    write(copy, content_of(file))
    await store.close()
    with sqlite3.connect(copy) as database:
        try:
            count = database.execute("SELECT count(*) FROM session_event").fetchone()[0]
        except sqlite3.OperationalError:
            count = 0
    database.close()
    assert count < 11


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """[P23] A backup of yesterday is not replaced by one of today."""
    target = tmp_path / "there.db"
    target.write_text("yesterday")
    with pytest.raises(FileExistsError):
        copying.copy_database(tmp_path / "lessons.db", target)
    assert target.read_text() == "yesterday"


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """[P19] Half a backup would be taken for a whole one."""
    source = tmp_path / "broken.db"
    source.write_bytes(b"no database" * 1_000)
    with pytest.raises(StorageUnavailable, match="cannot copy"):
        copying.copy_database(source, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


async def test_damage_to_the_file_is_found(file: Path) -> None:
    """[T16] Bytes that were flipped in the middle of a page."""
    store = await opened(file)
    lesson = await begun(store)
    await store.commit([lesson.strokes(2_000)])
    await store.close()
    content = bytearray(content_of(file))
    for page in range(len(content) // 4096 // 2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 16] = b"\xff" * 16
    write(file, bytes(content))
    assert is_damage_found(file)


async def restored(file: Path, tmp_path: Path) -> tuple[Lesson, Path]:
    """Make a backup after 10 strokes, draw 10 more, restore it; returns what was put aside."""
    store = await opened(file)
    lesson = await begun(store)
    await store.commit([lesson.strokes(10)])
    backup = tmp_path / "backup.db"
    copying.copy_database(file, backup)
    await store.commit([lesson.strokes(10)])
    await store.close()
    aside = file.with_name("old.db")
    copying.put_in_place(backup, file, aside=aside, now_ms=NOW_MS)
    return lesson, aside


async def test_restoring_goes_back_and_keeps_what_was_there(file: Path, tmp_path: Path) -> None:
    """[P23] The database is that of the backup; the other one is kept, whole."""
    _, aside = await restored(file, tmp_path)
    await holds(file, at_least=11)
    await holds(aside, at_least=21)
    store = await opened(file)
    assert await store.head("algebra") == 11
    await store.close()
    assert mode_of(file) == 0o600


async def test_a_restore_voids_tokens_and_numbers(file: Path, tmp_path: Path) -> None:
    """[P12] A number given away after the backup must not name somebody else now."""
    await restored(file, tmp_path)
    store = await opened(file)
    (seat,) = await store.participants("algebra")
    assert seat.not_before_ms == NOW_MS + 1
    newcomer = await store.ensure_user(
        issuer="own", subject="ben", name="Ben", kind=UserKind.REGISTERED, at_ms=1
    )
    await store.close()
    assert newcomer.user_id > 1_000_000


async def test_a_restore_that_fails_changes_nothing(file: Path, tmp_path: Path) -> None:
    """[P19] The file that was there is still the database."""
    store = await opened(file)
    await begun(store)
    await store.close()
    broken = tmp_path / "broken.db"
    write(broken, b"no database" * 1_000)
    before = content_of(file)
    with pytest.raises(StorageUnavailable, match="cannot restore"):
        copying.put_in_place(broken, file, aside=file.with_name("old.db"), now_ms=NOW_MS)
    assert content_of(file) == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
