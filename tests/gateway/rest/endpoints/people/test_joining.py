"""Getting a seat and the token for it.

Tests also: actors/runtime/chance.py, gateway/rest/plumbing/room_tokens.py.
"""

import jwt
import pytest

from gateway.config import GatewayConfig
from lessonroom.people.permissions import Permission
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, OPERATOR, School


def path_of(session: dict[str, object]) -> str:
    return f"{API}/sessions/{session['session_id']}/join/"


async def test_the_host_joins_without_a_code(school: School) -> None:
    session = await school.session("Ada")
    response = await school.call("POST", path_of(session), token=school.user_token("Ada"))
    assert response.status_code == 200
    joined = response.json()
    assert joined["participant"]["role"] == "host"
    assert joined["session"]["status"] == "waiting"
    assert joined["session"]["access_code"] == session["access_code"]
    claims = school.tokens.verify_room(joined["token"], session["session_id"])
    assert claims.user_id == session["host_id"]
    assert len(claims.permissions) == len(Permission)
    assert joined["token"] not in joined["ws_url"]
    assert joined["ws_url"].endswith(f"/ws/classroom/{session['session_id']}/")


async def test_a_guest_joins_with_code_and_name(school: School) -> None:
    session = await school.session(settings={"guest_role": "viewer"})
    joined = await school.join(session, name="Zoë")
    assert joined["participant"]["name"] == "Zoë"
    assert joined["participant"]["role"] == "viewer"
    assert joined["session"]["access_code"] is None


async def test_two_guests_of_one_name_are_two_people(school: School) -> None:
    session = await school.session()
    code = session["access_code"]
    first, second = [
        (
            await school.call("POST", path_of(session), json={"access_code": code, "name": "Zoë"})
        ).json()["participant"]
        for _ in range(2)
    ]
    assert first["user_id"] != second["user_id"]
    assert (first["name"], second["name"]) == ("Zoë", "Zoë (2)")


async def test_a_guest_comes_back_to_the_same_seat_with_the_room_token(school: School) -> None:
    session = await school.session()
    first = await school.join(session, name="Zoë")
    response = await school.call("POST", path_of(session), token=first["token"])
    assert response.status_code == 200
    assert response.json()["participant"]["user_id"] == first["participant"]["user_id"]


@pytest.mark.parametrize("typed", ["{}", "{} ", "{lower}", "{head}-{tail}"])
async def test_a_code_is_taken_as_people_type_it(school: School, typed: str) -> None:
    session = await school.session()
    code = session["access_code"]
    code = typed.format(code, lower=code.lower(), head=code[:4], tail=code[4:])
    await school.join(session, "Ben", access_code=code)


async def test_a_person_invited_needs_no_code(school: School) -> None:
    session = await school.session("Ada")
    invited = await school.call(
        "POST",
        f"{API}/sessions/{session['session_id']}/participants/",
        token=school.user_token("Ada"),
        json={"subject": "Ben", "name": "Ben", "role": "viewer"},
    )
    assert invited.status_code == 201
    response = await school.call("POST", path_of(session), token=school.user_token("Ben"))
    assert response.status_code == 200
    assert response.json()["participant"]["role"] == "viewer"


async def test_a_guest_needs_a_name(school: School) -> None:
    session = await school.session()
    response = await school.call(
        "POST", path_of(session), json={"access_code": session["access_code"]}
    )
    assert (response.status_code, response.json()["field"]) == (422, "name")


async def test_a_session_may_take_no_guests(school: School) -> None:
    session = await school.session(settings={"allow_guests": False})
    body = {"access_code": session["access_code"], "name": "Zoë"}
    response = await school.call("POST", path_of(session), json=body)
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    await school.join(session, "Ben")


async def test_a_wrong_code_and_no_session_have_one_answer(school: School) -> None:
    session = await school.session()
    body = {"access_code": "WRONG234", "name": "Eve"}
    paths = [path_of(session), f"{API}/sessions/no-such/join/", f"{API}/sessions/%00/join/"]
    for token in (None, school.user_token("Eve")):
        answers = [await school.call("POST", path, token=token, json=body) for path in paths]
        assert {answer.status_code for answer in answers} == {403}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["code"] == "wrong_access_code"


async def test_the_end_of_a_session_is_told_only_to_those_who_know_the_code(
    school: School,
) -> None:
    session = await school.session("Ada")
    ended = f"{API}/sessions/{session['session_id']}/terminate/"
    await school.call("POST", ended, token=school.user_token("Ada"))
    wrong = {"access_code": "WRONG234", "name": "Eve"}
    assert (await school.call("POST", path_of(session), json=wrong)).status_code == 403
    right = {"access_code": session["access_code"], "name": "Zoë"}
    assert (await school.call("POST", path_of(session), json=right)).status_code == 410


