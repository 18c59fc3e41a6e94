"""What there is to do in the house, and how long things are kept."""

from enum import StrEnum

import msgspec

from lessonroom.commands import SettleEmpty
from storage.images.asset_files import AssetFiles


class HousekeepingConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How long things are kept."""

    expire_after_h: float = 24.0
    """Time until a session without a planned end expires unstarted."""
    pause_when_empty_min: float = 10.0
    """Time after the last departure until that of an active session stands still."""
    end_when_empty_min: float = 60.0
    """Time after the last departure until a session past its planned end is over."""
    end_when_empty_days: float = 7.0
    """The same for a session without a planned end."""
    retention_days: int = 0
    """Days that ended sessions are kept; 0: for ever."""
    seat_key_days: int = 30
    """Days that the key of a guest's seat lasts from its last use."""
    asset_files: AssetFiles | None = None
    """Where images lie; without it none is deleted."""

    @property
    def when_empty(self) -> SettleEmpty:
        """Return what is asked of the room of a session that nobody is in."""
        return SettleEmpty(
            pause_after_ms=round(self.pause_when_empty_min * 60_000),
            end_after_ms=round(self.end_when_empty_min * 60_000),
            end_unplanned_after_ms=round(self.end_when_empty_days * 86_400_000),
        )


class Chore(StrEnum):
    """What there is to do."""

    EXPIRE = "expire"
    """Sessions that nobody started, and demos of yesterday."""
    SETTLE = "settle"
    """Sessions that nobody is in: their time stands still, or they are over."""
    RETIRE = "retire"
    """Sessions kept for long enough, replies of yesterday, guests and images of no session."""
    PRUNE = "prune"
    """Old snapshots."""
    INDEX = "index"
    """What was written in lessons that go on, or have just ended."""
    INDEX_ALL = "index_all"
    """The same of all lessons: what a server that was killed left, and lessons of before."""
    FORGET = "forget"
    """What is deleted leaves nothing behind on disk; last, so that at start it comes after all."""
