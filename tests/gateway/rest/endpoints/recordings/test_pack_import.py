"""A lesson pack is taken up by another server.

Tests also: gateway/packs/job.py, gateway/packs/taking_up.py, gateway/rest/packing/arriving.py,
gateway/rest/packing/asking.py,
gateway/rest/packing/newcomers.py, gateway/rest/packing/unpacking.py.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actors.house.chores import HousekeepingConfig
from actors.house.housekeeper import Housekeeping
from gateway.identity.claims import Scope
from gateway.packs.checking import check
from lessonroom.board.model.elements import Stroke
from lessonroom.board.model.operations import Put
from lessonroom.log.renumbering import Renumbering
from storage.upkeep import checking
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.endpoints.recordings.arrivals import (
    EVIL,
    HOMEWORK,
    came,
    digest,
    held,
    mapped,
    packed,
    read,
    store_of,
    taken,
)
from tests.gateway.rest.endpoints.recordings.test_takes import recorded_in
from tests.gateway.rest.endpoints.test_past import Lesson, lesson_in, rect
from tests.gateway.rest.school import API, School


@pytest.fixture
def url_of(each_url_of: Callable[[str], str]) -> Callable[[str], str]:
    """Everything here is done on SQLite and on PostgreSQL."""
    return each_url_of


async def test_another_server_has_the_same_lesson(
    full: Lesson, here: School, tmp_path: Path
) -> None:
    """[LP-6][LP-7] Order, board of every version, replay and chat, by hash, but for ids."""
    pack = await packed(full)
    answer = await came(here, pack)
    assert (answer["left_out"], answer["copies"], answer["takes"]) == ([], [], 0)
    assert answer["files"] == 2
    session_id = answer["session"]["session_id"]
    assert session_id != full.session_id
    people = {each["packed_id"]: each["user_id"] for each in answer["people"]}
    ada = next(each for each in answer["people"] if each["packed_id"] == full.host_id)
    assert (ada["is_known"], ada["user_id"]) == (True, answer["session"]["host_id"])
    there, came_in = store_of(full.school), store_of(here)
    # The order of events, and each of them.
    before = await there.events(full.session_id)
    renumbering = Renumbering(people=people, takes={}, files={hashlib.sha256(HOMEWORK).hexdigest()})
    assert [renumbering.of(event) for event in before] == await came_in.events(session_id)
    assert answer["events"] == len(before)
    base = f"{API}/sessions/{session_id}"
    # The board, at every version.
    for version in range(1, len(before) + 1):
        old = (await full.get(f"/snapshots/{version}/")).json()["board"]
        new = (await read(here, f"{base}/snapshots/{version}/"))["board"]
        assert digest(mapped(old, people)) == digest(new), version
    for path in ("/replay/", "/chat/", "/timeline/", "/export/", "/participants/", "/stats/"):
        old = mapped((await full.get(path)).json(), people)
        new = await read(here, base + path)
        for each in (old, new):
            for key in ("session_id", "exported_at"):
                each.pop(key, None)
        assert digest(old) == digest(new), (path, old, new)
    same = ("title", "status", "settings", "actual_start", "actual_end", "created_at")
    old, new = (await full.get("/")).json(), await read(here, f"{base}/")
    for key in (*same, "total_duration_seconds", "session_type", "is_recorded"):
        assert old[key] == new[key], key
    report = (await full.get("/report/")).json()
    came_report = await read(here, f"{base}/report/")
    assert mapped(report, people) | {"session_id": session_id} == came_report
    # The files, and another pack.
    digest_of = hashlib.sha256(HOMEWORK).hexdigest()
    services = here.app.state.services
    assert services.assets.file_of(digest_of).read_bytes() == HOMEWORK
    again = await here.call("GET", f"{base}/pack/", token=here.user_token("Ada"))
    saved = tmp_path / "again.zip"
    saved.write_bytes(again.content)
    found = check(saved)
    assert (found.problems, found.manifest.left_out) == ([], [])
    assert (await checking.check(came_in, on_progress=lambda _: None)).faults == []


async def test_what_was_recorded_comes_along(school: School, here: School) -> None:
    """[LP-6] Byte for byte, under other ids, at the same room time; with more there is no room."""
    recorded = await recorded_in(school)
    assert (await recorded.open()).status_code == 201
    chunks = list(voice(6))
    for chunk in chunks:
        await recorded.send(chunk)
    await recorded.close(len(chunks))
    media = (await recorded.media()).content
    assert (await recorded.call("POST", "complete/")).status_code == 200
    pack = (await recorded.call("GET", "pack/")).content
    old = (await recorded.call("GET", "recordings/")).json()
    answer = await came(here, pack)
    assert (answer["takes"], answer["left_out"]) == (1, [])
    people = {each["packed_id"]: each["user_id"] for each in answer["people"]}
    base = f"{API}/sessions/{answer['session']['session_id']}"
    new = await read(here, f"{base}/recordings/")
    take = new["takes"][0]
    assert take["take_id"] != old["takes"][0]["take_id"]
    for each in (*old["takes"], *new["takes"]):
        del each["take_id"]
    assert mapped(old, people) == new
    assert take["state"] == "sealed"
    sealed = here.app.state.services.takes.files
    (take_id,) = sealed.take_ids()
    token = here.user_token("Ada")
    got = await here.call("GET", f"{API}/takes/{take_id}/media", token=token)
    assert got.content == media
    await here.app.state.services.takes.sweep()
    assert sealed.take_ids() == {take_id}


async def test_people_are_whom_the_table_says(full: Lesson, here: School) -> None:
    """[LP-8] By name or number; the others are names, and whoever takes it up leads it."""
    pack = await packed(full)
    school = await here.session("Ada")
    ben = await here.join(school, "Ben")
    eve = (await here.join(await here.session("Carl"), "Eve"))["participant"]["user_id"]
    ben_id = ben["participant"]["user_id"]
    table = json.dumps({EVIL[:60]: ben_id})
    answer = await came(here, pack, people=table)
    (mine,) = [each for each in answer["people"] if each["packed_id"] == full.ben_id]
    assert (mine["user_id"], mine["is_known"]) == (ben_id, True)
    base = f"{API}/sessions/{answer['session']['session_id']}"
    listed = await here.call("GET", f"{base}/replay/", token=here.user_token("Ben"))
    assert {each["user_id"] for each in listed.json()["items"]} >= {ben_id}
    cases: tuple[tuple[object, int, str, str], ...] = (
        ({"Nobody": ben_id}, 404, "people.Nobody", "nobody in the pack"),
        ({str(full.ben_id): eve}, 404, f"people.{full.ben_id}", "none of your lessons"),
        ({str(full.ben_id): 4_711}, 404, f"people.{full.ben_id}", "none of your lessons"),
        ({str(full.host_id): ben_id}, 422, f"people.{full.host_id}", "who led the lesson"),
        (
            {str(full.ben_id): answer["session"]["host_id"]},
            422,
            f"people.{full.ben_id}",
            "the same person",
        ),
        ([], 422, "people", "must be JSON"),
        ({"Ben": 0}, 422, "people", "the number of a user"),
    )
    for wrong, status, key, words in cases:
        refused = await taken(here, pack, people=json.dumps(wrong))
        problem = refused.json()
        assert (refused.status_code, problem["field"]) == (status, key), refused.text
        assert words in problem["detail"]
        here.clock.advance(60)
    # A name alone has no seat to come back to.
    answer = await came(here, pack)
    (name,) = [each for each in answer["people"] if not each["is_known"]]
    user = await store_of(here).user(name["user_id"])
    assert user is not None
    assert (user.kind, user.issuer) == ("guest", "*imported")


async def test_the_operator_takes_up_for_others_and_nobody_else_does(
    full: Lesson, here: School
) -> None:
    """[LP-8] Whose lesson it is the operator says; a room's token is for its room."""
    pack = await packed(full)
    session = await here.session("Carl")
    carl, path = session["host_id"], f"{API}/sessions/import/"
    request: dict[str, Any] = {"headers": {"Content-Type": "application/zip"}, "content": pack}
    unsaid = await here.operate("POST", path, **request)
    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "as_user")
    unknown = await here.operate("POST", path, params={"as_user": 4_711}, **request)
    assert (unknown.status_code, unknown.json()["field"]) == (404, "as_user")
    eve = (await here.join(session, "Eve"))["participant"]["user_id"]
    params = {"as_user": carl, "people": json.dumps({str(full.ben_id): eve})}
    answer = await here.operate("POST", path, params=params, **request)
    assert answer.status_code == 201, answer.text
    assert answer.json()["session"]["host_id"] == carl
    for_others = await taken(here, pack, "Carl", as_user=eve)
    assert for_others.status_code == 403
    guest = await here.join(session, name="Guest")
    for token, status in ((guest["token"], 403), (None, 401)):
        refused = await here.call("POST", path, token=token, **request)
        assert refused.status_code == status
    scoped = here.user_token("root", scope=Scope.OPERATOR)
    mine = await here.call("POST", path, token=scoped, **request)
    assert mine.status_code == 201, mine.text
    assert mine.json()["session"]["host_id"] != carl


