"""Finding a session by the beginning of its id, as git does with commits."""

import asyncio
import re
from typing import Final

from cli.command_errors import CommandRefused, WronglyCalled

SHORTEST: Final = 13
"""The part of an id that is its time: what two sessions share only if made in one millisecond."""

_WHOLE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PART: Final = re.compile(r"[0-9a-f-]{1,36}")
_SHOWN: Final = 3


def whole_id(given: str, *, database_url: str) -> str:
    """Return the id that begins with `given`; a whole one is returned without a look.

    Raises:
        WronglyCalled: it is no beginning of an id.
        CommandRefused: no session begins so, or several do.

    """
    part = given.lower()
    if _WHOLE.fullmatch(part):
        return part
    if not _PART.fullmatch(part):
        raise WronglyCalled(
            f"{given!r} is no session id: ids are of 0-9, a-f and -; `lessonroom rooms list`"
            " shows them"
        )
    found = asyncio.run(_beginning_with(part, database_url))
    if not found:
        raise CommandRefused(f"there is no session whose id begins with {part}")
    if len(found) > 1:
        some = ", ".join(f"{session_id} {title!r}" for session_id, title in found[:_SHOWN])
        more = ", ..." if len(found) > _SHOWN else ""
        raise CommandRefused(
            f"{len(found)} sessions begin with {part}, give more of the id: {some}{more}"
        )
    return found[0][0]


def short_ids(session_ids: list[str]) -> dict[str, str]:
    """Return for each id as much of its beginning as tells it from the others."""
    length = SHORTEST
    while len({session_id[:length] for session_id in session_ids}) < len(set(session_ids)):
        length += 1
    return {session_id: session_id[:length] for session_id in session_ids}


async def _beginning_with(part: str, database_url: str) -> list[tuple[str, str]]:
    """Return the ids and titles of the sessions that `part` may mean, newest first."""
    # Loading what reads a database takes a second, which a whole id need not wait for.
    from cli.database import all_sessions, reading  # noqa: PLC0415

    async with reading(database_url) as store:
        return [
            (session.session_id, session.title)
            async for session in all_sessions(store)
            if session.session_id.startswith(part)
        ]
