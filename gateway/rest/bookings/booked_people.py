"""The people of a booking as users of this server."""

import msgspec

from gateway.rest.plumbing.people import users_of_subjects
from gateway.rest.plumbing.services import Services
from gateway.webhooks.booking_formats import BookedPerson, Booking
from lessonroom.codes import ErrorCode, Refused
from storage.records import User


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
    named = [(issuer, person.subject, person.name) for issuer, person in wanted]
    users = await users_of_subjects(services, named)
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


def _no_such_issuer(services: Services) -> str:
    return f"no such issuer; known: {', '.join(sorted(services.webhooks.issuers))}"
