"""Tickets: of one purpose, for a while, once."""

import pytest

from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.tickets import Tickets
from gateway.identity.tokens import Tokens
from tests.manual_clock import ManualClock

SECRET = b"a secret of thirty-two bytes, at least"


def tickets(clock: ManualClock, *, purpose: bytes = b"a", outlives: bool = True) -> Tickets:
    tokens = Tokens([SECRET], leeway_s=30, clock=clock)
    return Tickets(tokens, clock, purpose=purpose, lasts_s=60, outlives_restart=outlives)


def fault_of(known: Tickets, ticket: str, **how: bytes | int | None) -> Fault:
    with pytest.raises(FederationRefused) as refused:
        known.use(ticket, **how)  # type: ignore[arg-type]
    assert isinstance(refused.value.fault, Fault)
    return refused.value.fault


def test_what_it_is_about_comes_back_once() -> None:
    """[SECURITY LTI]"""
    known = tickets(ManualClock())
    ticket = known.give(b"about", to=b"somebody")
    assert known.read(ticket, to=b"somebody", about_bytes=5) == b"about"
    assert known.use(ticket, to=b"somebody", about_bytes=None) == b"about"
    assert fault_of(known, ticket, to=b"somebody", about_bytes=5) is Fault.REPLAYED
    with pytest.raises(FederationRefused):
        known.read(ticket, to=b"somebody", about_bytes=5)


def test_of_another_purpose_for_another_or_too_old_it_is_none() -> None:
    """[SECURITY LTI]"""
    clock = ManualClock()
    known = tickets(clock)
    ticket = known.give(b"about")
    assert fault_of(tickets(clock, purpose=b"b"), ticket, about_bytes=5) is Fault.EXPIRED
    assert fault_of(known, ticket, about_bytes=5, to=b"x") is Fault.EXPIRED
    assert fault_of(known, ticket, about_bytes=4) is Fault.EXPIRED
    for wrong in ("", "x", "é", ticket[:-2], ticket + "AA"):
        assert fault_of(known, wrong, about_bytes=None) is Fault.EXPIRED
    clock.advance(60)
    assert fault_of(known, ticket, about_bytes=5) is Fault.EXPIRED


def test_another_process_knows_it_unless_it_could_have_been_used() -> None:
    """[SECURITY LTI]"""
    clock = ManualClock()
    ticket = tickets(clock).give()
    clock.advance(1)
    assert tickets(clock).use(ticket) == b""
    assert fault_of(tickets(clock, outlives=False), ticket) is Fault.EXPIRED
    later = tickets(clock, outlives=False)
    assert later.use(later.give()) == b""
