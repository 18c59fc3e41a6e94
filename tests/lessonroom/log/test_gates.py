import pytest

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.gates import Gates

BUSY = Refused(ErrorCode.RATE_LIMITED, "too fast", retry_after_ms=40)
LOST = Refused(ErrorCode.UNAVAILABLE, "not written", retry_after_ms=900)


def held(gates: Gates, n: int, *, client_id: str = "client-a", newest: int = 0) -> Refused:
    """Expect a submission to wait for an earlier one."""
    with pytest.raises(Refused) as caught:
        gates.check(client_id, n, newest=newest)
    return caught.value


@pytest.fixture
def gates() -> Gates:
    """Submission 5 was refused for its rate."""
    gates = Gates()
    gates.check("client-a", 5, newest=4)
    gates.note("client-a", 5, BUSY)
    return gates


def test_a_new_connection_has_no_gate() -> None:
    """[BD-6] Its client sends again from the oldest."""
    gates = Gates()
    for n in (1, 900, 2):
        gates.check("client-a", n, newest=0)


def test_later_submissions_wait_until_the_refused_one_comes_again(gates: Gates) -> None:
    """[BD-6] With its code and its time, however often they are tried."""
    for n in (6, 7, 900, 6):
        refused = held(gates, n, newest=4)
        assert (refused.code, refused.retry_after_ms) == (ErrorCode.RATE_LIMITED, 40)
        assert "client-a:5" in refused.message
    gates.check("client-a", 5, newest=4)
    gates.check("client-a", 6, newest=5)


def test_earlier_submissions_pass_and_leave_the_gate_closed(gates: Gates) -> None:
    """[BD-6] Their acks may have been lost: they get them again."""
    gates.check("client-a", 3, newest=4)
    gates.check("client-a", 4, newest=4)
    held(gates, 6, newest=4)


def test_the_lowest_refused_one_is_the_gate(gates: Gates) -> None:
    """[BD-6] A lost commit takes many with it, and tells them in any order."""
    for n in (9, 3, 7):
        gates.note("client-a", n, LOST)
    assert held(gates, 4, newest=2).code is ErrorCode.UNAVAILABLE
    gates.check("client-a", 3, newest=2)
    gates.check("client-a", 4, newest=3)


def test_one_that_is_refused_again_is_the_gate_again(gates: Gates) -> None:
    """[BD-6] And what it is refused with now is what the later ones hear."""
    gates.check("client-a", 5, newest=4)
    gates.note("client-a", 5, LOST)
    assert held(gates, 6, newest=4).code is ErrorCode.UNAVAILABLE


@pytest.mark.parametrize("code", [code for code in ErrorCode if not code.is_passing])
def test_a_refusal_for_good_holds_nothing_up(code: ErrorCode) -> None:
    """[BD-6] Its author drops it, and would never send it again."""
    gates = Gates()
    gates.note("client-a", 5, Refused(code, "no"))
    gates.check("client-a", 6, newest=4)


def test_one_that_was_accepted_on_another_connection_holds_nothing_up(gates: Gates) -> None:
    """[BD-6] It had arrived late from there: its author hears of it as an event, and goes on."""
    held(gates, 6, newest=4)
    gates.check("client-a", 6, newest=5)
    gates.check("client-a", 7, newest=4)


def test_what_was_refused_behind_it_is_the_gate_then(gates: Gates) -> None:
    """[BD-6] A connection that is gone may hold more: it must not get ahead of what was refused."""
    for n in (6, 8):
        gates.note("client-a", n, held(gates, n, newest=4))
    assert "client-a:6" in held(gates, 9, newest=5).message
    held(gates, 7, newest=5)
    gates.check("client-a", 6, newest=5)
    gates.check("client-a", 9, newest=6)


def test_of_those_behind_it_that_were_accepted_too_none_is_waited_for(gates: Gates) -> None:
    """[BD-6] The old connection brought several."""
    for n in (6, 7, 9):
        gates.note("client-a", n, held(gates, n, newest=4))
    assert "client-a:9" in held(gates, 10, newest=7).message
    gates.check("client-a", 9, newest=7)


def test_clients_do_not_wait_for_each_other(gates: Gates) -> None:
    """[BD-6] A page sends what an earlier page load left behind under that one's client_id."""
    gates.check("client-b", 6, newest=0)
    gates.note("client-b", 6, LOST)
    assert held(gates, 7, client_id="client-b").code is ErrorCode.UNAVAILABLE
    assert held(gates, 6).code is ErrorCode.RATE_LIMITED


def test_gates_are_bounded_and_in_order_all_the_same() -> None:
    """[BD-6][FC-1] Past 64 clients on one connection the others wait, too, until all have come."""
    gates = Gates()
    for number in range(1_000):
        gates.note(f"client-{number}", 5, BUSY)
    assert len(gates._gates) == 64
    for number in (64, 65, 999, 1_000):
        assert held(gates, 6, client_id=f"client-{number}").code is ErrorCode.RATE_LIMITED
        held(gates, 5, client_id=f"client-{number}")
    for number in range(64):
        held(gates, 5, client_id="client-999")
        gates.check(f"client-{number}", 5, newest=0)
    gates.check("client-999", 5, newest=0)