async def test_the_eleventh_guess_has_to_wait(school: School) -> None:
    session = await school.session()
    guess = {"access_code": "WRONG234", "name": "Eve"}
    statuses = [
        (await school.call("POST", path_of(session), json=guess)).status_code for _ in range(11)
    ]
    assert statuses == [403] * 10 + [429]
    right = {"access_code": session["access_code"], "name": "Eve"}
    refused = await school.call("POST", path_of(session), json=right)
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert refused.headers["retry-after"] == "2"
    assert refused.json()["retry_after_ms"] == 2_000

    school.clock.advance(2)
    assert (await school.call("POST", path_of(session), json=guess)).status_code == 403
    refused = await school.call("POST", path_of(session), json=right)
    assert refused.headers["retry-after"] == "4"


async def test_guesses_about_no_session_count_as_well(school: School) -> None:
    """[SECURITY Guessed codes] Exactly as those about one that is there: or that could be told."""
    session = await school.session()
    guess = {"access_code": "WRONG234", "name": "Eve"}
    told: list[list[tuple[int, bytes]]] = []
    for path in (path_of(session), f"{API}/sessions/no-such/join/"):
        address = f"192.0.2.{len(told) + 1}"
        answers = [await school.call("POST", path, json=guess, address=address) for _ in range(12)]
        told.append([(answer.status_code, answer.content) for answer in answers])
    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == [403] * 10 + [429] * 2


async def test_a_pupil_who_guesses_keeps_nobody_of_the_school_out_of_other_lessons(
    school: School,
) -> None:
    """[SECURITY Guessed codes] Of one address, at once, however long it was guessed from there."""
    guessed, other = await school.session("Ada"), await school.session("Grace")
    guess = {"access_code": "WRONG234", "name": "Eve"}
    for n in range(60):
        path = path_of(guessed) if n % 2 else f"{API}/sessions/no-such-{n}/join/"
        await school.call("POST", path, json=guess)
    assert (await school.call("POST", path_of(guessed), json=guess)).status_code == 429
    await school.join(other, name="Zoë")
    typed_wrong = await school.call("POST", path_of(other), json=guess)
    assert typed_wrong.status_code == 403
    await school.join(other, name="Ben")


async def test_of_the_lesson_itself_a_guest_waits_half_a_minute_at_most(school: School) -> None:
    """[SECURITY Guessed codes] And who has a token does not: their guesses are their own."""
    session = await school.session()
    guess = {"access_code": "WRONG234", "name": "Eve"}
    waits = set()
    for _ in range(200):
        answer = await school.call("POST", path_of(session), json=guess)
        if answer.status_code == 429:
            wait_ms = answer.json()["retry_after_ms"]
            waits.add(wait_ms)
            school.clock.advance(wait_ms / 1000)
    assert max(waits) == 30_000
    for _ in range(20):
        await school.call("POST", path_of(session), json=guess)
    assert (await school.call("POST", path_of(session), json=guess)).status_code == 429
    await school.join(session, "Ben")
    eve = school.user_token("Eve")
    for _ in range(10):
        await school.call("POST", path_of(session), token=eve, json=guess)
    assert (await school.call("POST", path_of(session), token=eve, json=guess)).status_code == 429
    await school.join(session, "Cid")


@pytest.mark.parametrize("bits", [56, 48, 32])
async def test_whoever_has_a_network_guesses_slowly_and_keeps_nobody_out(
    school: School, bits: int
) -> None:
    """[SECURITY Guessed codes] A /56 has 256 times the addresses, and twice the guesses."""
    session, other = await school.session("Ada"), await school.session("Grace")
    guess = {"access_code": "WRONG234", "name": "Eve"}
    looked_at = 0
    for n in range(900):
        address = f"2001:db8:{n if bits == 32 else 0:x}:{n % (256 if bits == 56 else 65_536):x}::1"
        path = path_of(session) if n % 3 else f"{API}/sessions/no-such-{n}/join/"
        answer = await school.call("POST", path, json=guess, address=address)
        looked_at += bool(n % 3) and answer.status_code == 403
    most = {56: 20, 48: 40, 32: 1_000}[bits]
    assert looked_at <= most
    for address in ("192.0.2.7", "2001:db8:ffff:1::1"):
        for each in (session, other):
            right = {"access_code": each["access_code"], "name": "Zoë"}
            answer = await school.call("POST", path_of(each), json=right, address=address)
            assert answer.status_code == 200, answer.text


