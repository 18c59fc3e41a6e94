from hypothesis import given
from hypothesis import strategies as st

from actors.house.ledger import Elsewhere, Ledger

OWNER, OTHER = 1, 2


def test_a_room_hears_what_its_owners_others_take() -> None:
    """[QU-1] Those at rest as storage has them, the open ones as they are by now."""
    ledger = Ledger()
    ledger.opened("a", OWNER, 100, elsewhere=Elsewhere(1_000, frozenset({"a"})))
    ledger.opened("b", OWNER, 20, elsewhere=Elsewhere(1_000, frozenset({"a", "b"})))
    ledger.opened("x", OTHER, 7, elsewhere=Elsewhere(0, frozenset({"x"})))
    assert ledger.live_of(OWNER) == {"a", "b"}
    assert ledger.note("a", 150) == 1_020
    assert ledger.note("b", 30) == 1_150
    assert ledger.note("x", 9) == 0


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 99)), max_size=40))
def test_what_it_keeps_is_what_a_count_comes_to(steps: list[tuple[str, int]]) -> None:
    """[QU-1] In any order of opening, opening again, growing and resting."""
    ledger, takes = Ledger(), dict[str, int]()
    rested = 0
    for name, n_bytes in steps:
        if name not in takes:
            known = Elsewhere(rested, frozenset({*takes, name}))
            ledger.opened(name, OWNER, n_bytes, elsewhere=known)
            takes[name] = n_bytes
        elif n_bytes % 3:
            others = sum(taken for other, taken in takes.items() if other != name)
            assert ledger.note(name, n_bytes) == rested + others
            takes[name] = n_bytes
        else:
            ledger.closed(name)
            rested += takes.pop(name)
    assert ledger.live_of(OWNER) == takes.keys()


def test_what_is_put_to_rest_still_counts() -> None:
    """[QU-1] With what it took last; with the last room its owner is forgotten."""
    ledger = Ledger()
    ledger.opened("a", OWNER, 100, elsewhere=Elsewhere())
    ledger.opened("b", OWNER, 20, elsewhere=Elsewhere(0, frozenset({"a", "b"})))
    ledger.note("b", 50)
    ledger.closed("b")
    assert ledger.note("a", 100) == 50
    ledger.closed("a")
    ledger.closed("a")
    assert ledger.live_of(OWNER) == frozenset()
    assert ledger.note("a", 1) == 0


def test_two_rooms_that_open_at_once_count_each_other_once() -> None:
    """[QU-1] What one read of the other on disk is not added to what that one says itself."""
    ledger = Ledger()
    read_by_b = Elsewhere(1_100, frozenset({"b"}))
    ledger.opened("a", OWNER, 100, elsewhere=Elsewhere(1_020, frozenset({"a"})))
    ledger.opened("b", OWNER, 20, elsewhere=read_by_b)
    assert ledger.note("b", 20) == 1_100
