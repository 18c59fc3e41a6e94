"""Signatures of webhooks: those that are sent, and those of booking systems that come in.

Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in base64, as `v1,<signature>`. cal.com:
HMAC-SHA256 over the body, in hexadecimal.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Final

from lessonroom.codes import ErrorCode, Refused

PREFIX: Final = "whsec_"
REPLAY_WINDOW_S: Final = 300
MIN_SECRET_BYTES: Final = 24
MAX_SECRET_BYTES: Final = 64

_ID: Final = re.compile(r"[!-~]{1,128}")
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_MAX_SIGNATURES: Final = 10
_SIGNATURE: Final = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
_CALCOM_SIGNATURE: Final = re.compile(r"[0-9A-Fa-f]{64}")


def decoded_secret(secret: str) -> bytes:
    """Return the key of a secret in the form of Standard Webhooks.

    Raises:
        ValueError: it does not begin with `whsec_`, is no base64, or has another length than 24 to
            64 bytes.

    """
    if not secret.startswith(PREFIX):
        raise ValueError(f"does not begin with {PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"is not base64 after {PREFIX}") from None
    if not MIN_SECRET_BYTES <= len(key) <= MAX_SECRET_BYTES:
        raise ValueError(f"holds {len(key)} bytes")
    return key


def signed_headers(key: bytes, *, webhook_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return the headers that a receiver verifies a webhook by."""
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{_signature(key, webhook_id, str(at_s), body)}",
    }


def check_claims(keys: Sequence[bytes], headers: Mapping[str, str]) -> None:
    """Refuse what cannot be signed by one of `keys`, whatever its body is: that need not be read.

    Raises:
        Refused: `unauthorized`.

    """
    _claimed(headers)
    if not keys or not _given(headers):
        raise _unknown_signature()


def check_calcom_claim(secrets: Sequence[bytes], signature: str) -> None:
    """Refuse an `X-Cal-Signature-256` that is none, whatever the body is.

    Raises:
        Refused: `unauthorized`.

    """
    if not secrets or _CALCOM_SIGNATURE.fullmatch(signature) is None:
        raise _unknown_signature()


def verified_id(
    keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, *, now_s: float
) -> str:
    """Return the id of a webhook that one of `keys` has signed within the last five minutes.

    Raises:
        Refused: `unauthorized`, with what is wrong in one clause.

    """
    webhook_id, timestamp = _claimed(headers)
    given = _given(headers)
    expected = [_signature(key, webhook_id, timestamp, body).encode() for key in keys]
    # The signature comes first: of the time nothing is said to whoever cannot sign.
    if not any(hmac.compare_digest(one, other) for one in given for other in expected):
        raise _unknown_signature()
    if abs(now_s - int(timestamp)) > REPLAY_WINDOW_S:
        raise _unauthorized(f"its timestamp is more than {REPLAY_WINDOW_S} s away from now")
    return webhook_id


def signed_at_s(headers: Mapping[str, str]) -> int:
    """Return when a webhook was signed, seconds since the Unix epoch, by what it says.

    Raises:
        Refused: `unauthorized`, it does not say.

    """
    return int(_claimed(headers)[1])


def verify_calcom(secrets: Sequence[bytes], signature: str, body: bytes) -> None:
    """Check the `X-Cal-Signature-256` of a body.

    Raises:
        Refused: `unauthorized`.

    """
    given = signature.lower().encode()
    expected = [hmac.new(secret, body, hashlib.sha256).hexdigest().encode() for secret in secrets]
    if not any(hmac.compare_digest(given, one) for one in expected):
        raise _unknown_signature()


def _claimed(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the id and the time that are signed."""
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if _ID.fullmatch(webhook_id) is None or _SECONDS.fullmatch(timestamp) is None:
        raise _unauthorized("webhook-id or webhook-timestamp is missing or not valid")
    return webhook_id, timestamp


def _given(headers: Mapping[str, str]) -> list[bytes]:
    """Return the signatures that there are, in base64."""
    return [
        signature.removeprefix("v1,").encode()
        for signature in headers.get("webhook-signature", "").split(" ")
        if _SIGNATURE.fullmatch(signature)
    ][:_MAX_SIGNATURES]


def _signature(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    signed = b".".join((webhook_id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _unknown_signature() -> Refused:
    return _unauthorized("its signature is not by a secret known here")


def _unauthorized(why: str) -> Refused:
    return Refused(ErrorCode.UNAUTHORIZED, f"the webhook was refused: {why}")
