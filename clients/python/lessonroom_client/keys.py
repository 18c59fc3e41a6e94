"""A platform's API key: signs tokens for the platform's people, and for the platform itself."""

import base64
import hashlib
import hmac
import json
import time
from typing import Final

_LEAST_BYTES: Final = 32
_LONGEST_S: Final = 30 * 86_400


class ApiKey:
    """A key of `[auth.api_keys]` of the server.

    Args:
        key_id: what the server calls it; people are known by it and their `subject` for ever.
        secret: at least 32 bytes. It belongs to the back end and into no page.

    """

    def __init__(self, key_id: str, secret: str | bytes) -> None:
        self.key_id = key_id
        self._secret = secret.encode() if isinstance(secret, str) else secret
        if len(self._secret) < _LEAST_BYTES:
            raise ValueError(f"a secret has at least {_LEAST_BYTES} bytes")

    def __repr__(self) -> str:
        return f"ApiKey({self.key_id!r})"

    def user_token(self, subject: str, name: str, *, ttl_s: int = 3_600) -> str:
        """Return a token of one of the platform's people, for `ttl_s` seconds, 30 days at most."""
        return self._signed(subject, name, "user", ttl_s)

    def platform_token(self, *, ttl_s: int = 300) -> str:
        """Return a token of the platform itself: for launches, the feed, and plans of sessions."""
        return self._signed(self.key_id, self.key_id, "platform", ttl_s)

    def _signed(self, subject: str, name: str, scope: str, ttl_s: int) -> str:
        if not 0 < ttl_s <= _LONGEST_S:
            raise ValueError(f"a token lasts 1 to {_LONGEST_S} seconds")
        now_s = int(time.time())
        claims = {
            "iss": self.key_id,
            "sub": subject,
            "name": name,
            "scope": scope,
            "iat": now_s,
            "exp": now_s + ttl_s,
        }
        unsigned = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
        signature = hmac.new(self._secret, unsigned.encode(), hashlib.sha256).digest()
        return f"{unsigned}.{_base64(signature)}"


def _encoded(part: dict[str, object]) -> str:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")
