"""The next lesson of a series begins where the last one stood.

Tests also: gateway/rest/planning/continuing.py, gateway/rest/shapes/planning.py,
storage/sessions/series.py.
"""

from typing import Any

import msgspec
import pytest
from httpx import Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.elements import Layer, Rect
from lessonroom.board.model.page import Page
from lessonroom.commands import ImportBoard, InviteParticipant
from lessonroom.log.events import EventType
from lessonroom.people.permissions import Role
from storage.tables import ASSETS, SESSION_ASSETS
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.images import encoded
from tests.gateway.rest.school import API, School


async def went_on(school: School, session_id: str, host: str = "Ada", **body: Any) -> Response:  # noqa: ANN401
    return await school.call(
        "POST",
        f"{API}/sessions/{session_id}/continue/",
        token=school.user_token(host),
        json=body,
    )


async def upload(school: School, session_id: str) -> str:
    response = await school.call(
        "POST",
        f"{API}/sessions/{session_id}/assets/",
        token=school.user_token("Ada"),
        content=encoded("PNG"),
        headers={"Content-Type": "image/png"},
    )
    assert response.status_code == 201, response.text
    return str(response.json()["asset"])


def board(asset: str | None = None) -> dict[str, Any]:
    """Return two pages: a sheet with a picture, if there is one, and an endless one with words."""
    elements: dict[str, Any] = {
        "t1": {"type": "text", "id": "t1", "layer": "b2", "x": 5, "y": 5, "text": "Дроби"},
    }
    if asset is not None:
        elements["i1"] = {
            "type": "image",
            "id": "i1",
            "layer": "base",
            "asset": asset,
            "x": 0,
            "y": 0,
            "w": 8,
            "h": 6,
        }
    return {
        "pages": [{"id": "page-1", "title": "Week one"}, {"id": "p2", "title": "Exercises"}],
        "layers": [
            {"id": "base", "name": "Layer 1", "page": "page-1"},
            {"id": "b2", "name": "Ink", "page": "p2", "locked": True},
        ],
        "elements": elements,
    }


async def exported(school: School, session_id: str) -> dict[str, Any]:
    path = f"{API}/sessions/{session_id}/export/"
    response = await school.call("GET", path, token=school.user_token("Ada"))
    return dict(response.json()["board"])


async def lesson_of_ada(school: School) -> dict[str, Any]:
    """Return a lesson that was held: with a picture, a pupil, a helper, a guest, one removed."""
    donor = await school.session("Ada")
    asset = await upload(school, donor["session_id"])
    session = await school.session(
        "Ada",
        title="Fractions",
        board=board(asset),
        max_participants=9,
        settings={"waiting_room": False, "chat_policy": "host_only", "retention_days": 30},
    )
    base = f"{API}/sessions/{session['session_id']}"
    ada = school.user_token("Ada")
    people = {
        name: (await school.join(session, name))["participant"]["user_id"]
        for name in ("Ben", "Cleo", "Dan", "Eve")
    }
    await school.join(session, name="Guest")
    await school.call("POST", f"{base}/start/", token=ada)
    await school.call("POST", f"{base}/kick/{people['Eve']}/", token=ada)
    await school.call("POST", f"{base}/role/{people['Cleo']}/", token=ada, json={"role": "host"})
    denied = {"user_id": people["Ben"], "permissions": {"can_draw": False}}
    await school.call("POST", f"{base}/permissions/", token=ada, json=denied)
    role = {"role": "viewer", "permissions": {"can_draw": True}}
    await school.call("POST", f"{base}/permissions/", token=ada, json=role)
    await school.call("POST", f"{base}/role/{people['Dan']}/", token=ada, json={"role": "viewer"})
    return {**session, "people": people}


