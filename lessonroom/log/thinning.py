"""Which snapshots are no longer worth their place (API, "snapshot pruning").

A snapshot only makes reading faster: the log gives the same board (PROMISES P8), and that somebody
saved it stays in the log. So none has to stay for ever.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS
_WEEK_MS: Final = 7 * _DAY_MS

_STAGES: Final = ((_HOUR_MS, _MINUTE_MS), (_DAY_MS, _HOUR_MS), (_WEEK_MS, _DAY_MS))
"""Of what is older than so long one stays for each so long."""
PINNED_MOST: Final = 20
"""Of so many people the last board that they saved is kept before any other."""


class Taken(NamedTuple):
    """A snapshot by its number, and when it was taken: ms since the Unix epoch.

    `saved_by` is who saved it by hand, 0 for the operator; None: it was taken by itself.
    """

    snapshot_id: int
    at_ms: int
    size_bytes: int = 0
    saved_by: int | None = None


def superseded(snapshots: Iterable[Taken], *, now_ms: int) -> list[int]:
    """Return the numbers of the snapshots to delete because of their age, oldest first.

    All of the last hour stay; one a minute for a day, one an hour for a week, one a day after that.
    Minutes, hours and days are the calendar's (UTC). Of each stays the newest that somebody saved,
    else the newest: what a shorter rule leaves is what the longer one chooses from, so it does not
    matter how often this is asked. What each person saved last stays in any case.
    """
    by_age = _by_age(snapshots)
    pinned = _pinned(by_age)
    left = sorted(by_age, key=lambda taken: taken.saved_by is None)
    doomed = []
    for older_than_ms, width_ms in _STAGES:
        # One after the other, over all of that age: of two of one minute one goes, though by now
        # the older of them is in an hour's keeping and the other one is not.
        kept: set[int] = set()
        staying = []
        for snapshot in left:
            place = snapshot.at_ms // width_ms
            is_of_age = now_ms - snapshot.at_ms > older_than_ms
            if is_of_age and place in kept and snapshot.snapshot_id not in pinned:
                doomed.append(snapshot)
                continue
            staying.append(snapshot)
            if is_of_age:
                kept.add(place)
        left = staying
    return [taken.snapshot_id for taken in _by_age(doomed)[::-1]]


def crowded(snapshots: Iterable[Taken], *, most_bytes: int) -> list[int]:
    """Return the numbers of the snapshots to delete so that the others take `most_bytes` at most.

    First goes the one whose neighbours in time are nearest to each other, so that what is left lies
    as evenly as before and no version is far from one; what each person saved last goes after all
    others, the oldest of them first, and the newest snapshot never.
    """
    left = _by_age(snapshots)[::-1]
    pinned = _pinned(left[::-1])
    total = sum(taken.size_bytes for taken in left)
    doomed = []
    while total > most_bytes and len(left) > 1:
        at = _most_crowded(left, pinned)
        total -= left[at].size_bytes
        doomed.append(left.pop(at).snapshot_id)
    return doomed


def _most_crowded(left: Sequence[Taken], pinned: set[int]) -> int:
    """Return the place of the one to go first; `left` is in order of age, oldest first."""
    free = [at for at, taken in enumerate(left[:-1]) if taken.snapshot_id not in pinned]
    if not free:
        return 0
    return min(free, key=lambda at: left[at + 1].at_ms - (left[at - 1].at_ms if at else 0))


def _by_age(snapshots: Iterable[Taken]) -> list[Taken]:
    """Return snapshots, the newest first."""
    return sorted(snapshots, key=lambda taken: (taken.at_ms, taken.snapshot_id))[::-1]


def _pinned(by_age: Iterable[Taken]) -> set[int]:
    """Return what each person saved last, of those who did so last."""
    newest: dict[int, int] = {}
    for taken in by_age:
        if taken.saved_by is not None and len(newest) < PINNED_MOST:
            newest.setdefault(taken.saved_by, taken.snapshot_id)
    return set(newest.values())
