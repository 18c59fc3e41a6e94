"""What a replica tells its owner."""

import msgspec

from lessonroom.replica.queue import Fate


class Acknowledged(msgspec.Struct, frozen=True, tag="acknowledged"):
    """A submission is event `seq`, on disk (BD-5)."""

    id: str
    seq: int


class Held(msgspec.Struct, frozen=True, tag="held"):
    """Call `release` after so many milliseconds."""

    retry_after_ms: int


class Waiting(msgspec.Struct, frozen=True, tag="waiting"):
    """In the lobby."""


class Synced(msgspec.Struct, frozen=True, tag="synced"):
    """The board is up to date, or what comes of it first (BD-28)."""


class Diverged(msgspec.Struct, frozen=True, tag="diverged"):
    """What came was not made on the board that is here: the whole state is asked for."""

    reason: str


Happening = Acknowledged | Fate | Held | Waiting | Synced | Diverged
