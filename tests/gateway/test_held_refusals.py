from gateway.held_refusals import HeldRefusals
from tests.manual_clock import ManualClock


class Asker:
    """Asks as soon as the last refusal has come, or so many times beside each other."""

    def __init__(self, held: HeldRefusals, key: str) -> None:
        self.refused = 0
        self._held = held
        self._key = key

    def ask(self) -> None:
        self._held.tell(self._key, self._heard)

    def _heard(self) -> None:
        self.refused += 1


def test_who_is_refused_now_and_then_hears_of_it_at_once() -> None:
    """[FC-10] A page that tries again when it was told to waits for nothing."""
    clock = ManualClock()
    asker = Asker(HeldRefusals(clock), "ann")
    for n in range(100):
        asker.ask()
        assert asker.refused == n + 1
        clock.advance(1)


def test_who_asks_as_soon_as_they_are_refused_is_slowed_down() -> None:
    """[FC-10] By what they wait for; others are not."""
    clock = ManualClock()
    held = HeldRefusals(clock)
    asker, other = Asker(held, "ann"), Asker(held, "ben")
    asked = 0
    for _ in range(100):
        while asker.refused == asked:
            asker.ask()
            asked += 1
        clock.advance(0.1)
    assert asker.refused < 20 + 15, "in ten seconds"
    other.ask()
    assert other.refused == 1


def test_each_refusal_comes_within_two_seconds() -> None:
    """[FC-10] Also of many who are held beside each other, and what waits is bounded."""
    clock = ManualClock()
    held = HeldRefusals(clock)
    asker = Asker(held, "ann")
    for _ in range(1_000):
        asker.ask()
    assert held.held == 16
    assert asker.refused == 1_000 - 16
    clock.advance(2)
    assert asker.refused == 1_000
    assert held.held == 0


def test_what_waits_is_bounded_over_all() -> None:
    """[P15] Whoever comes with a new name each time is told at once in the end."""
    clock = ManualClock()
    held = HeldRefusals(clock)
    for n in range(200):
        asker = Asker(held, f"guest {n}")
        for _ in range(40):
            asker.ask()
    assert held.held == 1_000
    clock.advance(2)
    assert held.held == 0
