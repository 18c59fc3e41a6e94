"""Booking systems that send their signed messages: cal.com, and one that speaks our own format."""

import hashlib
import hmac
import json
from typing import Any

from httpx import Response

from gateway.webhooks.webhook_signatures import decoded_secret, signed_headers
from gateway.webhooks.webhooks import Webhooks
from tests.gateway.rest.school import API, School

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
CALCOM = b"a secret that was given to cal.com"
WEBHOOKS = Webhooks(
    inbound_keys=(decoded_secret(OTHER), decoded_secret(SECRET)),
    calcom_secrets=(CALCOM,),
    booking_issuer="school",
    issuers=frozenset({"lessonroom", "school"}),
)
BOOKED: dict[str, Any] = {
    "booking_id": "b-1",
    "title": "Fractions",
    "start": "2027-02-01T09:00:00Z",
    "end": "2027-02-01T10:00:00+00:00",
    "host": {"subject": "teacher-1", "name": "Ada"},
    "invitees": [{"subject": "pupil-1", "name": "Ben"}, {"subject": "pupil-2", "name": "Cleo"}],
    "settings": {"waiting_room": True},
}


async def send(
    school: School,
    change: str,
    data: dict[str, Any],
    *,
    webhook_id: str = "msg_1",
    secret: str = SECRET,
    age_s: int = 0,
    body: bytes | None = None,
) -> Response:
    signed = json.dumps({"type": f"booking.{change}", "data": data}).encode()
    headers = signed_headers(
        decoded_secret(secret),
        webhook_id=webhook_id,
        at_s=school.clock.now_ms() // 1000 - age_s,
        body=signed,
    )
    return await school.call(
        "POST",
        f"{API}/bookings/",
        content=signed if body is None else body,
        headers={"Content-Type": "application/json", **headers},
    )


async def send_calcom(
    school: School, trigger: str, *, secret: bytes = CALCOM, **changes: object
) -> Response:
    message = {
        "triggerEvent": trigger,
        "createdAt": changes.pop("createdAt", "2027-01-15T07:59:00.000Z"),
        "payload": {
            "type": "60min",
            "uid": "u1",
            "title": "Fractions between\nAda and Ben",
            "startTime": "2027-02-01T09:00:00Z",
            "endTime": "2027-02-01T10:00:00Z",
            "organizer": {"name": "Ada", "email": "Ada@school.example", "timeZone": "UTC"},
            "attendees": [{"name": "Ben", "email": "ben@home.example", "timeZone": "UTC"}],
            "rescheduleUid": None,
            **changes,
        },
    }
    body = json.dumps(message).encode()
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return await school.call(
        "POST",
        f"{API}/bookings/",
        content=body,
        headers={"Content-Type": "application/json", "X-Cal-Signature-256": signature},
    )
