"""Tokens: who somebody is, and which session they may enter (API "Who is calling", RFC 8725).

A *user token* names a person of a platform; a *room token* names a seat in one session. Both are
JWTs signed with HS256, the only algorithm there is here.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import jwt
import msgspec

from actors.runtime.clock import Clock
from gateway import strict_json
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from lessonroom.people.permissions import PermissionSet, Role
from lessonroom.scalars import Id, UserId

MAX_TOKEN_BYTES: Final = 4_096
MIN_SECRET_BYTES: Final = 32
"""RFC 7518 section 3.2: an HS256 key is at least as long as the hash's output."""
MAX_ROOM_TTL_S: Final = 86_400
MAX_USER_TTL_S: Final = 30 * 86_400
OWN_ISSUER: Final = "lessonroom"
GUEST_ISSUER: Final = "guest"
"""Of users that come without a token; no key has this name."""
AUDIENCE: Final = "lessonroom"

_ALGORITHM: Final = "HS256"
_USER_TYPE: Final = "JWT"
_ROOM_TYPE: Final = "lessonroom+jwt"
_SHAPE: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
"""RFC 7515 compact form; the signature is 32 bytes in base64url."""


class Scope(StrEnum):
    """What a user token is good for."""

    USER = "user"
    OPERATOR = "operator"
    PLATFORM = "platform"
    """A platform's own back end, which reads the feed of its sessions and is no person."""


class RoomClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a room token says.

    `role` and `permissions` are as of `issued_at_ms`, for display: what counts is the room's own
    state (PROTOCOL BD-3).
    """

    session_id: str
    user_id: int
    role: Role
    permissions: tuple[str, ...]
    token_id: str
    issued_at_ms: int
    expires_at_ms: int


class UserClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a user token says: a person, as `issuer` and `subject` name them."""

    issuer: str
    subject: str
    name: str
    scope: Scope
    issued_at_ms: int
    expires_at_ms: int


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JOSE header. Members that would name or carry a key (jwk, jku, x5c) are refused."""

    alg: str
    typ: str | None = None
    kid: str | None = None


_Time = Annotated[float, msgspec.Meta(ge=0, le=2**40)]
"""NumericDate of RFC 7519: seconds since the Unix epoch."""
_ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class _Payload(msgspec.Struct, frozen=True, kw_only=True):
    iss: _ShortText
    sub: _ShortText
    iat: _Time
    exp: _Time
    nbf: _Time = 0


class _RoomPayload(_Payload, frozen=True, kw_only=True, forbid_unknown_fields=True):
    aud: str
    jti: _ShortText
    session_id: Id
    user_id: UserId
    role: Role
    permissions: tuple[str, ...]


class _UserPayload(_Payload, frozen=True, kw_only=True):
    name: _ShortText
    scope: Scope
    aud: str = AUDIENCE


_P = TypeVar("_P", bound=_Payload)


class _Key(NamedTuple):
    key_id: str
    issuer: str
    secret: bytes


class Tokens:
    """Mints and verifies.

    Args:
        secrets: the server's own; the first one signs, all verify, so that they can be rotated.
        api_keys: id to secret of the platforms that mint user tokens themselves.
        leeway_s: the difference of clocks that is forgiven.
        clock: says what time it is; PyJWT is never asked.

    Raises:
        ValueError: a secret is missing, too short, or has the form of a public key.

    """

    def __init__(
        self,
        secrets: Sequence[bytes],
        api_keys: Mapping[str, bytes] | None = None,
        *,
        leeway_s: float,
        clock: Clock,
    ) -> None:
        if not secrets:
            raise ValueError("at least one secret is needed to sign tokens")
        own = [_Key(_key_id(secret), OWN_ISSUER, secret) for secret in secrets]
        platforms = [_Key(name, name, secret) for name, secret in (api_keys or {}).items()]
        for name in {OWN_ISSUER, GUEST_ISSUER} & (api_keys or {}).keys():
            raise ValueError(f"the key id {name!r} is the server's own")
        for key in own + platforms:
            _check_secret(key)
        self._own = own
        self._all = own + platforms
        self._leeway_s = leeway_s
        self._clock = clock
        self._jws = jwt.PyJWS(algorithms=[_ALGORITHM])

    def __repr__(self) -> str:
        return f"Tokens({len(self._own)} secrets, {len(self._all) - len(self._own)} api keys)"

    # --- minting

    def mint_room(
        self,
        session_id: str,
        user_id: int,
        *,
        role: Role,
        permissions: PermissionSet,
        ttl_s: int,
        token_id: str,
        not_before_ms: int = 0,
    ) -> str:
        """Return a token that opens one session to one participant for `ttl_s` seconds.

        Args:
            session_id: the session.
            user_id: the participant.
            role: theirs.
            permissions: what they may do now.
            ttl_s: how long the token is valid.
            token_id: the `jti`.
            not_before_ms: of their seat. The token is issued no earlier, or a clock that was set
                back would make tokens that are void from the start.

        """
        return self._signed(
            _ROOM_TYPE,
            max(self._clock.now_ms(), not_before_ms),
            ttl_s,
            {
                "sub": str(user_id),
                "aud": AUDIENCE,
                "jti": token_id,
                "session_id": session_id,
                "user_id": user_id,
                "role": role.value,
                "permissions": sorted(permissions),
            },
        )

    def mint_user(self, subject: str, name: str, *, scope: Scope, ttl_s: int, token_id: str) -> str:
        """Return a token that opens the API to the server's own user `subject`."""
        claims = {"sub": subject, "name": name, "scope": scope.value, "jti": token_id}
        return self._signed(_USER_TYPE, self._clock.now_ms(), ttl_s, claims)

    def _signed(self, kind: str, iat_ms: int, ttl_s: int, claims: Mapping[str, Any]) -> str:
        times = {"iat": iat_ms / 1000, "exp": (iat_ms + ttl_s * 1000) / 1000}
        key = self._own[0]
        return self._jws.encode(
            msgspec.json.encode({"iss": key.issuer, **times, **claims}),
            key.secret,
            _ALGORITHM,
            headers={"typ": kind, "kid": key.key_id},
        )

    # --- verifying

    def verify_room(self, token: str, session_id: str | None = None) -> RoomClaims:
        """Return what a room token says, and that it is for `session_id` where that is given.

        Raises:
            Refused: `unauthorized`, with what is wrong in one clause.

        """
        key, encoded = self._opened(token, {_ROOM_TYPE}, self._own)
        claims = _converted(encoded, _RoomPayload)
        self._check(claims, key, max_ttl_s=MAX_ROOM_TTL_S)
        if claims.aud != AUDIENCE:
            raise _unauthorized("it is for another audience")
        if claims.sub != str(claims.user_id):
            raise _unauthorized("its subject and its user differ")
        if session_id is not None and claims.session_id != session_id:
            raise _unauthorized("it is for another session")
        return RoomClaims(
            session_id=claims.session_id,
            user_id=claims.user_id,
            role=claims.role,
            permissions=claims.permissions,
            token_id=claims.jti,
            issued_at_ms=_ms(claims.iat),
            expires_at_ms=_ms(claims.exp),
        )

    def verify_user(self, token: str) -> UserClaims:
        """Return what a user token says.

        Only the server's own tokens make an operator: a platform's key must not be able to. Only a
        platform's key speaks for a platform.

        Raises:
            Refused: `unauthorized`, with what is wrong in one clause.

        """
        key, encoded = self._opened(token, {_USER_TYPE, None}, self._all)
        claims = _converted(encoded, _UserPayload)
        self._check(claims, key, max_ttl_s=MAX_USER_TTL_S)
        if claims.aud != AUDIENCE:
            raise _unauthorized("it is for another audience")
        if claims.scope is Scope.OPERATOR and key.issuer != OWN_ISSUER:
            raise _unauthorized("a platform's key makes no operators")
        if claims.scope is Scope.PLATFORM and key.issuer == OWN_ISSUER:
            raise _unauthorized("the server's own key makes no platforms")
        try:
            name = names.cleaned(claims.name)
        except Refused as refused:
            raise _unauthorized(f"of its name: {refused.message}") from None
        return UserClaims(
            issuer=key.issuer,
            subject=claims.sub,
            name=name,
            scope=claims.scope,
            issued_at_ms=_ms(claims.iat),
            expires_at_ms=_ms(claims.exp),
        )

    def is_room_token(self, token: str) -> bool:
        """Whether a token claims to be a room token; says nothing about whether it is valid."""
        return _header(_compact(token)).typ == _ROOM_TYPE

    def _opened(
        self, token: str, types: set[str | None], keys: Sequence[_Key]
    ) -> tuple[_Key, bytes]:
        """Return the key that signed the token, and the signed claims, still encoded.

        A key is found by `kid` or by trying: no claim is looked at before the signature is
        verified, not even `iss` (CVE-2026-32301 was a look too early).
        """
        compact = _compact(token)
        header = _header(compact)
        if header.alg != _ALGORITHM:
            raise _unauthorized(f"its algorithm is not {_ALGORITHM}")
        if header.typ not in types:
            raise _unauthorized("it is of another type")
        for key in keys:
            if header.kid is None or header.kid == key.key_id:
                try:
                    return key, self._jws.decode_complete(
                        compact, key.secret, algorithms=[_ALGORITHM]
                    )["payload"]
                except (jwt.PyJWTError, ValueError, RecursionError):
                    continue
        raise _unauthorized("its signature is not by a key known here")

    def _check(self, claims: _Payload, key: _Key, *, max_ttl_s: int) -> None:
        if claims.iss != key.issuer:
            raise _unauthorized("its issuer is not the owner of the key that signed it")
        now_s = self._clock.now_ms() / 1000
        if claims.iat > now_s + self._leeway_s or claims.nbf > now_s + self._leeway_s:
            raise _unauthorized("it is not valid yet")
        if claims.exp + self._leeway_s <= now_s:
            raise _unauthorized("it has expired")
        if not 0 < _ms(claims.exp) - _ms(claims.iat) <= max_ttl_s * 1000:
            raise _unauthorized(f"it must be valid for more than 0 and at most {max_ttl_s} s")


