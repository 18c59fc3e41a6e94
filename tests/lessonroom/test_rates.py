import pytest

from lessonroom.rates import (
    Backoff,
    Buckets,
    Rate,
    RateClass,
    Rates,
    TokenBucket,
    Window,
    answer_cost,
    message_cost,
)


def failures(limit: Backoff, count: int, now_s: float, key: str = "a") -> None:
    for _ in range(count):
        limit.failed(key, now_s)


def test_the_first_failures_cost_nothing() -> None:
    limit = Backoff(10)
    failures(limit, 9, 0)
    assert limit.wait_s("a", 0) == 0


def test_each_failure_past_them_doubles_the_wait_up_to_five_minutes() -> None:
    limit = Backoff(10)
    failures(limit, 10, 0)
    now_s, waits = 0.0, [limit.wait_s("a", 0)]
    for _ in range(30):
        now_s += waits[-1]
        while limit.wait_s("a", now_s) == 0:
            limit.failed("a", now_s)
        waits.append(limit.wait_s("a", now_s))
    assert waits[:8] == [2, 4, 8, 16, 32, 64, 128, 256]
    assert set(waits[8:]) == {300}


def test_failures_that_are_rare_never_cost_anything() -> None:
    limit = Backoff(10)
    for n in range(1_000):
        limit.failed("a", n * 6.0)
        assert limit.wait_s("a", n * 6.0) == 0


def test_what_was_long_ago_is_forgiven() -> None:
    limit = Backoff(10)
    failures(limit, 10, 0)
    failures(limit, 2, 10)
    assert limit.wait_s("a", 10) == 4
    failures(limit, 10, 1_000)
    assert limit.wait_s("a", 1_000) == 2


def test_one_key_waits_for_itself_alone() -> None:
    limit = Backoff(10)
    failures(limit, 20, 0, key="a")
    assert limit.wait_s("b", 0) == 0


def test_memory_is_bounded() -> None:
    limit, buckets = Backoff(10), Buckets(60, burst=1)
    for n in range(20_500):
        limit.failed(str(n), 0)
        buckets.take(str(n), 0)
    assert len(limit) == len(buckets) == 20_000


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    buckets = Buckets(60, burst=3)
    assert [buckets.take("a", 0) for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.wait_s("a", 0.25) == 0.75
    assert buckets.take("a", 1) == 0
    assert buckets.take("a", 1) == 1
    assert buckets.take("b", 1) == 0


def test_looking_at_a_bucket_takes_nothing() -> None:
    buckets = Buckets(60, burst=1)
    assert [buckets.wait_s("a", 0) for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a", 0) == 0


def test_what_a_key_is_charged_later_it_owes_a_burst_at_most() -> None:
    buckets = Buckets(60, burst=2)
    assert buckets.take("a", 0) == 0
    buckets.charge("a", 0, cost=2)
    assert buckets.wait_s("a", 0) == 2
    buckets.charge("a", 0, cost=5)
    assert buckets.wait_s("a", 0) == 3
    assert buckets.wait_s("a", 2) == 1
    assert buckets.take("a", 3) == 0


def test_those_who_took_nothing_for_long_are_forgotten_first() -> None:
    buckets = Buckets(60, burst=1)
    buckets.take("busy", 0)
    for n in range(30_000):
        buckets.take(str(n), 0)
        assert buckets.take("busy", 0) > 0


def test_one_token_pays_for_whatever_it_costs_and_the_rest_is_owed() -> None:
    """[FC-1] A message of 64 KiB is not refused for ever where a bucket holds less."""
    bucket = TokenBucket(Rate(2, 3), now_s=0)
    assert bucket.take(0, 9) == 0
    assert bucket.take(0) == 3500
    assert bucket.take(3.4) == 100
    assert bucket.take(3.5) == 0


def test_a_bucket_gains_no_more_than_it_holds_however_long_nobody_takes() -> None:
    bucket = TokenBucket(Rate(2, 3), now_s=0)
    assert [bucket.take(1_000) for _ in range(4)] == [0, 0, 0, 500]


def test_a_charge_is_taken_whether_it_is_there_or_not() -> None:
    bucket = TokenBucket(Rate(2, 3), now_s=0)
    assert bucket.charge(3, 0) == 0
    assert bucket.charge(1, 0) == 500
    assert bucket.charge(0, 0.25) == 250
    assert bucket.charge(-1, 0.25) == 0


def test_a_debt_has_an_end() -> None:
    """[FC-1] Nobody is held for longer than filling the bucket twice takes."""
    bucket = TokenBucket(Rate(2, 3), now_s=0)
    assert bucket.charge(1e9, 0, debt_most=6) == 3_000


def test_a_rate_that_changes_counts_from_the_last_look_on() -> None:
    bucket = TokenBucket(Rate(1, 1), now_s=0)
    bucket.take(0)
    bucket.change(Rate(4, 4))
    assert bucket.take(0.25) == 0


def test_a_window_tells_of_so_many_within_the_time() -> None:
    window = Window(3, 10)
    assert [window.is_exceeded(now_s) for now_s in (0, 5, 11, 14, 15)] == [
        *(False, False, False, True, True)
    ]


def test_who_keeps_to_the_rate_of_each_kind_never_meets_that_of_all() -> None:
    """[FC-1]"""
    rates = Rates()
    assert rates.everything.per_s == sum(rates.of(kind).per_s for kind in RateClass)
    assert rates.everything.burst == sum(rates.of(kind).burst for kind in RateClass)


@pytest.mark.parametrize(("size_bytes", "cost"), [(0, 1), (8_192, 2), (65_536, 9)])
def test_a_message_costs_by_its_size(size_bytes: int, cost: float) -> None:
    """[FC-1]"""
    assert message_cost(size_bytes) == cost


@pytest.mark.parametrize(("size_bytes", "cost"), [(0, 0), (65_536, 1), (9 * 2**20, 144)])
def test_an_answer_costs_by_its_size(size_bytes: int, cost: float) -> None:
    """[FC-1]"""
    assert answer_cost(size_bytes) == cost


def test_what_builds_on_what_came_before_waits_and_the_rest_does_not() -> None:
    """[BD-6]"""
    assert {kind for kind in RateClass if kind.waits} == {RateClass.BOARD, RateClass.CHAT}
