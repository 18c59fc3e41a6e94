"""The keys by which guests have their seats again, when no token of theirs is valid any more.

Whoever signed in needs none: their user token says who they are.
"""

from typing import Final

from actors.house.rooms import Rooms
from actors.runtime import chance
from gateway.identity.identity import Caller
from gateway.identity.revocations import Revocations
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.session.session import Session
from storage.people import seat_keys
from storage.records import User, UserKind

_DAY_MS: Final = 86_400_000
_USE_NOTED_EVERY_MS: Final = 3_600_000
"""A key lasts for days from its last use: by less than this nothing need be written."""


class SeatKeys:
    """Gives keys, and says whose seat one opens.

    Args:
        rooms: where the seats are.
        revocations: what is void before its time.
        lasts_days: from the last use; 0: nobody gets one, and none opens anything.

    """

    def __init__(self, rooms: Rooms, revocations: Revocations, *, lasts_days: int) -> None:
        self._rooms = rooms
        self._revocations = revocations
        self._lasts_ms = lasts_days * _DAY_MS

    async def holder(self, session: Session | None, key: str | None) -> Caller | None:
        """Return whose seat a key opens; None where it opens none, for whatever reason.

        Void is one from before a kick, a signing out or a restored backup, one of another session,
        and one that was not used for too long. Whoever is kicked now is found, to be told so.

        Raises:
            Refused: `unavailable`, its use could not be noted.

        """
        if session is None or key is None:
            return None
        session_id, now_ms = session.session_id, self._rooms.clock.now_ms()
        found = await seat_keys.find(self._rooms.store, session_id, key)
        if found is None or found.used_at_ms + self._lasts_ms <= now_ms:
            return None
        seat = await self._rooms.store.participant(session_id, found.user_id)
        if seat is None:
            return None
        if seat.status is not ParticipantStatus.KICKED:
            if found.made_at_ms < self._not_before_ms(seat):
                return None
            if now_ms - found.used_at_ms >= _USE_NOTED_EVERY_MS:
                await self._rooms.write(
                    lambda store: seat_keys.use(store, session_id, found.user_id, at_ms=now_ms)
                )
        return Caller(user_id=found.user_id)

    async def given(self, session: Session, seat: Participant, user: User) -> str | None:
        """Return a new key for a guest who has none that opens their seat; None for others."""
        if user.kind is not UserKind.GUEST or not self._lasts_ms:
            return None
        session_id, not_before_ms = session.session_id, self._not_before_ms(seat)
        known = await seat_keys.of_guest(self._rooms.store, session_id, user.user_id)
        now_ms = self._rooms.clock.now_ms()
        if known is not None and (
            known.made_at_ms >= not_before_ms and known.used_at_ms + self._lasts_ms > now_ms
        ):
            return None
        key, at_ms = chance.new_seat_key(), max(now_ms, not_before_ms)
        try:
            await self._rooms.write(
                lambda store: seat_keys.give(store, session_id, user.user_id, key, at_ms=at_ms)
            )
        except Refused as refused:
            # The seat is theirs already: it is not lost for that.
            if refused.code is not ErrorCode.UNAVAILABLE:
                raise
            return None
        return key

    def _not_before_ms(self, seat: Participant) -> int:
        """Return since when tokens and keys of a seat are good."""
        return max(seat.not_before_ms, self._revocations.void_until_ms(seat.user_id) + 1)
