"""What platforms are asked in this server's own name: with a token, had by a signed assertion."""

import secrets
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from actors.runtime.clock import Clock
from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.fetching import Fetcher, Told
from gateway.federation.keys import content_of
from gateway.lti.messages import is_web_url, origin_of
from gateway.lti.own_keys import OwnKeys
from storage.lti.platforms import Platform

_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LASTS_S: Final = 300
_SPARE_S: Final = 30.0
"""A token is not used any more for so long before it ends."""
_LASTS_MOST_S: Final = 3_600
_TOKENS_MOST: Final = 1_000
_OK: Final = frozenset({200, 201, 202, 204})
_UNAUTHORIZED: Final = 401


class Access:
    """Asks platforms, as the tool that they know this server as."""

    def __init__(self, fetcher: Fetcher, keys: OwnKeys, clock: Clock) -> None:
        self._fetcher = fetcher
        self._keys = keys
        self._clock = clock
        self._tokens: dict[tuple[int, str], tuple[float, str]] = {}

    async def get(self, platform: Platform, url: str, *, scope: str, accept: str) -> Told:
        """Get a document of a service.

        Raises:
            FederationRefused: `unreachable`, `misconfigured` or `busy`: it could not be had.

        """
        token = await self._token(platform, scope)
        told = await self._fetcher.get(url, token=token, accept=accept)
        return self._checked(told, platform, scope, "a service")

    async def post(
        self, platform: Platform, url: str, document: object, *, scope: str, kind: str
    ) -> Told:
        """Send a document to a service; the answer's status is for the caller to judge.

        Raises:
            FederationRefused: `unreachable`, `misconfigured` or `busy`: it could not be sent.

        """
        token = await self._token(platform, scope)
        told = await self._fetcher.post_json(url, document, token=token, kind=kind, accept=kind)
        if told.status == _UNAUTHORIZED:
            self._tokens.pop((platform.platform_id, scope), None)
        return told

    def _checked(self, told: Told, platform: Platform, scope: str, what: str) -> Told:
        if told.status in _OK:
            return told
        if told.status == _UNAUTHORIZED:
            self._tokens.pop((platform.platform_id, scope), None)
        fault = Fault.UNREACHABLE if told.status >= 500 else Fault.MISCONFIGURED  # noqa: PLR2004 - of HTTP
        raise FederationRefused(fault, f"asked for {what}, the platform answered {told.status}")

    async def _token(self, platform: Platform, scope: str) -> str:
        """Return an access token (RFC 7523, 1EdTech Security Framework 4.1)."""
        key, now_s = (platform.platform_id, scope), self._clock.monotonic_s()
        until_s, known = self._tokens.get(key, (0.0, ""))
        if now_s < until_s:
            return known
        made_s = self._clock.now_ms() // 1000
        assertion = await self._keys.signed(
            {
                "iss": platform.client_id,
                "sub": platform.client_id,
                "aud": platform.token_audience or platform.token_url,
                "iat": made_s,
                "exp": made_s + _ASSERTION_LASTS_S,
                "jti": secrets.token_hex(16),
            }
        )
        told = await self._fetcher.post(
            platform.token_url,
            {
                "grant_type": "client_credentials",
                "client_assertion_type": _ASSERTION,
                "client_assertion": assertion,
                "scope": scope,
            },
        )
        content = content_of(told, "an access token", whose="the platform")
        token, lasts = content.get("access_token"), content.get("expires_in", 0)
        if not isinstance(token, str) or not token or len(token) > _LASTS_MOST_S * 2:
            raise FederationRefused(Fault.MISCONFIGURED, "the platform gave no access_token")
        lasts_s = float(lasts) if isinstance(lasts, int | float) else 0.0
        if len(self._tokens) >= _TOKENS_MOST:
            self._tokens.clear()
        self._tokens[key] = (now_s + min(lasts_s, _LASTS_MOST_S) - _SPARE_S, token)
        return token


def next_page(told: Told, url: str) -> str | None:
    """Return the address of the page after one, of the same server; None at the end (RFC 8288)."""
    for link in told.link.split(","):
        target, _, parameters = link.strip().partition(">")
        if target.startswith("<") and 'rel="next"' in parameters.replace("rel=next", 'rel="next"'):
            found = urljoin(url, target[1:])
            if origin_of(found) == origin_of(url) and is_web_url(found, beside=url):
                return found
    return None


def scores_url(column: str) -> str:
    """Return where the scores of a column go: its path may be followed by a query."""
    parts = urlsplit(column)
    return parts._replace(path=f"{parts.path.rstrip('/')}/scores").geturl()


def objects_in(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; of anything else none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
