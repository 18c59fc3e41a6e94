"""Tokens: who somebody is, and which session they may enter (API "Who is calling", RFC 8725).

A *user token* names a person of a platform; a *room token* names a seat in one session. Both are
JWTs signed with HS256, the only algorithm there is here.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import jwt
import msgspec

from actors.runtime.clock import Clock
from gateway.identity.claims import (
    AUDIENCE,
    Payload,
    RoomPayload,
    Scope,
    UserPayload,
    check_audience,
    compact_form,
    converted,
    header_of,
    milliseconds,
    unauthorized,
)
from lessonroom.people import names
from lessonroom.people.permissions import PermissionSet, Role

MIN_SECRET_BYTES: Final = 32
"""RFC 7518 section 3.2: an HS256 key is at least as long as the hash's output."""
MAX_ROOM_TTL_S: Final = 86_400
MAX_USER_TTL_S: Final = 30 * 86_400
OWN_ISSUER: Final = "lessonroom"
GUEST_ISSUER: Final = "guest"
"""Of users that come without a token; no key has this name."""

_MIN_MAC_BYTES: Final = 16
_ALGORITHM: Final = "HS256"
_USER_TYPE: Final = "JWT"
_ROOM_TYPE: Final = "lessonroom+jwt"


def whole_expiry_ms(issued_at_ms: int, ttl_s: int) -> int:
    """Return when a token ends that is minted now: at a whole second, as its claims say it."""
    return (issued_at_ms // 1000 + ttl_s) * 1000


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
    provider_session: str | None = None
    """See `UserClaims`; of the sign-in with which the token was had."""


class UserClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a user token says: a person, as `issuer` and `subject` name them.

    `name` as it can be shown; None where it says none that can.
    """

    issuer: str
    subject: str
    name: str | None
    scope: Scope
    issued_at_ms: int
    expires_at_ms: int
    digest: str
    """Of what was signed: it names this very token, whatever is in it."""
    sign_in: str | None = None
    """The sign-in that it belongs to, with all tokens by which that was renewed."""
    provider_session: str | None = None
    """Stands for a session at the provider by which its person has signed in; it ends with that."""

    @property
    def is_by_link(self) -> bool:
        """Whether it belongs to a sign-in by a link of this server."""
        return self.sign_in is not None and self.provider_session is None


class ProviderSession(NamedTuple):
    """Where somebody has signed in elsewhere, and what stands for their session there."""

    issuer: str
    session: str


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
        provider_session: str | None = None,
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
            provider_session: of the sign-in with which it is had.

        """
        claims = {
            "sub": str(user_id),
            "aud": AUDIENCE,
            "jti": token_id,
            "session_id": session_id,
            "user_id": user_id,
            "role": role.value,
            "permissions": sorted(permissions),
            **({} if provider_session is None else {"psid": provider_session}),
        }
        return self._signed(_ROOM_TYPE, max(self._clock.now_ms(), not_before_ms), ttl_s, claims)

    def mint_user(
        self,
        subject: str,
        name: str,
        *,
        scope: Scope,
        ttl_s: int,
        token_id: str,
        sign_in: str | None = None,
        not_before_ms: int = 0,
        provider: "ProviderSession | None" = None,
    ) -> str:
        """Return a token that opens the API to `subject`, of the server's own or of `provider`.

        It is issued no earlier than `not_before_ms`: when tokens of theirs were last made void.
        """
        claims = {"sub": subject, "name": name, "scope": scope.value, "jti": token_id}
        if sign_in is not None:
            claims["sid"] = sign_in
        if provider is not None:
            claims |= {"idp": provider.issuer, "psid": provider.session}
        return self._signed(_USER_TYPE, max(self._clock.now_ms(), not_before_ms), ttl_s, claims)

    def _signed(self, kind: str, iat_ms: int, ttl_s: int, claims: Mapping[str, Any]) -> str:
        # Whole seconds: there are libraries that take no others.
        iat_s = iat_ms // 1000
        times = {"iat": iat_s, "exp": iat_s + ttl_s, "iat_ms": iat_ms}
        key = self._own[0]
        return self._jws.encode(
            msgspec.json.encode({"iss": key.issuer, **times, **claims}),
            key.secret,
            _ALGORITHM,
            headers={"typ": kind, "kid": key.key_id},
        )

    def mac(self, purpose: bytes, message: bytes) -> bytes:
        """Return 32 bytes by which this server, and nobody else, knows a message as its own."""
        return _mac(self._own[0].secret, purpose, message)

    def has_made(self, purpose: bytes, message: bytes, mac: bytes) -> bool:
        """Whether `mac` begins what this server made of a message, with any of its secrets.

        It is at least 16 bytes of it.
        """
        return len(mac) >= _MIN_MAC_BYTES and any(
            hmac.compare_digest(_mac(key.secret, purpose, message)[: len(mac)], mac)
            for key in self._own
        )

    # --- verifying

    def verify_room(self, token: str, session_id: str | None = None) -> RoomClaims:
        """Return what a room token says, and that it is for `session_id` where that is given.

        Raises:
            Refused: `unauthorized`, with what is wrong in one clause.

        """
        key, encoded = self._opened(token, {_ROOM_TYPE}, self._own)
        claims = converted(encoded, RoomPayload)
        self._check(claims, key, max_ttl_s=MAX_ROOM_TTL_S)
        check_audience(claims.aud)
        if claims.sub != str(claims.user_id):
            raise unauthorized("its subject and its user differ")
        if session_id is not None and claims.session_id != session_id:
            raise unauthorized("it is for another session")
        return RoomClaims(
            session_id=claims.session_id,
            user_id=claims.user_id,
            role=claims.role,
            permissions=claims.permissions,
            token_id=claims.jti,
            issued_at_ms=claims.issued_at_ms(),
            expires_at_ms=milliseconds(claims.exp),
            provider_session=claims.psid,
        )

    def verify_user(self, token: str) -> UserClaims:
        """Return what a user token says.

        Only the server's own tokens make an operator: a platform's key must not be able to. Only a
        platform's key speaks for a platform.

        Raises:
            Refused: `unauthorized`, with what is wrong in one clause.

        """
        key, encoded = self._opened(token, {_USER_TYPE.lower(), None}, self._all)
        claims = converted(encoded, UserPayload)
        self._check(claims, key, max_ttl_s=MAX_USER_TTL_S)
        check_audience(claims.aud)
        if claims.scope is Scope.OPERATOR and key.issuer != OWN_ISSUER:
            raise unauthorized("a platform's key makes no operators")
        if claims.scope is Scope.PLATFORM and key.issuer == OWN_ISSUER:
            raise unauthorized("the server's own key makes no platforms")
        # Only what this server signed was begun by one of its links, or by way of its provider.
        own = claims if key.issuer == OWN_ISSUER else None
        return UserClaims(
            issuer=own.idp or key.issuer if own else key.issuer,
            subject=claims.sub,
            name=names.fitted(claims.name if isinstance(claims.name, str) else None),
            scope=claims.scope,
            issued_at_ms=claims.issued_at_ms(),
            expires_at_ms=milliseconds(claims.exp),
            # Without the signature: the same one can be spelled in four ways.
            digest=hashlib.sha256(compact_form(token).rpartition(b".")[0]).hexdigest(),
            sign_in=own.sid if own else None,
            provider_session=own.psid if own else None,
        )

    def is_room_token(self, token: str) -> bool:
        """Whether a token claims to be a room token; says nothing about whether it is valid."""
        return header_of(compact_form(token)).kind == _ROOM_TYPE

    def _opened(
        self, token: str, types: set[str | None], keys: Sequence[_Key]
    ) -> tuple[_Key, bytes]:
        """Return the key that signed the token, and the signed claims, still encoded.

        A key is found by `kid` or by trying: no claim is looked at before the signature is
        verified, not even `iss` (CVE-2026-32301 was a look too early).
        """
        compact = compact_form(token)
        header = header_of(compact)
        if header.alg != _ALGORITHM:
            raise unauthorized(f"its algorithm is not {_ALGORITHM}")
        if header.kind not in types:
            raise unauthorized("it is of another type")
        for key in keys:
            if header.kid is None or header.kid == key.key_id:
                try:
                    return key, self._jws.decode_complete(
                        compact, key.secret, algorithms=[_ALGORITHM]
                    )["payload"]
                except (jwt.PyJWTError, ValueError, RecursionError):
                    continue
        raise unauthorized("its signature is not by a key known here")

    def _check(self, claims: Payload, key: _Key, *, max_ttl_s: int) -> None:
        if claims.iss != key.issuer:
            raise unauthorized("its issuer is not the owner of the key that signed it")
        now_s = self._clock.now_ms() / 1000
        if claims.iat > now_s + self._leeway_s or claims.nbf > now_s + self._leeway_s:
            raise unauthorized("it is not valid yet")
        if claims.exp + self._leeway_s <= now_s:
            raise unauthorized("it has expired")
        if not 0 < milliseconds(claims.exp) - milliseconds(claims.iat) <= max_ttl_s * 1000:
            raise unauthorized(f"it must be valid for more than 0 and at most {max_ttl_s} s")


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


def _mac(secret: bytes, purpose: bytes, message: bytes) -> bytes:
    # A key of its own for each purpose: nothing that is signed here can be taken for a token.
    derived = hmac.digest(secret, b"lessonroom mac\0" + purpose, hashlib.sha256)
    return hmac.digest(derived, message, hashlib.sha256)


def _key_id(secret: bytes) -> str:
    return hashlib.sha256(b"lessonroom key id\0" + secret).hexdigest()[:16]
