"""Links that sign somebody in, once, as Jupyter does."""

from typing import Final

import msgspec

from actors.house.rooms import Rooms
from gateway.identity.claims import Scope
from gateway.identity.tokens import ProviderSession
from storage.people import sign_in_codes

LIFETIME_S: Final = 3600.0
OPERATOR_SUBJECT: Final = "operator"
OPERATOR_NAME: Final = "Operator"
"""Until they give themself another."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a code signs in: a person who is made at the first use if missing."""

    subject: str = OPERATOR_SUBJECT
    name: str = OPERATOR_NAME
    scope: Scope = Scope.OPERATOR
    provider: ProviderSession | None = None
    """Who vouches for them, if not this server, and names them anew each time."""
    role: str | None = None
    """What that one makes them, each time anew."""


class SignInCodes:
    """Codes that were given out and not yet used; they outlive restarts.

    A code is 144 random bits: guessing needs no limit, and has none that could keep out whoever
    has the right one. A digest stands for a code, so that looking it up tells nothing by its time.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def add(self, code: str, sign_in: SignIn, *, lasts_s: float = LIFETIME_S) -> None:
        """Accept `code` once, within the next hour, or in `lasts_s`.

        Raises:
            Refused: `unavailable`, the database cannot be written.

        """
        now_ms = self._rooms.clock.now_ms()
        until_ms = now_ms + round(lasts_s * 1000)
        whom, subject = _encode(sign_in), sign_in.subject
        await self._rooms.write(
            lambda store: sign_in_codes.keep(
                store, code, whom, subject=subject, now_ms=now_ms, until_ms=until_ms
            )
        )

    async def redeem(self, code: str) -> SignIn | None:
        """Return whom `code` signs in; from now on it is not valid. Of two at once one is told.

        Raises:
            Refused: `unavailable`, the database cannot be written: the code stays good.

        """
        now_ms = self._rooms.clock.now_ms()
        if not await sign_in_codes.is_good(self._rooms.store, code, now_ms=now_ms):
            return None
        whom = await self._rooms.write(lambda store: sign_in_codes.use(store, code, now_ms=now_ms))
        return None if whom is None else _decode(whom)


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(SignIn).decode
