"""Requests that may come twice and are carried out once: `Idempotency-Key`, ids of webhooks."""

import contextlib
import hashlib
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import Header

from actors.house.rooms import Rooms
from actors.runtime.clock import Clock
from gateway.once import Once
from storage import replies
from storage.errors import CommitFailed
from storage.replies import KeptReply
from storage.store import Store

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,255}$",
        description="The same key with the same body within a day gets the same reply.",
        examples=["6d0a6c2e-8d6b-4a39-a9c0-0f7c2d7b1f55"],
    ),
]


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One request under its key, the first or again. `kept` is the reply of the first, if any."""

    scope: str
    key: str
    digest: bytes
    at_ms: int
    kept: KeptReply | None = None

    def reply(self, body: bytes, *, status: int) -> KeptReply:
        """Return a reply, to be kept in the transaction of what was asked for."""
        return KeptReply(
            scope=self.scope,
            key=self.key,
            digest=self.digest,
            status=status,
            body=body,
            at_ms=self.at_ms,
        )

    async def looked_up(self, rooms: Rooms) -> "Attempt":
        """Return the attempt with the reply that is kept by now."""
        kept = await replies.find(rooms.store, self.scope, self.key, now_ms=self.at_ms)
        return msgspec.structs.replace(self, kept=kept)


@contextlib.asynccontextmanager
async def attempt(
    once: Once, scope: str, key: str, body: bytes, *, rooms: Rooms, clock: Clock
) -> AsyncIterator[Attempt]:
    """Wait until no other request of this key is under way; yield this one.

    Args:
        once: keeps those of one key apart.
        scope: whose key it is.
        key: the key.
        body: what is asked for.
        rooms: where replies are kept.
        clock: the time.

    """
    digest = hashlib.sha256(body).digest()
    async with once.one_at_a_time(scope, key):
        first = Attempt(scope=scope, key=key, digest=digest, at_ms=clock.now_ms())
        yield await first.looked_up(rooms)


async def keep(rooms: Rooms, reply: KeptReply) -> bool:
    """Keep a reply in a transaction of its own, where what was asked for can be done twice.

    Returns False where another server has kept one under this key meanwhile.
    """

    async def write(store: Store) -> None:
        await replies.keep(store, reply)

    try:
        await rooms.write(write)
    except CommitFailed as failed:
        if not failed.is_conflict:
            raise
        return False
    return True
