"""A platform that launches lessons for its people."""

from typing import Any

import jwt
from httpx import Response

from tests.gateway.rest.school import API, School

KEYS = {"school": b"the secret of the school, 32 bytes long", "other": b"another one" * 3}
ADA = {"subject": "teacher-1", "name": "Ada", "role": "host"}
BEN = {"subject": "pupil-1", "name": "Ben"}
CLEO = {"subject": "pupil-2", "name": "Cleo"}


def signed(
    school: School, *, scope: str = "platform", issuer: str = "school", sub: str = "portal"
) -> str:
    now_s = school.clock.now_ms() // 1000
    claims = {"iss": issuer, "sub": sub, "name": sub, "scope": scope}
    return jwt.encode({**claims, "iat": now_s, "exp": now_s + 3600}, KEYS[issuer], "HS256")


async def launched(
    school: School,
    *people: dict[str, Any],
    platform: str = "school",
    token: str | None = None,
    **body: Any,  # noqa: ANN401 - any JSON
) -> Response:
    if not body.keys() & {"external_id", "booking_id", "series_id"}:
        body["external_id"] = "lesson-4711"
    token = token or signed(school, issuer=platform)
    json = {"people": list(people), **body}
    return await school.call("POST", f"{API}/launch/", token=token, json=json)


async def made(school: School, *people: dict[str, Any], **body: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = await launched(school, *people, **body)
    assert answer.status_code in {200, 201}, answer.text
    assert answer.json()["is_new"] is (answer.status_code == 201)
    return dict(answer.json())


def refused(answer: Response) -> tuple[int, str, str | None]:
    problem = answer.json()
    return answer.status_code, problem["code"], problem.get("field")


async def sessions(school: School) -> list[str]:
    return [each.session_id for each in await school.app.state.services.rooms.store.sessions()]
