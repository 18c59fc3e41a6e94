"""What the provider's tokens say: whether it was the provider, for us, now, and for this attempt.

Nothing of a token is looked at before its signature was verified but its header, and that only to
find the key (OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6, RFC 8725).
"""

import base64
import hmac
import re
from typing import Annotated, Any, Final, TypeVar

import msgspec

from actors.runtime.clock import Clock
from gateway import strict_json
from gateway.oidc.oidc_config import Fault, OidcConfig, OidcRefused
from gateway.oidc.provider import ALGORITHMS, Provider
from gateway.oidc.whole_jwt import whole_jwt
from lessonroom.codes import Refused

MAX_TOKEN_BYTES: Final = 65_536
"""With the groups of somebody who is in hundreds of them."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_BOUNDS: Final = strict_json.Bounds(containers=2_000, strings=20_000)
_ID_TYPES: Final = frozenset({None, "jwt"})
_LOGOUT_TYPES: Final = frozenset({None, "jwt", "logout+jwt"})
_OLDEST_LOGOUT_S: Final = 600

_Time = Annotated[float, msgspec.Meta(ge=0, le=2**40)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class _Header(msgspec.Struct, frozen=True):
    """A JOSE header. Where it carries or names a key, that is not looked at."""

    alg: str
    typ: str | None = None
    kid: str | None = None
    crit: object = None


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    iss: str
    aud: str | tuple[str, ...]
    iat: _Time
    exp: _Time
    nbf: _Time = 0


class _IdClaims(_Claims, frozen=True, kw_only=True):
    sub: _Text
    nonce: str
    azp: str | None = None
    sid: _Text | None = None


class _LogoutClaims(_Claims, frozen=True, kw_only=True):
    jti: _Text
    events: dict[str, object]
    # Not asked for by the first editions of the specification.
    exp: _Time = 2**40
    sub: _Text | None = None
    sid: _Text | None = None
    nonce: object = None


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an ID token names, and all that it says of them."""

    subject: str
    session: str | None
    """What the provider calls their session there, where it tells."""
    claims: dict[str, Any]


class LoggedOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whose session the provider has ended: all of a person's, or one; one of the two is said."""

    token_id: str
    subject: str | None
    session: str | None


_C = TypeVar("_C", bound=_Claims)


class Verifier:
    """Verifies what one provider signed for this server."""

    def __init__(self, config: OidcConfig, provider: Provider, clock: Clock) -> None:
        self._config = config
        self._provider = provider
        self._clock = clock
        self._jwt = whole_jwt()
        self._jws = self._jwt.PyJWS(algorithms=sorted(ALGORITHMS))

    async def id_token(self, token: str, *, nonce: str) -> Verified:
        """Return whom a token names that answers the attempt with that nonce.

        Raises:
            OidcRefused: `wrong_token`, with what is wrong in one clause.

        """
        content = await self._opened(token, _ID_TYPES)
        claims = self._checked(content, _IdClaims)
        if claims.azp not in {None, self._config.client_id}:
            raise _wrong("its azp is another client")
        if claims.azp is None and isinstance(claims.aud, tuple) and len(claims.aud) > 1:
            raise _wrong("it is for several audiences, and says no azp")
        if not hmac.compare_digest(claims.nonce.encode(), nonce.encode()):
            raise _wrong("its nonce is of another attempt")
        return Verified(subject=claims.sub, session=claims.sid, claims=content)

    async def logout_token(self, token: str) -> LoggedOut:
        """Return whose session a logout token ends.

        Raises:
            OidcRefused: `wrong_token`, with what is wrong in one clause.

        """
        claims = self._checked(await self._opened(token, _LOGOUT_TYPES), _LogoutClaims)
        if claims.nonce is not None:
            raise _wrong("it has a nonce, as an ID token has")
        if not isinstance(claims.events.get(LOGOUT_EVENT), dict):
            raise _wrong("it does not say that somebody was logged out")
        if claims.iat < self._clock.now_ms() / 1000 - self._config.leeway_s - _OLDEST_LOGOUT_S:
            raise _wrong("it is too old")
        if claims.sub is None and claims.sid is None:
            raise _wrong("it does not say who was logged out")
        return LoggedOut(token_id=claims.jti, subject=claims.sub, session=claims.sid)

    async def _opened(self, token: str, types: frozenset[str | None]) -> dict[str, Any]:
        """Return what the provider signed."""
        if len(token) > MAX_TOKEN_BYTES or _SHAPE.fullmatch(token) is None:
            raise _wrong("it is not a signed JWT in compact form")
        header = _header_of(token)
        if header.alg not in ALGORITHMS:
            raise _wrong("its algorithm is not one of those that are accepted")
        kind = None if header.typ is None else header.typ.lower().removeprefix("application/")
        if kind not in types or header.crit is not None:
            raise _wrong("it is of another type")
        key = await self._provider.key(header.kid, header.alg)
        try:
            encoded = self._jws.decode_complete(token, key, algorithms=[header.alg])["payload"]
        except (self._jwt.PyJWTError, ValueError, RecursionError):
            raise _wrong("its signature is not the provider's") from None
        try:
            content = strict_json.mended(encoded, _BOUNDS, only="name")
        except Refused:
            content = None
        if not isinstance(content, dict):
            raise _wrong("its claims are not strict JSON")
        return content

    def _checked(self, content: dict[str, Any], kind: type[_C]) -> _C:
        """Return the claims of a token once they are for us, and for now."""
        try:
            claims = msgspec.convert(content, kind)
        except msgspec.ValidationError:
            raise _wrong("a claim is missing, or is not what it should be") from None
        if claims.iss != self._config.issuer:
            raise _wrong("its issuer is another")
        audiences = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
        if self._config.client_id not in audiences:
            raise _wrong("it is for another audience")
        now_s, leeway_s = self._clock.now_ms() / 1000, self._config.leeway_s
        if claims.exp + leeway_s <= now_s:
            raise _wrong("it has expired")
        if max(claims.iat, claims.nbf) > now_s + leeway_s:
            raise _wrong("it is not valid yet")
        return claims


def _header_of(token: str) -> _Header:
    segment = token.partition(".")[0]
    try:
        encoded = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        return msgspec.convert(strict_json.loads(encoded, _BOUNDS), _Header)
    except (Refused, ValueError):
        raise _wrong("its header is not valid") from None


def _wrong(why: str) -> OidcRefused:
    return OidcRefused(Fault.WRONG_TOKEN, f"the token was refused: {why}")
