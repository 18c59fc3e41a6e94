"""How good people's lines are: what each one's page makes of its own calls (PROTOCOL RT-6)."""

from typing import Final

from lessonroom.commands import ReportQuality
from lessonroom.log.events import EventType, QualityChanged
from lessonroom.rates import Rate, TokenBucket, too_often
from lessonroom.turn import Turn

RATE: Final = Rate(1 / 20, 4)
"""Of one person: a line that comes and goes fills no log."""


class Qualities:
    """Who has told of their line how often of late; as many people are kept as have a seat."""

    def __init__(self) -> None:
        self._buckets: dict[int, TokenBucket] = {}

    def report(self, turn: Turn, command: ReportQuality) -> None:
        """Keep how good a person's line is, and tell everyone; told again it is no event.

        Raises:
            Refused: `permission_denied`, the connection is not in the room; `rate_limited`;
                `too_large`.

        """
        turn.require_open()
        peer = turn.peer(command.connection_id)
        if turn.state.participants[peer.user_id].connection_quality is command.quality:
            return
        now_s = turn.now_ms / 1000
        bucket = self._buckets.setdefault(peer.user_id, TokenBucket(RATE, now_s=now_s))
        wait_ms = bucket.take(now_s)
        if wait_ms:
            raise too_often(wait_ms / 1000, "a line was told of too often")
        turn.require_space(peer.user_id, from_reserve=True)
        turn.emit(
            EventType.CONNECTION_QUALITY,
            QualityChanged(peer.user_id, command.quality),
            by=peer.user_id,
        )
