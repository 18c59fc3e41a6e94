"""The feed of events for platforms.

Tests also: gateway/rest/operating/outgoing.py.
"""

from typing import Any

import jwt
import pytest

from gateway.identity.claims import Scope
from gateway.webhooks.webhook_signatures import decoded_secret
from gateway.webhooks.webhooks import WebhookEndpoint, Webhooks
from lessonroom.log.events import EventType
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, OPERATOR, School

KEY = b"the secret of the school, 32 bytes long"


def signed(school: School, scope: str, subject: str = "backend") -> str:
    now_s = school.clock.now_ms() // 1000
    claims = {"iss": "school", "sub": subject, "name": subject, "scope": scope}
    return jwt.encode({**claims, "iat": now_s, "exp": now_s + 60}, KEY, "HS256")


async def events(school: School, token: str, **query: int) -> dict[str, Any]:
    answer = await school.call("GET", f"{API}/events/", token=token, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_platform_catches_up_with_its_own_sessions(opened: Open) -> None:
    """[API events] Page by page, from where it was; of other platforms' sessions it sees none."""
    async with opened(api_keys={"school": KEY}) as school:
        teacher = signed(school, "user", "teacher")
        await school.session("Elsewhere")
        made = await school.call(
            "POST", f"{API}/sessions/", token=teacher, json={"external_id": "x-1"}
        )
        session_id = made.json()["session_id"]
        await school.call("POST", f"{API}/sessions/{session_id}/start/", token=teacher)
        platform = signed(school, "platform")
        types: list[str] = []
        after = 0
        while (page := await events(school, platform, after=after, limit=2))["items"]:
            assert {item["data"]["session_id"] for item in page["items"]} == {session_id}
            assert {item["data"]["external_id"] for item in page["items"]} == {"x-1"}
            types += [item["type"] for item in page["items"]]
            after = page["next_after"]
        assert page["next_after"] == after
        assert types == ["session_created", "session_wait", "participant_seat", "session_start"]
        everything = await events(school, school.user_token("Root", scope=Scope.OPERATOR))
        assert len(everything["items"]) == 5


async def test_a_platform_s_token_opens_nothing_else(opened: Open) -> None:
    """[P13] It is nobody: no session, no seat, no operator's call."""
    async with opened(api_keys={"school": KEY}) as school:
        platform = signed(school, "platform")
        session = await school.session("Ada")
        base = f"{API}/sessions/{session['session_id']}"
        for method, path in (
            ("POST", f"{API}/sessions/"),
            ("GET", f"{API}/sessions/my/"),
            ("GET", f"{base}/"),
            ("POST", f"{base}/join/"),
            ("POST", f"{base}/terminate/"),
            ("GET", f"{OPERATOR}/rooms/"),
        ):
            body: dict[str, Any] | None = {} if method == "POST" else None
            refused = await school.call(method, path, token=platform, json=body)
            assert refused.status_code == 403, path
        own = school.tokens.mint_user("x", "X", scope=Scope.PLATFORM, ttl_s=60, token_id="j")
        forged = await school.call("GET", f"{API}/events/", token=own)
        assert forged.status_code == 401


@pytest.mark.parametrize("query", [{"after": -1}, {"limit": 0}, {"limit": 101}, {"after": 2**53}])
async def test_a_place_out_of_range_is_refused(school: School, query: dict[str, int]) -> None:
    """[EN-2] With the field at fault."""
    token = school.user_token("Root", scope=Scope.OPERATOR)
    refused = await school.call("GET", f"{API}/events/", token=token, params=query)
    assert (refused.status_code, refused.json()["field"]) == (422, next(iter(query)))


async def test_the_operator_sees_and_tries_endpoints(opened: Open) -> None:
    """[API webhooks] A test message goes out at once, and only to those that are configured."""
    sent: list[tuple[str, bytes]] = []

    async def send(url: str, *, webhook_id: str, body: bytes) -> None:
        assert webhook_id.startswith("test_")
        sent.append((url, body))

    url = "https://platform.example/hook"
    key = decoded_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    endpoint = WebhookEndpoint(url=url, key=key, events=frozenset({EventType.SESSION_START}))
    nudges: list[None] = []
    webhooks = Webhooks(endpoints=(endpoint,), send=send, nudge=lambda: nudges.append(None))
    async with opened(webhooks=webhooks) as school:
        (listed,) = (await school.operate("GET", f"{OPERATOR}/webhooks/")).json()["items"]
        assert (listed["url"], listed["events"]) == (url, ["session_start"])
        assert (listed["is_configured"], listed["waiting"]) == (True, 0)
        tried = await school.operate("POST", f"{OPERATOR}/webhooks/test/", json={"url": url})
        assert tried.json() == {"items": [{"url": url, "is_taken": True, "error": None}]}
        ((to, body),) = sent
        assert (to, b'"webhook_test"' in body) == (url, True)
        retried = await school.operate("POST", f"{OPERATOR}/webhooks/retry/", json={})
        assert (retried.json(), len(nudges)) == ({"retried": 0}, 1)
        unknown = {"url": "https://other.example/"}
        for call in ("test", "retry"):
            refused = await school.operate("POST", f"{OPERATOR}/webhooks/{call}/", json=unknown)
            assert (refused.status_code, refused.json()["field"]) == (404, "url")
