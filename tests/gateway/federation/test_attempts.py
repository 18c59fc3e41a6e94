"""Attempts: bound to one browser, short, once."""

from enum import StrEnum

import pytest

from gateway.federation.attempts import LIFETIME_S, Attempts
from gateway.federation.faults import Fault, FederationRefused
from gateway.identity.tokens import Tokens
from tests.manual_clock import ManualClock

SECRET = b"a secret of thirty-two bytes, at least"


def attempts(clock: ManualClock, *secrets: bytes) -> Attempts:
    return Attempts(Tokens(secrets or (SECRET,), leeway_s=30, clock=clock), clock)


def fault_of(known: Attempts, cookie: str | None, state: str) -> StrEnum:
    with pytest.raises(FederationRefused) as refused:
        known.resume(cookie, state)
    return refused.value.fault


def test_what_was_begun_is_known_again_by_another_process() -> None:
    """A restart in between costs nobody their sign-in."""
    clock = ManualClock()
    cookie, begun = attempts(clock).begin(None)
    assert attempts(clock).resume(cookie, begun.state) == begun
    assert len({begun.state, begun.nonce, begun.verifier, begun.challenge, cookie}) == 5
    assert len(begun.verifier) >= 43  # RFC 7636 section 4.1


def test_two_tabs_of_a_browser_share_its_cookie() -> None:
    known = attempts(ManualClock())
    cookie, first = known.begin(None)
    again, second = known.begin(cookie)
    assert again == cookie
    assert (first.state, first.nonce) != (second.state, second.nonce)
    assert known.resume(cookie, second.state) == second
    assert known.resume(cookie, first.state) == first


def test_an_answer_is_taken_once() -> None:
    """[SECURITY Sign-in by a provider] Also in another spelling of the same bytes."""
    known = attempts(ManualClock())
    cookie, begun = known.begin(None)
    known.resume(cookie, begun.state)
    assert fault_of(known, cookie, begun.state) is Fault.REPLAYED
    assert fault_of(known, cookie, begun.state + "=") is not None
    last = begun.state[-1]
    alike = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [begun.state[:-1] + letter for letter in alike if letter != last]
    assert {fault_of(known, cookie, other) for other in others} <= {Fault.REPLAYED, Fault.EXPIRED}


def test_another_browser_a_later_time_and_another_server_know_nothing_of_it() -> None:
    """[SECURITY Sign-in by a provider]"""
    clock = ManualClock()
    known = attempts(clock)
    cookie, begun = known.begin(None)
    other, _ = known.begin(None)
    for wrong in (None, "", other, cookie + "A", "é" * 43):
        assert fault_of(known, wrong, begun.state) is Fault.EXPIRED
    for wrong in ("", "state", begun.state[:-2], begun.state + "AA", "é" * 51):
        assert fault_of(known, cookie, wrong) is Fault.EXPIRED
    elsewhere = attempts(clock, b"another secret of thirty-two bytes.")
    assert fault_of(elsewhere, cookie, begun.state) is Fault.EXPIRED
    clock.advance(LIFETIME_S)
    assert fault_of(known, cookie, begun.state) is Fault.EXPIRED


def test_what_is_remembered_of_states_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """[SECURITY Sign-in by a provider] The oldest goes, and those that are too old before it."""
    monkeypatch.setattr("gateway.federation.tickets._USED_MOST", 3)
    clock = ManualClock()
    known = attempts(clock)
    for _ in range(5):
        cookie, begun = known.begin(None)
        known.resume(cookie, begun.state)
        assert fault_of(known, cookie, begun.state) is Fault.REPLAYED
    assert len(known._tickets._used) == 3
    clock.advance(LIFETIME_S)
    cookie, begun = known.begin(None)
    known.resume(cookie, begun.state)
    assert len(known._tickets._used) == 1