async def test_one_who_guesses_locks_out_neither_the_class_nor_the_expected(
    school: School,
) -> None:
    session = await school.session("Ada")
    guess = {"access_code": "WRONG234", "name": "Eve"}
    for _ in range(11):
        await school.call("POST", path_of(session), json=guess, address="198.51.100.9")
    right = {"access_code": session["access_code"], "name": "Zoë"}
    other = await school.call("POST", path_of(session), json=right, address="192.0.2.7")
    assert other.status_code == 200
    host = await school.call(
        "POST", path_of(session), token=school.user_token("Ada"), address="198.51.100.9"
    )
    assert host.status_code == 200


async def test_a_session_that_is_guessed_at_from_everywhere_gives_fewer_guesses(
    school: School,
) -> None:
    """[SECURITY Guessed codes] Three and not ten to each address; the right code passes."""
    session = await school.session()
    guess = {"access_code": "WRONG234", "name": "Eve"}
    for n in range(100):
        address = f"203.0.113.{n}"
        answer = await school.call("POST", path_of(session), json=guess, address=address)
        assert answer.status_code == 403
    statuses = [
        (
            await school.call("POST", path_of(session), json=guess, address="198.51.100.1")
        ).status_code
        for _ in range(5)
    ]
    assert statuses == [403] * 3 + [429] * 2
    right = {"access_code": session["access_code"], "name": "Zoë"}
    passed = await school.call("POST", path_of(session), json=right, address="198.51.100.2")
    assert passed.status_code == 200


@pytest.mark.parametrize(
    ("address_of", "free"),
    [
        ("2001:db8::{n:x}", 10),
        ("2001:db8:0:{n:x}::1", 20),
        ("2001:db8:0:{n:x}00::1", 40),
    ],
    ids=["/64", "/56", "/48"],
)
async def test_addresses_of_one_ipv6_network_count_together(
    school: School, address_of: str, free: int
) -> None:
    """[SECURITY Guessed codes] A third of them, once the network is known to guess."""
    session = await school.session()
    guess = {"access_code": "WRONG234", "name": "Eve"}
    statuses = []
    for n in range(60):
        address = address_of.format(n=n)
        answer = await school.call("POST", path_of(session), json=guess, address=address)
        statuses.append(answer.status_code)
    assert statuses == [403] * free + [429] * (60 - free)
    other = await school.call("POST", path_of(session), json=guess, address="2001:db8:1::1")
    assert other.status_code == 403


async def test_a_made_up_forwarding_header_changes_nothing(school: School) -> None:
    session = await school.session()
    guess = {"access_code": "WRONG234", "name": "Eve"}
    statuses = [
        (
            await school.call(
                "POST", path_of(session), json=guess, headers={"X-Forwarded-For": f"203.0.113.{n}"}
            )
        ).status_code
        for n in range(11)
    ]
    assert statuses[-1] == 429


async def test_behind_a_trusted_proxy_the_client_counts(opened: Open) -> None:
    config = GatewayConfig(trusted_proxies=("192.0.2.1",))
    async with opened(config=config) as school:
        session = await school.session()
        guess = {"access_code": "WRONG234", "name": "Eve"}
        statuses = [
            (
                await school.call(
                    "POST",
                    path_of(session),
                    json=guess,
                    headers={"X-Forwarded-For": f"203.0.113.{n}"},
                )
            ).status_code
            for n in range(11)
        ]
    assert statuses == [403] * 11


async def test_a_lesson_for_one_has_room_for_the_pupil_beside_the_host(school: School) -> None:
    """[SY-5] Who leads takes nobody's place."""
    session = await school.session("Ada", max_participants=1)
    await school.connect(await school.join(session, "Ada"))
    await school.connect(await school.join(session, "Ben"))
    right = {"access_code": session["access_code"], "name": "Zoë"}
    full = await school.call("POST", path_of(session), json=right)
    assert (full.status_code, full.json()["code"]) == (409, "room_full")


@pytest.mark.parametrize(
    ("name", "shown"), [("x" * 300, "x" * 64), ("\u200b", "Participant"), ("", "Participant")]
)
async def test_a_platform_s_odd_name_lets_its_person_in(
    opened: Open, name: str, shown: str
) -> None:
    """Of a new person it is replaced; one who is known keeps the name that they had."""
    key = b"the secret of the platform, 32 bytes"
    async with opened(api_keys={"school": key}) as school:
        now_s = school.clock.now_ms() // 1000
        times = {"iat": now_s, "exp": now_s + 60}

        def token_of(sub: str, called: str) -> str:
            claims = {"iss": "school", "sub": sub, "name": called, "scope": "user", **times}
            return jwt.encode(claims, key, "HS256")

        session = await school.session("Ada")
        body = {"access_code": session["access_code"]}

        async def joined(sub: str, called: str) -> object:
            answer = await school.call(
                "POST", path_of(session), token=token_of(sub, called), json=body
            )
            assert answer.status_code == 200, answer.text
            return answer.json()["participant"]["name"]

        assert await joined("new", name) == shown
        assert await joined("known", "Ben") == "Ben"
        assert await joined("known", name) == "Ben"
        store = school.app.state.services.rooms.store
        kept = (await store.user_by_subject("school", "known")).name
        assert kept == ("Ben" if shown == "Participant" else shown)


