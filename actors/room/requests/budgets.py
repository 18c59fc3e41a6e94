"""What a participant may send over all their connections, and everyone in a room together."""

import msgspec

from lessonroom.rates import Rate, RateClass, Rates, TokenBucket, too_often


class _Person(msgspec.Struct):
    share: TokenBucket
    """Their part of what the room may: of so much nobody else can deprive them."""
    share_rate: Rate
    buckets: dict[RateClass, tuple[TokenBucket, float]]
    """With the tokens that each holds at most."""


class Budgets:
    """The buckets of one room (PROTOCOL FC-1, FC-6).

    What waits is not refused here: it has come, and order is kept. It is counted, into debt if
    need be, and whoever sent it is held for as long as that lasts.
    """

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._room: TokenBucket | None = None
        self._people: dict[int, _Person] = {}
        self._count = 1
        self._share_rate = rates.room

    def take(self, user_id: int, kind: RateClass, *, cost: float, people: int, now_s: float) -> int:
        """Count one request; return for how many milliseconds no more is to be read.

        Args:
            user_id: who sent it, over whichever connection.
            kind: its class.
            cost: what it costs, in tokens.
            people: between how many the room's budget is divided where all want it at once.
            now_s: the time.

        Raises:
            Refused: `rate_limited`, with when to try again; only of classes that do not wait.

        """
        person = self._person(user_id, people, now_s)
        own, burst = person.buckets.get(kind) or self._of_class(person, kind, now_s)
        if self._room is None:
            self._room = TokenBucket(self._rates.room, now_s=now_s)
        room = self._room
        if kind.waits:
            own_ms = own.charge(cost, now_s, debt_most=burst)
        elif own_ms := own.take(now_s, cost):
            raise too_often(own_ms / 1000, "too fast: your connections together are")
        room_ms = room.charge(cost, now_s, debt_most=self._rates.room.burst)
        share_ms = person.share.charge(cost, now_s, debt_most=person.share_rate.burst)
        # Who is within their own share goes on where the others have used up the room's budget.
        room_ms = min(room_ms, share_ms)
        if room_ms and not kind.waits:
            raise too_often(room_ms / 1000, "too fast: the room is, and you more than others")
        return max(own_ms, room_ms)

    def charge(self, user_id: int, cost: float, *, now_s: float) -> int:
        """Count more for what was taken already; return for how long no more is to be read."""
        person = self._person(user_id, self._count, now_s)
        own, burst = self._of_class(person, RateClass.BOARD, now_s)
        if self._room is not None:
            self._room.charge(cost, now_s, debt_most=self._rates.room.burst)
        person.share.charge(cost, now_s, debt_most=person.share_rate.burst)
        return own.charge(cost, now_s, debt_most=burst)

    def _person(self, user_id: int, people: int, now_s: float) -> _Person:
        if people != self._count:
            self._count = people
            self._share_rate = self._rates.room.times(1 / max(1, people))
        share_rate = self._share_rate
        person = self._people.get(user_id)
        if person is None:
            share = TokenBucket(share_rate, now_s=now_s)
            person = self._people[user_id] = _Person(share, share_rate, {})
        elif person.share_rate is not share_rate:
            person.share.change(share_rate)
            person.share_rate = share_rate
        return person

    def _of_class(
        self, person: _Person, kind: RateClass, now_s: float
    ) -> tuple[TokenBucket, float]:
        found = person.buckets.get(kind)
        if found is None:
            rate = self._rates.of(kind).times(self._rates.participant_factor)
            found = person.buckets[kind] = (TokenBucket(rate, now_s=now_s), rate.burst)
        return found
