"""People on the operator's page: listed, made, changed, barred; and several who see only their own.

Tests also: storage/people/accounts.py.
"""

from typing import Any

import pytest

from gateway.identity.claims import Scope
from storage.records import UserKind
from tests.gateway.rest.school import API, OPERATOR, School

USERS = f"{OPERATOR}/users/"


async def added(school: School, name: str, role: str = "teacher") -> dict[str, Any]:
    answer = await school.operate("POST", USERS, json={"name": name, "role": role})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def link_for(school: School, user: dict[str, Any], **more: object) -> str:
    body = {"subject": user["subject"], **more}
    made = await school.operate("POST", f"{OPERATOR}/sign-in-links/", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["url"].rpartition("#")[2])


async def signed_in(school: School, user: dict[str, Any]) -> str:
    code = await link_for(school, user)
    answer = await school.call("POST", f"{API}/sign-in/", json={"code": code})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def changed(school: School, user: dict[str, Any], **change: object) -> int:
    answer = await school.operate("PATCH", f"{USERS}{user['user_id']}/", json=change)
    return answer.status_code


async def status_of(school: School, token: str, path: str = f"{API}/me/") -> int:
    return (await school.call("GET", path, token=token)).status_code


async def test_people_are_listed_by_pages_and_by_what_they_are(school: School) -> None:
    for name in ("Ada", "Bob", "Grace"):
        await added(school, name, "operator" if name == "Grace" else "teacher")
    session = await school.session("Платформа")
    await school.join(session, name="Guest of a lesson")

    async def names(**query: object) -> list[str]:
        answer = await school.operate("GET", USERS, params=query)
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    assert await names() == ["Guest of a lesson", "Платформа", "Grace", "Bob", "Ada"]
    assert await names(kind="registered") == ["Платформа", "Grace", "Bob", "Ada"]
    assert await names(role="operator") == ["Grace"]
    assert await names(q="ПЛАТ") == ["Платформа"]
    assert await names(barred="true") == []
    first = (await school.operate("GET", USERS, params={"limit": 2})).json()
    rest = (
        await school.operate("GET", USERS, params={"cursor": first["next_cursor"], "limit": 3})
    ).json()
    assert [item["name"] for item in rest["items"]] == ["Grace", "Bob", "Ada"]
    assert rest["next_cursor"] is None
    (ada,) = (await school.operate("GET", USERS, params={"q": "ada"})).json()["items"]
    assert (ada["issuer"], ada["role"], ada["is_barred"]) == ("lessonroom", "teacher", False)


