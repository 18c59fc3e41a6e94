from gateway.rest.plumbing.rate_limits import Backoff, Buckets


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
    assert len(limit._records) == len(buckets._buckets) == 20_000


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
