"""What the provider says of itself: where to ask, and the keys that it signs with."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import msgspec

from actors.runtime.clock import Clock
from gateway.oidc.fetching import Answer, Fetcher
from gateway.oidc.oidc_config import Fault, OidcConfig, OidcRefused, is_safe
from gateway.oidc.whole_jwt import whole_jwt

if TYPE_CHECKING:
    import jwt

_FRESH_S: Final = 3_600.0
"""For so long what the provider said of itself is believed."""
_AGAIN_S: Final = 30.0
"""Least time between two looks at the keys because of one that is not known: anybody can send a
token that names such a key."""
_FAILED_S: Final = 5.0
"""For so long nobody asks again who was not answered."""
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_OK: Final = 200
_KEYS_MOST: Final = 100
_LEAST_RSA_BITS: Final = 2_048

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures by a key of which the public half is told: `none` and HS256 are not among them."""

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


class _Key(NamedTuple):
    key_id: str | None
    raw: dict[str, Any]


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
        self._keys: list[_Key] = []
        self._keys_at_s: float | None = None
        self._failed: OidcRefused | None = None
        self._failed_at_s = 0.0

    @property
    def known(self) -> Metadata | None:
        """What it last said of itself, however long ago."""
        return self._metadata

    async def metadata(self) -> Metadata:
        """Return what the provider says of itself.

        Raises:
            OidcRefused: `unreachable`, or `misconfigured`: it is another, or none.

        """
        async with self._lock:
            return await self._fresh_metadata()

    async def key(self, key_id: str | None, algorithm: str) -> "jwt.PyJWK":
        """Return the key that a token says it was signed with.

        Keys that are not known are looked for once more, as the provider may have new ones.

        Raises:
            OidcRefused: `wrong_token`, there is no such key; `unreachable`, `misconfigured`.

        """
        async with self._lock:
            metadata = await self._fresh_metadata()
            if self._age_s(self._keys_at_s) >= _FRESH_S:
                await self._fetch_keys(metadata)
            found = self._found(key_id, algorithm)
            if not found and self._age_s(self._keys_at_s) >= _AGAIN_S:
                await self._fetch_keys(metadata)
                found = self._found(key_id, algorithm)
        if len(found) != 1:
            why = "no key of the provider" if not found else "several keys of the provider"
            raise OidcRefused(Fault.WRONG_TOKEN, f"{why} could have signed it with {algorithm}")
        return found[0]

    async def _fresh_metadata(self) -> Metadata:
        now_s = self._clock.monotonic_s()
        if self._metadata is not None and now_s - self._metadata_at_s < _FRESH_S:
            return self._metadata
        if self._failed is not None and now_s - self._failed_at_s < _FAILED_S:
            raise OidcRefused(self._failed.fault, self._failed.why)
        try:
            self._metadata = await self._discovered()
        except OidcRefused as refused:
            self._failed, self._failed_at_s = refused, now_s
            raise
        self._failed, self._metadata_at_s = None, now_s
        return self._metadata

    async def _discovered(self) -> Metadata:
        issuer = self._config.issuer
        answer = await self._fetcher.get(issuer.rstrip("/") + _WELL_KNOWN)
        content = _content(answer, "discovery")
        try:
            found = msgspec.convert(content, Metadata)
        except msgspec.ValidationError as error:
            raise OidcRefused(Fault.MISCONFIGURED, f"discovery is not valid: {error}") from None
        if found.issuer != issuer:
            raise OidcRefused(
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
                raise OidcRefused(
                    Fault.MISCONFIGURED, f"discovery names {url!r}, which is no https"
                )
        return found

    async def _fetch_keys(self, metadata: Metadata) -> None:
        # Also where it fails: whoever does not answer is not asked at once again.
        self._keys_at_s = self._clock.monotonic_s()
        content = _content(await self._fetcher.get(metadata.jwks_uri), "the list of keys")
        keys = content.get("keys")
        if not isinstance(keys, list) or len(keys) > _KEYS_MOST:
            raise OidcRefused(Fault.MISCONFIGURED, "the list of keys is none")
        self._keys = [_Key(_key_id(raw), raw) for raw in keys if _may_sign(raw)]

    def _found(self, key_id: str | None, algorithm: str) -> "list[jwt.PyJWK]":
        """Return the keys that a token means: the one it names; all that fit if it names none."""
        if algorithm not in ALGORITHMS:
            return []
        named = [key.raw for key in self._keys if key_id is None or key.key_id == key_id]
        return [key for raw in named if (key := _usable(raw, algorithm)) is not None]

    def _age_s(self, at_s: float | None) -> float:
        return _FRESH_S if at_s is None else self._clock.monotonic_s() - at_s


def _content(answer: Answer, what: str) -> dict[str, Any]:
    if answer.status != _OK or answer.content is None:
        code = Fault.UNREACHABLE if answer.status >= 500 else Fault.MISCONFIGURED  # noqa: PLR2004 - of HTTP
        raise OidcRefused(code, f"asked for {what}, the provider answered {answer.status}")
    return answer.content


def _key_id(raw: dict[str, Any]) -> str | None:
    key_id = raw.get("kid")
    return key_id if isinstance(key_id, str) else None


def _may_sign(raw: object) -> bool:
    """Whether this is the public half of a key for signatures; a secret one is nobody's to tell."""
    return isinstance(raw, dict) and raw.get("use", "sig") == "sig" and raw.get("kty") != "oct"


def _usable(raw: dict[str, Any], algorithm: str) -> "jwt.PyJWK | None":
    """Return a key where it is one for an algorithm."""
    if raw.get("alg", algorithm) != algorithm:
        return None
    library = whole_jwt()
    try:
        key: jwt.PyJWK = library.PyJWK(raw, algorithm)
    except (library.PyJWTError, ValueError, TypeError):
        return None
    if (
        isinstance(key.Algorithm, library.algorithms.RSAAlgorithm)
        and key.key.key_size < _LEAST_RSA_BITS
    ):
        return None
    return key
