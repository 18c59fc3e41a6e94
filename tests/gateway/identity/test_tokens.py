"""Tokens: which are believed, and for what.

Tests also: gateway/identity/claims.py.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.identity.claims import MAX_TOKEN_BYTES, Scope
from gateway.identity.tokens import RoomClaims, Tokens, UserClaims
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role
from tests.gateway.manual_clock import ManualClock

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


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW_MS)


@pytest.fixture
def tokens(clock: ManualClock) -> Tokens:
    return Tokens([SECRET, OLD_SECRET], {"platform": PLATFORM_SECRET}, leeway_s=30, clock=clock)


def mint_room(tokens: Tokens, *, ttl_s: int = 3_600, not_before_ms: int = 0) -> str:
    return tokens.mint_room(
        "algebra",
        7,
        role=Role.STUDENT,
        permissions=DEFAULT_PERMISSIONS[Role.STUDENT],
        ttl_s=ttl_s,
        token_id="id-1",
        not_before_ms=not_before_ms,
    )


def test_a_room_token_says_what_it_was_minted_for(tokens: Tokens) -> None:
    claims = tokens.verify_room(mint_room(tokens), "algebra")
    assert claims == RoomClaims(
        session_id="algebra",
        user_id=7,
        role=Role.STUDENT,
        permissions=tuple(sorted(DEFAULT_PERMISSIONS[Role.STUDENT])),
        token_id="id-1",
        issued_at_ms=NOW_MS,
        expires_at_ms=NOW_MS // 1000 * 1000 + 3_600_000,
    )


def test_a_user_token_says_what_it_was_minted_for(tokens: Tokens) -> None:
    token = tokens.mint_user("ada", "Ada", scope=Scope.OPERATOR, ttl_s=60, token_id="id-1")
    assert tokens.verify_user(token) == UserClaims(
        issuer="lessonroom",
        subject="ada",
        name="Ada",
        scope=Scope.OPERATOR,
        issued_at_ms=NOW_MS,
        expires_at_ms=NOW_MS // 1000 * 1000 + 60_000,
        digest=hashlib.sha256(token.rpartition(".")[0].encode()).hexdigest(),
    )


def test_a_platform_mints_its_own_user_tokens(tokens: Tokens) -> None:
    token = signed(USER_HEADER, user_claims(iss="platform"), PLATFORM_SECRET)
    assert tokens.verify_user(token).issuer == "platform"
    named = signed({**USER_HEADER, "kid": "platform"}, user_claims(iss="platform"), PLATFORM_SECRET)
    assert tokens.verify_user(named).issuer == "platform"
    assert tokens.verify_user(signed({"alg": "HS256"}, user_claims())).subject == "pupil-7"


def payload_of(token: str) -> Claims:
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def test_times_in_tokens_are_whole_seconds(tokens: Tokens) -> None:
    """Some libraries refuse others; the claims are dates to them, not floating numbers."""
    user = tokens.mint_user("ada", "Ada", scope=Scope.USER, ttl_s=60, token_id="id-1")
    for token, ttl_s in ((mint_room(tokens), 3_600), (user, 60)):
        claims = payload_of(token)
        assert claims["iat"] == int(NOW_S)
        assert claims["exp"] == int(NOW_S) + ttl_s
        assert {type(claims["iat"]), type(claims["exp"])} == {int}


@pytest.mark.parametrize("after_ms", [0, 1, 500, 876, 877, 5_000])
def test_a_kick_tells_tokens_of_one_second_apart(
    tokens: Tokens, clock: ManualClock, after_ms: int
) -> None:
    """[SY-3] A token says to the millisecond when it was issued, though its `iat` does not."""
    first = tokens.verify_room(mint_room(tokens)).issued_at_ms
    clock.advance(after_ms / 1000)
    assert tokens.verify_room(mint_room(tokens)).issued_at_ms == first + after_ms


@pytest.mark.parametrize("iat_ms", [0, NOW_MS - 5_000, NOW_MS + 86_400_000, -1, True])
def test_a_moment_outside_its_second_is_not_believed(tokens: Tokens, iat_ms: int) -> None:
    """[SY-3] A platform's token cannot be newer than its `iat` says."""
    claims = user_claims(iat=int(NOW_S), exp=int(NOW_S) + 60, iat_ms=iat_ms)
    if iat_ms is True:
        with pytest.raises(Refused, match="iat_ms"):
            tokens.verify_user(signed(USER_HEADER, claims))
    else:
        token = signed(USER_HEADER, claims)
        assert tokens.verify_user(token).issued_at_ms == int(NOW_S) * 1000


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "jwt"},
        {"typ": "Jwt"},
        {"typ": "application/jwt"},
        {"typ": "APPLICATION/JWT"},
        {"typ": "JWT", "cty": "JWT"},
        {"cty": "application/json"},
        {"typ": None, "cty": None},
    ],
)
def test_a_header_may_say_what_rfc_7515_and_7519_let_it_say(tokens: Tokens, header: Claims) -> None:
    assert tokens.verify_user(signed({"alg": "HS256", **header}, user_claims())).name == "Ada"


@pytest.mark.parametrize("typ", ["lessonroom+jwt", "LESSONROOM+JWT", "application/lessonroom+jwt"])
def test_the_type_of_a_room_token_is_a_media_type_too(tokens: Tokens, typ: str) -> None:
    token = signed({**ROOM_HEADER, "typ": typ}, room_claims())
    assert tokens.is_room_token(token)
    tokens.verify_room(token, "algebra")


