"""What the actors are told by the settings."""

import msgspec

from lessonroom.limits import Limits
from lessonroom.rates import Rates
from lessonroom.session.session import IcePolicy


class RoomConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How rooms and connections behave. Times are in seconds."""

    limits: Limits = Limits()
    rates: Rates = Rates()
    grace_s: int = 20
    pause_when_empty_s: float = 600.0
    """How long nobody is in an active session until its time stands still."""
    ice_policy: IcePolicy = IcePolicy.ALL
    can_record: bool = True
    """Whether hosts may record sessions."""
    fanout_interval_s: float = 0.02
    autosave_s: float = 10.0
    snapshot_events: int = 500
    """A snapshot is taken after that many board events, even before `autosave_s` is over."""
    rest_after_s: float = 60.0
    """A room in which nobody has been for so long is put to rest."""
    resume_window: int = 4096
    resume_bytes: int = 4 * 1024 * 1024
    outbox_soft_bytes: int = 256 * 1024
    outbox_hard_bytes: int = 1024 * 1024
    intake_messages: int = 32
    """Messages of a connection that wait to be handled; past them nothing of it is read."""
    intake_bytes: int = 256 * 1024
    """The same in bytes."""
    journal_queue: int = 5000
    first_message_s: float = 10.0
    idle_timeout_s: float = 30.0
    ping_interval_s: float = 10.0
    crashes_before_parking: int = 5
    crash_window_s: float = 60.0