async def test_the_same_pack_again_is_a_second_lesson_and_told(full: Lesson, here: School) -> None:
    """[LP-9] There, and where it was packed."""
    pack = await packed(full)
    first = await came(here, pack)
    second = await came(here, pack)
    assert second["copies"] == [first["session"]["session_id"]]
    assert second["session"]["session_id"] != first["session"]["session_id"]
    at_home = await came(full.school, pack)
    assert at_home["copies"] == [full.session_id]


async def test_it_is_an_ended_lesson_as_every_other(full: Lesson, here: School) -> None:
    """[LP-9] Found by its words, continued, reopened, erased from and deleted."""
    answer = await came(here, await packed(full))
    session_id = answer["session"]["session_id"]
    rooms = here.app.state.services.rooms
    house = Housekeeping.start(rooms, clock=here.clock, config=HousekeepingConfig())
    await house.settled()
    await house.stop()
    found = await read(here, f"{API}/search/", q="photosynthesis")
    assert session_id in json.dumps(found)
    token = here.user_token("Ada")
    base = f"{API}/sessions/{session_id}"
    following = await here.call("POST", f"{base}/continue/", token=token, json={})
    assert following.status_code == 201, following.text
    board = await read(here, f"{API}/sessions/{following.json()['session_id']}/export/")
    assert len(board["board"]["elements"]) == len(
        (await full.get("/export/")).json()["board"]["elements"]
    )
    (name,) = [each for each in answer["people"] if not each["is_known"]]
    erased = await here.operate("POST", f"/api/v1/operator/users/{name['user_id']}/erase/")
    assert erased.status_code == 200, erased.text
    assert EVIL[:60] not in json.dumps(await read(here, f"{base}/participants/"))
    reopened = await here.call("POST", f"{base}/reopen/", token=token)
    assert reopened.status_code == 200, reopened.text
    ended = await here.call("POST", f"{base}/complete/", token=token)
    assert ended.status_code == 200, ended.text
    gone = await here.call("DELETE", f"{base}/", token=token)
    assert gone.status_code == 200, gone.text


