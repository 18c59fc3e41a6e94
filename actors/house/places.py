"""Where sessions live: the port by which the directory takes a session up and lets it go.

One process owns a session at a time. Here that is always this one; with several, whoever asks
learns who has it, and what is let go somebody else may take at once.
"""

from typing import Protocol

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A session lives in this process. `term` numbers its ownerships and rises with each."""

    term: int


class Places(Protocol):
    """Who owns which session."""

    async def place(self, session_id: str) -> Place:
        """Take the session up for this process; where it is here already, say so again.

        Raises:
            Refused: `unavailable`, nobody can say at the moment.

        """
        ...

    async def release(self, session_id: str, term: int) -> None:
        """Let go of an ownership; a term that is over already is nothing to do.

        Called once all events that the room has accepted are on disk, and before its people are
        sent away: whoever comes back at once finds it free. A snapshot may still be on its way;
        it tells of events that are on disk, whoever writes it.
        """
        ...


class Here:
    """`Places` of a process that is alone: every session lives here, in one term without end."""

    async def place(self, session_id: str) -> Place:  # noqa: ARG002 - see `Places`
        """Return the only place there is."""
        return _HERE

    async def release(self, session_id: str, term: int) -> None:
        """Nobody else waits for it."""


_HERE = Place(term=0)
