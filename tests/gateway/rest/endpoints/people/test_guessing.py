"""Guessing codes at the door: who waits, and who does not."""

import pytest

from gateway.config import GatewayConfig
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.people.getting_in import path_of
from tests.gateway.rest.school import API, School

pytestmark = pytest.mark.usefixtures("refusals_at_once")
"""Who guesses here asks again and again before any time has passed."""


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
