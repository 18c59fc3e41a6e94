"""The board again, change by change."""

import msgspec
import pytest

from gateway.rest.endpoints.recordings import replay
from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.operations import LoggedOperation
from lessonroom.commands import Undo
from tests.gateway.rest.endpoints.test_past import Lesson, lesson_in, rect
from tests.gateway.rest.school import School


@pytest.fixture
async def lesson(school: School) -> Lesson:
    """A lesson in which Ben has drawn three things, and taken the last back."""
    lesson = await lesson_in(school)
    for n in range(3):
        await lesson.draw(rect(f"r{n}", x=n))
    await lesson.ask(Undo(by=lesson.ben_id))
    return lesson


async def test_the_changes_fold_to_the_board_as_it_is(lesson: Lesson) -> None:
    """[RC-8] With the time of each, in one page here."""
    page = (await lesson.get("/replay/")).json()
    assert page["next_after"] is None
    board = Board()
    for item in page["items"]:
        ops = msgspec.convert(item["ops"], list[LoggedOperation])
        board.apply(replay_ops(board, ops, author=item["user_id"] or 0))
    version = await lesson.head()
    shown = (await lesson.get(f"/snapshots/{version}/")).json()["board"]
    assert msgspec.json.decode(board.encode()) == shown
    assert [item["user_id"] for item in page["items"]] == [lesson.ben_id] * 4
    times = [item["at"] for item in page["items"]]
    assert times == sorted(times)
    assert times[0].endswith("Z")


async def test_it_comes_in_pages(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """[RC-8] Each holds one event at least, and nothing is passed over."""
    whole = (await lesson.get("/replay/")).json()["items"]
    monkeypatch.setattr(replay, "_PAGE_BYTES", 1)
    found: list[object] = []
    after: int | None = 0
    while after is not None:
        page = (await lesson.get("/replay/", params={"after": after})).json()
        assert len(page["items"]) == 1
        found += page["items"]
        after = page["next_after"]
    assert found == whole


async def test_who_was_there_has_it_once_the_lesson_is_over(lesson: Lesson) -> None:
    """[RC-8][SY-12] As the timeline; not before the end, and not where the host keeps it."""

    async def status() -> int:
        call = lesson.school.call("GET", f"{lesson.base}/replay/", token=lesson.ben["token"])
        return (await call).status_code

    assert await status() == 403
    await lesson.post("/complete/")
    assert await status() == 200
    host = lesson.school.user_token("Ada")
    kept = {"settings": {"history_policy": "host_only"}}
    await lesson.school.call("PATCH", f"{lesson.base}/", token=host, json=kept)
    assert await status() == 403
