"""The people of a booking as users of this server."""

import msgspec

from gateway.rest.plumbing.services import Services
from gateway.webhooks.booking_formats import BookedPerson, Booking
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from storage.people import identities
from storage.records import User, UserKind


class BookedPeople(msgspec.Struct, frozen=True, kw_only=True):
    """Who was named, by number, and who could not be known, with the reason."""

    host: User | None
    invitees: frozenset[int] | None
    users: dict[int, User]
    left_out: list[str]


async def people_of_booking(services: Services, booking: Booking) -> BookedPeople:
    """Return the users whom a booking names, made where missing.

    Raises:
        Refused: `invalid`, its host is of an issuer that is not known here.

    """
    left_out = list(booking.left_out)
    wanted: list[tuple[str, BookedPerson]] = []
    for person in booking.invitees or ():
        issuer = person.issuer or services.webhooks.booking_issuer
        if issuer in services.webhooks.issuers:
            wanted.append((issuer, person))
        else:
            left_out.append(f"{person.place}.issuer: {_no_such_issuer(services)}")
    host_issuer = None
    if booking.host is not None:
        host_issuer = booking.host.issuer or services.webhooks.booking_issuer
        if host_issuer not in services.webhooks.issuers:
            raise Refused(
                ErrorCode.INVALID, _no_such_issuer(services), field=f"{booking.host.place}.issuer"
            )
        wanted.append((host_issuer, booking.host))
    users = await _users(services, wanted)
    invited = frozenset(users[issuer, person.subject].user_id for issuer, person in wanted)
    host = None
    if booking.host is not None and host_issuer is not None:
        host = users[host_issuer, booking.host.subject]
        invited = frozenset(
            users[issuer, person.subject].user_id
            for issuer, person in wanted
            if person is not booking.host
        )
    return BookedPeople(
        host=host,
        invitees=None if booking.invitees is None else invited,
        users={user.user_id: user for user in users.values()},
        left_out=left_out,
    )


async def _users(
    services: Services, wanted: list[tuple[str, BookedPerson]]
) -> dict[tuple[str, str], User]:
    """Return users by issuer and subject; those who are new are written in one transaction."""
    store = services.rooms.store
    found: dict[tuple[str, str], User] = {}
    missing: dict[tuple[str, str], str] = {}
    for issuer, person in wanted:
        key = (issuer, person.subject)
        shown = names.fitted(person.name)
        known = await store.user_by_subject(*key)
        if known is not None:
            found[key] = known
        # One who is known keeps their name: only their own token may change it.
        if known is None or (known.name == names.NAMELESS and shown is not None):
            missing[key] = shown or names.NAMELESS
    if missing:
        at_ms = services.clock.now_ms()
        new = [
            identities.NewUser(
                issuer=issuer, subject=subject, name=name, kind=UserKind.REGISTERED, at_ms=at_ms
            )
            for (issuer, subject), name in missing.items()
        ]
        for user in await services.rooms.write(lambda store: identities.ensure_all(store, new)):
            found[user.issuer, user.subject] = user
    return found


def _no_such_issuer(services: Services) -> str:
    return f"no such issuer; known: {', '.join(sorted(services.webhooks.issuers))}"
