"""People that a caller names by what a platform calls them."""

from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from storage.records import User, UserKind


async def user_of_subject(services: Services, issuer: str, subject: str, name: str | None) -> User:
    """Return the user of that subject, made with `name` where missing.

    One who is known keeps their name: only their own token may change it. A name that cannot be
    shown as it is costs nobody their seat: it is shortened, or replaced.

    Raises:
        Refused: `invalid`, nobody is known by that subject and no name is given.

    """
    known = await services.rooms.store.user_by_subject(issuer, subject)
    shown = names.fitted(name)
    if known is not None and (known.name != names.NAMELESS or shown is None):
        return known
    if known is None and name is None:
        raise Refused(ErrorCode.INVALID, "nobody is known by this subject: name them", field="name")
    return await services.rooms.ensure_user(
        issuer=issuer, subject=subject, name=shown or names.NAMELESS, kind=UserKind.REGISTERED
    )
