"""How much of the disk a session's log takes, whose part is whose, and when it is enough (QU-1).

The numbers are a reading of the log like any other: what each event takes counts for whoever caused
it. What the log does not know (how much the owner's other sessions take) is told from outside.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits

ROW_BYTES: Final = 300
"""What an event takes beside its data, in its row and the indexes: `benchmarks/hour.py` finds
20.9 MB on disk, without snapshots, for 47,745 events that say 6.6 MB."""

_SERVER: Final = 0
"""Who caused what nobody did; ids of users begin at 1."""
_RESERVE: Final = 8
"""One part in so many is added for what must go on where the rest is full."""
_SHARE: Final = 2
"""Nobody has more than one part in so many of what is left to the session."""
_MIB: Final = 1024 * 1024


class Usage:
    """What the log takes, in all and by person, in bytes."""

    __slots__ = ("by_person", "total_bytes")

    def __init__(self, by_person: Mapping[int | None, int] | None = None) -> None:
        self.by_person: dict[int, int] = {}
        self.total_bytes = 0
        for user_id, taken in (by_person or {}).items():
            self._add(user_id or _SERVER, taken)

    def add(self, user_id: int | None, data_bytes: int) -> None:
        """Count an event that somebody, or the server, caused."""
        self._add(user_id or _SERVER, data_bytes + ROW_BYTES)

    def of(self, user_id: int) -> int:
        """Return what somebody has caused."""
        return self.by_person.get(user_id, 0)

    def _add(self, user_id: int, taken: int) -> None:
        self.by_person[user_id] = self.by_person.get(user_id, 0) + taken
        self.total_bytes += taken


class Near(msgspec.Struct, frozen=True):
    """A quota that is nine tenths full."""

    of: str
    """`person`, `session` or `owner`."""
    used_bytes: int
    limit_bytes: int

    @property
    def message(self) -> str:
        """What a person is told."""
        return (
            f"{_WHOSE[self.of]}: {_mib(self.used_bytes)} of {_mib(self.limit_bytes)} MiB are used"
        )


_WHOSE: Final = {
    "person": "your part of this session's history is nearly full",
    "session": "the history of this session is nearly full",
    "owner": "the histories of all sessions of this owner are nearly full",
}


class Quota:
    """What one room's log may take, and who was told already that little is left.

    Args:
        limits: what a person, a session and an owner may have.

    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.elsewhere_bytes = 0
        """What the logs of the owner's other sessions take, as far as known."""
        self._told: set[tuple[str, int]] = set()

    def check(
        self, usage: Usage, user_id: int, data_bytes: int, *, from_reserve: bool = False
    ) -> None:
        """Refuse an event of so many bytes where the log has no room for it.

        A person's part is `log_bytes_per_person`, and never more than half of what is left to the
        session: however many people fill it, whoever comes after them finds as much again. What
        must go on (`from_reserve`) has an eighth more of everything.

        Raises:
            Refused: `too_large`, with what is full and what can be done. Trying again is no use.

        """
        more = data_bytes + ROW_BYTES
        limits = self._limits
        eighth = 1 + 1 / _RESERVE if from_reserve else 1
        owner_bytes = self.elsewhere_bytes + usage.total_bytes
        if owner_bytes + more > limits.log_bytes_per_owner * eighth:
            raise _full(
                "the sessions of this session's owner together have as much history as they may:"
                f" {_mib(limits.log_bytes_per_owner)} MiB; have older ones deleted"
            )
        left = limits.log_bytes_per_session * eighth - usage.total_bytes
        mine = usage.of(user_id) + more
        if mine > left / _SHARE:
            raise _full(
                "the history of this session is full, or too little of it is left for more of"
                f" yours: {_mib(limits.log_bytes_per_session)} MiB in all; go on in a new session"
            )
        if mine > limits.log_bytes_per_person * eighth:
            raise _full(
                f"your part of this session's history is full: {_mib(limits.log_bytes_per_person)}"
                " MiB; erasing, undoing and chat go on, and drawing in a new session"
            )

    def newly_near(self, usage: Usage, user_id: int) -> list[Near]:
        """Return what is nine tenths full now, of what nobody was told before."""
        limits, total = self._limits, usage.total_bytes
        share = min(limits.log_bytes_per_person, (limits.log_bytes_per_session - total) // _SHARE)
        if (
            usage.by_person.get(user_id, 0) * 10 < share * 9
            and total * 10 < limits.log_bytes_per_session * 9
            and (total + self.elsewhere_bytes) * 10 < limits.log_bytes_per_owner * 9
        ):
            # Nothing is, nearly always, and this is asked for each event.
            return []
        return [
            near
            for near in self._near(usage, user_id)
            if not self._is_told(near, user_id if near.of == "person" else _SERVER)
        ]

    def near_for_host(self, usage: Usage) -> list[Near]:
        """Return what whoever leads the session is told on coming in."""
        found = list(self._near(usage, _SERVER))
        self._told.update((near.of, _SERVER) for near in found)
        return found

    def _near(self, usage: Usage, user_id: int) -> Iterator[Near]:
        limits = self._limits
        total = usage.total_bytes
        share = min(limits.log_bytes_per_person, (limits.log_bytes_per_session - total) // _SHARE)
        mine = usage.by_person.get(user_id, 0)
        if _is_near(mine, share) and user_id != _SERVER:
            yield Near("person", mine, max(0, share))
        if _is_near(total, limits.log_bytes_per_session):
            yield Near("session", total, limits.log_bytes_per_session)
        if _is_near(total + self.elsewhere_bytes, limits.log_bytes_per_owner):
            yield Near("owner", total + self.elsewhere_bytes, limits.log_bytes_per_owner)

    def _is_told(self, near: Near, user_id: int) -> bool:
        key = (near.of, user_id)
        is_told = key in self._told
        self._told.add(key)
        return is_told


def _is_near(used: int, limit: int) -> bool:
    return used * 10 >= limit * 9


def _mib(n_bytes: int) -> int:
    return n_bytes // _MIB


def _full(message: str) -> Refused:
    return Refused(ErrorCode.TOO_LARGE, message)
