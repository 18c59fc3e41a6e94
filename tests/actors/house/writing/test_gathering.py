"""How far apart the journal's transactions are, by what came."""

import pytest

from actors.house.writing.gathering import MANY_EVENTS, QUIET_SHARE, Gathering

INTERVAL_S = 0.02
SHORT_S = INTERVAL_S / QUIET_SHARE


def test_where_nothing_was_written_a_transaction_begins_at_once() -> None:
    """[FC-2] At the very start, and whenever the distance to the last one has passed."""
    gathering = Gathering(INTERVAL_S)
    assert gathering.wait_s(0.0) <= 0
    gathering.begin(0.0, events=1)
    assert gathering.wait_s(SHORT_S) <= 0


def test_few_events_wait_for_a_moment_that_nobody_notices() -> None:
    """[FC-2] A quarter of the interval: 5 of 20 ms."""
    gathering = Gathering(INTERVAL_S)
    gathering.begin(1.0, events=MANY_EVENTS // QUIET_SHARE - 1)
    assert gathering.wait_s(1.001) == pytest.approx(SHORT_S - 0.001)


def test_many_events_gather_for_the_whole_interval_until_fewer_come() -> None:
    """[FC-2] What one transaction took decides about the distance to the next."""
    gathering = Gathering(INTERVAL_S)
    gathering.begin(1.0, events=MANY_EVENTS // QUIET_SHARE)
    assert gathering.wait_s(1.0) == pytest.approx(INTERVAL_S)
    gathering.begin(1.02, events=MANY_EVENTS)
    assert gathering.wait_s(1.02) == pytest.approx(INTERVAL_S)
    gathering.begin(1.04, events=MANY_EVENTS - 1)
    assert gathering.wait_s(1.04) == pytest.approx(SHORT_S)


def test_a_moment_in_which_the_loop_was_away_is_no_load() -> None:
    """[FC-2] What has piled up meanwhile is one transaction; the rate decides, and stays low."""
    gathering = Gathering(INTERVAL_S)
    gathering.begin(1.0, events=MANY_EVENTS)
    gathering.begin(1.02, events=MANY_EVENTS // QUIET_SHARE)
    assert gathering.wait_s(1.02) == pytest.approx(SHORT_S)


@pytest.mark.parametrize("events", [1, MANY_EVENTS])
def test_without_an_interval_nothing_gathers(events: int) -> None:
    gathering = Gathering(0.0)
    gathering.begin(1.0, events=events)
    assert gathering.wait_s(1.0) <= 0


def test_a_timer_that_rings_a_little_early_is_not_set_anew() -> None:
    """[FC-2] The loop counts in milliseconds; for the rest it would ring again and again."""
    gathering = Gathering(INTERVAL_S)
    gathering.begin(1.0, events=1)
    gathering.arm()
    gathering.rung()
    assert gathering.wait_s(1.0 + SHORT_S - 0.0005) <= 0


def test_what_has_begun_meanwhile_is_waited_for_as_ever() -> None:
    """[FC-2] Somebody came in, for whom a transaction began before the timer rang."""
    gathering = Gathering(INTERVAL_S)
    gathering.begin(1.0, events=1)
    gathering.arm()
    gathering.begin(1.002, events=1)
    gathering.rung()
    assert gathering.wait_s(1.0 + SHORT_S) == pytest.approx(0.002)
