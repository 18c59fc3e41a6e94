"""What the API tells of the chat."""

from typing import Any

import pytest

from lessonroom.commands import SendChatMessage
from tests.gateway.rest.school import API, School


class Talk:
    """A session of Ada's in which Ben writes."""

    def __init__(self, school: School, session: dict[str, Any], ben: dict[str, Any]) -> None:
        self.school = school
        self.session_id: str = session["session_id"]
        self.token: str = ben["token"]
        self.ben_id: int = ben["participant"]["user_id"]
        self.n = 0

    async def write(self, text: str) -> None:
        """Write as Ben."""
        self.n += 1
        command = SendChatMessage(
            connection_id=f"connection-{self.ben_id}", client_id="bens-page", n=self.n, text=text
        )
        await self.school.app.state.services.rooms.ask(self.session_id, command)

    async def page(self, **params: object) -> dict[str, Any]:
        """Read as Ben."""
        path = f"{API}/sessions/{self.session_id}/chat/"
        response = await self.school.call("GET", path, token=self.token, params=params)
        assert response.status_code == 200, response.text
        return dict(response.json())


@pytest.fixture
async def talk(school: School) -> Talk:
    session = await school.session()
    ben = await school.join(session, "Ben")
    await school.connect(ben)
    return Talk(school, session, ben)


async def test_the_newest_come_first_page_by_page(talk: Talk) -> None:
    """[CH-3] Oldest first within a page; `next_before` leads back to the beginning."""
    assert await talk.page() == {"items": [], "next_before": None}
    for n in range(5):
        await talk.write(f"line {n}")
    newest = await talk.page(limit=2)
    assert [item["text"] for item in newest["items"]] == ["line 3", "line 4"]
    earlier = await talk.page(limit=2, before=newest["next_before"])
    assert [item["text"] for item in earlier["items"]] == ["line 1", "line 2"]
    first = await talk.page(limit=2, before=earlier["next_before"])
    assert [item["text"] for item in first["items"]] == ["line 0"]
    assert first["next_before"] is None


async def test_a_message_says_who_wrote_it_and_when(talk: Talk) -> None:
    """[CH-3] Its `seq` is that of the event."""
    await talk.write("½ + ¼ = ¾ <b>")
    (item,) = (await talk.page())["items"]
    assert item["text"] == "½ + ¼ = ¾ <b>"
    assert (item["user_id"], item["name"]) == (talk.ben_id, "Ben")
    (event,) = await talk.school.app.state.services.rooms.store.chat(talk.session_id)
    assert item["seq"] == event.seq
    assert item["at"].endswith("Z")


async def test_the_policy_is_a_setting_of_the_session(school: School) -> None:
    """[CH-2] Shown with the others, and refused where it is none."""
    session = await school.session(settings={"chat_policy": "host_only"})
    assert session["settings"]["chat_policy"] == "host_only"
    path = f"{API}/sessions/{session['session_id']}/"
    token = school.user_token("Ada")
    changed = await school.call(
        "PATCH", path, token=token, json={"settings": {"chat_policy": "off"}}
    )
    assert changed.json()["settings"]["chat_policy"] == "off"
    wrong = await school.call("PATCH", path, token=token, json={"settings": {"chat_policy": "no"}})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "settings.chat_policy")
