"""A lesson in which each kind of caller has a place, or is kept out of it."""

from typing import NamedTuple

from gateway.identity.claims import Scope
from tests.gateway.rest.school import API, School


class Lesson(NamedTuple):
    """An active session with everyone in it, and their tokens."""

    session_id: str
    student_id: int
    guest_id: int
    """Of this session alone, as a student is not."""
    tokens: dict[str, str | None]


async def lesson_with_everyone(school: School) -> Lesson:
    session = await school.session("Host")
    session_id = session["session_id"]
    base = f"{API}/sessions/{session_id}"
    host = school.user_token("Host")
    await school.join(session, "Host")
    await school.call("POST", f"{base}/start/", token=host)
    student = await school.join(session, "Student")
    invitation = {"subject": "Viewer", "name": "Viewer", "role": "viewer"}
    await school.call("POST", f"{base}/participants/", token=host, json=invitation)
    viewer = await school.join(session, "Viewer")
    guest = await school.join(session, name="Guest")
    kicked = await school.join(session, "Kicked")
    lobby = {"settings": {"waiting_room": True}}
    await school.call("PATCH", f"{base}/", token=host, json=lobby)
    waiting = await school.join(session, "Waiting")
    assert not waiting["participant"]["is_admitted"]
    school.clock.advance(1)
    await school.call("POST", f"{base}/kick/{kicked['participant']['user_id']}/", token=host)
    elsewhere = await school.join(await school.session("Elsewhere"), "Elsewhere")
    school.clock.advance(1)
    return Lesson(
        session_id,
        student["participant"]["user_id"],
        guest["participant"]["user_id"],
        {
            "host": host,
            "student": student["token"],
            "viewer": viewer["token"],
            "guest": guest["token"],
            "outsider": school.user_token("Outsider"),
            "kicked": school.user_token("Kicked"),
            "kicked_token": kicked["token"],
            "elsewhere": elsewhere["token"],
            "nobody": None,
            "operator": school.user_token("Operator", scope=Scope.OPERATOR),
            "waiting": school.user_token("Waiting"),
            "waiting_token": waiting["token"],
        },
    )
