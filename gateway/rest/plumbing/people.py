"""People that a caller names by what a platform calls them."""

from collections.abc import Iterable

from gateway.identity.claims import Scope
from gateway.identity.identity import SCOPE_OF
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from storage.people import identities
from storage.records import User, UserKind


def require_fitting(user: User, scope: Scope | None) -> None:
    """Refuse to make somebody a way in that their account does not open.

    Raises:
        Refused: `conflict`, they are barred, or what they are is another thing than `scope`.

    """
    if user.barred_at_ms is not None:
        raise Refused(ErrorCode.CONFLICT, f"user {user.user_id} is barred: let them in again first")
    if scope is not None and user.role is not None and SCOPE_OF[user.role] is not scope:
        raise Refused(
            ErrorCode.CONFLICT,
            f"user {user.user_id} is a {user.role} here: change that first",
            field="scope",
        )


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


async def users_of_subjects(
    services: Services, wanted: Iterable[tuple[str, str, str | None]]
) -> dict[tuple[str, str], User]:
    """Return users by issuer and subject; those who are new are written in one transaction.

    Args:
        services: where users are kept.
        wanted: issuer, subject and name of each; see `user_of_subject` for what names are.

    """
    store = services.rooms.store
    found: dict[tuple[str, str], User] = {}
    missing: dict[tuple[str, str], str] = {}
    for issuer, subject, name in wanted:
        key = (issuer, subject)
        shown = names.fitted(name)
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
