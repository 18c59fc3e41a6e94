"""What was written to one person, and what was removed, over HTTP."""

from typing import Any, Final

import pytest

from lessonroom.commands import Connect, RemoveMessage, SendChatMessage
from tests.gateway.rest.everyone import Lesson, lesson_with_everyone
from tests.gateway.rest.matrix import CALLERS, MATRIX
from tests.gateway.rest.school import API, OPERATOR, School

MARK: Final = "the-mark-of-a-secret"
FEW: Final = ("host", "student")


class Talk:
    """A lesson with everyone in it, whose host and student write."""

    def __init__(self, school: School, lesson: Lesson, host_id: int) -> None:
        self.school = school
        self.lesson = lesson
        self.base = f"{API}/sessions/{lesson.session_id}"
        self.ids = {"host": host_id, "student": lesson.student_id, "guest": lesson.guest_id}
        self.n = 0

    async def ask(self, command: Any) -> None:  # noqa: ANN401 - any command
        await self.school.app.state.services.rooms.ask(self.lesson.session_id, command)

    async def write(
        self, who: str, text: str, *, to: str | None = None, reply_to: int | None = None
    ) -> int:
        """Write something and return its `seq`."""
        self.n += 1
        command = SendChatMessage(
            connection_id=who,
            client_id=f"page-of-{who}",
            n=self.n,
            text=text,
            to=None if to is None else self.ids[to],
            reply_to=reply_to,
        )
        await self.ask(command)
        return int(await self.school.app.state.services.rooms.store.head(self.lesson.session_id))

    async def get(self, caller: str, path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
        response = await self.school.call(
            "GET", self.base + path, token=self.lesson.tokens[caller], params=params
        )
        assert response.status_code == 200, response.text
        return response.json()

    async def texts(self, caller: str, **params: object) -> list[str]:
        return [item["text"] for item in (await self.get(caller, "/chat/", **params))["items"]]

    async def remove(self, caller: str, seq: int) -> tuple[int, str | None]:
        response = await self.school.call(
            "DELETE", f"{self.base}/chat/{seq}/", token=self.lesson.tokens[caller]
        )
        return response.status_code, response.json()["code"] if response.content else None


@pytest.fixture
async def talk(school: School) -> Talk:
    lesson = await lesson_with_everyone(school)
    session = await school.app.state.services.rooms.store.session(lesson.session_id)
    talk = Talk(school, lesson, session.host_id)
    for who, user_id in talk.ids.items():
        await talk.ask(
            Connect(
                connection_id=who,
                peer_id=who,
                user_id=user_id,
                token_issued_at_ms=school.clock.now_ms(),
                is_peer=True,
            )
        )
    return talk


async def told(talk: Talk) -> set[tuple[str, str]]:
    """Return who is told the mark, and on which path, of everything that can be read."""
    found = set()
    for row in MATRIX:
        if row.method != "GET":
            continue
        path = talk.lesson.path(row.path)
        query = f"session_id={talk.lesson.session_id}" if path == f"{OPERATOR}/events/" else ""
        for caller in CALLERS:
            for accept in ("*/*", "text/csv"):
                response = await talk.school.call(
                    "GET",
                    f"{path}?{query}",
                    token=talk.lesson.tokens[caller],
                    headers={"Accept": accept},
                )
                if MARK in response.text:
                    found.add((caller, row.path))
        response = await talk.school.operate("GET", f"{path}?{query}")
        if MARK in response.text:
            found.add(("socket", row.path))
    return found


@pytest.mark.counted
@pytest.mark.usefixtures("refusals_at_once")
async def test_no_path_tells_anybody_else(talk: Talk) -> None:
    """[CH-4] [T9] Of all that can be read, by everyone who can call, during the lesson and after.

    A message to everyone is found by the same search.
    """
    await talk.write("host", MARK, to="student")
    chat, timeline = (
        f"{API}/sessions/{{session_id}}/chat/",
        f"{API}/sessions/{{session_id}}/timeline/",
    )
    assert await told(talk) == {("host", chat), ("student", chat), ("host", timeline)}
    await talk.school.call("POST", f"{talk.base}/complete/", token=talk.lesson.tokens["host"])
    assert await told(talk) == {(who, path) for who in FEW for path in (chat, timeline)}


@pytest.mark.usefixtures("refusals_at_once")
async def test_the_search_finds_what_is_for_everyone(talk: Talk) -> None:
    """[CH-4] So that the test above means something."""
    await talk.write("host", MARK)
    callers = {caller for caller, _ in await told(talk)}
    assert callers == {"host", "student", "viewer", "guest", "operator", "socket"}


async def test_the_operator_is_not_told_that_there_was_one(talk: Talk) -> None:
    """[CH-4] Neither who wrote it nor when."""
    seq = await talk.write("student", MARK, to="host")
    await talk.ask(RemoveMessage(by=talk.ids["host"], message=seq))
    response = await talk.school.operate(
        "GET", f"{OPERATOR}/events/?session_id={talk.lesson.session_id}"
    )
    seqs = {item["seq"] for item in response.json()["items"]}
    assert not seqs & {seq, seq + 1}
    assert {seq - 1} <= seqs
    page = await talk.get("operator", "/timeline/", limit=1000)
    assert not {item["seq"] for item in page["items"]} & {seq, seq + 1}


async def test_a_page_is_filled_with_what_one_may_read(talk: Talk) -> None:
    """[CH-3] [CH-4] However many there are between."""
    for n in range(3):
        await talk.write("host", f"for all {n}")
        for _ in range(4):
            await talk.write("host", MARK, to="student")
    page = await talk.get("guest", "/chat/", limit=2)
    assert [item["text"] for item in page["items"]] == ["for all 1", "for all 2"]
    page = await talk.get("guest", "/chat/", limit=2, before=page["next_before"])
    assert [item["text"] for item in page["items"]] == ["for all 0"]
    assert page["next_before"] is None


async def test_it_says_to_whom_it_was_and_what_it_answers(talk: Talk) -> None:
    """[CH-4] [CH-5] Nulls where it was to everyone and answers nothing."""
    first = await talk.write("host", "How are you?", to="student")
    await talk.write("student", "Fine", to="host", reply_to=first)
    asked, answered = (await talk.get("host", "/chat/"))["items"]
    assert (asked["to"], asked["reply_to"], asked["removed"]) == (talk.ids["student"], None, None)
    assert (answered["to"], answered["reply_to"]) == (talk.ids["host"], first)


@pytest.mark.parametrize("q", ["стор", "СТОРІНКА", "Ｐage", "<b>", "%", "12"])
async def test_the_chat_is_searched(talk: Talk, q: str) -> None:
    """[CH-3] Letters small or capital, in whatever script; nothing in it means anything."""
    await talk.write("guest", "Сторінка 12 <b> 100% page")
    await talk.write("guest", "something else")
    await talk.write("host", "Сторінка 12 <b> 100% page", to="student")
    assert len(await talk.texts("guest", q=q)) == 1
    assert len(await talk.texts("student", q=q)) == 2
    assert await talk.texts("guest", q="nothing of that kind") == []


async def test_a_search_goes_on_where_it_has_looked_at_enough(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[CH-3] What a call costs is bounded, and nothing is missed."""
    monkeypatch.setattr("gateway.rest.endpoints.people.chat._LOOKED_AT_MOST", 2)
    monkeypatch.setattr("gateway.rest.endpoints.people.chat._LIMIT_MOST", 2)
    await talk.write("guest", "sought")
    for n in range(5):
        await talk.write("guest", f"line {n}")
    before, found, calls = None, [], 0
    while before is not None or not calls:
        params = {"q": "sought"} if before is None else {"q": "sought", "before": before}
        page = await talk.get("guest", "/chat/", **params)
        found += [item["text"] for item in page["items"]]
        before, calls = page["next_before"], calls + 1
    assert found == ["sought"]
    assert calls == 3


async def test_who_may_remove_a_message(talk: Talk) -> None:
    """[CH-6] [T9] Its author and hosts; what one may not read is not there."""
    mine, secret = await talk.write("guest", "one"), await talk.write("student", MARK, to="host")
    for caller in ("student", "viewer"):
        assert await talk.remove(caller, mine) == (403, "permission_denied")
    for caller in ("guest", "viewer", "operator"):
        assert await talk.remove(caller, secret) == (404, "not_found")
    assert await talk.remove("guest", mine) == (204, None)
    assert await talk.remove("guest", mine) == (404, "not_found")
    assert await talk.remove("host", secret) == (204, None)
    theirs = await talk.write("guest", "two")
    assert await talk.remove("operator", theirs) == (204, None)


async def test_what_was_removed_is_in_no_answer(talk: Talk) -> None:
    """[CH-6] Removed once the lesson is over: who did it and when stays."""
    seq = await talk.write("guest", MARK)
    await talk.school.call("POST", f"{talk.base}/complete/", token=talk.lesson.tokens["host"])
    assert await talk.remove("host", seq) == (204, None)
    assert await told(talk) == set()
    (item,) = (await talk.get("student", "/chat/"))["items"]
    assert (item["seq"], item["text"], item["user_id"]) == (seq, "", talk.ids["guest"])
    assert item["removed"]["by"] == talk.ids["host"]
    assert item["removed"]["at"].endswith("Z")
    timeline = (await talk.get("student", "/timeline/", type="chat_remove"))["items"]
    assert [entry["data"]["message"] for entry in timeline] == [seq]
    assert await talk.texts("student", q="mark") == []
