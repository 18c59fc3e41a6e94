"""Erasing a person: out of the rooms that are open, then out of the database."""

from functools import partial

import msgspec

from actors.house.rooms import Rooms
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import EraseParticipant
from storage.people import erasure
from storage.people.erasure import Place
from storage.upkeep import forgetting


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What was done."""

    user_id: int
    sessions: int
    """In which the person had a seat, or which they hosted."""
    events: int
    """That told their name."""


async def erase_user(rooms: Rooms, user_id: int) -> Erased:
    """Forget who a user is, everywhere; done again after a failure it goes on where it stopped.

    Their tokens are void first, then they are removed from rooms, then the past is rewritten.

    Raises:
        Refused: `not_found`; `conflict`, they host a session that is not over; `unavailable`.

    """
    user = await rooms.store.user(user_id)
    if user is None:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such user", field="user_id")
    places = await erasure.places_of(rooms.store, user_id)
    _refuse_hosts(places)
    at_ms = rooms.clock.now_ms()
    await rooms.write(lambda store: erasure.erase_from_replies(store, user))
    await rooms.write(lambda store: erasure.erase_identity(store, user_id, at_ms=at_ms))
    events = 0
    for place in places:
        if not place.has_ended:
            await _remove(rooms, place, user_id)
        await rooms.write(partial(erasure.erase_seat, place=place, user_id=user_id, at_ms=at_ms))
        events += await _rewrite(rooms, place, user_id)
    # What cannot be cleaned up for the moment the housekeeper does within a minute, or tries again.
    await rooms.write(lambda store: forgetting.forget(store, is_quiet=not rooms.live()))
    return Erased(user_id=user_id, sessions=len(places), events=events)


def _refuse_hosts(places: list[Place]) -> None:
    hosted = [place.session_id for place in places if place.is_host and not place.has_ended]
    if hosted:
        raise Refused(
            ErrorCode.CONFLICT,
            f"this user hosts sessions that are not over, end them first: {', '.join(hosted)}",
            field="user_id",
        )


async def _remove(rooms: Rooms, place: Place, user_id: int) -> None:
    try:
        await rooms.ask(place.session_id, EraseParticipant(user_id=user_id))
    except Refused as refused:
        # It was over by the time that it was asked: then its rows are all that there is.
        if refused.code is not ErrorCode.SESSION_ENDED:
            raise


async def _rewrite(rooms: Rooms, place: Place, user_id: int) -> int:
    events = 0
    after: int | None = 0
    while after is not None:
        changed, after = await rooms.write(
            partial(erasure.erase_from_log, place=place, user_id=user_id, after=after)
        )
        events += changed
    return events