def _compact(token: str) -> bytes:
    # The length comes first: nothing below runs on more than 4 KiB.
    if len(token) > MAX_TOKEN_BYTES:
        raise _unauthorized(f"it is longer than {MAX_TOKEN_BYTES} bytes")
    compact = token.encode(errors="replace")
    if _SHAPE.fullmatch(compact) is None:
        raise _unauthorized("it is not a signed JWT in compact form")
    return compact


def _header(compact: bytes) -> _Header:
    segment = compact.partition(b".")[0]
    try:
        encoded = base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
        return msgspec.convert(strict_json.loads(encoded), _Header)
    except (Refused, ValueError):
        raise _unauthorized("its header is not valid") from None


def _converted(encoded: bytes, payload: type[_P]) -> _P:
    try:
        claims = strict_json.loads(encoded)
    except Refused:
        raise _unauthorized("its claims are not strict JSON") from None
    try:
        return msgspec.convert(claims, payload)
    except msgspec.ValidationError as error:
        raise _unauthorized(_fault(claims, payload, str(error))) from None


def _fault(claims: object, payload: type[_Payload], complaint: str) -> str:
    """Name the claim at fault without a word of the token's own: msgspec quotes values."""
    if not isinstance(claims, dict):
        return "its claims are not an object"
    fields = msgspec.structs.fields(payload)
    for field in fields:
        if field.required and field.name not in claims:
            return f"the claim {field.name} is missing"
    at_fault = next((field.name for field in fields if f"`$.{field.name}" in complaint), None)
    return f"the claim {at_fault} is not valid" if at_fault else "it has a claim too many"


def _check_secret(key: _Key) -> None:
    if len(key.secret) < MIN_SECRET_BYTES:
        raise ValueError(
            f"the secret of {key.issuer} has {len(key.secret)} bytes;"
            f" at least {MIN_SECRET_BYTES} are needed"
        )
    try:
        jwt.get_algorithm_by_name(_ALGORITHM).prepare_key(key.secret)
    except jwt.InvalidKeyError:
        raise ValueError(
            f"the secret of {key.issuer} has the form of a public key or certificate"
        ) from None


def _key_id(secret: bytes) -> str:
    return hashlib.sha256(b"lessonroom key id\0" + secret).hexdigest()[:16]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _unauthorized(why: str) -> Refused:
    return Refused(ErrorCode.UNAUTHORIZED, f"the token was refused: {why}")
