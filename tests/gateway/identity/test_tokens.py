"""Tokens: which are believed, and for what.

Tests also: gateway/identity/claims.py.
"""

import base64
import hashlib
import json

import pytest

from gateway.identity.claims import Scope
from gateway.identity.tokens import RoomClaims, Tokens, UserClaims
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role
from tests.gateway.identity.spoiled_tokens import (
    BAD_ROOM_TOKENS,
    BAD_USER_TOKENS,
    NOW_MS,
    NOW_S,
    OLD_SECRET,
    PLATFORM_SECRET,
    ROOM_HEADER,
    SECRET,
    USER_HEADER,
    Claims,
    room_claims,
    signed,
    user_claims,
    without,
)
from tests.manual_clock import ManualClock


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
        ("Ada\ud83d", "Ada"),
        ("Ad\0a", "Ada"),
        ("\ud83d", None),
        (7, None),
        (True, None),
        (["Ada"], None),
        ({"first": "Ad\0a"}, None),
    ],
)
def test_no_name_costs_a_person_the_lesson(tokens: Tokens, name: object, shown: str | None) -> None:
    """What another system calls somebody is shortened, or left out for want of anything in it."""
    assert tokens.verify_user(signed(USER_HEADER, user_claims(name=name))).name == shown
    if name is None:
        nameless = signed(USER_HEADER, without(user_claims(), "name"))
        assert tokens.verify_user(nameless).name is None


@pytest.mark.parametrize(
    "at_fault", [{"sub": "pupil\ud83d"}, {"sub": "pu\0pil"}, {"x": ["\ud83d"]}]
)
def test_what_names_somebody_is_not_mended(tokens: Tokens, at_fault: Claims) -> None:
    """Two halves of characters would be one person; beside a name that is mended, too."""
    for name in ("Ada", "Ada\ud83d"):
        token = signed(USER_HEADER, user_claims(name=name, **at_fault))
        with pytest.raises(Refused, match="not strict JSON"):
            tokens.verify_user(token)


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
