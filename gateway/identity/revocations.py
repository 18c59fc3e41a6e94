"""Tokens that are void before their time: a sign-in that ended, a token that got about."""

from typing import Final

from actors.house.rooms import Rooms
from gateway.identity.tokens import RoomClaims, UserClaims
from storage.people import calendars, revocation, seat_keys

_SIGN_IN: Final = "sid:"
_PROVIDER_SESSION: Final = "psid:"
_ONCE: Final = "once:"


class Revocations:
    """What was revoked: on disk, and all of it in memory, so that asking costs nothing.

    Room tokens are void with the sign-in everywhere of their person, and with the session at the
    school's provider by which they were had; they name no other sign-in, and live for hours.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._marks: dict[str, int] = {}

    async def load(self) -> None:
        """Read what was revoked before this process began."""
        self._marks = await revocation.marks(self._rooms.store)

    async def revoke(self, claims: UserClaims) -> None:
        """Make a token void; of a sign-in, every token by which it was renewed.

        Raises:
            Refused: `unavailable`, it could not be stored.

        """
        await self._mark(revocation.OF_TOKEN + _name_of(claims))

    async def sign_out(self, user_id: int) -> None:
        """Make void what opens anything for a person until now: tokens, a guest's keys, a calendar.

        Raises:
            Refused: `unavailable`, it could not be stored.

        """
        await self._mark(f"{revocation.OF_PERSON}{user_id}")
        # Marks go after a month; a key may last longer.
        await self._rooms.write(lambda store: seat_keys.take_away(store, user_id))
        await self._rooms.write(lambda store: calendars.close(store, user_id))

    async def end_provider_session(self, name: str) -> None:
        """Make void what was had until now by one session at the school's provider.

        Raises:
            Refused: `unavailable`, it could not be stored.

        """
        await self._mark(revocation.OF_TOKEN + _PROVIDER_SESSION + name)

    def was_used(self, name: str) -> bool:
        """Whether something that is good once was used within a month."""
        return revocation.OF_TOKEN + _ONCE + name in self._marks

    async def use(self, name: str) -> None:
        """Have something that is good once be used from now on.

        Raises:
            Refused: `unavailable`, it could not be stored.

        """
        await self._mark(revocation.OF_TOKEN + _ONCE + name)

    def is_revoked(self, claims: UserClaims) -> bool:
        """Whether this very token, its sign-in, or its session at the provider was ended."""
        return revocation.OF_TOKEN + _name_of(claims) in self._marks or self._is_left(claims)

    def is_room_token_void(self, claims: RoomClaims) -> bool:
        """Whether the person of a room token has signed out since, or was."""
        is_out = claims.issued_at_ms <= self.void_until_ms(claims.user_id)
        return is_out or self._is_left(claims)

    def void_session_until_ms(self, provider_session: str | None) -> int:
        """Return up to when what was had by a provider's session is void; 0: it is not."""
        if provider_session is None:
            return 0
        key = revocation.OF_TOKEN + _PROVIDER_SESSION + provider_session
        return self._marks.get(key, 0)

    def _is_left(self, claims: UserClaims | RoomClaims) -> bool:
        return claims.issued_at_ms <= self.void_session_until_ms(claims.provider_session)

    def void_until_ms(self, user_id: int) -> int:
        """Return up to when tokens of a person are void, in ms since the Unix epoch; 0: none is."""
        return self._marks.get(f"{revocation.OF_PERSON}{user_id}", 0)

    async def _mark(self, key: str) -> None:
        at_ms = self._rooms.clock.now_ms()
        await self._rooms.write(lambda store: revocation.mark(store, key, at_ms=at_ms))
        oldest_ms = at_ms - revocation.MARKS_LAST_MS
        kept = {known: at for known, at in self._marks.items() if at >= oldest_ms}
        self._marks = {**kept, key: at_ms}


def _name_of(claims: UserClaims) -> str:
    return claims.digest if claims.sign_in is None else _SIGN_IN + claims.sign_in
