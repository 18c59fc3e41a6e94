"""What a server counts of itself, and what happened between two looks."""

import pytest

from cli.top.readings import Interval, Reading

_METRICS = """\
# TYPE lessonroom_rooms gauge
lessonroom_rooms {rooms}
# TYPE lessonroom_events_total counter
lessonroom_events_total {events}
# TYPE lessonroom_refusals_total counter
lessonroom_refusals_total{{code="invalid"}} {invalid}
lessonroom_refusals_total{{code="forbidden"}} 1
lessonroom_refusals_total{{code="not_found"}} {missing}
# TYPE lessonroom_commit_seconds histogram
lessonroom_commit_seconds_bucket{{le="0.01"}} {fast}
lessonroom_commit_seconds_bucket{{le="0.02"}} {slow}
lessonroom_commit_seconds_bucket{{le="+Inf"}} {endless}
lessonroom_commit_seconds_sum 1
lessonroom_commit_seconds_count {endless}
"""
_FIRST = {"rooms": 2, "events": 10, "invalid": 0, "missing": 7, "fast": 4, "slow": 4, "endless": 4}


def _reading(at_s: float, **changed: float) -> Reading:
    return Reading.of(_METRICS.format(**_FIRST | changed), at_s=at_s)


def _interval(**changed: float) -> Interval:
    return Interval(_reading(0), _reading(4, **changed))


def test_a_value_is_added_up_over_its_labels() -> None:
    assert _reading(0).value("refusals_total") == 8
    assert _reading(0).value("rooms") == 2
    assert _reading(0).value("none_of_that_name") == 0


def test_what_is_no_scrape_is_refused() -> None:
    with pytest.raises(ValueError, match="rooms"):
        Reading.of("rooms", at_s=0)


def test_a_counter_has_a_rate_and_a_server_that_began_anew_counts_from_then_on() -> None:
    assert _interval(events=30).per_s("events_total") == 5
    assert _interval(events=8).per_s("events_total") == 2


def test_labels_that_rose_come_first_with_the_most() -> None:
    risen = _interval(invalid=2, missing=12).rises("refusals_total")
    assert list(risen.items()) == [("not_found", 5), ("invalid", 2)]


@pytest.mark.parametrize(
    ("share", "counts", "expected"),
    [
        # Ten new ones, spread over two buckets: as Prometheus' histogram_quantile has it.
        (0.5, (9, 14, 14), 0.01),
        (0.75, (9, 14, 14), 0.015),
        (0.1, (9, 14, 14), 0.002),
        (1.0, (9, 14, 14), 0.02),
        # Past the last end nothing is known but that.
        (0.99, (4, 4, 14), 0.02),
        (0.99, (4, 4, 4), None),
        # Anew, with fewer than there were.
        (1.0, (3, 3, 3), 0.01),
    ],
)
def test_a_quantile_is_that_of_the_values_since_the_last_look(
    share: float, counts: tuple[int, int, int], expected: float | None
) -> None:
    fast, slow, endless = counts
    found = _interval(fast=fast, slow=slow, endless=endless).quantile("commit_seconds", share)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_histogram_that_is_not_there_has_no_quantile() -> None:
    assert _interval().quantile("flush_seconds", 0.5) is None
