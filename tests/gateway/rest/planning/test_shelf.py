"""One's shelf: what is kept of lessons, used in others, shared, and gone when it should be.

Tests also: actors/house/shelves.py, gateway/rest/operating/shelves.py,
gateway/rest/planning/keeping.py, gateway/rest/plumbing/bodies/picturing.py,
gateway/rest/shapes/shelf.py, storage/people/shelf.py, storage/tables/shelf.py.
"""

import gc
from collections.abc import Mapping
from typing import Any

import pytest
from httpx import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from actors.house.asset_sweep import sweep_assets
from actors.house.erasure import erase_user
from gateway.config import GatewayConfig
from gateway.identity.claims import Scope
from lessonroom.log.events import EventType
from storage.images import assets
from storage.log import bodies
from storage.upkeep.checking import check
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.planning.test_next_lessons import board, exported, upload
from tests.gateway.rest.school import API, OPERATOR, School


async def shelf(
    school: School,
    method: str,
    path: str = "",
    who: str = "Ada",
    **request: Any,  # noqa: ANN401 - httpx names them
) -> Response:
    return await school.call(method, f"{API}/shelf/{path}", token=school.user_token(who), **request)


async def put(school: School, session_id: str, who: str = "Ada", **body: object) -> Response:
    return await school.call(
        "POST",
        f"{API}/sessions/{session_id}/shelf/",
        token=school.user_token(who),
        json={"name": "Fractions", **body},
    )


async def kept(school: School, session_id: str, who: str = "Ada", **body: object) -> dict[str, Any]:
    response = await put(school, session_id, who, **body)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def lesson_of_ada(school: School) -> tuple[str, str]:
    """Return a lesson of two pages, with a picture on the first; and the picture."""
    donor = await school.session("Ada")
    asset = await upload(school, donor["session_id"])
    return (await school.session("Ada", title="Fractions", board=board(asset)))["session_id"], asset


async def board_of(school: School, item: Mapping[str, Any], who: str = "Ada") -> dict[str, Any]:
    response = await shelf(school, "GET", f"{item['item_id']}/board/", who)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def delete_all_lessons(school: School) -> None:
    token = school.user_token("Ada")
    page = await school.call("GET", f"{API}/sessions/my/", token=token)
    for session in page.json()["items"]:
        path = f"{API}/sessions/{session['session_id']}"
        await school.call("POST", f"{path}/terminate/", token=token)
        assert (await school.call("DELETE", f"{path}/", token=token)).status_code == 200


async def images(school: School) -> set[str]:
    """Return what is left of all files once they were swept."""
    services = school.app.state.services
    await sweep_assets(services.rooms, services.assets, now_ms=2**45)
    return set(services.assets.names())


async def test_what_is_kept_outlives_its_lesson(school: School) -> None:
    """[PG-10] Its board, its images and the picture of its first page; nothing points back."""
    session_id, asset = await lesson_of_ada(school)
    item = await kept(school, session_id, name=" All of it ")
    assert item == {
        "item_id": item["item_id"],
        "name": "All of it",
        "kind": "pages",
        "pages": 2,
        "elements": 2,
        "size_bytes": item["size_bytes"],
        "picture": item["picture"],
        "is_own": True,
        "is_shared": False,
        "created_at": item["created_at"],
    }
    assert session_id not in str(item)
    was = await exported(school, session_id)
    await delete_all_lessons(school)
    assert await images(school) == {asset, item["picture"]}
    assert await board_of(school, item) == was
    for image in (asset, item["picture"]):
        path = f"{API}/assets/{image}"
        assert (await school.call("GET", path, token=school.user_token("Ada"))).status_code == 200
        assert (await school.call("GET", path, token=school.user_token("Eve"))).status_code == 404


async def test_a_lesson_begins_with_it_and_the_images_count_once(school: School) -> None:
    """[PG-10] From there it is the lesson's own: deleting the item takes nothing from it."""
    session_id, asset = await lesson_of_ada(school)
    item = await kept(school, session_id)
    await delete_all_lessons(school)
    made = await school.session("Ada", template=item["item_id"])
    assert (await shelf(school, "DELETE", f"{item['item_id']}/")).status_code == 204
    begun = await exported(school, made["session_id"])
    assert [page["title"] for page in begun["pages"]] == ["Week one", "Exercises"]
    assert begun["elements"]["i1"]["asset"] == asset
    assert await images(school) == {asset}
    assert (await shelf(school, "GET", f"{item['item_id']}/")).status_code == 404


