"""The history of a lesson, for those who were in it."""

from typing import Any

import pytest

from lessonroom.commands import SendChatMessage
from tests.gateway.rest.endpoints.test_past import Lesson, lesson_in, rect
from tests.gateway.rest.school import API, School


@pytest.fixture
async def lesson(school: School) -> Lesson:
    """A lesson in which Ben, a guest, has drawn and written something."""
    lesson = await lesson_in(school)
    await lesson.draw(rect(x=1))
    await lesson.draw(rect(x=2))
    await lesson.ask(
        SendChatMessage(
            connection_id=f"connection-{lesson.ben_id}", client_id="bens-page", n=9, text="hello"
        )
    )
    return lesson


async def read(lesson: Lesson, path: str, token: str | None = None) -> tuple[int, Any]:
    """Read something as Ben, or by that token."""
    response = await lesson.school.call(
        "GET", lesson.base + path, token=token or lesson.ben["token"]
    )
    return response.status_code, response.json()


async def settle(lesson: Lesson, **settings: object) -> int:
    path = f"{lesson.base}/"
    token = lesson.school.user_token("Ada")
    body = {"settings": settings}
    return (await lesson.school.call("PATCH", path, token=token, json=body)).status_code


async def test_who_was_there_looks_back_once_it_is_over(lesson: Lesson) -> None:
    """[SY-12] At board, chat and course; not before the end."""
    status, problem = await read(lesson, "/timeline/")
    assert (status, problem["code"]) == (403, "permission_denied")
    assert "until the session is over" in problem["detail"]
    await lesson.post("/complete/")
    status, page = await read(lesson, "/timeline/")
    assert status == 200
    kinds = {item["type"] for item in page["items"]}
    assert kinds == {
        *("session_created", "session_wait", "session_start", "session_complete"),
        *("board_op", "chat_message"),
    }
    assert [i["data"]["text"] for i in page["items"] if i["type"] == "chat_message"] == ["hello"]
    drawn = [item["seq"] for item in page["items"] if item["type"] == "board_op"]
    boards = [(await read(lesson, f"/snapshots/{seq}/"))[1]["board"] for seq in drawn]
    assert [board["elements"]["r1"]["x"] for board in boards] == [1, 2]
    assert (await read(lesson, "/snapshots/"))[0] == 200


@pytest.mark.parametrize(
    "kind", ["participant_join", "participant_drop", "permission_update", "session_update"]
)
async def test_who_came_and_went_is_for_the_host(lesson: Lesson, kind: str) -> None:
    """[SY-12] Asked for by name it is refused; the host has it."""
    await lesson.post("/complete/")
    status, problem = await read(lesson, f"/timeline/?type={kind}&type=board_op")
    assert (status, problem["field"]) == (403, "type")
    assert (await lesson.get("/timeline/", params={"type": kind})).status_code == 200
    status, page = await read(lesson, "/timeline/?type=board_op")
    assert {item["type"] for item in page["items"]} == {"board_op"}


async def test_a_table_holds_no_more(lesson: Lesson) -> None:
    """[SY-12] As CSV as well, and page by page."""
    await lesson.post("/complete/")
    answer = await lesson.school.call(
        "GET", f"{lesson.base}/timeline/?format=csv&limit=2", token=lesson.ben["token"]
    )
    assert "participant_" not in answer.text
    assert 'rel="next"' in answer.headers["link"]


async def test_the_host_alone_where_the_session_says_so(lesson: Lesson) -> None:
    """[SY-12] Also after the end; earlier boards also before it. The newest as a file stays."""
    early = await lesson.head()
    assert (await read(lesson, f"/snapshots/{early}/"))[0] == 200
    assert await settle(lesson, history_policy="host_only") == 200
    for _ in range(2):
        for path in (
            *("/timeline/", "/snapshots/", f"/snapshots/{early}/"),
            f"/export/?format=json&version={early}",
        ):
            status, problem = await read(lesson, path)
            assert (path, status) == (path, 403)
            assert problem["code"] == "permission_denied"
        assert (await read(lesson, "/export/?format=json"))[0] == 200
        assert (await lesson.get("/timeline/")).status_code == 200
        await lesson.post("/complete/")
    assert await settle(lesson, history_policy="all") == 200
    assert (await read(lesson, "/timeline/"))[0] == 200


async def test_who_may_not_export_looks_back_all_the_same(school: School) -> None:
    """[SY-12] To look is not to take along: a viewer sees the boards and gets no file."""
    lesson = await lesson_in(school)
    await lesson.draw(rect())
    base, ada = lesson.base, school.user_token("Ada")
    invitation = {"subject": "Vera", "name": "Vera", "role": "viewer"}
    await school.call("POST", f"{base}/participants/", token=ada, json=invitation)
    vera = school.user_token("Vera")
    head = await lesson.head()
    assert (await read(lesson, f"/snapshots/{head}/", vera))[0] == 403
    await lesson.post("/complete/")
    assert (await read(lesson, f"/snapshots/{head}/", vera))[0] == 200
    assert (await read(lesson, "/timeline/", vera))[0] == 200
    assert (await read(lesson, "/export/", vera))[0] == 403
    assert (await read(lesson, "/stats/", vera))[0] == 403


async def test_a_guest_comes_back_by_the_key_of_the_seat(lesson: Lesson) -> None:
    """[SY-9][SY-12] With a token that is good for reading."""
    await lesson.post("/complete/")
    body = {"seat_key": lesson.ben["seat_key"]}
    renewed = await lesson.school.call("POST", f"{lesson.base}/token/", json=body)
    assert (await read(lesson, "/timeline/", renewed.json()["token"]))[0] == 200


async def test_strangers_and_those_removed_learn_nothing(school: School) -> None:
    """[SY-12] Nor does who still waits."""
    lesson = await lesson_in(school)
    path = f"{lesson.base}/kick/{lesson.ben_id}/"
    school.clock.advance(1)
    await school.call("POST", path, token=school.user_token("Ada"))
    await lesson.post("/complete/")
    assert (await read(lesson, "/timeline/"))[0] == 403
    assert (await read(lesson, "/timeline/", school.user_token("Zoe")))[0] == 404
    anonymous = await school.call("GET", f"{API}/sessions/{lesson.session_id}/timeline/")
    assert anonymous.status_code == 401


async def test_it_goes_on_and_the_past_is_closed_again(lesson: Lesson) -> None:
    """[SY-11][SY-12] Until it is over for good."""
    await lesson.post("/complete/")
    assert (await read(lesson, "/timeline/"))[0] == 200
    await lesson.post("/reopen/")
    assert (await read(lesson, "/timeline/"))[0] == 403
