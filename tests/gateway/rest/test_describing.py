"""What the API says of itself."""

import json
import re

from gateway.config import GatewayConfig
from lessonroom.codes import ErrorCode
from tests.gateway.rest.conftest import Open

OTHERWISE = {
    "read_calendar": "404",
    "send_chunk": "403",
    "close_take": "403",
    "list_sign_in_ways": "422",
    "begin_oidc_sign_in": "404",
    "finish_oidc_sign_in": "404",
    "end_oidc_sessions": "400",
    "list_lti_keys": "404",
    "begin_lti_launch": "404",
    "begin_lti_launch_by_form": "404",
    "launch_lti": "404",
    "continue_lti_lesson": "404",
    "pick_lti_lesson": "404",
    "register_lti_platform": "404",
}
"""Opened by an address that is the secret, by a key, by a signature, or to all: what is told who
has a wrong one, or comes to a server that has no such thing."""
FILES = {
    "export_board",
    "export_my_lessons",
    "get_chat_file",
    "get_image",
    "get_media",
    "get_report",
    "get_timeline",
    "pack_lesson",
    "pick_lti_lesson",
    "read_calendar",
    "register_lti_platform",
}
"""Operations that answer with more than JSON."""


async def test_the_api_describes_itself_where_that_is_wanted(opened: Open) -> None:
    async with opened(config=GatewayConfig(is_openapi_served=True)) as school:
        described = (await school.call("GET", "/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    problem = described["components"]["schemas"]["Problem"]
    assert set(problem["properties"]) >= {"type", "title", "status", "detail", "code"}
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert described["components"]["schemas"]["ErrorCode"]["enum"] == [*ErrorCode]
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(described)):
        assert reference.removeprefix("#/components/schemas/") in described["components"]["schemas"]
    operations = [
        operation
        for path, methods in described["paths"].items()
        if path.startswith("/api/")
        for operation in methods.values()
    ]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["tags"]
        name = operation["operationId"]
        # An address that is the secret, and keys of takes: who has a wrong one is told that.
        refused = OTHERWISE.get(name, "401")
        is_open = refused != "401" or name in {"sign_in", "receive_booking"}
        assert is_open or {"HTTPBearer": []} in operation["security"]
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], status
            elif status not in {"204", "303", "304"} and operation["operationId"] not in FILES:
                assert list(response["content"]) == ["application/json"], status
        assert {refused, "422"} <= set(operation["responses"])
