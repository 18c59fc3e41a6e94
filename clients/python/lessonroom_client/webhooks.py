"""Webhooks: verifying what the server tells, and signing bookings for it (Standard Webhooks)."""

import base64
import binascii
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypedDict

from lessonroom_client.errors import LessonroomError

TOLERANCE_S: Final = 300
_PREFIX: Final = "whsec_"


class WebhookRefused(LessonroomError):  # noqa: N818 - says what happened
    """A message is not of who has the secret, or not of now. Answer 401 and do nothing."""


class Message(TypedDict):
    """What the server tells: see docs/webhooks.md for `data` of each type."""

    type: str
    timestamp: str
    data: dict[str, Any]


def verified(
    headers: Mapping[str, str],
    body: bytes,
    secrets: str | Iterable[str],
    *,
    now_s: float | None = None,
) -> Message:
    """Return a message whose signature is good.

    `webhook-id` is the same at every attempt: what you have had already you may forget.

    Args:
        headers: of the request; letters of either case.
        body: as it came, before anything has decoded it.
        secrets: `whsec_…` of the endpoint; several while one takes the place of another.
        now_s: the time in seconds since 1970; the machine's where absent.

    Raises:
        WebhookRefused: it is not signed with one of the secrets, or more than 5 minutes away.

    """
    named = {name.lower(): text for name, text in headers.items()}
    message_id, at, given = (
        named.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature")
    )
    now_s = time.time() if now_s is None else now_s
    if not message_id or not at.isdecimal() or not given:
        raise WebhookRefused("webhook-id, webhook-timestamp or webhook-signature is missing")
    if abs(now_s - int(at)) > TOLERANCE_S:
        raise WebhookRefused(f"its time is more than {TOLERANCE_S} s away")
    of_ours = [secrets] if isinstance(secrets, str) else list(secrets)
    expected = [_signature(secret, message_id, at, body) for secret in of_ours]
    offered = [each.removeprefix("v1,") for each in given.split() if each.startswith("v1,")]
    # Each with each, so that the time it takes tells nothing.
    matches = [hmac.compare_digest(one, other.encode()) for one in expected for other in offered]
    if not any(matches):
        raise WebhookRefused("no signature is of a secret of this endpoint")
    try:
        message = json.loads(body)
    except ValueError:
        raise WebhookRefused("it is signed, and is no JSON") from None
    if not isinstance(message, dict) or not {"type", "timestamp", "data"} <= message.keys():
        raise WebhookRefused("it is signed, and has no type, timestamp and data")
    return Message(type=message["type"], timestamp=message["timestamp"], data=message["data"])


def signed(
    message: Mapping[str, Any],
    secret: str,
    *,
    message_id: str | None = None,
    now_s: float | None = None,
) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a message to the server, as `POST /bookings/` takes it.

    Args:
        message: `type`, `timestamp` and `data`, see docs/webhooks.md.
        secret: one of the server's `webhooks.inbound_secrets`.
        message_id: the same again where the same is sent again; a new one where absent.
        now_s: the time in seconds since 1970; the machine's where absent.

    """
    body = json.dumps(message).encode()
    message_id = message_id or f"msg_{uuid.uuid4().hex}"
    at = str(int(time.time() if now_s is None else now_s))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{_signature(secret, message_id, at, body).decode()}",
    }
    return headers, body


def _signature(secret: str, message_id: str, at: str, body: bytes) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret is whsec_ and base64") from None
    signed_text = f"{message_id}.{at}.".encode() + body
    return base64.b64encode(hmac.new(key, signed_text, hashlib.sha256).digest())