async def test_a_lesson_that_went_on_when_it_was_packed_has_ended_here(
    school: School, here: School
) -> None:
    """[LP-9] At the moment of its last event."""
    full = await lesson_in(school)
    await full.draw(rect("r1"))
    answer = await came(here, await packed(full))
    assert answer["session"]["status"] == "completed"
    assert answer["events"] == await full.head() + 1


async def test_the_loop_is_never_held(school: School, here: School, tmp_path: Path) -> None:
    """[LP-6] [P17] While a lesson of thousands of strokes comes in, others have their turns."""
    lesson = await lesson_in(school)
    points = [float(n % 97) if n % 4 < 2 else n % 2 for n in range(400)]
    for n in range(150):
        strokes = [Put(Stroke(id=f"s{n}-{m}", layer="base", points=points)) for m in range(20)]
        await lesson.draw(*strokes)
        school.clock.advance(1)
    pack = await packed(lesson)
    saved = tmp_path / "lesson.zip"
    saved.write_bytes(pack)
    answer, held_ms = await held(came(here, pack))
    assert answer["events"] > 150

    async def checked_here() -> None:
        await asyncio.sleep(0)
        check(saved)
        await asyncio.sleep(0)

    _, control_ms = await held(checked_here())
    assert held_ms < 20 < control_ms
