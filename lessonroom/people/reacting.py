"""Reactions: seen for a moment by everyone, and kept nowhere (PROTOCOL PE-1)."""

from typing import Final

from lessonroom.commands import React
from lessonroom.protocol.server import Notification
from lessonroom.rates import Rate, TokenBucket, too_often
from lessonroom.turn import Turn

RATE: Final = Rate(1, 4)
"""Of one person: applause, but no storm of pictures over the board."""


class Reacting:
    """Who has reacted how often of late; as many people are kept as have a seat."""

    def __init__(self) -> None:
        self._buckets: dict[int, TokenBucket] = {}

    def react(self, turn: Turn, command: React) -> None:
        """Show everyone a reaction, the author's other connections as well.

        Raises:
            Refused: `conflict`, the person is not in the room; `rate_limited`.

        """
        turn.require_open()
        turn.require_present(command.by)
        now_s = turn.now_ms / 1000
        bucket = self._buckets.setdefault(command.by, TokenBucket(RATE, now_s=now_s))
        wait_ms = bucket.take(now_s)
        if wait_ms:
            raise too_often(wait_ms / 1000, "too many reactions")
        params = {"user_id": command.by, "reaction": command.reaction.value}
        notice = Notification("info", "reaction", "somebody reacts", params)
        turn.notify(turn.peers.values(), notice)
