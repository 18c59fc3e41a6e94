"""Who is calling, and what a session has to do with them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from actors.house.rooms import Rooms
from gateway.identity.claims import Scope
from gateway.identity.revocations import Revocations
from gateway.identity.tokens import RoomClaims, Tokens, UserClaims
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionType
from lessonroom.session.session import Session
from lessonroom.turn import waiting_for_the_host
from storage.people import erasure
from storage.records import UserKind

TEACHER: Final = "teacher"
SCOPE_OF: Final[Mapping[str, Scope]] = {TEACHER: Scope.USER, "operator": Scope.OPERATOR}
"""What somebody's role opens."""
_SESSION_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose credential was verified.

    `user_id` is absent only for the operator on the Unix socket, who is nobody in particular.
    `room` is what their room token says, where they came with one: it opens its own session only.
    `claims` is what their user token says, where they came with that.
    """

    user_id: int | None
    is_operator: bool = False
    room: RoomClaims | None = None
    claims: UserClaims | None = None

    @property
    def by(self) -> int | None:
        """Who acts, in a command: None for the operator, who needs no permission."""
        return None if self.is_operator else self.user_id

    @property
    def provider_session(self) -> str | None:
        """What stands for the session at the school's provider by which they are signed in."""
        token = self.room or self.claims
        return None if token is None else token.provider_session


OPERATOR: Final = Caller(user_id=None, is_operator=True)
"""Whoever may open the Unix socket."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A session that the caller may know of, with their seat in it."""

    caller: Caller
    session: Session
    seat: Participant | None

    @property
    def is_host(self) -> bool:
        """Whether the caller owns the session."""
        return self.caller.user_id == self.session.host_id

    @property
    def leads(self) -> bool:
        """Whether the caller is its host, or was made one beside them (SY-7)."""
        return self.is_host or (self.seat is not None and self.seat.role is Role.HOST)

    @property
    def may_see_code(self) -> bool:
        """Whether the caller may let others in: who leads the session, or runs the server."""
        return self.leads or self.caller.is_operator


def bearer_token(authorizations: Sequence[str]) -> str | None:
    """Return the token of the `Authorization` headers of a request; None where there is none.

    Raises:
        Refused: `unauthorized`, there are several, or it is of another scheme.

    """
    if not authorizations:
        return None
    if len(authorizations) > 1:
        raise Refused(ErrorCode.UNAUTHORIZED, "more than one Authorization header")
    scheme, _, token = authorizations[0].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(ErrorCode.UNAUTHORIZED, "the Authorization header must be: Bearer <token>")
    return token.strip()


async def identify(token: str, *, tokens: Tokens, rooms: Rooms, revocations: Revocations) -> Caller:
    """Return whom a user token or a room token names.

    Raises:
        Refused: `unauthorized`; `permission_denied`, it names a platform, which is nobody.

    """
    if tokens.is_room_token(token):
        claims = tokens.verify_room(token)
        if revocations.is_room_token_void(claims):
            raise _signed_out()
        return Caller(user_id=claims.user_id, room=claims)
    user_claims = tokens.verify_user(token)
    if user_claims.scope is Scope.PLATFORM:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "a platform's token opens launches, the feed, and plans of its sessions",
        )
    if revocations.is_revoked(user_claims):
        raise _signed_out()
    # Written only where something is new: reading goes on while the database takes no writes.
    user = await rooms.store.user_by_subject(user_claims.issuer, user_claims.subject)
    if user is None:
        await _refuse_erased(user_claims, rooms=rooms)
    elif user.barred_at_ms is not None:
        raise barred()
    elif user_claims.issued_at_ms <= revocations.void_until_ms(user.user_id):
        raise _signed_out()
    name = user_claims.name or (user.name if user is not None else names.NAMELESS)
    # Who signed in by a link is named here, and may have been named anew since.
    is_named_here = user_claims.sign_in is not None
    if user is None or (user.name != name and not is_named_here):
        user = await rooms.ensure_user(
            issuer=user_claims.issuer,
            subject=user_claims.subject,
            name=name,
            kind=UserKind.REGISTERED,
        )
    # A role that was decided takes from what a token of before says, and gives nothing to it.
    is_operator = user_claims.scope is Scope.OPERATOR and user.role != TEACHER
    return Caller(user_id=user.user_id, is_operator=is_operator, claims=user_claims)


def barred() -> Refused:
    """Return the refusal of somebody whom the operator lets in no more."""
    return Refused(
        ErrorCode.UNAUTHORIZED, "you may not come in any more: ask whoever runs this server"
    )


def _signed_out() -> Refused:
    return Refused(ErrorCode.UNAUTHORIZED, "the token was refused: its person has signed out")


async def _refuse_erased(claims: UserClaims, *, rooms: Rooms) -> None:
    """Refuse a token from before its person was erased: it would bring their name back."""
    erased_at_ms = await erasure.erased_at_ms(rooms.store, claims.issuer, claims.subject)
    if erased_at_ms is not None and claims.issued_at_ms <= erased_at_ms:
        raise Refused(ErrorCode.UNAUTHORIZED, "this token was issued before its person was erased")


async def access(caller: Caller, session_id: str, *, rooms: Rooms) -> Access:
    """Return a session for a caller who has to do with it.

    The seat is read on each call, so that a kick holds from its commit on (PROTOCOL SY-3).

    Raises:
        Refused: `not_found` for sessions that do not exist and those that are not the caller's,
            which cannot be told apart; `kicked`; `unauthorized` for a token from before a kick;
            `permission_denied` for one who waits in the lobby.

    """
    session = await find_session(session_id, rooms=rooms)
    if session is None or (caller.room is not None and caller.room.session_id != session_id):
        raise no_such_session()
    seat = await seat_of(caller, session_id, rooms=rooms)
    if caller.room is not None and seat is None:
        raise Refused(ErrorCode.UNAUTHORIZED, "this token's person has no seat in the session")
    found = Access(caller=caller, session=session, seat=seat)
    if seat is None and not found.is_host and not caller.is_operator:
        raise no_such_session()
    if seat is not None and not seat.is_admitted and not caller.is_operator:
        raise waiting_for_the_host()
    return found


async def seat_of(caller: Caller, session_id: str, *, rooms: Rooms) -> Participant | None:
    """Return the caller's seat.

    Raises:
        Refused: `kicked`; `unauthorized` for a token from before a kick.

    """
    if caller.user_id is None:
        return None
    seat = await rooms.store.participant(session_id, caller.user_id)
    if seat is None or caller.is_operator:
        return seat
    if seat.status is ParticipantStatus.KICKED:
        raise Refused(ErrorCode.KICKED, "you were removed from this session")
    if caller.room is not None and caller.room.issued_at_ms < seat.not_before_ms:
        raise Refused(ErrorCode.UNAUTHORIZED, "this token was issued before you were removed")
    return seat


async def find_session(session_id: str, *, rooms: Rooms) -> Session | None:
    """Return a session; None also for what cannot be the name of one."""
    if _SESSION_ID.fullmatch(session_id) is None:
        return None
    return await rooms.store.session(session_id)


def no_such_session() -> Refused:
    """Return the one answer to sessions that are not there, or not for the caller."""
    return Refused(ErrorCode.NOT_FOUND, "there is no such session", field="session_id")


def host_role(session: Session) -> Role:
    """Return the role of the owner's seat."""
    return Role.SOLO if session.session_type is SessionType.SOLO else Role.HOST