@pytest.mark.parametrize("is_over", [True, False])
async def test_the_next_lesson_has_board_people_settings_and_a_link_of_its_own(
    school: School,
    is_over: bool,  # noqa: FBT001
) -> None:
    """Also while the last one goes on; who was removed and guests have no place in it."""
    last = await lesson_of_ada(school)
    if is_over:
        path = f"{API}/sessions/{last['session_id']}/complete/"
        await school.call("POST", path, token=school.user_token("Ada"))
    response = await went_on(school, last["session_id"], scheduled_start="2027-02-01T09:00:00Z")
    assert response.status_code == 201, response.text
    made = response.json()
    assert (made["status"], made["title"]) == ("scheduled", "Fractions")
    assert made["scheduled_start"] == "2027-02-01T09:00:00.000Z"
    assert made["max_participants"] == 9
    assert made["settings"]["chat_policy"] == "host_only"
    assert made["settings"]["retention_days"] == 30
    assert made["settings"]["permissions"] == {"viewer": {"can_draw": True}}
    assert made["access_code"] not in {None, last["access_code"]}
    assert made["series_id"] == last["series_id"] == last["session_id"]
    was, is_now = (
        await exported(school, last["session_id"]),
        await exported(school, made["session_id"]),
    )
    assert is_now["pages"] == was["pages"]
    assert is_now["layers"] == was["layers"]
    assert is_now["elements"] == was["elements"]
    seats = await school.app.state.services.rooms.store.participants(made["session_id"])
    people = last["people"]
    assert {seat.user_id: seat.role.value for seat in seats} == {
        people["Ben"]: "student",
        people["Cleo"]: "host",
        people["Dan"]: "viewer",
    }
    (ben,) = [seat for seat in seats if seat.user_id == people["Ben"]]
    assert dict(ben.custom_permissions) == {"can_draw": False}
    mine = await school.call("GET", f"{API}/sessions/my/", token=school.user_token("Ben"))
    assert made["session_id"] in {each["session_id"] for each in mine.json()["items"]}


async def test_a_picture_that_goes_along_is_there_once_and_outlives_where_it_came_from(
    school: School,
) -> None:
    """Nothing points into a session that is gone."""
    last = await lesson_of_ada(school)
    ada = school.user_token("Ada")
    made = (await went_on(school, last["session_id"])).json()
    path = f"{API}/sessions/{last['session_id']}/"
    await school.call("POST", f"{path}complete/", token=ada)
    assert (await school.call("DELETE", path, token=ada)).status_code == 200
    asset = (await exported(school, made["session_id"]))["elements"]["i1"]["asset"]
    image = await school.call("GET", f"{API}/assets/{asset}", token=school.user_token("Ben"))
    assert image.status_code == 200

    async def counted(connection: AsyncConnection) -> tuple[int, int]:
        files = select(func.count()).select_from(ASSETS)
        shown = select(func.count()).select_from(SESSION_ASSETS)
        return (
            (await connection.execute(files)).scalar_one(),
            (await connection.execute(shown)).scalar_one(),
        )

    # The donor's and the next lesson's.
    assert await school.app.state.services.rooms.store.reading(counted) == (1, 2)


async def test_a_third_lesson_is_of_the_same_series_and_is_listed_with_the_others(
    school: School,
) -> None:
    """Of others' lessons nothing is listed, whatever series one asks for."""
    first = await school.session("Ada", title="one")
    other = await school.session("Ada", title="apart")
    school.clock.advance(1)
    second = (await went_on(school, first["session_id"], title="two")).json()
    school.clock.advance(1)
    third = (await went_on(school, second["session_id"], title="three")).json()
    assert {second["series_id"], third["series_id"]} == {first["session_id"]}

    async def listed(name: str, series_id: str) -> list[str]:
        page = await school.call(
            "GET",
            f"{API}/sessions/my/",
            token=school.user_token(name),
            params={"series": series_id},
        )
        return [each["title"] for each in page.json()["items"]]

    assert await listed("Ada", first["session_id"]) == ["three", "two", "one"]
    assert await listed("Ada", other["session_id"]) == ["apart"]
    assert await listed("Eve", first["session_id"]) == []