async def test_a_full_room_takes_nobody_but_those_inside(school: School) -> None:
    session = await school.session(max_participants=1)
    inside = await school.join(session, "Ben")
    await school.connect(inside)
    right = {"access_code": session["access_code"], "name": "Zoë"}
    full = await school.call("POST", path_of(session), json=right)
    assert (full.status_code, full.json()["code"]) == (409, "room_full")
    again = await school.call("POST", path_of(session), token=school.user_token("Ben"))
    assert again.status_code == 200


async def test_new_guests_come_only_so_fast(opened: Open) -> None:
    async with opened(config=GatewayConfig(guest_joins_per_min=1)) as school:
        session = await school.session()
        right = {"access_code": session["access_code"], "name": "Zoë"}
        statuses = [
            (await school.call("POST", path_of(session), json=right)).status_code for _ in range(3)
        ]
        assert statuses == [200, 200, 429]
        school.clock.advance(60)
        assert (await school.call("POST", path_of(session), json=right)).status_code == 200


async def test_the_address_of_the_socket_is_the_public_one(opened: Open) -> None:
    config = GatewayConfig(public_url="https://lessons.example.org")
    async with opened(config=config) as school:
        session = await school.session("Ada")
        joined = await school.join(session, "Ada")
        assert joined["ws_url"] == (
            f"wss://lessons.example.org/ws/classroom/{session['session_id']}/"
        )


async def test_a_host_header_that_is_none_makes_no_address(school: School) -> None:
    session = await school.session("Ada")
    response = await school.call(
        "POST",
        path_of(session),
        token=school.user_token("Ada"),
        headers={"Host": "a/../x@evil.example"},
    )
    assert (response.status_code, response.json()["field"]) == (422, "Host")


async def test_the_operator_of_the_socket_is_nobody_who_could_join(school: School) -> None:
    session = await school.session("Ada")
    response = await school.operate("POST", path_of(session))
    assert response.status_code == 403
    token = await school.operate(
        "POST",
        f"{OPERATOR}/tokens/room/",
        json={"session_id": session["session_id"], "subject": "Ola", "name": "Ola"},
    )
    assert token.status_code == 201


def invitation_of(session: dict[str, object]) -> str:
    return f"{API}/sessions/{session['session_id']}/invitation/"


async def test_an_invitation_says_to_what_and_by_whom(school: School) -> None:
    """To a guest with the code, and without one to the host; nobody gets a seat by it."""
    session = await school.session("Ada", title="Fractions")
    code = session["access_code"]
    for who in (
        {"json": {"access_code": code}},
        {"token": school.user_token("Ada")},
    ):
        told = await school.call("POST", invitation_of(session), **who)
        assert told.status_code == 200
        assert told.json() == {
            "title": "Fractions",
            "host_name": "Ada",
            "status": "scheduled",
            "scheduled_start": None,
            "scheduled_end": None,
        }


async def test_an_invitation_needs_the_code_and_a_wrong_one_is_a_guess(school: School) -> None:
    """The answer is that to a session that is not there."""
    session = await school.session("Ada")
    wrong = await school.call("POST", invitation_of(session), json={"access_code": "AAAAAAAA"})
    nowhere = await school.call(
        "POST", invitation_of({"session_id": "nowhere"}), json={"access_code": "AAAAAAAA"}
    )
    for response in (wrong, nowhere):
        assert response.status_code == 403
        assert response.json()["code"] == "wrong_access_code"
    tried = [
        await school.call("POST", invitation_of(session), json={"access_code": "AAAAAAAA"})
        for _ in range(20)
    ]
    assert tried[-1].status_code == 429


async def test_an_invitation_to_a_lesson_that_is_over_says_so(school: School) -> None:
    session = await school.session("Ada")
    host = school.user_token("Ada")
    assert (await school.call("POST", path_of(session), token=host)).status_code == 200
    for move in ("start", "complete"):
        path = f"{API}/sessions/{session['session_id']}/{move}/"
        assert (await school.call("POST", path, token=host)).status_code == 200
    told = await school.call(
        "POST", invitation_of(session), json={"access_code": session["access_code"]}
    )
    assert told.json()["status"] == "completed"
