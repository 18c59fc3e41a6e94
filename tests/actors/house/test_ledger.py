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
