"""Minting the token of a seat, and the address that it opens."""

import re
from typing import Final

import msgspec
from fastapi import Request

from actors.runtime import chance
from gateway.identity.identity import Caller
from gateway.identity.tokens import whole_expiry_ms
from gateway.rest.plumbing.permitting import permissions_of
from gateway.rest.plumbing.services import Services, is_behind_tls
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.participant import Participant
from lessonroom.session.session import Session

_HOST: Final = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


class RoomToken(msgspec.Struct, frozen=True):
    """A token and when it ends."""

    token: str
    expires_at_ms: int


async def mint_room_token(
    services: Services,
    session: Session,
    seat: Participant,
    *,
    caller: Caller | None,
    ttl_s: int | None = None,
) -> RoomToken:
    """Return a token of a seat with the permissions that it has now, for who asks for it.

    It ends with the session at the school's provider by which the caller is signed in.
    """
    provider_session = None if caller is None else caller.provider_session
    ttl_s = services.config.room_token_ttl_s if ttl_s is None else ttl_s
    permissions = await permissions_of(services, session, seat)
    token = services.tokens.mint_room(
        session.session_id,
        seat.user_id,
        role=seat.role,
        permissions=permissions,
        ttl_s=ttl_s,
        token_id=chance.new_token_id(),
        not_before_ms=max(
            seat.not_before_ms,
            services.revocations.void_until_ms(seat.user_id) + 1,
            services.revocations.void_session_until_ms(provider_session) + 1,
        ),
        provider_session=provider_session,
    )
    return RoomToken(token, whole_expiry_ms(services.clock.now_ms(), ttl_s))


def ws_url(request: Request, services: Services, session_id: str) -> str:
    """Return the address of a session's WebSocket; the token is not in it, or logs would have it.

    Raises:
        Refused: `invalid`, no public address is set and the request's `Host` is none.

    """
    return ws_url_at(root_of(request, services), session_id)


def ws_url_at(root: str, session_id: str) -> str:
    """Return the address of a session's WebSocket on the server that browsers find at `root`."""
    return f"{root.replace('http', 'ws', 1)}/ws/classroom/{session_id}/"


def root_of(request: Request, services: Services) -> str:
    """Return the address under which browsers find the server, without a slash at its end.

    Raises:
        Refused: `invalid`, no public address is set and the request's `Host` is none.

    """
    if services.config.public is not None:
        return services.config.public.url
    host = request.headers.get("host", "")
    if _HOST.fullmatch(host) is None:
        raise Refused(ErrorCode.INVALID, "must be a host name with a port", field="Host")
    return f"{'https' if is_behind_tls(request) else 'http'}://{host}"