async def test_somebody_is_invited_by_a_link_that_works_once_for_as_long_as_it_says(
    school: School,
) -> None:
    """[SECURITY Sign-in links]"""
    ada = await added(school, "Ada")
    code = await link_for(school, ada, lasts_h=72)
    school.clock.advance(71 * 3_600)
    answers = [await school.call("POST", f"{API}/sign-in/", json={"code": code}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]
    assert answers[0].json()["user_id"] == ada["user_id"]
    late = await link_for(school, ada, lasts_h=72)
    school.clock.advance(72 * 3_600)
    assert (await school.call("POST", f"{API}/sign-in/", json={"code": late})).status_code == 401


async def test_a_role_that_is_taken_is_gone_at_once_and_one_that_is_given_comes_with_the_next(
    school: School,
) -> None:
    """[SECURITY Operator]"""
    grace = await added(school, "Grace", "operator")
    token = await signed_in(school, grace)
    rooms = f"{OPERATOR}/rooms/"
    assert await status_of(school, token, rooms) == 200
    assert await changed(school, grace, role="teacher") == 200
    assert await status_of(school, token, rooms) == 403
    assert await status_of(school, token) == 200
    renewed = await school.call("POST", f"{API}/sign-in/renew/", token=token)
    assert await status_of(school, renewed.json()["token"], rooms) == 403
    # Nor by a link, or a token, that would make them more than they are.
    scope = {"scope": "operator", "subject": grace["subject"], "name": "Grace"}
    for path in ("sign-in-links/", "tokens/user/"):
        refused = await school.operate("POST", f"{OPERATOR}/{path}", json=scope)
        assert (refused.status_code, refused.json()["field"]) == (409, "scope")
    assert await changed(school, grace, role="operator") == 200
    renewed = await school.call("POST", f"{API}/sign-in/renew/", token=token)
    assert await status_of(school, renewed.json()["token"], rooms) == 200


async def test_whoever_is_barred_is_out_at_once_and_comes_in_by_no_way(school: School) -> None:
    """[SECURITY Operator] Their lessons stay, and are theirs when they are let in again."""
    ada = await added(school, "Ada")
    token = await signed_in(school, ada)
    made = await school.call("POST", f"{API}/sessions/", token=token, json={"title": "Fractions"})
    session = await school.session("Bob")
    path = f"{API}/sessions/{session['session_id']}/"
    code = {"access_code": session["access_code"]}
    room = (await school.call("POST", f"{path}join/", token=token, json=code)).json()["token"]
    waiting = await link_for(school, ada)
    assert await changed(school, ada, is_barred=True) == 200
    for void in (token, room):
        assert await status_of(school, void, path) == 401
    late = await school.call("POST", f"{API}/sign-in/", json={"code": waiting})
    assert (late.status_code, "come in" in late.json()["detail"]) == (401, True)
    for call, body in (
        ("sign-in-links/", {"subject": ada["subject"]}),
        ("tokens/user/", {"subject": ada["subject"], "name": "Ada"}),
        ("tokens/room/", {"session_id": session["session_id"], "subject": ada["subject"]}),
    ):
        refused = await school.operate("POST", f"{OPERATOR}/{call}", json=body)
        assert (call, refused.status_code) == (call, 409)
    school.clock.advance(1)
    # A token that somebody signs for them after that is none either.
    anew = school.tokens.mint_user(
        ada["subject"], "Ada", scope=Scope.USER, ttl_s=60, token_id="later"
    )
    assert await status_of(school, anew) == 401
    assert await changed(school, ada, is_barred=False) == 200
    assert await status_of(school, token) == 401
    mine = await school.call("GET", f"{API}/sessions/my/", token=await signed_in(school, ada))
    assert {item["session_id"] for item in mine.json()["items"]} >= {made.json()["session_id"]}


async def test_what_others_decide_is_not_decided_here(school: School) -> None:
    session = await school.session("Ada")
    guest = (await school.join(session, name="Guest"))["participant"]
    assert await changed(school, guest, is_barred=True) == 409
    rooms = school.app.state.services.rooms
    for issuer, change, status in (
        ("portal", {"name": "Eve"}, 409),
        ("portal", {"role": "operator"}, 409),
        ("portal", {"role": "teacher"}, 200),
        ("portal", {"is_barred": True}, 200),
        ("https://id.example", {"role": "teacher"}, 409),
        ("https://id.example", {"name": "Eve"}, 409),
        ("https://id.example", {"is_barred": True}, 200),
    ):
        user = await rooms.ensure_user(
            issuer=issuer, subject="x", name="X", kind=UserKind.REGISTERED
        )
        assert await changed(school, {"user_id": user.user_id}, **change) == status, change
    assert await changed(school, {"user_id": 4_711}, is_barred=True) == 404
    assert await changed(school, {"user_id": 4_711}, name="") == 422


async def test_no_operator_locks_themself_out(school: School) -> None:
    grace = await added(school, "Grace", "operator")
    token = await signed_in(school, grace)
    path = f"{USERS}{grace['user_id']}/"
    for change in ({"is_barred": True}, {"role": "teacher"}):
        refused = await school.call("PATCH", path, token=token, json=change)
        assert refused.status_code == 409
    named = await school.call("PATCH", path, token=token, json={"name": "Grace Hopper"})
    assert (named.status_code, named.json()["name"]) == (200, "Grace Hopper")


async def test_who_was_erased_is_not_listed_and_not_changed(school: School) -> None:
    ada = await added(school, "Ada", "operator")
    token = await signed_in(school, ada)
    assert (await school.operate("POST", f"{USERS}{ada['user_id']}/erase/")).status_code == 200
    assert (await school.operate("GET", USERS)).json()["items"] == []
    assert await changed(school, ada, role="teacher") == 404
    assert await status_of(school, token) == 401


@pytest.mark.parametrize("path", ["sessions/my/", "shelf/", "people/", "search/?q=Fractions"])
async def test_several_who_teach_here_see_only_their_own(school: School, path: str) -> None:
    """[SECURITY Other rooms]"""
    tokens = [await signed_in(school, await added(school, name)) for name in ("Ada", "Bob")]
    sessions = []
    for token, pupil in zip(tokens, ("Pupil of Ada", "Pupil of Bob"), strict=True):
        made = await school.call(
            "POST", f"{API}/sessions/", token=token, json={"title": f"Fractions, {pupil}"}
        )
        sessions.append(made.json())
        await school.join(made.json(), name=pupil)
        below = f"{API}/sessions/{made.json()['session_id']}/shelf/"
        kept = await school.call("POST", below, token=token, json={"name": f"Sheet of {pupil}"})
        assert kept.status_code == 201, kept.text
    seen = [(await school.call("GET", f"{API}/{path}", token=token)).text for token in tokens]
    assert "of Ada" not in seen[1]
    assert "of Bob" not in seen[0]
    if path in {"sessions/my/", "shelf/"}:
        assert "of Ada" in seen[0]
        assert "of Bob" in seen[1]
    for session, other in zip(sessions, reversed(tokens), strict=True):
        below = f"{API}/sessions/{session['session_id']}/"
        for method, what in (
            *(("GET", each) for each in ("", "participants/", "timeline/", "report/", "export/")),
            *(("POST", each) for each in ("start/", "terminate/", "continue/")),
            *(("DELETE", each) for each in ("",)),
        ):
            body: dict[str, object] | None = {} if what == "continue/" else None
            answer = await school.call(method, below + what, token=other, json=body)
            assert (method, what, answer.status_code) == (method, what, 404)
