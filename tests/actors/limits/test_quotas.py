"""Quotas in live rooms: refused, told, and the same after a restart.

Tests also: storage/sessions/usage.py.
"""

import msgspec
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import SaveBoard
from lessonroom.limits import Limits
from lessonroom.log.quotas import ROW_BYTES
from lessonroom.outcome import SnapshotType
from lessonroom.session.session import Session
from storage.records import Durability
from storage.tables import SNAPSHOTS, USAGE
from tests.actors.support.client import Client
from tests.actors.support.faulty_store import FaultyStore
from tests.actors.support.school import ANN, BEN, HOST, QUICK, OpenSchool, School

_KIB = 1024
SMALL = msgspec.structs.replace(
    QUICK, limits=Limits(log_bytes_per_person=16 * _KIB, log_bytes_per_session=512 * _KIB)
)


async def draw_until_refused(school: School, client: Client) -> None:
    for _ in range(1_000):
        submission = client.draw()
        await school.until(lambda: submission in client.acked or bool(client.errors))  # noqa: B023
        if client.errors:
            return
    raise AssertionError("nobody was ever refused")


def usage_of(school: School, session_id: str = "algebra") -> dict[int, int]:
    return dict(school.room(session_id)._lesson.state.usage.by_person)


async def test_one_who_fills_their_part_is_refused_and_the_lesson_goes_on(
    open_school: OpenSchool,
) -> None:
    """[QU-2][QU-3] Told before, then too large, not to be tried again; others draw and chat."""
    school = await open_school(SMALL)
    ann, ben = await school.join(ANN), await school.join(BEN)
    await draw_until_refused(school, ann)
    (error,) = ann.errors
    assert error["code"] == "too_large"
    assert "retry_after_ms" not in error
    (notice,) = [each for each in ann.outbox.of_type("notification") if "full" in str(each)]
    assert notice["data"]["params"]["full"] == "person"
    assert not ben.outbox.of_type("notification")
    submission = ben.draw("e2")
    await school.until(lambda: submission in ben.acked)
    ann.send("system", "chat_message", {"text": "full?"}, message_id="annnie-client:9999")
    await school.until(lambda: bool(ben.outbox.of_type("chat_message")))
    await school.check()


async def test_what_was_counted_is_counted_after_a_restart(open_school: OpenSchool) -> None:
    """[QU-1] The row beside the session and the log's end come to what the log holds."""
    school = await open_school(SMALL)
    ann = await school.join(ANN)
    for n in range(20):
        ann.draw(x=n)
        await school.until(lambda: not ann.pending)
    school.clock.advance(10)
    await school.rest()
    for n in range(5):
        ann.draw(x=n)
        await school.until(lambda: not ann.pending)
    before = usage_of(school)
    await school.restart()
    ann.drop()
    await school.connect(ann)
    log = await school.log()
    counted: dict[int, int] = {}
    for event in log:
        user_id = event.user_id or 0
        counted[user_id] = counted.get(user_id, 0) + len(event.data) + ROW_BYTES
    assert usage_of(school) == counted
    assert usage_of(school)[ANN] >= before[ANN]


async def test_a_session_without_a_row_is_summed_up_from_its_log(school: School) -> None:
    """[QU-1] As those of an older database are, when they are opened again."""
    ann = await school.join(ANN)
    ann.draw()
    await school.until(lambda: not ann.pending)
    ann.leave()
    await school.rest()
    await school.stop()

    async def forget(connection: AsyncConnection) -> None:
        await connection.execute(USAGE.delete())

    await school.store.writing(forget)
    await school.restart()
    await school.join(BEN)
    total = sum(len(event.data) + ROW_BYTES for event in await school.log())
    assert sum(usage_of(school).values()) == total


async def test_an_owners_other_session_leaves_no_room(open_school: OpenSchool) -> None:
    """[QU-1] What one lesson takes is missing in the other, and in one that is to be made."""
    limits = Limits(log_bytes_per_owner=24 * _KIB)
    school = await open_school(msgspec.structs.replace(QUICK, limits=limits))
    await school.lesson("geometry")
    ann = await school.join(ANN)
    ben = await school.join(BEN, "geometry")
    await draw_until_refused(school, ann)
    assert "owner" in ann.errors[0]["message"]
    school.clock.advance(1)
    await school.rest()
    ben.draw()
    await school.until(lambda: bool(ben.errors))
    assert ben.errors[0]["code"] == "too_large"
    ann.drop()
    await school.restart()
    session = Session(session_id="third", host_id=HOST, created_at_ms=school.clock.now_ms())
    stored, is_new = await school.rooms.create(session)
    assert is_new, "an empty session is made: only what would be drawn is refused"
    assert stored.session_id == "third"
    ben.drop()


async def test_a_board_that_is_saved_twelve_times_is_written_once(school: School) -> None:
    """[QU-4] One row, one event; the answer is the same version each time."""
    ann = await school.join(ANN)
    ann.draw()
    await school.until(lambda: not ann.pending)
    results = [await school.rooms.ask("algebra", SaveBoard(by=ANN)) for _ in range(12)]
    assert results == [results[0]] * 12
    await school.rest()
    await school.restart()
    assert await school.rooms.ask("algebra", SaveBoard(by=HOST)) == results[0]
    manual = [
        entry
        for entry in await school.store.snapshots("algebra")
        if entry.kind is SnapshotType.MANUAL
    ]
    assert [entry.version for entry in manual] == [results[0]["version"]]
    ann.drop()


async def test_snapshots_of_a_session_stay_within_their_bytes(url: str) -> None:
    """[QU-4][P8] A board that is changed and saved on and on: the last one is always there."""
    store = await FaultyStore.open(
        url, durability=Durability.POWER, snapshot_bytes_per_session=4_000
    )
    store.arm()
    school = School(store, url=url)
    await school.lesson()
    ann = await school.join(ANN)
    saved = {"version": 0}
    for n in range(40):
        ann.draw(f"e{n % 5}", x=n)
        await school.until(lambda: not ann.pending)
        saved = await school.rooms.ask("algebra", SaveBoard(by=ANN))
    await school.rest()

    async def sums(connection: AsyncConnection) -> tuple[int, int]:
        in_rows = (await connection.execute(select(func.sum(SNAPSHOTS.c.size_bytes)))).scalar_one()
        noted = (await connection.execute(select(USAGE.c.snapshot_bytes))).scalar_one()
        return in_rows, noted

    in_rows, noted = await store.reading(sums)
    assert in_rows == noted <= 4_000
    newest = (await store.snapshots("algebra"))[0]
    assert newest.version == saved["version"]
    middle = await store.board_at("algebra", saved["version"] // 2)
    assert middle is not None, "the log has the versions whose snapshots are gone"
    await school.close()


async def test_the_rest_of_a_quota_is_not_taken_by_what_is_refused(
    open_school: OpenSchool,
) -> None:
    """[QU-2] A thousand refusals add nothing to the log."""
    school = await open_school(SMALL)
    ann = await school.join(ANN)
    await draw_until_refused(school, ann)
    before = usage_of(school)
    for _ in range(50):
        ann.draw()
    await school.rest()
    assert len(ann.errors) == 51
    assert usage_of(school) == before
    with pytest.raises(Refused) as caught:
        school.room()._lesson.room.quota.check(school.room()._lesson.state.usage, ANN, 1)
    assert caught.value.code is ErrorCode.TOO_LARGE
