"""Recording a session over HTTP.

Tests also: gateway/rest/shapes/recordings.py, gateway/rest/shapes/settings.py.
"""

from typing import Any

from tests.gateway.rest.school import API, School


async def recorded(school: School, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a body
    """Return a session of Ada's that may be recorded, begun, with her in it."""
    body = {"title": "Fractions", "is_recorded": True, **more}
    ada = school.user_token("Ada")
    made = await school.call("POST", f"{API}/sessions/", token=ada, json=body)
    assert made.status_code == 201, made.text
    session: dict[str, Any] = made.json()
    await school.join(session, "Ada")
    begun = await school.call("POST", f"{path_of(session)}/start/", token=ada)
    assert begun.status_code == 200, begun.text
    return session


def path_of(session: dict[str, Any]) -> str:
    return f"{API}/sessions/{session['session_id']}"


async def test_a_recording_is_begun_shown_and_ended(school: School) -> None:
    """[RC-2][RC-5] In the session while it is on, and in the list afterwards."""
    ada = school.user_token("Ada")
    session = await recorded(school)
    path = path_of(session)
    assert (await school.call("GET", f"{path}/", token=ada)).json()["recording"] is None
    started = await school.call("POST", f"{path}/recording/start/", token=ada)
    assert started.status_code == 200, started.text
    on = started.json()
    assert on["kinds"] == ["audio"]
    again = await school.call("POST", f"{path}/recording/start/", token=ada)
    assert again.json() == on
    assert (await school.call("GET", f"{path}/", token=ada)).json()["recording"] == on
    (listed,) = (await school.call("GET", f"{path}/recordings/", token=ada)).json()["items"]
    assert (listed["recording_id"], listed["stopped_at"]) == (on["recording_id"], None)
    school.clock.advance(60)
    stopped = await school.call("POST", f"{path}/recording/stop/", token=ada)
    (ended,) = stopped.json()["items"]
    assert (ended["reason"], ended["recording_id"]) == ("host", on["recording_id"])
    assert ended["stopped_seq"] > ended["started_seq"]
    assert (await school.call("GET", f"{path}/", token=ada)).json()["recording"] is None


async def test_each_answers_for_themself_and_a_host_leaves_out(school: School) -> None:
    """[RC-4] Shown on the roster to everyone."""
    ada = school.user_token("Ada")
    session = await recorded(school)
    path = path_of(session)
    guest = await school.join(session, name="Eve")
    eve = guest["participant"]["user_id"]
    answered = await school.call(
        "POST", f"{path}/recording/consent/", token=guest["token"], json={"answer": "given"}
    )
    assert answered.status_code == 200, answered.text
    assert answered.json()["recording_consent"] == "given"
    assert answered.json()["user_id"] == eve
    out = await school.call(
        "POST", f"{path}/participants/{eve}/recording/", token=ada, json={"is_recorded": False}
    )
    assert out.json()["is_left_out"] is True
    roster = (await school.call("GET", f"{path}/participants/", token=guest["token"])).json()
    shown = {seat["name"]: seat for seat in roster["items"]}
    assert shown["Ada"]["recording_consent"] is None
    assert (shown["Eve"]["recording_consent"], shown["Eve"]["is_left_out"]) == ("given", True)
    wrong = await school.call(
        "POST", f"{path}/recording/consent/", token=guest["token"], json={"answer": "perhaps"}
    )
    assert (wrong.status_code, wrong.json()["field"]) == (422, "answer")


async def test_who_listens_is_a_setting(school: School) -> None:
    """[RC-3] Of the host alone, where they said so; a code alone opens nothing."""
    closed = {"recording": {"kinds": ["audio", "screen"], "listeners": "host"}}
    session = await recorded(school, settings=closed)
    guest = await school.join(session, name="Eve")
    path = path_of(session)
    for token, status in ((school.user_token("Ada"), 200), (guest["token"], 403)):
        got = await school.call("GET", f"{path}/recordings/", token=token)
        assert got.status_code == status, got.text
    shown = await school.call("GET", f"{path}/", token=school.user_token("Ada"))
    assert shown.json()["settings"]["recording"] == {
        "kinds": ["audio", "screen"],
        "roles": ["host", "student", "solo"],
        "listeners": "host",
        "downloads": "host",
        "retention_days": None,
    }


async def test_that_it_may_be_recorded_is_changed_until_it_was(school: School) -> None:
    """[RC-1] By the plan of the lesson, as its other fields."""
    ada = school.user_token("Ada")
    session = await recorded(school)
    path = path_of(session)
    for is_recorded in (False, True):
        body = {"is_recorded": is_recorded}
        changed = await school.call("PATCH", f"{path}/", token=ada, json=body)
        assert changed.json()["is_recorded"] is is_recorded, changed.text
    await school.call("POST", f"{path}/recording/start/", token=ada)
    refused = await school.call("PATCH", f"{path}/", token=ada, json={"is_recorded": False})
    assert refused.status_code == 409
    twice = {"settings": {"recording": {"kinds": ["audio", "audio"]}}}
    wrong = await school.call("PATCH", f"{path}/", token=ada, json=twice)
    assert wrong.status_code == 422
    assert wrong.json()["field"] == "settings.recording.kinds"
