"""Tokens signed by hand: good ones, and what is made of them that must be refused."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

from gateway.identity.claims import MAX_TOKEN_BYTES

SECRET = b"the first secret of this server, 32+"
OLD_SECRET = b"the secret that it had before, 32 by"
PLATFORM_SECRET = b"the secret of the platform, 32 bytes"
STRANGE_SECRET = b"a secret that nobody here has heard "
NOW_MS = 1_800_000_000_123
NOW_S = NOW_MS / 1000

Claims = dict[str, Any]


def segment(value: object) -> str:
    encoded = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(encoded).rstrip(b"=").decode()


def signed(header: object, claims: object, secret: bytes = SECRET, digest: str = "sha256") -> str:
    """Sign anything, also what the program under test would never sign."""
    text = f"{segment(header)}.{segment(claims)}"
    mac = hmac.new(secret, text.encode(), digest).digest()
    return f"{text}.{segment(mac)}"


def room_claims(**changes: object) -> Claims:
    return {
        "iss": "lessonroom",
        "aud": "lessonroom",
        "sub": "7",
        "jti": "id-1",
        "iat": NOW_S,
        "exp": NOW_S + 3_600,
        "session_id": "algebra",
        "user_id": 7,
        "role": "student",
        "permissions": ["can_draw"],
    } | changes


def user_claims(**changes: object) -> Claims:
    return {
        "iss": "lessonroom",
        "sub": "pupil-7",
        "name": "Ada",
        "scope": "user",
        "iat": NOW_S,
        "exp": NOW_S + 3_600,
    } | changes


def without(claims: Claims, name: str) -> Claims:
    return {key: value for key, value in claims.items() if key != name}


ROOM_HEADER: Claims = {"alg": "HS256", "typ": "lessonroom+jwt"}
USER_HEADER: Claims = {"alg": "HS256", "typ": "JWT"}


BAD_ROOM_TOKENS: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "a word": lambda: "token",
    "dots only": lambda: "..",
    "two segments": lambda: signed(ROOM_HEADER, room_claims()).rpartition(".")[0],
    "four segments": lambda: signed(ROOM_HEADER, room_claims()) + ".AAAA",
    "five segments, as a JWE": lambda: "A.A.A.A.A",
    "no signature": lambda: signed(ROOM_HEADER, room_claims()).rpartition(".")[0] + ".",
    "signature cut short": lambda: signed(ROOM_HEADER, room_claims())[:-1],
    "signature made longer": lambda: signed(ROOM_HEADER, room_claims()) + "A",
    "signature of zeros": lambda: signed(ROOM_HEADER, room_claims())[:-43] + "A" * 43,
    "payload changed": lambda: ".".join(
        (
            signed(ROOM_HEADER, room_claims()).split(".")[0],
            segment(room_claims(user_id=1, sub="1")),
            signed(ROOM_HEADER, room_claims()).split(".")[2],
        )
    ),
    "padded": lambda: signed(ROOM_HEADER, room_claims()) + "=",
    "a space in front": lambda: " " + signed(ROOM_HEADER, room_claims()),
    "a line end behind": lambda: signed(ROOM_HEADER, room_claims()) + "\n",
    "not ASCII": lambda: signed(ROOM_HEADER, room_claims()) + "é",
    "a lone surrogate": lambda: "\ud800." + signed(ROOM_HEADER, room_claims()),
    "too long": lambda: signed(ROOM_HEADER, room_claims(jti="x" * MAX_TOKEN_BYTES)),
    "very long": lambda: "A" * 10_000_000,
    "nested": lambda: signed(
        {**ROOM_HEADER, "cty": "JWT"}, signed(ROOM_HEADER, room_claims()).encode()
    ),
    "another secret": lambda: signed(ROOM_HEADER, room_claims(), STRANGE_SECRET),
    "an empty secret": lambda: signed(ROOM_HEADER, room_claims(), b""),
    "a platform's secret": lambda: signed(ROOM_HEADER, room_claims(), PLATFORM_SECRET),
    "alg none": lambda: signed({**ROOM_HEADER, "alg": "none"}, room_claims()),
    "alg None": lambda: signed({**ROOM_HEADER, "alg": "None"}, room_claims()),
    "alg null": lambda: signed({**ROOM_HEADER, "alg": None}, room_claims()),
    "alg missing": lambda: signed({"typ": "lessonroom+jwt"}, room_claims()),
    "alg a list": lambda: signed({**ROOM_HEADER, "alg": ["HS256"]}, room_claims()),
    "alg in small letters": lambda: signed({**ROOM_HEADER, "alg": "hs256"}, room_claims()),
    "alg HS384": lambda: signed({**ROOM_HEADER, "alg": "HS384"}, room_claims(), digest="sha384"),
    "alg HS512": lambda: signed({**ROOM_HEADER, "alg": "HS512"}, room_claims(), digest="sha512"),
    "alg RS256, signed as HS256": lambda: signed({**ROOM_HEADER, "alg": "RS256"}, room_claims()),
    "alg ES256, signed as HS256": lambda: signed({**ROOM_HEADER, "alg": "ES256"}, room_claims()),
    "typ JWT": lambda: signed(USER_HEADER, room_claims()),
    "typ missing": lambda: signed({"alg": "HS256"}, room_claims()),
    "a user token": lambda: signed(USER_HEADER, user_claims()),
    "user claims as a room token": lambda: signed(ROOM_HEADER, user_claims()),
    "unknown kid": lambda: signed({**ROOM_HEADER, "kid": "nobody"}, room_claims()),
    "empty kid": lambda: signed({**ROOM_HEADER, "kid": ""}, room_claims()),
    "kid is a path": lambda: signed({**ROOM_HEADER, "kid": "../../dev/null"}, room_claims(), b""),
    "kid is SQL": lambda: signed({**ROOM_HEADER, "kid": "' UNION SELECT 'a"}, room_claims(), b"a"),
    "kid a number": lambda: signed({**ROOM_HEADER, "kid": 1}, room_claims()),
    "kid twice": lambda: signed(
        b'{"alg":"HS256","typ":"lessonroom+jwt","kid":"a","kid":"b"}', room_claims()
    ),
    "alg twice": lambda: signed(
        b'{"alg":"none","alg":"HS256","typ":"lessonroom+jwt"}', room_claims()
    ),
    "a key in the header": lambda: signed(
        {**ROOM_HEADER, "jwk": {"kty": "oct", "k": segment(STRANGE_SECRET)}},
        room_claims(),
        STRANGE_SECRET,
    ),
    "an address of keys": lambda: signed(
        {**ROOM_HEADER, "jku": "https://evil.example/keys"}, room_claims()
    ),
    "a certificate": lambda: signed({**ROOM_HEADER, "x5c": ["MIIB"]}, room_claims()),
    "an unknown critical header": lambda: signed({**ROOM_HEADER, "crit": ["b64"]}, room_claims()),
    "an unencoded payload": lambda: signed(
        {**ROOM_HEADER, "b64": False, "crit": ["b64"]}, room_claims()
    ),
    "header is a list": lambda: signed(["HS256"], room_claims()),
    "header is no JSON": lambda: signed(b"HS256", room_claims()),
    "header is nested deeply": lambda: signed(b"[" * 1_500, room_claims()),
    "payload is a list": lambda: signed(ROOM_HEADER, [room_claims()]),
    "payload is a string": lambda: signed(ROOM_HEADER, "algebra"),
    "payload is no JSON": lambda: signed(ROOM_HEADER, b"algebra"),
    "payload is no UTF-8": lambda: signed(ROOM_HEADER, b'{"iss":"\xff"}'),
    "payload is nested deeply": lambda: signed(ROOM_HEADER, b"[" * 1_500),
    "a claim twice": lambda: signed(
        ROOM_HEADER, json.dumps(room_claims()).encode()[:-1] + b',"user_id":7}'
    ),
    "one claim too many": lambda: signed(ROOM_HEADER, room_claims(scope="operator")),
    "expired": lambda: signed(ROOM_HEADER, room_claims(iat=NOW_S - 3_631, exp=NOW_S - 31)),
    "issued in the future": lambda: signed(ROOM_HEADER, room_claims(iat=NOW_S + 31)),
    "not yet valid": lambda: signed(ROOM_HEADER, room_claims(nbf=NOW_S + 31)),
    "ends before it begins": lambda: signed(ROOM_HEADER, room_claims(iat=NOW_S, exp=NOW_S - 1)),
    "ends as it begins": lambda: signed(ROOM_HEADER, room_claims(exp=NOW_S)),
    "valid for longer than a day": lambda: signed(ROOM_HEADER, room_claims(exp=NOW_S + 86_401)),
    "huge exp": lambda: signed(ROOM_HEADER, room_claims(exp=10**18)),
    "exp beyond any float": lambda: signed(
        ROOM_HEADER, json.dumps(room_claims(exp=0)).encode().replace(b'"exp": 0', b'"exp": 1e999')
    ),
    "exp of a thousand digits": lambda: signed(
        ROOM_HEADER,
        json.dumps(room_claims(exp=0)).encode().replace(b'"exp": 0', b'"exp": ' + b"9" * 1_000),
    ),
    "exp NaN": lambda: signed(ROOM_HEADER, room_claims(exp=float("nan"))),
    "exp infinite": lambda: signed(ROOM_HEADER, room_claims(exp=float("inf"))),
    "exp negative": lambda: signed(ROOM_HEADER, room_claims(exp=-1)),
    "exp a string": lambda: signed(ROOM_HEADER, room_claims(exp=str(NOW_S + 60))),
    "exp true": lambda: signed(ROOM_HEADER, room_claims(exp=True)),
    "exp null": lambda: signed(ROOM_HEADER, room_claims(exp=None)),
    "iat negative": lambda: signed(ROOM_HEADER, room_claims(iat=-1)),
    "iat NaN": lambda: signed(ROOM_HEADER, room_claims(iat=float("nan"))),
    "another issuer": lambda: signed(ROOM_HEADER, room_claims(iss="evil")),
    "a platform as issuer": lambda: signed(ROOM_HEADER, room_claims(iss="platform")),
    "another audience": lambda: signed(ROOM_HEADER, room_claims(aud="evil")),
    "other audiences": lambda: signed(ROOM_HEADER, room_claims(aud=["good", "evil"])),
    "no audience": lambda: signed(ROOM_HEADER, room_claims(aud=[])),
    "a part of an audience": lambda: signed(ROOM_HEADER, room_claims(aud=["lessonroom.evil"])),
    "an audience in a list": lambda: signed(ROOM_HEADER, room_claims(aud=[["lessonroom"]])),
    "an audience of numbers": lambda: signed(ROOM_HEADER, room_claims(aud=["lessonroom", 7])),
    "cty a list": lambda: signed({**ROOM_HEADER, "cty": ["JWT"]}, room_claims()),
    "another media type": lambda: signed({**ROOM_HEADER, "typ": "text/jwt"}, room_claims()),
    "subject and user differ": lambda: signed(ROOM_HEADER, room_claims(sub="8")),
    "user_id a string": lambda: signed(ROOM_HEADER, room_claims(user_id="7")),
    "user_id a fraction": lambda: signed(ROOM_HEADER, room_claims(user_id=7.5)),
    "user_id true": lambda: signed(ROOM_HEADER, room_claims(user_id=True, sub="True")),
    "user_id zero": lambda: signed(ROOM_HEADER, room_claims(user_id=0, sub="0")),
    "user_id too large": lambda: signed(ROOM_HEADER, room_claims(user_id=2**63, sub=str(2**63))),
    "unknown role": lambda: signed(ROOM_HEADER, room_claims(role="admin")),
    "permissions a string": lambda: signed(ROOM_HEADER, room_claims(permissions="can_draw")),
    "session_id a path": lambda: signed(ROOM_HEADER, room_claims(session_id="../algebra")),
    "session_id with a line end": lambda: signed(ROOM_HEADER, room_claims(session_id="algebra\n")),
    "a forbidden key": lambda: signed(ROOM_HEADER, room_claims(__proto__={})),
} | {
    f"{name} missing": lambda name=name: signed(ROOM_HEADER, without(room_claims(), name))
    for name in room_claims()
}

BAD_USER_TOKENS: dict[str, Callable[[], str]] = {
    "a room token": lambda: signed(ROOM_HEADER, room_claims()),
    "room claims as a user token": lambda: signed(USER_HEADER, room_claims()),
    "another issuer": lambda: signed(USER_HEADER, user_claims(iss="evil")),
    "the server's name, a platform's key": lambda: signed(
        USER_HEADER, user_claims(), PLATFORM_SECRET
    ),
    "a platform's name, the server's key": lambda: signed(USER_HEADER, user_claims(iss="platform")),
    "a platform's kid, the server's key": lambda: signed(
        {**USER_HEADER, "kid": "platform"}, user_claims()
    ),
    "an operator made by a platform": lambda: signed(
        USER_HEADER, user_claims(iss="platform", scope="operator"), PLATFORM_SECRET
    ),
    "another audience": lambda: signed(USER_HEADER, user_claims(aud="evil")),
    "unknown scope": lambda: signed(USER_HEADER, user_claims(scope="root")),
    "an empty subject": lambda: signed(USER_HEADER, user_claims(sub="")),
    "a subject too long": lambda: signed(USER_HEADER, user_claims(sub="x" * 256)),
    "a numeric subject": lambda: signed(USER_HEADER, user_claims(sub=7)),
    "a NUL in the subject": lambda: signed(USER_HEADER, user_claims(sub="a\0b")),
    "valid for longer than a month": lambda: signed(
        USER_HEADER, user_claims(exp=NOW_S + 31 * 86_400)
    ),
    "expired": lambda: signed(USER_HEADER, user_claims(iat=NOW_S - 91, exp=NOW_S - 31)),
    "alg none": lambda: signed({**USER_HEADER, "alg": "none"}, user_claims()),
} | {
    f"{name} missing": lambda name=name: signed(USER_HEADER, without(user_claims(), name))
    for name in user_claims()
    if name != "name"
}
