"""Searching what was written over HTTP: who finds what, by pages, and what may be asked.

Tests also: gateway/rest/shapes/search.py.
"""

from typing import Any

import pytest

from actors.house.chores import HousekeepingConfig
from actors.house.housekeeper import Housekeeping
from storage.images.asset_directory import AssetDirectory
from tests.gateway.rest.school import API, School

BOARD: dict[str, Any] = {
    "pages": [{"id": "p1"}, {"id": "p2", "title": "Дроби"}],
    "layers": [{"id": "base", "name": "L"}, {"id": "p2", "name": "L", "page": "p2"}],
    "elements": {
        "e1": {"id": "e1", "type": "text", "layer": "p2", "x": 1, "y": 2, "text": "Needle one"},
        "t1": {
            "id": "t1",
            "type": "table",
            "layer": "base",
            "x": 0,
            "y": 0,
            "cols": [{"id": "c1", "size": 90}],
            "rows": [{"id": "r1", "size": 30}],
            "cells": {"r1:c1": "a needle in a cell"},
        },
    },
}


async def look_through(school: School) -> None:
    """Do what the housekeeper does."""
    services = school.app.state.services
    files = services.assets
    assert isinstance(files, AssetDirectory)
    keeper = Housekeeping.start(
        services.rooms, clock=school.clock, config=HousekeepingConfig(asset_files=files)
    )
    await keeper.settled()
    await keeper.stop()


async def lesson(school: School, *, is_over: bool = True, **fields: object) -> dict[str, Any]:
    """Return a lesson of Ada's that Ben was in, with something on its board."""
    session = await school.session("Ada", board=BOARD, **fields)
    path = f"{API}/sessions/{session['session_id']}"
    ada = school.user_token("Ada")
    await school.call("POST", f"{path}/start/", token=ada)
    await school.join(session, "Ben")
    if is_over:
        await school.call("POST", f"{path}/complete/", token=ada)
    return session


async def found(school: School, user: str = "Ada", **query: object) -> dict[str, Any]:
    answer = await school.call(
        "GET", f"{API}/search/", token=school.user_token(user), params={"q": "needle", **query}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_hit_says_lesson_page_place_and_moment(school: School) -> None:
    """And `seq` is a version of the board that has it."""
    session = await lesson(school, title="Fractions")
    await look_through(school)
    cell, text = (await found(school))["items"]
    assert text["session"]["session_id"] == session["session_id"]
    assert text["session"]["title"] == "Fractions"
    assert (text["kind"], text["page"], text["element"], text["cell"]) == (
        *("text", "p2", "e1"),
        None,
    )
    assert (cell["kind"], cell["page"], cell["cell"]) == ("table", "p1", "r1:c1")
    assert (text["excerpt"], text["marks"]) == ("Needle one", [[0, 6]])
    version = await school.call(
        "GET",
        f"{API}/sessions/{session['session_id']}/snapshots/{text['seq']}/",
        token=school.user_token("Ada"),
    )
    assert "Needle one" in version.text
    (page,) = (await found(school, q="дроб"))["items"]
    assert (page["kind"], page["page"], page["element"]) == ("page", "p2", None)
    (title,) = (await found(school, q="FRACT"))["items"]
    assert (title["kind"], title["seq"], title["page"]) == ("title", None, None)


async def test_each_finds_what_they_may_look_at(school: School) -> None:
    """[SY-12] A pupil what is over and for pupils; nobody what they had no seat in."""
    over = await lesson(school, title="Over")
    await lesson(school, is_over=False, title="Live")
    await lesson(school, title="Hidden", settings={"history_policy": "host_only"})
    await look_through(school)
    titles = {item["session"]["title"] for item in (await found(school))["items"]}
    assert titles == {"Over", "Live", "Hidden"}
    theirs = (await found(school, "Ben"))["items"]
    assert {item["session"]["session_id"] for item in theirs} == {over["session_id"]}
    assert (await found(school, "Carl"))["items"] == []


async def test_what_was_found_comes_by_pages(school: School) -> None:
    """Nobody goes on in a lesson that is not theirs."""
    for n in range(3):
        await lesson(school, title=f"Lesson {n}")
    await look_through(school)
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await found(school, limit=2, **cursor)
        seen += [item["session"]["title"] + item["kind"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 6
    assert len((await found(school, per_lesson=1))["items"]) == 3
    for user, wrong in (("Carl", cursor["cursor"]), ("Ada", "no lesson"), ("Ada", "x.1.2")):
        refused = await school.call(
            "GET",
            f"{API}/search/",
            token=school.user_token(user),
            params={"q": "needle", "cursor": wrong},
        )
        assert (refused.status_code, refused.json()["field"]) == (422, "cursor")


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "…!"}, {"q": "x" * 201}, {"kind": "?"}])
async def test_what_cannot_be_looked_for_is_said(school: School, query: dict[str, str]) -> None:
    """By the name of what is wrong."""
    params = {"q": "needle", **query} if "kind" in query else query
    refused = await school.call(
        "GET", f"{API}/search/", token=school.user_token("Ada"), params=params
    )
    assert refused.status_code == 422
    assert refused.json()["field"] == ("kind.0" if "kind" in query else "q")


async def test_hostile_words_find_nothing_and_break_nothing(school: School) -> None:
    """What means something to a database means nothing here."""
    await lesson(school)
    await look_through(school)
    for hostile in ("needle' OR '1'='1", 'needle" NOT x', "n%dle", "needle_one", "\u202eneedle zz"):
        assert (await found(school, q=hostile))["items"] == [] or hostile == "needle_one"


async def test_what_is_within_a_lesson_or_a_kind(school: School) -> None:
    """The series of a lesson is named like its first one."""
    first = await lesson(school)
    await lesson(school)
    await look_through(school)
    for where in ("session", "series"):
        items = (await found(school, "Ada", **{where: first["session_id"]}))["items"]
        assert {item["session"]["session_id"] for item in items} == {first["session_id"]}
    kinds = {item["kind"] for item in (await found(school, kind=["table", "chat"]))["items"]}
    assert kinds == {"table"}
