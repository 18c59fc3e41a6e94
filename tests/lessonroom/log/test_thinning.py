from hypothesis import example, given
from hypothesis import strategies as st

from lessonroom.log.thinning import Taken, superseded

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
NOON_MS = 20_000 * DAY_MS + 12 * HOUR_MS


def every_ten_seconds(*, from_ms: int, until_ms: int) -> list[Taken]:
    """Return snapshots after each ten seconds of a time, as autosave takes them."""
    return [Taken(at_ms, at_ms) for at_ms in range(from_ms + 10_000, until_ms + 1, 10_000)]


def kept(snapshots: list[Taken], *, now_ms: int) -> list[Taken]:
    doomed = set(superseded(snapshots, now_ms=now_ms))
    return [snapshot for snapshot in snapshots if snapshot.snapshot_id not in doomed]


def test_all_of_the_last_hour_stay() -> None:
    """[API Timers, pruning] 360 snapshots of the last 60 minutes: none goes."""
    lesson = every_ten_seconds(from_ms=NOON_MS, until_ms=NOON_MS + HOUR_MS)
    assert len(lesson) == 360
    assert superseded(lesson, now_ms=NOON_MS + HOUR_MS) == []


def test_one_a_minute_stays_for_a_day() -> None:
    """[API Timers, pruning] Of each minute the newest; the lesson's end is one of its own."""
    lesson = every_ten_seconds(from_ms=NOON_MS, until_ms=NOON_MS + HOUR_MS)
    left = kept(lesson, now_ms=NOON_MS + 3 * HOUR_MS)
    assert len(left) == 61
    assert [taken.at_ms % MINUTE_MS for taken in left] == [50_000] * 60 + [0]


def test_one_an_hour_stays_for_a_week() -> None:
    """[API Timers, pruning] A lesson of an hour: its last state in that hour, and its end."""
    lesson = every_ten_seconds(from_ms=NOON_MS, until_ms=NOON_MS + HOUR_MS)
    left = kept(lesson, now_ms=NOON_MS + 2 * DAY_MS)
    assert [taken.at_ms - NOON_MS for taken in left] == [HOUR_MS - 10_000, HOUR_MS]


def test_one_a_day_stays_after_that() -> None:
    """[API Timers, pruning] A week of snapshots every ten minutes, seen a month later: 8 days."""
    week = [Taken(n, NOON_MS + n * 10 * MINUTE_MS) for n in range(7 * 24 * 6)]
    left = kept(week, now_ms=NOON_MS + 30 * DAY_MS)
    assert len(left) == 8
    assert left[-1] == week[-1]


def test_a_mixed_age_keeps_each_rule() -> None:
    """[API Timers, pruning] Ten days without a pause, thinned at once: each age by its own rule."""
    now_ms = NOON_MS
    snapshots = every_ten_seconds(from_ms=now_ms - 10 * DAY_MS, until_ms=now_ms)
    left = kept(snapshots, now_ms=now_ms)
    ages_ms = [now_ms - taken.at_ms for taken in left]
    assert sum(age_ms <= HOUR_MS for age_ms in ages_ms) == 361
    assert sum(HOUR_MS < age_ms <= DAY_MS for age_ms in ages_ms) == 23 * 60
    # The minutes and hours at the seams are shared: each side keeps its own newest.
    assert sum(DAY_MS < age_ms <= 7 * DAY_MS for age_ms in ages_ms) == 6 * 24
    assert sum(age_ms > 7 * DAY_MS for age_ms in ages_ms) == 4


@given(
    ages_s=st.lists(st.integers(0, 40 * 86_400), max_size=60, unique=True),
    pauses_s=st.lists(st.integers(0, 5 * 86_400), max_size=5),
)
@example(ages_s=[36, 30], pauses_s=[7_200, 79_167])
def test_thinning_often_comes_to_the_same_as_thinning_once(
    ages_s: list[int], pauses_s: list[int]
) -> None:
    """[API Timers, pruning] The newest stays, and what is left does not depend on the schedule."""
    snapshots = [Taken(n, NOON_MS - age_s * 1000) for n, age_s in enumerate(ages_s)]
    now_ms = NOON_MS
    left = snapshots
    for pause_s in [0, *pauses_s]:
        now_ms += pause_s * 1000
        left = kept(left, now_ms=now_ms)
    assert left == kept(snapshots, now_ms=now_ms)
    if snapshots:
        assert max(snapshots, key=lambda taken: taken.at_ms) in left
