"""What the list of one's lessons is made of: the order, looking for one, and deleting."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.identity.claims import Scope
from storage.tables import METADATA, SESSIONS
from tests.gateway.rest.school import API, School

ADA = "Ada"


async def listed(school: School, **query: Any) -> list[str]:  # noqa: ANN401
    """Return the titles of all pages, two to a page."""
    titles: list[str] = []
    cursor: str | None = None
    while True:
        asked = {**query, "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = await school.call(
            "GET", f"{API}/sessions/my/", token=school.user_token(ADA), params=asked
        )
        assert page.status_code == 200, page.text
        titles += [item["title"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return titles


async def planned(school: School, *hours: int) -> None:
    for hour in hours:
        await school.session(
            ADA, title=f"at {hour}", scheduled_start=f"2027-03-01T{hour:02}:00:00Z"
        )
        school.clock.advance(1)


async def test_planned_lessons_come_in_the_order_of_their_times(school: School) -> None:
    """In whatever order they were planned, over pages, and two at one time."""
    await planned(school, 9, 7, 12, 7, 8)
    assert await listed(school, order="soonest") == ["at 7", "at 7", "at 8", "at 9", "at 12"]
    assert await listed(school) == ["at 8", "at 7", "at 12", "at 7", "at 9"]


@pytest.mark.parametrize("title", ["дроб", "ДРОБИ", "x-5", "50%", "_"])
async def test_a_lesson_is_found_by_a_part_of_its_title(school: School, title: str) -> None:
    """In any case of letters of any script; signs that a pattern would mean mean themselves."""
    for name in ("Дроби", "Fractions 50%", "a_b", "Geometry"):
        await school.session(ADA, title=name, external_id=f"x-{len(name)}")
    found = await listed(school, title=title)
    expected = {"дроб": ["Дроби"], "ДРОБИ": ["Дроби"], "50%": ["Fractions 50%"], "_": ["a_b"]}
    assert found == expected.get(title, [])


async def test_looking_for_a_title_shows_nobody_else_s(school: School) -> None:
    await school.session("Bob", title="Fractions")
    assert await listed(school, title="Fractions") == []


async def everything(school: School) -> int:
    async def read(connection: AsyncConnection) -> int:
        named = [
            table
            for table in METADATA.sorted_tables
            if any(key.column.table is SESSIONS for key in table.foreign_keys)
        ]
        return sum([len((await connection.execute(select(table))).all()) for table in named])

    return int(await school.app.state.services.rooms.store.reading(read))


async def test_a_lesson_that_is_over_is_deleted_with_all_that_belongs_to_it(
    school: School,
) -> None:
    """Also right after it has ended, while its room is still there."""
    session = await school.session(ADA)
    path = f"{API}/sessions/{session['session_id']}/"
    token = school.user_token(ADA)
    await school.join(session, ADA)
    await school.join(session, name="Zoë")
    await school.call("POST", f"{path}start/", token=token)
    await school.call("POST", f"{path}complete/", token=token)
    assert await everything(school) > 0
    gone = await school.call("DELETE", path, token=token)
    assert (gone.status_code, gone.json()) == (200, {"session_id": session["session_id"]})
    assert await everything(school) == 0
    assert await listed(school) == []
    for method in ("GET", "DELETE"):
        assert (await school.call(method, path, token=token)).status_code == 404


async def test_a_lesson_that_goes_on_is_not_deleted(school: School) -> None:
    session = await school.session(ADA)
    path = f"{API}/sessions/{session['session_id']}/"
    refused = await school.call("DELETE", path, token=school.user_token(ADA))
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    ended = await school.call("POST", f"{path}terminate/", token=school.user_token(ADA), json={})
    assert ended.status_code == 200
    assert (await school.call("DELETE", path, token=school.user_token(ADA))).status_code == 200


async def test_only_its_own_host_and_the_operator_delete_a_lesson(school: School) -> None:
    """Nor does one who was made a host beside them."""
    session = await school.session(ADA)
    path = f"{API}/sessions/{session['session_id']}/"
    ada = school.user_token(ADA)
    ben = await school.join(session, "Ben")
    guest = await school.join(session, name="Zoë")
    made = await school.call(
        "POST", f"{path}role/{ben['participant']['user_id']}/", token=ada, json={"role": "host"}
    )
    assert made.status_code == 200
    await school.call("POST", f"{path}terminate/", token=ada, json={})
    for token in (school.user_token("Ben"), guest["token"]):
        assert (await school.call("DELETE", path, token=token)).status_code == 403
    eve = await school.call("DELETE", path, token=school.user_token("Eve"))
    assert eve.status_code == 404
    operator = school.user_token("Olga", scope=Scope.OPERATOR)
    assert (await school.call("DELETE", path, token=operator)).status_code == 200


async def test_what_has_a_time_and_what_has_none_are_listed_apart(school: School) -> None:
    await planned(school, 9)
    await school.session(ADA, title="someday")
    assert await listed(school, planned="true") == ["at 9"]
    assert await listed(school, planned="false") == ["someday"]
    assert sorted(await listed(school)) == ["at 9", "someday"]


async def test_a_lesson_is_found_by_its_title_or_by_who_has_a_seat(school: School) -> None:
    """In any case of any letters; of others' lessons nothing, and nobody who was removed."""
    lesson = await school.session(ADA, title="Vectors")
    await school.join(lesson, "Бенедикт")
    dan = await school.join(lesson, "Dan")
    await school.session(ADA, title="Бенефіс")
    await school.join(await school.session("Eve", title="Eve's"), "Бенедикт")
    assert sorted(await listed(school, q="БЕНЕ")) == ["Vectors", "Бенефіс"]
    assert await listed(school, q="едикт") == ["Vectors"]
    assert await listed(school, q="dan") == ["Vectors"]
    for nothing in ("%", "_", "Eve"):
        assert await listed(school, q=nothing) == []
    kick = f"{API}/sessions/{lesson['session_id']}/kick/{dan['participant']['user_id']}/"
    await school.call("POST", kick, token=school.user_token(ADA))
    assert await listed(school, q="dan") == []
