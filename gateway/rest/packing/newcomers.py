"""Who the people of a lesson pack are here (PROTOCOL LP-8).

Whom nobody knows here stays a name: a user without an account, a key or a way to sign in.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

import msgspec

from gateway.packs.job import Surveyed
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.erasure import ERASED_NAME
from storage.people import identities
from storage.people.erasure import ERASED_ISSUER
from storage.people.identities import NewUser
from storage.records import User, UserKind
from storage.sessions import series
from storage.sessions.arriving import IMPORTED_ISSUER, subject_of

_SLICE: Final = 100
"""People who are written in one transaction."""


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """A person of a pack, `packed_id` there, who is `user_id` here."""

    packed_id: int
    user_id: int
    name: str
    is_known: bool
    """Whether they are somebody whom this server knew before."""


async def known_people(
    services: Services,
    found: Surveyed,
    table: Mapping[str, int],
    *,
    host: User,
    is_operator: bool,
) -> dict[int, int]:
    """Return who of a pack is whom here, by the numbers of both: its host, and whom a table names.

    Args:
        services: of the server.
        found: what is in the pack.
        table: by name or number in the pack, the number here.
        host: who takes the lesson up: they lead it from now on.
        is_operator: may name everybody; others those whom lessons of theirs were for.

    Raises:
        Refused: `invalid` or `not_found`, with the key of the table.

    """
    known = {found.after.host_id: host.user_id}
    for key, user_id in table.items():
        field = f"people.{key}"
        packed_id = _packed(found, key, field)
        if packed_id == found.after.host_id:
            if user_id != host.user_id:
                raise Refused(
                    ErrorCode.INVALID, "who led the lesson is whoever takes it up", field=field
                )
            continue
        if packed_id in known or user_id in known.values():
            raise Refused(ErrorCode.INVALID, "two are the same person", field=field)
        known[packed_id] = user_id
    wanted = {packed_id: user_id for packed_id, user_id in known.items() if user_id != host.user_id}
    there = await _there(services, set(wanted.values()), host=host, is_operator=is_operator)
    for key, user_id in table.items():
        if user_id not in there:
            raise Refused(
                ErrorCode.NOT_FOUND,
                "there is no such user"
                if is_operator
                else "none of your lessons was for them: teach them first, or ask the operator",
                field=f"people.{key}",
            )
    return known


async def with_strangers(
    services: Services, found: Surveyed, known: Mapping[int, int], *, session_id: str, host: User
) -> list[Newcomer]:
    """Return everybody whom the log of a pack names; those who are not known are written."""
    names = {seat.user_id: seat.name for seat in found.participants}
    strangers = [packed_id for packed_id in found.people if packed_id not in known]
    made: dict[int, User] = {}
    for first in range(0, len(strangers), _SLICE):
        some = strangers[first : first + _SLICE]
        wanted = [
            NewUser(
                issuer=IMPORTED_ISSUER,
                subject=subject_of(session_id, packed_id),
                name=names.get(packed_id, ERASED_NAME),
                kind=UserKind.GUEST,
                at_ms=services.clock.now_ms(),
            )
            for packed_id in some
        ]
        users = await services.rooms.write(partial(identities.ensure_all, wanted=wanted))
        made.update(zip(some, users, strict=True))
    return [
        Newcomer(
            packed_id=packed_id,
            user_id=known[packed_id] if packed_id in known else made[packed_id].user_id,
            name=names.get(packed_id, host.name if packed_id in known else ERASED_NAME),
            is_known=packed_id in known,
        )
        for packed_id in sorted({*found.people, *known})
    ]


def _packed(found: Surveyed, key: str, field: str) -> int:
    if key.isascii() and key.isdecimal():
        packed_id = int(key[:20])
        if packed_id in found.people:
            return packed_id
    named = [seat.user_id for seat in found.participants if seat.name == key]
    if len(named) == 1:
        return named[0]
    if named:
        numbers = ", ".join(map(str, named))
        raise Refused(
            ErrorCode.INVALID, f"several have this name: say which of {numbers}", field=field
        )
    raise Refused(ErrorCode.NOT_FOUND, "nobody in the pack is called so", field=field)


async def _there(
    services: Services, user_ids: set[int], *, host: User, is_operator: bool
) -> set[int]:
    """Return those of some people who may be named; the host is always among them."""
    store = services.rooms.store
    if not user_ids:
        return {host.user_id}
    if not is_operator:
        known = await series.people_of_host(store, host.user_id, only=user_ids, limit=len(user_ids))
        return {host.user_id, *(person.user_id for person in known)}
    there = {host.user_id}
    for user_id in user_ids:
        user = await store.user(user_id)
        if user and user.kind is UserKind.REGISTERED and user.issuer != ERASED_ISSUER:
            there.add(user_id)
    return there
