"""What the API tells of the past: snapshots, versions, timeline, stats.

Tests also: gateway/rest/endpoints/board/snapshots.py, gateway/rest/endpoints/timeline.py.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from httpx import Response

from lessonroom.board.model.elements import Rect
from lessonroom.board.model.operations import Operation, Put, Remove
from lessonroom.commands import Command, Disconnect, EditBoard, Undo
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School


class Lesson:
    """An active session of Ada's, with Ben in the room."""

    def __init__(self, school: School, session: dict[str, Any], ben: dict[str, Any]) -> None:
        self.school = school
        self.session_id: str = session["session_id"]
        self.ben = ben
        self.ben_id: int = ben["participant"]["user_id"]
        self.host_id: int = session["host_id"]
        self.base = f"{API}/sessions/{self.session_id}"
        self.n = 0

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Read something as the host."""
        token = self.school.user_token("Ada")
        return await self.school.call(
            "GET", self.base + path, token=token, params=params, headers=headers
        )

    async def post(self, path: str) -> Response:
        """Do something as the host."""
        return await self.school.call("POST", self.base + path, token=self.school.user_token("Ada"))

    async def draw(self, *ops: Operation) -> None:
        """Change the board as Ben."""
        self.n += 1
        command = EditBoard(
            connection_id=f"connection-{self.ben_id}",
            client_id="bens-page",
            n=self.n,
            ops=list(ops),
        )
        await self.ask(command)

    async def ask(self, command: Command) -> None:
        """Have the room carry something out."""
        await self.school.app.state.services.rooms.ask(self.session_id, command)

    async def head(self) -> int:
        """Return the newest event."""
        return int(await self.school.app.state.services.rooms.store.head(self.session_id))


def rect(element_id: str = "r1", x: int = 0) -> Put:
    """Return the operation that puts a rectangle."""
    return Put(Rect(id=element_id, layer="base", x=x, y=0, w=9, h=9))


@pytest.fixture
async def lesson(school: School) -> Lesson:
    return await lesson_in(school)


async def lesson_in(school: School, ben: str = "Ben") -> Lesson:
    """Begin a lesson with somebody in it."""
    session = await school.session("Ada")
    token = school.user_token("Ada")
    await school.call("POST", f"{API}/sessions/{session['session_id']}/start/", token=token)
    joined = await school.join(session, name=ben)
    await school.connect(joined)
    return Lesson(school, session, joined)


# -- versions


async def test_every_version_of_the_board_can_be_read(lesson: Lesson) -> None:
    """[P8] Saved or not, as it was."""
    empty = await lesson.head()
    await lesson.draw(rect(x=1))
    one = await lesson.head()
    await lesson.draw(rect(x=2), rect("r2"))
    two = await lesson.head()
    for version, elements in [(1, {}), (empty, {}), (one, {"r1": 1}), (two, {"r1": 2, "r2": 0})]:
        response = await lesson.get(f"/snapshots/{version}/")
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        read = response.json()
        assert read["version"] == version
        assert {key: each["x"] for key, each in read["board"]["elements"].items()} == elements
        assert read["board"]["layers"][0]["id"] == "base"


async def test_a_version_that_is_not_there_yet_is_not_found(lesson: Lesson) -> None:
    """[BD-12] The answer says which there are."""
    head = await lesson.head()
    for call in (
        lesson.get(f"/snapshots/{head + 1}/"),
        lesson.post(f"/snapshots/{head + 1}/restore/"),
    ):
        response = await call
        assert (response.status_code, response.json()["field"]) == (404, "version")
        assert response.json()["detail"] == f"versions are from 1 to {head}"


@pytest.mark.parametrize("version", ["0", "-1", "x", "1.5", str(2**53)])
async def test_a_version_is_a_number_from_one(lesson: Lesson, version: str) -> None:
    """[EN-2] The field at fault is named."""
    response = await lesson.get(f"/snapshots/{version}/")
    assert (response.status_code, response.json()["field"]) == (422, "version")


async def test_a_version_is_restored_and_that_is_undone(lesson: Lesson) -> None:
    """[BD-11][BD-12] The board as it was before is among the snapshots."""
    await lesson.draw(rect(x=1))
    wanted = await lesson.head()
    await lesson.draw(Remove(["r1"]), rect("r2"))
    present = await lesson.head()
    restored = await lesson.post(f"/snapshots/{wanted}/restore/")
    head = await lesson.head()
    assert (restored.status_code, restored.json()) == (200, {"version": wanted, "seq": head})
    now = (await lesson.get(f"/snapshots/{head}/")).json()["board"]
    assert now == (await lesson.get(f"/snapshots/{wanted}/")).json()["board"]
    newest = (await lesson.get("/snapshots/")).json()["items"][0]
    assert (newest["type"], newest["version"], newest["created_by"]) == (
        "manual",
        present,
        lesson.host_id,
    )
    await lesson.ask(Undo(by=lesson.host_id))
    undone = (await lesson.get(f"/snapshots/{await lesson.head()}/")).json()["board"]
    assert undone == (await lesson.get(f"/snapshots/{present}/")).json()["board"]


async def test_the_past_can_be_read_once_the_lesson_is_over_and_not_changed(
    lesson: Lesson,
) -> None:
    """[BD-12] 410 for a restore."""
    await lesson.draw(rect())
    await lesson.post("/complete/")
    assert (await lesson.get(f"/snapshots/{await lesson.head()}/")).status_code == 200
    assert (await lesson.get("/timeline/")).status_code == 200
    assert (await lesson.get("/stats/")).json()["status"] == "completed"
    assert (await lesson.post("/snapshots/1/restore/")).status_code == 410


async def test_snapshots_are_listed_page_by_page(lesson: Lesson) -> None:
    """[P8] Newest first; what each was saved for."""
    for n in range(4):
        await lesson.draw(rect(x=n))
        await lesson.post("/save/")
    pages, cursor = [], None
    while True:
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = (await lesson.get("/snapshots/", params=query)).json()
        pages.append(page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [len(page) for page in pages] == [3, 1]
    versions = [item["version"] for page in pages for item in page]
    assert versions == sorted(versions, reverse=True)
    first = pages[0][0]
    size = (await lesson.post("/save/")).json()["size_bytes"]
    assert (first["type"], first["size_bytes"], first["created_by"]) == (
        "manual",
        size,
        lesson.host_id,
    )
    assert first["participant_count"] == 1


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/snapshots/?limit=0", "limit"),
        ("/snapshots/?limit=101", "limit"),
        ("/snapshots/?cursor=x", "cursor"),
        ("/timeline/?type=nonsense", "type.0"),
        ("/timeline/?user_id=0", "user_id"),
        ("/timeline/?after=-1", "after"),
        ("/timeline/?limit=1001", "limit"),
        ("/timeline/?format=xml", "format"),
    ],
)
async def test_queries_out_of_range_are_refused(lesson: Lesson, path: str, field: str) -> None:
    """[EN-2] The field at fault is named."""
    response = await lesson.get(path)
    assert (response.status_code, response.json()["field"]) == (422, field)


# -- timeline


async def test_the_timeline_tells_who_did_what(lesson: Lesson) -> None:
    """[P3] In the order of the log; of the board how much was done, not what."""
    await lesson.draw(rect(), rect("r2"), Remove(["r1"]))
    await lesson.post("/snapshots/1/restore/")
    items = (await lesson.get("/timeline/")).json()["items"]
    assert [item["seq"] for item in items] == list(range(1, await lesson.head() + 1))
    drawn, restored = items[-2:]
    assert (drawn["type"], drawn["user_id"], drawn["name"]) == ("board_op", lesson.ben_id, "Ben")
    assert drawn["data"] == {"operations": {"put": 2, "remove": 1}}
    assert (restored["type"], restored["user_id"]) == ("board_restore", lesson.host_id)
    assert restored["data"] == {"operations": {"remove": 1}, "restored": 1}
    opened = next(item for item in items if item["type"] == "room_open")
    assert (opened["user_id"], opened["name"]) == (None, None)


async def test_the_timeline_is_filtered_and_paged(lesson: Lesson) -> None:
    """[P3] All filters must hold; `next_after` leads on."""
    for n in range(5):
        await lesson.draw(rect(x=n))
    query = {"type": ["board_op", "board_clear"], "user_id": lesson.ben_id, "limit": 2}
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = (await lesson.get("/timeline/", params={**query, "after": after})).json()
        seen += [item["seq"] for item in page["items"]]
        after = page["next_after"]
    assert len(seen) == 5
    assert seen == sorted(seen)
    hosts = (await lesson.get("/timeline/", params={"user_id": lesson.host_id})).json()["items"]
    assert hosts
    assert {item["user_id"] for item in hosts} == {lesson.host_id}


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, text/csv", "", "text/csv; charset=utf-8"),
        ("text/csv;q=0.1, application/json", "", "application/json"),
        ("text/csv, application/json", "", "application/json"),
        ("*/*", "", "application/json"),
        ("image/png", "", "application/json"),
        ("application/json", "?format=csv", "text/csv; charset=utf-8"),
        ("text/csv", "?format=json", "application/json"),
    ],
)
async def test_the_timeline_comes_as_the_caller_likes_it(
    lesson: Lesson, accept: str, query: str, media_type: str
) -> None:
    """RFC 9110 §12.5.1; the query goes before the header."""
    response = await lesson.get(f"/timeline/{query}", headers={"Accept": accept})
    assert response.headers["content-type"] == media_type


async def test_the_table_is_a_file_whose_cells_are_no_formulas(school: School) -> None:
    """A guest calls themself what they like; the page after this one is linked."""
    lesson = await lesson_in(school, ben="=HYPERLINK(1)")
    await lesson.draw(rect())
    response = await lesson.get(
        "/timeline/", params={"format": "csv", "user_id": lesson.ben_id, "limit": 1}
    )
    assert response.headers["content-disposition"] == (
        f'attachment; filename="timeline-{lesson.session_id}.csv"'
    )
    header, row = csv.reader(io.StringIO(response.text, newline=""))
    assert header == ["seq", "at", "type", "user_id", "name", "data"]
    assert row[2:5] == ["participant_join", str(lesson.ben_id), "'=HYPERLINK(1)"]
    link = response.headers["link"]
    assert link.endswith('>; rel="next"')
    following = await lesson.get("/timeline/" + link[1:].partition(">")[0])
    assert following.headers["content-type"].startswith("text/csv")
    (_, row) = csv.reader(io.StringIO(following.text, newline=""))
    assert row[2] == "board_op"
    assert row[5] == '{"operations":{"put":1}}'
    assert "link" not in following.headers


# -- stats


async def test_stats_count_to_the_millisecond(lesson: Lesson) -> None:
    """Time in `active`, time in the room over all visits, reconnects, events by type and person."""
    clock = lesson.school.clock
    gone = Disconnect(connection_id=f"connection-{lesson.ben_id}", is_bye=False)
    await lesson.draw(rect())
    clock.advance(60.25)
    await lesson.ask(gone)
    clock.advance(5)
    await lesson.school.connect(lesson.ben)
    clock.advance(30.5)
    await lesson.post("/pause/")
    clock.advance(100)
    stats = (await lesson.get("/stats/")).json()
    assert stats["active_seconds"] == 95.75
    (ben,) = [each for each in stats["participants"] if each["user_id"] == lesson.ben_id]
    assert ben["time_in_room_seconds"] == 190.75
    assert ben["reconnect_count"] == 1
    assert ben["events_by_type"] == {
        "board_op": 1,
        "participant_drop": 1,
        "participant_join": 1,
        "participant_reconnect": 1,
    }
    assert ben["events"] == 4
    (host,) = [each for each in stats["participants"] if each["user_id"] == lesson.host_id]
    assert (host["time_in_room_seconds"], host["joined_at"]) == (0, None)
    assert stats["events"] == sum(stats["events_by_type"].values()) == await lesson.head()
    by_people = sum(each["events"] for each in stats["participants"])
    assert stats["server_events"] == stats["events"] - by_people
    board = (await lesson.get(f"/snapshots/{stats['board']['version']}/")).json()["board"]
    assert stats["board"] == {
        "version": await lesson.head(),
        "elements": len(board["elements"]),
        "pages": 1,
        "layers": 1,
        "size_bytes": stats["board"]["size_bytes"],
    }


async def test_stats_of_a_server_that_was_stopped_end_with_the_stop(opened: Open) -> None:
    """[SY-6] Nobody is counted as present in a room that is not open."""
    async with opened() as school:
        lesson = await lesson_in(school)
        school.clock.advance(60)
        await lesson.draw(rect())
        school.clock.advance(5)
    async with opened() as school:
        lesson.school = school
        school.clock.advance(3_600)
        stats = (await lesson.get("/stats/")).json()
        (ben,) = [each for each in stats["participants"] if each["user_id"] == lesson.ben_id]
        assert ben["status"] == "reconnecting"
        assert ben["time_in_room_seconds"] == 65
        await school.connect(lesson.ben)
        school.clock.advance(10)
        stats = (await lesson.get("/stats/")).json()
        (ben,) = [each for each in stats["participants"] if each["user_id"] == lesson.ben_id]
        assert (ben["time_in_room_seconds"], ben["reconnect_count"]) == (75, 1)
