"""What a participant may send over all their connections, and everyone in a room together."""

from typing import Final

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import Channel
from lessonroom.protocol.client import BoardEvent, Call, ChatMessage, PointerMove
from lessonroom.protocol.decoding import Message
from lessonroom.rates import Rate, RateClass, Rates, TokenBucket

_CLASS_OF: Final = {
    Channel.BOARD.value: RateClass.BOARD,
    Channel.WEBRTC.value: RateClass.SIGNAL,
    Channel.SYSTEM.value: RateClass.COMMAND,
}
"""The rate class of a channel's requests, but for those that have a class of their own."""


def rate_class_of(message: Message) -> RateClass:
    """Return what a message counts as."""
    match message.data:
        case BoardEvent():
            return RateClass.BOARD
        case PointerMove():
            return RateClass.POINTER
        case ChatMessage():
            return RateClass.CHAT
        case Call(name="undo" | "redo"):
            return RateClass.BOARD
        case _:
            return _CLASS_OF[message.ch]


class Budgets:
    """The buckets of one room (PROTOCOL FC-1)."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._room: TokenBucket | None = None
        self._people: dict[tuple[int, RateClass], TokenBucket] = {}

    def take(self, user_id: int, kind: RateClass, *, now_s: float) -> None:
        """Count one request.

        Raises:
            Refused: `rate_limited`, with when to try again.

        """
        person = self._person(user_id, kind, now_s)
        if self._room is None:
            self._room = TokenBucket(self._rates.room, now_s=now_s)
        wait_ms = person.take(now_s) or self._room.take(now_s)
        if wait_ms:
            raise Refused(
                ErrorCode.RATE_LIMITED,
                "too fast: your connections together, or the room, are over their rate",
                retry_after_ms=wait_ms,
            )

    def charge(self, user_id: int, kind: RateClass, messages: int, *, now_s: float) -> None:
        """Count `messages` more for one that was taken already; the next ones wait for it."""
        self._person(user_id, kind, now_s).charge(messages, now_s)

    def _person(self, user_id: int, kind: RateClass, now_s: float) -> TokenBucket:
        person = self._people.get((user_id, kind))
        if person is None:
            one = self._rates.of(kind)
            factor = self._rates.participant_factor
            person = TokenBucket(Rate(one.per_s * factor, one.burst * factor), now_s=now_s)
            self._people[user_id, kind] = person
        return person
