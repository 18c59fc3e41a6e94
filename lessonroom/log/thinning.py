"""Which automatic snapshots are no longer worth their place (API, "snapshot pruning")."""

from collections.abc import Iterable
from typing import Final, NamedTuple

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS
_WEEK_MS: Final = 7 * _DAY_MS


class Taken(NamedTuple):
    """A snapshot by its number, and when it was taken: ms since the Unix epoch."""

    snapshot_id: int
    at_ms: int


def superseded(snapshots: Iterable[Taken], *, now_ms: int) -> list[int]:
    """Return the numbers of the automatic snapshots to delete, oldest first.

    All of the last hour stay; one a minute for a day, one an hour for a week, one a day after that.
    Minutes, hours and days are the calendar's (UTC), and of each the newest stays: what a shorter
    rule leaves is what the longer one chooses from, so it does not matter how often this is asked.
    """
    kept: set[tuple[int, int]] = set()
    doomed = []
    for snapshot in sorted(snapshots, key=lambda taken: (taken.at_ms, taken.snapshot_id))[::-1]:
        width_ms = _width_ms(now_ms - snapshot.at_ms)
        if not width_ms:
            continue
        place = (width_ms, snapshot.at_ms // width_ms)
        if place in kept:
            doomed.append(snapshot.snapshot_id)
        kept.add(place)
    return doomed[::-1]


def _width_ms(age_ms: int) -> int:
    """Return of how long a time one snapshot stays; 0: every one does."""
    if age_ms <= _HOUR_MS:
        return 0
    if age_ms <= _DAY_MS:
        return _MINUTE_MS
    return _HOUR_MS if age_ms <= _WEEK_MS else _DAY_MS
