"""What a token says, decoded strictly: its header, and the claims of both kinds of token."""

import base64
import re
from enum import StrEnum
from typing import Annotated, Final, TypeVar

import msgspec

from gateway import strict_json
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import Role
from lessonroom.scalars import Id, UserId

MAX_TOKEN_BYTES: Final = 4_096
AUDIENCE: Final = "lessonroom"

_AT_FAULT: Final = re.compile(r"`\$\.(\w+)")
_MEDIA_TREE: Final = "application/"
"""RFC 7515 section 4.1.9: `typ` is a media type, in any case of letters, and may leave this out."""
_SHAPE: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
"""RFC 7515 compact form; the signature is 32 bytes in base64url."""


class Scope(StrEnum):
    """What a user token is good for."""

    USER = "user"
    OPERATOR = "operator"
    PLATFORM = "platform"
    """A platform's own back end: launches its sessions, reads their feed, and is no person."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JOSE header. Members that would name or carry a key (jwk, jku, x5c) are refused.

    `cty` says what the payload is; that is looked at itself: claims are a JSON object.
    """

    alg: str
    typ: str | None = None
    cty: str | None = None
    kid: str | None = None

    @property
    def kind(self) -> str | None:
        """What the token says that it is, in small letters."""
        return None if self.typ is None else self.typ.lower().removeprefix(_MEDIA_TREE)


_Time = Annotated[float, msgspec.Meta(ge=0, le=2**40)]
"""NumericDate of RFC 7519: seconds since the Unix epoch."""
_ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_Audience = str | list[str]
"""RFC 7519 section 4.1.3: those whom a token is for, of whom this server is to be one."""


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """The claims that every token has."""

    iss: _ShortText
    sub: _ShortText
    iat: _Time
    exp: _Time
    nbf: _Time = 0
    iat_ms: int | None = None
    """Of tokens of our own: when within the second of `iat`. A kick voids by the millisecond."""

    def issued_at_ms(self) -> int:
        """Return when the token was issued, as exactly as it says without contradicting itself."""
        is_within = self.iat_ms is not None and self.iat <= self.iat_ms / 1000 < self.iat + 1
        return self.iat_ms if is_within and self.iat_ms is not None else milliseconds(self.iat)


class RoomPayload(Payload, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The claims of a room token, which the server alone makes."""

    aud: _Audience
    jti: _ShortText
    session_id: Id
    user_id: UserId
    role: Role
    permissions: tuple[str, ...]
    psid: _ShortText | None = None


class UserPayload(Payload, frozen=True, kw_only=True):
    """The claims of a user token. What a platform calls a person is no reason to refuse them."""

    name: object = None
    scope: Scope
    aud: _Audience = AUDIENCE
    sid: _ShortText | None = None
    idp: _ShortText | None = None
    """Who vouches for the person, where that is another than who signed the token."""
    psid: _ShortText | None = None
    """What stands for their session there."""


_P = TypeVar("_P", bound=Payload)


def compact_form(token: str) -> bytes:
    """Return a token as bytes, once it has the length and the form of one.

    Raises:
        Refused: `unauthorized`, it has not.

    """
    # The length comes first: nothing below runs on more than 4 KiB.
    if len(token) > MAX_TOKEN_BYTES:
        raise unauthorized(f"it is longer than {MAX_TOKEN_BYTES} bytes")
    compact = token.encode(errors="replace")
    if _SHAPE.fullmatch(compact) is None:
        raise unauthorized("it is not a signed JWT in compact form")
    return compact


def header_of(compact: bytes) -> Header:
    """Return the header of a token, of which nothing is verified yet.

    Raises:
        Refused: `unauthorized`, it is none.

    """
    segment = compact.partition(b".")[0]
    try:
        encoded = base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
        return msgspec.convert(strict_json.loads(encoded), Header)
    except (Refused, ValueError):
        raise unauthorized("its header is not valid") from None


def converted(encoded: bytes, payload: type[_P]) -> _P:
    """Return the claims of a token whose signature was verified.

    Raises:
        Refused: `unauthorized`, naming the claim at fault.

    """
    try:
        claims = strict_json.mended(encoded, only="name")
    except Refused:
        raise unauthorized("its claims are not strict JSON") from None
    try:
        return msgspec.convert(claims, payload)
    except msgspec.ValidationError as error:
        raise unauthorized(_fault(claims, payload, str(error))) from None


def _fault(claims: object, payload: type[Payload], complaint: str) -> str:
    """Name the claim at fault without a word of the token's own: msgspec quotes values."""
    if not isinstance(claims, dict):
        return "its claims are not an object"
    fields = msgspec.structs.fields(payload)
    for field in fields:
        if field.required and field.name not in claims:
            return f"the claim {field.name} is missing"
    found = _AT_FAULT.search(complaint)
    at_fault = found.group(1) if found and found.group(1) in {f.name for f in fields} else None
    return f"the claim {at_fault} is not valid" if at_fault else "it has a claim too many"


def check_audience(audience: str | list[str]) -> None:
    """Refuse a token that is for others alone."""
    if AUDIENCE not in ([audience] if isinstance(audience, str) else audience):
        raise unauthorized("it is for another audience")


def milliseconds(seconds: float) -> int:
    """Return a NumericDate in milliseconds."""
    return round(seconds * 1000)


def unauthorized(why: str) -> Refused:
    """Return the refusal of a token, with what is wrong in one clause."""
    return Refused(ErrorCode.UNAUTHORIZED, f"the token was refused: {why}")
