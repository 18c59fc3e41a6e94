import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from gateway.webhooks.webhook_signatures import (
    decoded_secret,
    signed_headers,
    verified_id,
    verify_calcom,
)
from lessonroom.codes import ErrorCode, Refused

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = decoded_secret(SECRET)
BODY = '{"type":"booking.confirmed","title":"Дроби"}'.encode()
NOW_S = 1_800_000_000


def refusal(headers: dict[str, str], body: bytes = BODY, *, now_s: float = NOW_S) -> str:
    with pytest.raises(Refused) as refused:
        verified_id([KEY], headers, body, now_s=now_s)
    assert refused.value.code is ErrorCode.UNAUTHORIZED
    return refused.value.message


def test_what_is_signed_here_the_reference_verifies() -> None:
    """[API Webhooks] The package of Standard Webhooks, with its own clock."""
    now_s = int(datetime.now(UTC).timestamp())
    headers = signed_headers(KEY, webhook_id="evt_1", at_s=now_s, body=BODY)
    assert Webhook(SECRET).verify(BODY, headers) == {
        "type": "booking.confirmed",
        "title": "Дроби",
    }


def test_what_the_reference_signs_is_verified_here() -> None:
    """[API bookings] Also as the second of several signatures, and by the second of the keys."""
    at = datetime.fromtimestamp(NOW_S, UTC)
    signature = Webhook(SECRET).sign("msg_1", at, BODY.decode())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(NOW_S),
        "webhook-signature": f"v1a,AAAA v1,{base64.b64encode(b'x' * 32).decode()} {signature}",
    }
    assert verified_id([b"another key", KEY], headers, BODY, now_s=NOW_S) == "msg_1"


@pytest.mark.parametrize("age_s", [-300, 300])
def test_five_minutes_are_within_the_window(age_s: int) -> None:
    """[API bookings] Either way: clocks differ."""
    headers = signed_headers(KEY, webhook_id="m", at_s=NOW_S - age_s, body=BODY)
    assert verified_id([KEY], headers, BODY, now_s=NOW_S) == "m"
    assert "timestamp" in refusal(headers, now_s=NOW_S + (1 if age_s > 0 else -1))


def test_every_part_is_signed() -> None:
    """[API bookings] The id, the time and the body."""
    headers = signed_headers(KEY, webhook_id="m", at_s=NOW_S, body=BODY)
    assert "signature" in refusal(headers, BODY + b" ")
    assert "signature" in refusal({**headers, "webhook-id": "n"})
    assert "signature" in refusal({**headers, "webhook-timestamp": str(NOW_S + 1)})
    assert "signature" in refusal({**headers, "webhook-signature": "v1,"})
    assert "signature" in refusal(
        {**headers, "webhook-signature": "v2" + headers["webhook-signature"][2:]}
    )
    for name in headers:
        refusal({key: value for key, value in headers.items() if key != name})


def test_without_keys_nothing_is_verified() -> None:
    """[API bookings] An empty list of secrets is no open door."""
    headers = signed_headers(b"", webhook_id="m", at_s=NOW_S, body=BODY)
    with pytest.raises(Refused):
        verified_id([], headers, BODY, now_s=NOW_S)
    with pytest.raises(Refused):
        verify_calcom([], "", BODY)


@pytest.mark.parametrize(
    "secret", ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!"]
)
def test_a_secret_has_its_form(secret: str) -> None:
    """[API Webhooks] whsec_ and 24 to 64 bytes in base64."""
    with pytest.raises(ValueError, match=r"whsec_|bytes"):
        decoded_secret(secret)
