"""What of the Python client needs no server: keys, webhooks, and its files as they are written."""

import time
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from actors.runtime.clock import SystemClock
from gateway.identity.claims import Scope
from gateway.identity.tokens import Tokens
from lessonroom_client import ApiKey, webhooks
from lessonroom_client.webhooks import WebhookRefused
from scripts.generated_file import ROOT
from scripts.python_client import __main__ as writing
from scripts.python_client.types import class_name, type_of
from tests.clients.conftest import SECRET

ONE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
MESSAGE = {"type": "session_start", "timestamp": "2027-02-01T09:00:03.120Z", "data": {"seq": 1}}


def test_tokens_of_a_key_are_what_the_server_takes() -> None:
    """[API client] Of a person, and of the platform itself."""
    server = Tokens(
        [b"another secret of thirty-two bytes"],
        {"school": SECRET.encode()},
        leeway_s=0,
        clock=SystemClock(),
    )
    key = ApiKey("school", SECRET)
    ada = server.verify_user(key.user_token("teacher-1", "Adä", ttl_s=60))
    assert (ada.issuer, ada.subject, ada.name, ada.scope) == (
        "school",
        "teacher-1",
        "Adä",
        Scope.USER,
    )
    assert server.verify_user(key.platform_token()).scope is Scope.PLATFORM
    assert SECRET not in repr(key)


@pytest.mark.parametrize("ttl_s", [0, -1, 30 * 86_400 + 1])
def test_a_key_signs_nothing_that_the_server_refuses(ttl_s: int) -> None:
    """[API client] It says so where it is made."""
    with pytest.raises(ValueError, match="lasts"):
        ApiKey("school", SECRET).user_token("a", "A", ttl_s=ttl_s)
    with pytest.raises(ValueError, match="32 bytes"):
        ApiKey("school", "short")


def test_webhooks_are_verified_as_the_reference_signs_them() -> None:
    """[API webhooks] And the other way round; with one of several secrets."""
    headers, body = webhooks.signed(MESSAGE, ONE)
    assert Webhook(ONE).verify(body, headers) == MESSAGE
    assert webhooks.verified(headers, body, [OTHER, ONE]) == MESSAGE
    upper = {name.upper(): text for name, text in headers.items()}
    upper["WEBHOOK-SIGNATURE"] = f"v1a,x v1,AAAA {upper['WEBHOOK-SIGNATURE']}"
    assert webhooks.verified(upper, body, ONE) == MESSAGE


def test_what_is_not_signed_or_not_of_now_is_refused() -> None:
    """[API webhooks] Each part of what is signed, and the time."""
    headers, body = webhooks.signed(MESSAGE, ONE, message_id="m")
    for changed in (
        {**headers, "webhook-id": "other"},
        {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)},
        {**headers, "webhook-signature": "v1,"},
        {**headers, "webhook-signature": "nothing"},
        {**headers, "webhook-timestamp": "now"},
        {name: text for name, text in headers.items() if name != "webhook-id"},
    ):
        with pytest.raises(WebhookRefused):
            webhooks.verified(changed, body, ONE)
    with pytest.raises(WebhookRefused):
        webhooks.verified(headers, body + b" ", ONE)
    with pytest.raises(WebhookRefused):
        webhooks.verified(headers, body, OTHER)
    for away_s in (-301, 301):
        with pytest.raises(WebhookRefused, match="300 s away"):
            webhooks.verified(headers, body, ONE, now_s=time.time() + away_s)
    with pytest.raises(ValueError, match="base64"):
        webhooks.verified(headers, body, "whsec_nö")


def test_the_files_of_the_client_are_what_the_api_says() -> None:
    """[API client] As `make check` says, too."""
    for name, text in writing.files().items():
        assert (ROOT / writing.FOLDER / name).read_text("utf-8") == text


def test_a_file_that_is_not_is_found_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """[API client] And written anew where that is asked for."""
    arguments = ["--folder", str(tmp_path)]
    assert writing.main(["--check", *arguments]) == 1
    assert "models.py is not what the code says" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert writing.main(arguments) == 0
    assert writing.main(["--check", *arguments]) == 0


def test_types_are_those_of_the_schema() -> None:
    """[API client] What is not known is anything."""
    assert type_of({"anyOf": [{"type": "string"}, {"type": "null"}]}) == "str | None"
    assert type_of({"type": "array", "items": {"enum": ["a"]}}) == "Sequence[Literal['a']]"
    assert type_of({"$ref": "#/components/schemas/a__b_c__Out"}, prefix="m.") == "m.BCOut"
    assert type_of({}) == "Any"
    assert class_name("SessionOut") == "SessionOut"
