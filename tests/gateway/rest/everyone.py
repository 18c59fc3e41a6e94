"""A lesson in which each kind of caller has a place, or is kept out of it."""

from typing import Any, Final, NamedTuple

from gateway.identity.claims import Scope
from tests.gateway.rest.school import API, School

LAUNCH: Final[dict[str, Any]] = {
    "external_id": "x-1",
    "people": [{"subject": "A", "name": "A", "role": "host"}],
}


class Lesson(NamedTuple):
    """An active session with everyone in it, and their tokens."""

    session_id: str
    student_id: int
    guest_id: int
    """Of this session alone, as a student is not."""
    tokens: dict[str, str | None]

    def path(self, template: str) -> str:
        """Return the path of a route within this lesson; what it names besides is not there."""
        return template.format(
            session_id=self.session_id,
            series_id=self.session_id,
            key="7-1-" + "A" * 32,
            user_id=self.guest_id if "/users/" in template else self.student_id,
            role="viewer",
            version=1,
            seq=999,
            document_id="none",
            item_id="none",
            platform_id=4711,
            code="none",
            asset="ab" * 32,
            take_id="5f0c1b1e-8d5c-4f0e-9d7e-0f6f0a0c4a11",
            n=0,
        )


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
