"""The keys that others sign with: told by them, looked for anew when one is not known."""

import asyncio
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from actors.runtime.clock import Clock
from gateway.federation.faults import Fault, FederationRefused, TokenFault
from gateway.federation.fetching import Fetcher, Told
from gateway.federation.whole_jwt import whole_jwt

if TYPE_CHECKING:
    import jwt

FRESH_S: Final = 3_600.0
"""For so long what others say of themselves is believed."""
_AGAIN_S: Final = 30.0
"""Least time between two looks at the keys because of one that is not known: anybody can send a
token that names such a key."""
_OK: Final = 200
_KEYS_MOST: Final = 100
_LEAST_RSA_BITS: Final = 2_048

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures by a key of which the public half is told: `none` and HS256 are not among them."""


class _Key(NamedTuple):
    key_id: str | None
    raw: dict[str, Any]


class KeySet:
    """The keys of one signer, asked for seldom."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._lock = asyncio.Lock()
        self._keys: list[_Key] = []
        self._at_s: float | None = None

    async def key(self, url: str, key_id: str | None, algorithm: str) -> "jwt.PyJWK":
        """Return the key that a token says it was signed with.

        Keys that are not known are looked for once more, as there may be new ones.

        Args:
            url: where the keys are told.
            key_id: the token's `kid`; None: it does not say.
            algorithm: the token's `alg`.

        Raises:
            FederationRefused: `wrong_token`, there is no such key; `unreachable`, `misconfigured`.

        """
        async with self._lock:
            if self._age_s() >= FRESH_S:
                await self._fetch(url)
            found = self._found(key_id, algorithm)
            if not found and self._age_s() >= _AGAIN_S:
                await self._fetch(url)
                found = self._found(key_id, algorithm)
        if len(found) != 1:
            whose = self._fetcher.whose
            why = f"no key of {whose}" if not found else f"several keys of {whose}"
            raise FederationRefused(
                Fault.WRONG_TOKEN,
                f"{why} could have signed it with {algorithm}",
                token=TokenFault.KEY,
            )
        return found[0]

    async def _fetch(self, url: str) -> None:
        # Also where it fails: whoever does not answer is not asked at once again.
        self._at_s = self._clock.monotonic_s()
        told = await self._fetcher.get(url)
        keys = content_of(told, "the list of keys", whose=self._fetcher.whose).get("keys")
        if not isinstance(keys, list) or len(keys) > _KEYS_MOST:
            raise FederationRefused(Fault.MISCONFIGURED, "the list of keys is none")
        self._keys = [_Key(_key_id(raw), raw) for raw in keys if _may_sign(raw)]

    def _found(self, key_id: str | None, algorithm: str) -> "list[jwt.PyJWK]":
        """Return the keys that a token means: the one it names; all that fit if it names none."""
        if algorithm not in ALGORITHMS:
            return []
        named = [key.raw for key in self._keys if key_id is None or key.key_id == key_id]
        return [key for raw in named if (key := _usable(raw, algorithm)) is not None]

    def _age_s(self) -> float:
        return FRESH_S if self._at_s is None else self._clock.monotonic_s() - self._at_s


def content_of(told: Told, what: str, *, whose: str) -> dict[str, Any]:
    """Return the JSON object that was answered.

    Raises:
        FederationRefused: there is none: `unreachable` where the fault is theirs, `misconfigured`.

    """
    if told.status != _OK or told.object is None:
        fault = Fault.UNREACHABLE if told.status >= 500 else Fault.MISCONFIGURED  # noqa: PLR2004 - of HTTP
        raise FederationRefused(fault, f"asked for {what}, {whose} answered {told.status}")
    return told.object


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
