"""The operator's calls about learning platforms.

Tests also: gateway/federation/addresses.py.
"""

from typing import Any

import pytest

from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import OPERATOR

PLATFORMS = f"{OPERATOR}/lti/platforms/"
TOLD: dict[str, Any] = {
    "name": "School",
    "issuer": "https://moodle.example",
    "client_id": "aB3",
    "authorization_url": "https://moodle.example/auth",
    "token_url": "https://moodle.example/token",
    "key_set_url": "https://moodle.example/keys",
    "deployments": ["1"],
    "origins": ["https://www.moodle.example:8443"],
}


async def test_a_platform_is_added_listed_changed_and_forgotten(opened: Open) -> None:
    async with opened(lti=True) as school:
        listed = (await school.operate("GET", PLATFORMS)).json()
        assert listed["items"] == []
        assert listed["tool"]["login_url"] == "http://lessons.example.org/api/v1/lti/login/"
        added = await school.operate("POST", PLATFORMS, json=TOLD)
        assert added.status_code == 201, added.text
        platform = added.json()
        assert platform["origins"] == ["https://moodle.example", "https://www.moodle.example:8443"]
        again = await school.operate("POST", PLATFORMS, json={**TOLD, "name": "Other"})
        assert (again.status_code, again.json()["field"]) == (409, "issuer")
        path = f"{PLATFORMS}{platform['platform_id']}/"
        more = {"deployments": ["1", "2"]}
        changed = await school.operate("POST", f"{path}deployments/", json=more)
        assert changed.json()["deployments"] == ["1", "2"]
        assert (await school.operate("GET", PLATFORMS)).json()["items"] == [changed.json()]
        assert (await school.operate("DELETE", path)).status_code == 200
        for method, where, body in (("DELETE", path, None), ("POST", f"{path}deployments/", more)):
            gone = await school.operate(method, where, json=body)
            assert (gone.status_code, gone.json()["field"]) == (404, "platform_id")
        first = (await school.call("GET", "/api/v1/lti/keys/")).json()["keys"]
        rotated = (await school.operate("POST", f"{OPERATOR}/lti/keys/rotate/")).json()
        now = (await school.call("GET", "/api/v1/lti/keys/")).json()["keys"]
        assert [key["kid"] for key in now] == [rotated["key_id"], first[0]["kid"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", "http://moodle.example"),
        ("issuer", "moodle"),
        ("key_set_url", "https://user:word@moodle.example/keys"),
        ("token_url", "https://moodle.example/token#x"),
        ("client_id", ""),
        ("deployments", [""]),
        ("origins", ["https://moodle.example/path"]),
        ("origins", ["*"]),
        ("takes_any_deployment", "yes"),
        ("unknown", 1),
    ],
)
async def test_what_is_no_platform_is_refused_by_the_name_of_its_field(
    opened: Open, field: str, value: object
) -> None:
    async with opened(lti=True) as school:
        refused = await school.operate("POST", PLATFORMS, json={**TOLD, field: value})
        assert refused.status_code == 422
        assert refused.json()["field"].startswith(field)
        assert (await school.operate("GET", PLATFORMS)).json()["items"] == []
