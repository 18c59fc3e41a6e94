"""What may be told to the journal, and how to wait for it."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import msgspec

from actors.messages import RoomMessage
from actors.runtime.mailbox import Mailbox, Request
from storage.records import Batch
from storage.store import Store

_R_co = TypeVar("_R_co", covariant=True)


class CommitBatch(msgspec.Struct, frozen=True):
    """Put a batch on disk and tell `room`: `Committed` or `CommitLost`.

    `generation` counts how often the room has loaded itself anew. What a room sent before it heard
    of a failure builds on events that are lost, and is lost with them.
    """

    room: Mailbox[RoomMessage]
    generation: int
    batch: Batch


class Write(Request[_R_co], Generic[_R_co], frozen=True):
    """Asked: run another write (a new session, a user) in its turn; answered with its result.

    The one message that carries code: it goes to the journal that stands beside the store, never
    farther.
    """

    work: Callable[[Store], Awaitable[_R_co]]


class Passed(Request[None], frozen=True):
    """Asked: answered once what is written ahead by now waits for its transaction, or is lost."""


JournalMessage = CommitBatch | Write[Any] | Passed
"""What may be told to the journal."""


async def written(journal: Mailbox[JournalMessage]) -> None:
    """Wait until everything that was sent to a journal is on disk, or lost.

    Raises:
        Refused: the database cannot be written.
        pykka.ActorDeadError: the journal has stopped.

    """

    async def nothing(_store: Store) -> None:
        pass

    await Passed().asked_of(journal)
    await Write(nothing).asked_of(journal)