@pytest.mark.parametrize(
    "audience", ["lessonroom", ["lessonroom"], ["other", "lessonroom"], ["lessonroom", "other"]]
)
def test_a_token_may_be_for_several_of_whom_this_server_is_one(
    tokens: Tokens, audience: str | list[str]
) -> None:
    """RFC 7519 section 4.1.3: `aud` is a string, or a list of them."""
    tokens.verify_user(signed(USER_HEADER, user_claims(aud=audience)))
    tokens.verify_room(signed(ROOM_HEADER, room_claims(aud=audience)), "algebra")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 65, "x" * 64),
        ("x" * 2_000, "x" * 64),
        ("", None),
        ("\u200b", None),
        ("\u202e", None),
        (None, None),
        ("Ada\nLovelace", "Ada Lovelace"),
        ("\u202eAda", "Ada"),
    ],
)
def test_no_name_costs_a_person_the_lesson(
    tokens: Tokens, name: str | None, shown: str | None
) -> None:
    """What another system calls somebody is shortened, or left out for want of anything in it."""
    assert tokens.verify_user(signed(USER_HEADER, user_claims(name=name))).name == shown
    if name is None:
        nameless = signed(USER_HEADER, without(user_claims(), "name"))
        assert tokens.verify_user(nameless).name is None


@pytest.mark.parametrize("ttl_s", [1, 86_400])
def test_the_longest_and_the_shortest_room_token_are_good(tokens: Tokens, ttl_s: int) -> None:
    tokens.verify_room(mint_room(tokens, ttl_s=ttl_s))


def test_a_token_is_good_until_its_end_and_the_leeway(tokens: Tokens, clock: ManualClock) -> None:
    token = mint_room(tokens, ttl_s=60)
    clock.advance(89.876)
    tokens.verify_room(token)
    clock.advance(0.001)
    with pytest.raises(Refused, match="expired"):
        tokens.verify_room(token)


def test_a_secret_is_rotated_without_a_moment_in_which_tokens_fail(clock: ManualClock) -> None:
    def server(*secrets: bytes) -> Tokens:
        return Tokens(secrets, leeway_s=30, clock=clock)

    of_old = mint_room(server(OLD_SECRET))
    server(SECRET, OLD_SECRET).verify_room(of_old)
    of_new = mint_room(server(SECRET, OLD_SECRET))
    server(SECRET).verify_room(of_new)
    with pytest.raises(Refused, match="signature"):
        server(SECRET).verify_room(of_old)


def test_a_token_is_never_issued_before_its_seat_takes_tokens(tokens: Tokens) -> None:
    """[SY-3] A clock that was set back does not make tokens that are void from the start."""
    token = mint_room(tokens, not_before_ms=NOW_MS + 5)
    assert tokens.verify_room(token).issued_at_ms == NOW_MS + 5


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


def test_the_tokens_that_the_tables_spoil_are_good(tokens: Tokens) -> None:
    """Or every row of them would be refused for a reason that is not its own."""
    tokens.verify_room(signed(ROOM_HEADER, room_claims()), "algebra")
    tokens.verify_user(signed(USER_HEADER, user_claims()))


@pytest.mark.parametrize("why", BAD_ROOM_TOKENS)
def test_a_bad_room_token_is_refused(tokens: Tokens, why: str) -> None:
    with pytest.raises(Refused) as caught:
        tokens.verify_room(BAD_ROOM_TOKENS[why](), "algebra")
    assert caught.value.code is ErrorCode.UNAUTHORIZED


@pytest.mark.parametrize("why", BAD_USER_TOKENS)
def test_a_bad_user_token_is_refused(tokens: Tokens, why: str) -> None:
    with pytest.raises(Refused) as caught:
        tokens.verify_user(BAD_USER_TOKENS[why]())
    assert caught.value.code is ErrorCode.UNAUTHORIZED


def test_a_token_of_another_session_is_refused(tokens: Tokens) -> None:
    with pytest.raises(Refused, match="another session"):
        tokens.verify_room(mint_room(tokens), "geometry")


@pytest.mark.parametrize(
    "claims",
    [
        room_claims(role="MARKER"),
        room_claims(aud="MARKER"),
        room_claims(session_id="MARKER/"),
        room_claims(MARKER="x"),
        room_claims(exp="MARKER"),
    ],
)
def test_a_refusal_repeats_nothing_of_the_token(tokens: Tokens, claims: Claims) -> None:
    with pytest.raises(Refused) as caught:
        tokens.verify_room(signed(ROOM_HEADER, claims))
    assert "MARKER" not in caught.value.message


@pytest.mark.parametrize(
    ("secrets", "api_keys", "message"),
    [
        ([], {}, "at least one secret"),
        ([b"x" * 31], {}, "31 bytes"),
        ([SECRET, b"short"], {}, "5 bytes"),
        ([SECRET], {"platform": b"short"}, "platform has 5 bytes"),
        ([SECRET], {"lessonroom": PLATFORM_SECRET}, "the server's own"),
        ([SECRET], {"guest": PLATFORM_SECRET}, "the server's own"),
        ([b"-----BEGIN PUBLIC KEY-----\nMIIBIjANBg\n-----END PUBLIC KEY-----"], {}, "public key"),
    ],
)
def test_secrets_that_are_not_safe_stop_the_start(
    clock: ManualClock, secrets: list[bytes], api_keys: dict[str, bytes], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Tokens(secrets, api_keys, leeway_s=30, clock=clock)


def test_secrets_are_not_shown(tokens: Tokens) -> None:
    assert repr(tokens) == "Tokens(2 secrets, 1 api keys)"
