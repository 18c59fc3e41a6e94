"""What the provider says of itself: where to ask, and the keys that it signs with."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from actors.runtime.clock import Clock
from gateway.federation.addresses import is_safe
from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.fetching import Fetcher
from gateway.federation.keys import FRESH_S, KeySet, content_of
from gateway.oidc.oidc_config import OidcConfig

if TYPE_CHECKING:
    import jwt

_FAILED_S: Final = 5.0
"""For so long nobody asks again who was not answered."""
_WELL_KNOWN: Final = "/.well-known/openid-configuration"

_Url = Annotated[str, msgspec.Meta(max_length=2_000)]


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """Of OpenID Connect Discovery, what is used here."""

    issuer: _Url
    authorization_endpoint: _Url
    token_endpoint: _Url
    jwks_uri: _Url
    userinfo_endpoint: _Url | None = None
    end_session_endpoint: _Url | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """One provider, asked seldom.

    Args:
        config: who it is.
        fetcher: how it is asked.
        clock: says when what it said is old.

    """

    def __init__(self, config: OidcConfig, fetcher: Fetcher, clock: Clock) -> None:
        self._config = config
        self._fetcher = fetcher
        self._clock = clock
        self._lock = asyncio.Lock()
        self._metadata: Metadata | None = None
        self._metadata_at_s = 0.0
        self._keys = KeySet(fetcher, clock)
        self._failed: FederationRefused | None = None
        self._failed_at_s = 0.0

    @property
    def known(self) -> Metadata | None:
        """What it last said of itself, however long ago."""
        return self._metadata

    async def metadata(self) -> Metadata:
        """Return what the provider says of itself.

        Raises:
            FederationRefused: `unreachable`, or `misconfigured`: it is another, or none.

        """
        async with self._lock:
            return await self._fresh_metadata()

    async def key(self, key_id: str | None, algorithm: str) -> "jwt.PyJWK":
        """Return the key that a token says it was signed with.

        Raises:
            FederationRefused: `wrong_token`, there is no such key; `unreachable`, `misconfigured`.

        """
        metadata = await self.metadata()
        return await self._keys.key(metadata.jwks_uri, key_id, algorithm)

    async def _fresh_metadata(self) -> Metadata:
        now_s = self._clock.monotonic_s()
        if self._metadata is not None and now_s - self._metadata_at_s < FRESH_S:
            return self._metadata
        if self._failed is not None and now_s - self._failed_at_s < _FAILED_S:
            raise FederationRefused(self._failed.fault, self._failed.why)
        try:
            self._metadata = await self._discovered()
        except FederationRefused as refused:
            self._failed, self._failed_at_s = refused, now_s
            raise
        self._failed, self._metadata_at_s = None, now_s
        return self._metadata

    async def _discovered(self) -> Metadata:
        issuer = self._config.issuer
        answer = await self._fetcher.get(issuer.rstrip("/") + _WELL_KNOWN)
        content = content_of(answer, "discovery", whose=self._fetcher.whose)
        try:
            found = msgspec.convert(content, Metadata)
        except msgspec.ValidationError as error:
            raise FederationRefused(
                Fault.MISCONFIGURED, f"discovery is not valid: {error}"
            ) from None
        if found.issuer != issuer:
            raise FederationRefused(
                Fault.MISCONFIGURED, f"oidc.issuer is {issuer}, and discovery says {found.issuer!r}"
            )
        for url in (
            found.authorization_endpoint,
            found.token_endpoint,
            found.jwks_uri,
            found.userinfo_endpoint,
            found.end_session_endpoint,
        ):
            if url is not None and not is_safe(url, beside=issuer):
                raise FederationRefused(
                    Fault.MISCONFIGURED, f"discovery names {url!r}, which is no https"
                )
        return found
