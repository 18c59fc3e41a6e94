"""Tokens of others: whether it was them, for us, now, and for this attempt.

Nothing of a token is looked at before its signature was verified but its header, and that only to
find the key (OpenID Connect Core 3.1.3.7, 1EdTech Security Framework 5.1.3, RFC 8725).
"""

import base64
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec

from actors.runtime.clock import Clock
from gateway import strict_json
from gateway.federation.faults import Fault, FederationRefused, TokenFault
from gateway.federation.keys import ALGORITHMS
from gateway.federation.whole_jwt import whole_jwt
from lessonroom.codes import Refused

if TYPE_CHECKING:
    import jwt

MAX_TOKEN_BYTES: Final = 65_536
"""With the groups of somebody who is in hundreds of them."""

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_UNSIGNED: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.")
"""What `alg: none` looks like; its header says so, and is what it is refused for."""
_BOUNDS: Final = strict_json.Bounds(containers=2_000, strings=20_000)
ID_TYPES: Final = frozenset({None, "jwt"})
"""What an ID token may say that it is."""

Time = Annotated[float, msgspec.Meta(ge=0, le=2**40)]
"""NumericDate of RFC 7519."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]

KeyOf = Callable[[str | None, str], Awaitable["jwt.PyJWK"]]
"""Finds the key of a `kid` for an `alg`."""


class _Header(msgspec.Struct, frozen=True):
    """A JOSE header. Where it carries or names a key, that is not looked at."""

    alg: str
    typ: str | None = None
    kid: str | None = None
    crit: object = None


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of every token."""

    iss: str
    aud: str | tuple[str, ...]
    iat: Time
    exp: Time
    nbf: Time = 0


class IdClaims(Claims, frozen=True, kw_only=True):
    """Those of an ID token, whoever it names."""

    nonce: str
    azp: str | None = None


_C = TypeVar("_C", bound=Claims)
_I = TypeVar("_I", bound=IdClaims)


class Opener:
    """Opens the tokens of one signer that are for one client.

    Args:
        issuer: as its tokens say it, to the letter.
        client_id: what the signer calls this server.
        key_of: finds its keys.
        clock: the time.
        leeway_s: the difference of clocks that is forgiven.

    """

    def __init__(
        self, issuer: str, client_id: str, key_of: KeyOf, *, clock: Clock, leeway_s: float
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._key_of = key_of
        self._clock = clock
        self._leeway_s = leeway_s
        self._jwt = whole_jwt()
        self._jws = self._jwt.PyJWS(algorithms=sorted(ALGORITHMS))

    async def opened(self, token: str, types: frozenset[str | None] = ID_TYPES) -> dict[str, Any]:
        """Return what was signed.

        Raises:
            FederationRefused: `wrong_token`, with what is wrong in one clause; `unreachable`,
                `misconfigured` or `busy`: its key could not be had.

        """
        is_whole = _SHAPE.fullmatch(token) is not None
        if len(token) > MAX_TOKEN_BYTES or not (is_whole or _UNSIGNED.fullmatch(token)):
            raise wrong(TokenFault.FORM, "it is not a signed JWT in compact form")
        header = _header_of(token)
        if header.alg not in ALGORITHMS:
            raise wrong(TokenFault.ALGORITHM, "its algorithm is not one of those that are accepted")
        kind = None if header.typ is None else header.typ.lower().removeprefix("application/")
        if kind not in types or header.crit is not None:
            raise wrong(TokenFault.TYPE, "it is of another type")
        key = await self._key_of(header.kid, header.alg)
        try:
            encoded = self._jws.decode_complete(token, key, algorithms=[header.alg])["payload"]
        except (self._jwt.PyJWTError, ValueError, RecursionError):
            raise wrong(TokenFault.SIGNATURE, "its signature is not its issuer's") from None
        try:
            content = strict_json.mended(encoded, _BOUNDS, only="name")
        except Refused:
            content = None
        if not isinstance(content, dict):
            raise wrong(TokenFault.FORM, "its claims are not strict JSON")
        return content

    def checked(self, content: Mapping[str, Any], kind: type[_C]) -> _C:
        """Return the claims of a token once they are for us, and for now.

        Raises:
            FederationRefused: `wrong_token`.

        """
        try:
            claims = msgspec.convert(content, kind)
        except msgspec.ValidationError:
            raise wrong(
                TokenFault.CLAIMS, "a claim is missing, or is not what it should be"
            ) from None
        if claims.iss != self._issuer:
            raise wrong(TokenFault.ISSUER, "its issuer is another")
        audiences = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
        if self._client_id not in audiences:
            raise wrong(TokenFault.AUDIENCE, "it is for another audience")
        now_s = self._clock.now_ms() / 1000
        if claims.exp + self._leeway_s <= now_s:
            raise wrong(TokenFault.EXPIRED, "it has expired")
        if max(claims.iat, claims.nbf) > now_s + self._leeway_s:
            raise wrong(TokenFault.EARLY, "it is not valid yet")
        return claims

    def answering(self, content: Mapping[str, Any], kind: type[_I], *, nonce: str) -> _I:
        """Return the claims of an ID token that was issued to us, for the attempt of a nonce.

        Raises:
            FederationRefused: `wrong_token`.

        """
        claims = self.checked(content, kind)
        if claims.azp not in {None, self._client_id}:
            raise wrong(TokenFault.PARTY, "its azp is another client")
        if claims.azp is None and isinstance(claims.aud, tuple) and len(claims.aud) > 1:
            raise wrong(TokenFault.PARTY, "it is for several audiences, and says no azp")
        if not hmac.compare_digest(claims.nonce.encode(), nonce.encode()):
            raise wrong(TokenFault.NONCE, "its nonce is of another attempt")
        return claims


def wrong(token: TokenFault, why: str) -> FederationRefused:
    """Return the refusal of a token."""
    return FederationRefused(Fault.WRONG_TOKEN, f"the token was refused: {why}", token=token)


def _header_of(token: str) -> _Header:
    segment = token.partition(".")[0]
    try:
        encoded = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        return msgspec.convert(strict_json.loads(encoded, _BOUNDS), _Header)
    except (Refused, ValueError):
        raise wrong(TokenFault.FORM, "its header is not valid") from None