async def test_board_and_people_can_stay_behind(school: School) -> None:
    last = await lesson_of_ada(school)
    body: dict[str, Any] = {"with_board": False, "with_people": False, "title": "Anew"}
    made = (await went_on(school, last["session_id"], **body)).json()
    assert made["title"] == "Anew"
    assert (await exported(school, made["session_id"]))["elements"] == {}
    assert await school.app.state.services.rooms.store.participants(made["session_id"]) == []


async def test_a_solo_board_goes_on_in_a_lesson_and_a_demo_in_none(school: School) -> None:
    ada = school.user_token("Ada")
    solo = (await school.call("POST", f"{API}/sessions/solo/", token=ada, json={})).json()
    made = (await went_on(school, solo["session"]["session_id"])).json()
    assert made["session_type"] == "lesson"
    assert made["settings"]["allow_guests"] is True
    demo = await school.session("Ada", session_type="demo")
    refused = await went_on(school, demo["session_id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


async def test_under_one_key_it_is_made_once(school: School) -> None:
    last = await school.session("Ada")
    path = f"{API}/sessions/{last['session_id']}/continue/"
    answers = [
        await school.call(
            "POST",
            path,
            token=school.user_token("Ada"),
            json={},
            headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotency-Replayed"] == "true"


async def test_somebody_who_was_erased_has_no_place(school: School) -> None:
    last = await lesson_of_ada(school)
    path = f"/api/v1/operator/users/{last['people']['Ben']}/erase/"
    assert (await school.operate("POST", path)).status_code == 200
    made = (await went_on(school, last["session_id"])).json()
    seats = await school.app.state.services.rooms.store.participants(made["session_id"])
    assert last["people"]["Ben"] not in {seat.user_id for seat in seats}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scheduled_end": "2027-02-01T09:00:00Z", "scheduled_start": "2027-02-01T10:00:00Z"}, ""),
        ({"title": "x" * 201}, "title"),
        ({"with_board": "yes"}, "with_board"),
        ({"pages": []}, "pages"),
    ],
)
async def test_what_is_not_allowed_is_named_and_makes_nothing(
    school: School, body: dict[str, Any], field: str
) -> None:
    last = await school.session("Ada")
    refused = await went_on(school, last["session_id"], **body)
    assert refused.status_code == 422
    assert field in str(refused.json().get("field") or "")
    mine = await school.call("GET", f"{API}/sessions/my/", token=school.user_token("Ada"))
    assert len(mine.json()["items"]) == 1


async def test_the_plan_s_changes_are_counted_by_their_events(opened: Open) -> None:
    """A restart changes nothing; what is said in a lesson is no change of its plan."""
    async with opened() as school:
        session = await school.session("Ada", title="one")
        path = f"{API}/sessions/{session['session_id']}/"
        store = school.app.state.services.rooms.store
        assert (await store.session(session["session_id"])).revision == 0
        await school.call("PATCH", path, token=school.user_token("Ada"), json={"title": "two"})
        first = (await store.session(session["session_id"])).revision
        assert first > 0
        await school.join(session, "Ben")
        assert (await store.session(session["session_id"])).revision == first
    async with opened() as school:
        store = school.app.state.services.rooms.store
        await school.call("POST", f"{path}terminate/", token=school.user_token("Ada"), json={})
        ended = await store.session(session["session_id"])
        events = await store.events(session["session_id"])
        (last,) = [each.seq for each in events if each.type is EventType.SESSION_TERMINATE]
        assert ended.revision == last > first


async def test_what_a_pupil_drew_stays_theirs_where_they_have_a_place(school: School) -> None:
    """[EN-1] What a guest drew, and somebody who was removed, is its host's there."""
    last = await lesson_of_ada(school)
    people = last["people"]
    services = school.app.state.services
    store = services.rooms.store
    former = await store.session(last["session_id"])
    guest = max(seat.user_id for seat in await store.participants(last["session_id"]))
    authors = {"b": people["Ben"], "e": people["Eve"], "g": guest, "a": former.host_id}
    drawn = [
        Rect(id=name, layer="base", x=0, y=0, w=1, h=1, by=author)
        for name, author in authors.items()
    ]
    session = msgspec.structs.replace(former, session_id="drawn", access_code="CODE23")
    seats = [
        InviteParticipant(by=None, user_id=people["Ben"], name="Ben", role=Role.STUDENT),
    ]
    board = ImportBoard(
        by=former.host_id,
        pages=[Page(id="p1")],
        layers=[Layer(id="base")],
        elements=list(drawn),
        assets=[],
        creators=frozenset(authors.values()),
    )
    await services.rooms.create(session, [board, *seats])
    for with_people, of_ben in ((True, people["Ben"]), (False, former.host_id)):
        made = (await went_on(school, "drawn", with_people=with_people)).json()
        elements = (await exported(school, made["session_id"]))["elements"]
        assert {name: element["by"] for name, element in elements.items()} == {
            "b": of_ben,
            **dict.fromkeys("ega", former.host_id),
        }


async def test_it_goes_on_in_a_lesson_that_is_planned(school: School) -> None:
    """Its board and people come as one change; what it is and when stays; only once."""
    last = await lesson_of_ada(school)
    planned = await school.session("Ada", title="Planned", scheduled_start="2027-02-01T09:00:00Z")
    into = planned["session_id"]
    response = await went_on(school, last["session_id"], into=into)
    assert response.status_code == 200, response.text
    assert response.json() == planned
    was, now = await exported(school, last["session_id"]), await exported(school, into)
    assert [page["title"] for page in now["pages"]] == ["Week one", "Exercises"]
    assert [(layer["name"], layer.get("locked")) for layer in now["layers"]] == [
        (layer["name"], layer.get("locked")) for layer in was["layers"]
    ]
    assert sorted(each["type"] for each in now["elements"].values()) == ["image", "text"]
    roster = await school.call(
        "GET", f"{API}/sessions/{into}/participants/", token=school.user_token("Ada")
    )
    assert {seat["name"] for seat in roster.json()["items"]} == {"Ada", "Ben", "Cleo", "Dan"}
    events = await school.app.state.services.rooms.store.events(into, after=0, limit=100)
    assert [event.type for event in events].count(EventType.BOARD_OP) == 1
    again = await went_on(school, last["session_id"], into=into)
    assert (again.status_code, again.json()["field"]) == (409, "into")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"into": "none"}, 404, "into"),
        ({"into": "of Eve"}, 404, "into"),
        ({"into": "itself"}, 404, "into"),
        ({"into": "begun"}, 409, "into"),
        ({"into": "none", "title": "x"}, 422, None),
    ],
)
async def test_into_what_it_cannot_go_on_is_said(
    school: School, body: dict[str, Any], status: int, field: str | None
) -> None:
    last = await school.session("Ada", board=board())
    theirs = await school.session("Eve")
    begun = await school.session("Ada")
    path = f"{API}/sessions/{begun['session_id']}/start/"
    await school.call("POST", path, token=school.user_token("Ada"))
    named = {
        "of Eve": theirs["session_id"],
        "itself": last["session_id"],
        "begun": begun["session_id"],
    }
    into = named.get(body["into"], "none")
    response = await went_on(school, last["session_id"], **{**body, "into": into})
    assert response.status_code == status, response.text
    assert field is None or response.json()["field"] == field


async def test_a_copy_begins_a_series_of_its_own(school: School) -> None:
    last = await lesson_of_ada(school)
    made = (await went_on(school, last["session_id"], in_series=False)).json()
    assert made["series_id"] == made["session_id"]
    assert len((await exported(school, made["session_id"]))["pages"]) == 2
