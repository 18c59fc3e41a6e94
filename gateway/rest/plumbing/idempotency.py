"""Requests that may come twice and are carried out once: `Idempotency-Key`, ids of webhooks."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from typing import Annotated
from weakref import WeakValueDictionary

import msgspec
from fastapi import Header

from actors.house.rooms import Rooms
from actors.runtime.clock import Clock
from storage import replies
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


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One request's turn under its key. `kept` is the reply of the time before, if any."""

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


class Once:
    """Gives requests of one key their turns, one after the other.

    Two of one key at the same time would both find no reply. One process serves all requests, so
    a lock in its memory is enough.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def one_at_a_time(self, scope: str, key: str) -> asyncio.Lock:
        """Return the lock of a key."""
        return self._locks.setdefault((scope, key), asyncio.Lock())

    @contextlib.asynccontextmanager
    async def turn(
        self, scope: str, key: str, body: bytes, *, rooms: Rooms, clock: Clock
    ) -> AsyncIterator[Turn]:
        """Wait for the turn of a request.

        Args:
            scope: whose key it is.
            key: the key.
            body: what is asked for.
            rooms: where replies are kept.
            clock: the time.

        """
        async with self.one_at_a_time(scope, key):
            turn = Turn(
                scope=scope, key=key, digest=hashlib.sha256(body).digest(), at_ms=clock.now_ms()
            )
            kept = await replies.find(rooms.store, scope, key, now_ms=turn.at_ms)
            if kept is None:
                yield turn
            else:
                yield msgspec.structs.replace(turn, kept=kept)


async def keep(rooms: Rooms, reply: KeptReply) -> None:
    """Keep a reply in a transaction of its own, where what was asked for can be done twice."""

    async def write(store: Store) -> None:
        await replies.keep(store, reply)

    await rooms.write(write)