async def test_lessons_of_a_series_begin_with_it(school: School) -> None:
    """[PG-10] Each has a copy of its own."""
    session_id, _ = await lesson_of_ada(school)
    item = await kept(school, session_id)
    response = await school.call(
        "POST",
        f"{API}/series/",
        token=school.user_token("Ada"),
        json={
            "rule": "FREQ=WEEKLY;COUNT=2",
            "start": "2027-03-16T16:00",
            "zone": "Europe/Kyiv",
            "template": item["item_id"],
        },
    )
    assert response.status_code == 201, response.text
    for session in response.json()["items"]:
        assert len((await exported(school, session["session_id"]))["pages"]) == 2


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"template": "none"}, 404, "template"),
        ({"template": "none", "board": board()}, 422, None),
        ({"template": "a b"}, 422, "template"),
    ],
)
async def test_a_template_that_is_none_begins_nothing(
    school: School, body: dict[str, Any], status: int, field: str | None
) -> None:
    response = await school.call(
        "POST", f"{API}/sessions/", token=school.user_token("Ada"), json=body
    )
    assert response.status_code == status
    assert field is None or response.json()["field"] == field


async def test_pages_and_elements_are_kept_as_named(school: School) -> None:
    """[PG-10]"""
    session_id, asset = await lesson_of_ada(school)
    second = await kept(school, session_id, pages=["p2"])
    assert [page["id"] for page in (await board_of(school, second))["pages"]] == ["p2"]
    chosen = await kept(school, session_id, elements=["i1"])
    assert (chosen["kind"], chosen["pages"], chosen["elements"]) == ("selection", 1, 1)
    assert (await board_of(school, chosen))["elements"]["i1"]["asset"] == asset


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"pages": ["gone"]}, 404, "pages[0]"),
        ({"elements": ["gone"]}, 404, "elements[0]"),
        ({"elements": ["i1", "t1"]}, 422, "elements"),
        ({"pages": ["p2"], "elements": ["i1"]}, 422, None),
        ({"name": ""}, 422, "name"),
        ({"name": "two\nlines"}, 422, "name"),
        ({"name": "x" * 201}, 422, "name"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
async def test_what_cannot_be_kept_is_named_and_nothing_is(
    school: School, body: dict[str, Any], status: int, field: str | None
) -> None:
    session_id, _ = await lesson_of_ada(school)
    response = await put(school, session_id, **body)
    assert response.status_code == status, response.text
    assert field is None or response.json()["field"] == field
    assert (await shelf(school, "GET")).json()["items"] == []


async def test_a_pupil_keeps_what_they_may_export_and_a_guest_nothing(school: School) -> None:
    """[PG-10] Who was removed, who waits and who may not export keep nothing either."""
    session = await school.session("Ada", board=board())
    session_id = session["session_id"]
    await school.join(session, "Ben")
    item = await kept(school, session_id, "Ben")
    assert {each["by"] for each in (await board_of(school, item, "Ben"))["elements"].values()} == {
        (await school.join(session, "Ben"))["participant"]["user_id"]
    }
    guest = await school.join(session, name="Guest")
    path = f"{API}/sessions/{session_id}/shelf/"
    refused = await school.call("POST", path, token=guest["token"], json={"name": "Mine"})
    assert refused.status_code == 403
    await school.call(
        "POST",
        f"{API}/sessions/{session_id}/permissions/",
        token=school.user_token("Ada"),
        json={"role": "student", "permissions": {"can_export": False}},
    )
    assert (await put(school, session_id, "Ben")).status_code == 403
    assert (await put(school, session_id, "Eve")).status_code == 404


async def test_the_list_is_paged_searched_and_one_s_own(school: School) -> None:
    """[PG-10] Newest first; a cursor goes on though what it names was deleted."""
    session_id, _ = await lesson_of_ada(school)
    for name in ("Дроби", "Angles", "Кути"):
        await kept(school, session_id, name=name, pages=["p2"])
    await kept(school, session_id, name="Picture", elements=["i1"])

    async def names(**params: object) -> list[str]:
        page = (await shelf(school, "GET", params=params)).json()
        return [item["name"] for item in page["items"]]

    assert await names() == ["Picture", "Кути", "Angles", "Дроби"]
    assert await names(kind="pages", q="КУТИ") == ["Кути"]
    assert await names(shared=True) == []
    first = (await shelf(school, "GET", params={"limit": 2})).json()
    await shelf(school, "DELETE", f"{first['items'][1]['item_id']}/")
    assert await names(cursor=first["next_cursor"]) == ["Angles", "Дроби"]
    assert (await shelf(school, "GET", params={"cursor": "x"})).status_code == 422
    assert (await shelf(school, "GET", who="Eve")).json() == {"items": [], "next_cursor": None}


async def test_what_is_shared_is_used_by_all_and_changed_by_its_owner(school: School) -> None:
    """[PG-10] The operator shares it, and takes that back."""
    session_id, asset = await lesson_of_ada(school)
    item = await kept(school, session_id)
    path = f"{item['item_id']}/"
    assert (await shelf(school, "GET", path, "Eve")).status_code == 404
    operator = school.user_token("Operator", scope=Scope.OPERATOR)
    url = f"{OPERATOR}/shelf/{path}"
    shared = await school.call("PUT", url, token=operator, json={"is_shared": True})
    assert (shared.json()["owner"], shared.json()["is_shared"]) == ("Ada", True)
    listed = (await school.call("GET", f"{OPERATOR}/shelf/", token=operator)).json()["items"]
    assert listed == [shared.json()]
    (seen,) = (await shelf(school, "GET", who="Eve")).json()["items"]
    assert (seen["is_own"], seen["is_shared"], "owner" in seen) == (False, True, False)
    image = await school.call("GET", f"{API}/assets/{asset}", token=school.user_token("Eve"))
    assert image.status_code == 200
    made = await school.session("Eve", template=item["item_id"])
    assert made["title"] == ""
    for method in ("PATCH", "DELETE"):
        body = {"json": {"name": "Mine"}} if method == "PATCH" else {}
        assert (await shelf(school, method, path, "Eve", **body)).status_code == 403
    await school.call("PUT", url, token=operator, json={"is_shared": False})
    assert (await shelf(school, "GET", path, "Eve")).status_code == 404
    renamed = await shelf(school, "PATCH", path, json={"name": "Angles"})
    assert renamed.json()["name"] == "Angles"


async def test_elements_of_it_can_be_put_once_their_images_are_there(school: School) -> None:
    """[PG-10] Images come to a lesson as its own, once."""
    session_id, asset = await lesson_of_ada(school)
    item = await kept(school, session_id, elements=["i1"])
    made = await school.session("Ada")
    path = f"{API}/sessions/{made['session_id']}/shelf/{item['item_id']}/images/"
    for _ in range(2):
        brought = await school.call("POST", path, token=school.user_token("Ada"))
        assert brought.json() == {"assets": [asset]}
    store = school.app.state.services.rooms.store
    page = await store.events(made["session_id"], after=0, limit=100)
    assert [event.type for event in page].count(EventType.ASSET_ADD) == 1


async def test_a_shelf_has_an_end(opened: Open) -> None:
    """[QU-1] In items, and in bytes together with images; what is refused leaves nothing."""
    async with opened(config=GatewayConfig(shelf_items_per_user=1)) as school:
        session_id, _ = await lesson_of_ada(school)
        await kept(school, session_id)
        full = await put(school, session_id)
        assert (full.status_code, full.json()["code"]) == (413, "too_large")
        assert "delete some" in full.json()["detail"]
    async with opened(config=GatewayConfig(asset_bytes_per_user=10)) as school:
        full = await put(school, session_id)
        assert (full.status_code, full.json()["code"]) == (413, "too_large")
        store = school.app.state.services.rooms.store
        gc.collect()
        while await store.writing(bodies.delete_unnamed):
            pass
        assert not await store.reading(bodies.is_any_unnamed)
        assert len((await shelf(school, "GET")).json()["items"]) == 1


async def test_bytes_of_images_count_once_and_boards_count(school: School) -> None:
    """[QU-1]"""
    session_id, _ = await lesson_of_ada(school)
    store = school.app.state.services.rooms.store
    me = await school.call("GET", f"{API}/me/", token=school.user_token("Ada"))
    user_id = me.json()["user_id"]
    before = await store.reading(lambda c: assets.bytes_of_user(c, user_id))
    item = await kept(school, session_id)
    picture = await store.reading(lambda c: assets.find(c, item["picture"]))
    after = await store.reading(lambda c: assets.bytes_of_user(c, user_id))
    assert after - before == item["size_bytes"] + picture.size_bytes


async def test_an_erased_person_s_shelf_is_gone(school: School) -> None:
    """[P12] Shared or not, with what only it showed."""
    session_id, _ = await lesson_of_ada(school)
    item = await kept(school, session_id)
    await school.operate("PUT", f"{OPERATOR}/shelf/{item['item_id']}/", json={"is_shared": True})
    await delete_all_lessons(school)
    rooms = school.app.state.services.rooms
    me = await school.call("GET", f"{API}/me/", token=school.user_token("Ada"))
    await erase_user(rooms, me.json()["user_id"])
    assert (await shelf(school, "GET", who="Eve")).json()["items"] == []
    assert await images(school) == set()
    while await rooms.store.writing(bodies.delete_unnamed):
        pass
    assert not await rooms.store.reading(bodies.is_any_unnamed)


@pytest.mark.logs_errors
async def test_a_damaged_item_is_told_and_not_used(school: School) -> None:
    """[T16]"""
    session_id, _ = await lesson_of_ada(school)
    item = await kept(school, session_id)
    store = school.app.state.services.rooms.store

    async def damage(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("UPDATE body_piece SET data = x'7b7d'")

    await store.writing(damage)
    path = f"{item['item_id']}/board/"
    assert (await shelf(school, "GET", path)).status_code == 503
    checked = await check(store, on_progress=lambda _: None)
    assert [fault.place for fault in checked.faults] == [f"shelf item {item['item_id']}"]


async def test_it_is_there_after_a_restart(opened: Open) -> None:
    """[PG-10]"""
    async with opened() as school:
        session_id, _ = await lesson_of_ada(school)
        item = await kept(school, session_id)
        was = await board_of(school, item)
    async with opened() as school:
        assert await board_of(school, item) == was
