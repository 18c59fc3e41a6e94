from typing import Any

import pytest

from tests.gateway.rest.school import API, OPERATOR, School


async def listed(school: School, path: str, **query: object) -> dict[str, Any]:
    response = await school.operate("GET", f"{OPERATOR}/{path}/", params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def everything(school: School, path: str, **query: object) -> list[dict[str, Any]]:
    """Return the items of all pages, two by two."""
    items: list[dict[str, Any]] = []
    page = await listed(school, path, limit=2, **query)
    while page["next_cursor"] is not None:
        assert len(page["items"]) == 2
        items += page["items"]
        page = await listed(school, path, limit=2, cursor=page["next_cursor"], **query)
    return [*items, *page["items"]]


async def refused(school: School, path: str, **query: object) -> tuple[int, str]:
    response = await school.operate("GET", f"{OPERATOR}/{path}/", params=query)
    return response.status_code, response.json()["field"]


async def lesson(school: School, title: str) -> dict[str, Any]:
    """Return a lesson of Ada's in which Ben was and from which Cyd was removed."""
    session = await school.session("Ada", title=title)
    await school.join(session, "Ben")
    cyd = (await school.join(session, "Cyd"))["participant"]["user_id"]
    room = f"{OPERATOR}/rooms/{session['session_id']}"
    await school.operate("POST", f"{room}/kick/{cyd}/")
    await school.operate("POST", f"{room}/save/")
    return session


async def test_everyone_s_sessions_are_listed_by_pages(school: School) -> None:
    """[API operator] With their codes; a cursor is one that was given."""
    made = []
    for name in ("Ada", "Ben", "Cyd"):
        school.clock.advance(1)
        made.append((await school.session(name))["session_id"])
    items = await everything(school, "sessions")
    assert [item["session_id"] for item in items] == made[::-1]
    assert items[0]["access_code"]
    assert await refused(school, "sessions", cursor="nobody") == (422, "cursor")


async def test_sessions_are_filtered(school: School) -> None:
    """[API operator] By status, type, host, time of creation, and by what they are called."""
    early = await school.session("Ada", title="Fractions", external_id="Booking-7")
    school.clock.advance(60)
    late = await school.session("Ben", session_type="group", title="Дроби")

    async def titles(**query: object) -> list[str]:
        return [item["title"] for item in (await listed(school, "sessions", **query))["items"]]

    assert await titles(status="completed") == []
    assert await titles(status=["scheduled", "active"]) == ["Дроби", "Fractions"]
    assert await titles(type="group") == ["Дроби"]
    assert await titles(host_id=early["host_id"]) == ["Fractions"]
    assert await titles(created_from=late["created_at"]) == ["Дроби"]
    assert await titles(created_to=late["created_at"]) == ["Fractions"]
    assert await titles(text="booking-7") == ["Fractions"]
    assert await titles(text="дроб") == ["Дроби"]
    assert await refused(school, "sessions", status="over") == (422, "status.0")
    assert await refused(school, "sessions", created_from="yesterday") == (422, "created_from")


async def test_everyone_s_seats_are_listed(school: School) -> None:
    """[API operator] By session, person, role and status; what was set for one alone as well."""
    first, second = await lesson(school, "one"), await lesson(school, "two")
    seats = await everything(school, "participants")
    assert [seat["name"] for seat in seats] == ["Cyd", "Ben"] * 2
    (cyd, ben) = await everything(school, "participants", session_id=first["session_id"])
    assert (cyd["session_id"], cyd["status"]) == (first["session_id"], "kicked")
    assert cyd["session_title"] == "one"
    assert ben["custom_permissions"] == {}
    kicked = await everything(school, "participants", status="kicked", user_id=cyd["user_id"])
    assert [seat["session_id"] for seat in kicked] == [second["session_id"], first["session_id"]]
    assert await everything(school, "participants", role="viewer") == []
    assert await refused(school, "participants", session_id="none") == (404, "session_id")
    assert await refused(school, "participants", cursor="x") == (422, "cursor")


async def test_everyone_s_snapshots_are_listed_without_the_boards(school: School) -> None:
    """[API operator] By session and type."""
    first = await lesson(school, "one")
    await lesson(school, "two")
    saved = await everything(school, "snapshots", type="manual")
    assert len(saved) == 2
    (one,) = await everything(school, "snapshots", type="manual", session_id=first["session_id"])
    assert (one["session_id"], one["session_title"]) == (first["session_id"], "one")
    assert one["size_bytes"] > 0
    assert "board" not in one
    shown = await school.operate(
        "GET", f"{API}/sessions/{one['session_id']}/snapshots/{one['version']}/"
    )
    assert shown.json()["board"]["layers"]


async def test_events_of_a_session_are_listed_newest_first(school: School) -> None:
    """[API operator] By type, author and `seq`, with the size of what they say."""
    session = await lesson(school, "one")
    of_one = {"session_id": session["session_id"]}
    events = await everything(school, "events", **of_one)
    assert [event["seq"] for event in events] == list(range(len(events), 0, -1))
    (kick,) = await everything(school, "events", type="participant_kick", **of_one)
    assert kick["data"]["participant"]["name"] == "Cyd"
    assert kick["size_bytes"] > 0
    assert (kick["user_id"], kick["name"], kick["session_title"]) == (None, None, "one")
    later = await everything(school, "events", after=kick["seq"], **of_one)
    assert [event["seq"] for event in later] == list(range(len(events), kick["seq"], -1))
    wrong = await refused(school, "events", cursor="other.1", **of_one)
    assert wrong == (422, "cursor")


async def test_events_of_all_sessions_are_listed_by_time(school: School) -> None:
    """[API operator] Strokes are listed of one session alone."""
    first = await lesson(school, "one")
    school.clock.advance(1)
    second = await lesson(school, "two")
    kicks = await everything(school, "events", type="participant_kick")
    assert [kick["session_id"] for kick in kicks] == [second["session_id"], first["session_id"]]
    events = await everything(school, "events")
    assert len({(event["session_id"], event["seq"]) for event in events}) == len(events)
    assert [event["at"] for event in events] == sorted(
        (event["at"] for event in events), reverse=True
    )
    assert await refused(school, "events", type="board_op") == (422, "type")
    assert await refused(school, "events", after=1) == (422, "after")
    assert await refused(school, "events", session_id="none") == (404, "session_id")


@pytest.mark.parametrize(
    "damage", ["data = CAST('{}' AS BLOB)", "crc32 = 1", "event_type = 'none'", "user_id = 1"]
)
async def test_a_damaged_event_takes_no_other_out_of_the_list(school: School, damage: str) -> None:
    """[P20] It is named beside them; the pages go on behind it."""
    session = await lesson(school, "one")
    of_one = {"session_id": session["session_id"]}
    whole = await listed(school, "events")
    assert whole["damaged"] == []
    seqs = [event["seq"] for event in whole["items"]]
    connection = await school.app.state.services.rooms.store._connected()
    await connection.exec_driver_sql(
        f"UPDATE session_event SET {damage} WHERE seq = {seqs[2]}"  # noqa: S608 - from above
    )
    await connection.commit()
    named = [{**of_one, "session_title": "one", "seq": seqs[2]}]
    for query in ({}, of_one):
        page = await listed(school, "events", **query)
        assert [event["seq"] for event in page["items"]] == seqs[:2] + seqs[3:]
        assert page["damaged"] == named
        first = await listed(school, "events", limit=3, **query)
        assert [event["seq"] for event in first["items"]] == seqs[:2]
        assert first["damaged"] == named
        then = await listed(school, "events", limit=3, cursor=first["next_cursor"], **query)
        assert [event["seq"] for event in then["items"]] == seqs[3:6]


async def test_a_stroke_is_listed_by_kind_and_size(school: School) -> None:
    """[SECURITY] Pages stay small whatever is drawn: no points of a stroke are in them."""
    session = await school.session("Ada")
    board = {
        "layers": [{"id": "base", "name": "Layer 1"}],
        "elements": {
            f"r{n}": {
                "type": "rect", "id": f"r{n}", "layer": "base", "by": session["host_id"],
                "x": 0, "y": 0, "w": 90, "h": 40,
            }
            for n in range(3)
        },
    }  # fmt: skip
    drawn = await school.session("Ada", board=board)
    (event,) = await everything(
        school, "events", session_id=drawn["session_id"], type=["board_op", "board_restore"]
    )
    assert set(event["data"]) <= {"operations", "restored"}
    assert event["data"]["operations"]
    assert event["size_bytes"] > 100


@pytest.mark.parametrize("role", ["host", "student", "viewer", "solo"])
async def test_what_every_role_may_do_is_listed(school: School, role: str) -> None:
    """[API operator] In one list what each role's own call says."""
    items = (await listed(school, "permissions"))["items"]
    own = await school.operate("GET", f"{OPERATOR}/permissions/{role}/")
    assert own.json() in items
    assert len(items) == 4
