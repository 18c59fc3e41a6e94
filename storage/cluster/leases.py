"""A node's place in the database: its own lease, and the sessions that it owns.

Leases decide how fast sessions move, never whether they move rightly: that is the fence's
(`storage.cluster.fence`). Whoever takes a session over raises its term, and what the owner before
still writes does not count.

Times are of the database's clock. A node that lives holds an advisory lock besides, which is free
at once where its process has died, and is not where it is only silent.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Self

import msgspec
from sqlalchemy import Row, TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import engine
from storage.cluster import statements
from storage.cluster.kept import Kept
from storage.errors import NodeReplaced, NodeTaken, StorageUnavailable, UnknownSession
from storage.migrate import head_revision


class NodeState(StrEnum):
    """What a node says of itself."""

    UP = "up"
    DRAINING = "draining"
    """It lets its sessions go, and takes up no more."""
    ISOLATED = "isolated"
    """It does not hear the others: its sessions are for whoever wants them."""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A node, as its row tells. `is_alive`: its lease is not over."""

    id: str
    incarnation: int
    version: str
    revision: str
    state: NodeState
    hears_bus: bool
    rooms: int
    url: str
    secret_print: bytes
    is_alive: bool


class Ownership(msgspec.Struct, frozen=True, kw_only=True):
    """Who has a session, as of its newest term; 0 where nobody ever had it.

    `is_alive`: the owner is a node whose lease is not over, and which is not isolated.
    """

    session_id: str
    term: int
    node: str | None
    incarnation: int | None
    is_alive: bool


class Leases:
    """The rows of one node. Made by `open`, ended by `close`; runs on one event loop.

    Two connections: one renews alone, so that it never waits for a claim. Every method raises
    `StorageUnavailable` where the database does not answer; what was done is then not known.
    """

    def __init__(self, url: str, *, node: str, lease_s: float) -> None:
        self.node = node
        self.incarnation = 0
        """The number of this life of the node; no two lives of any nodes share one."""
        self._lease_ms = round(lease_s * 1000)
        self._pool = engine.keeper(url)
        dialect = engine.dialect_of(url)
        self._lease = Kept(self._pool, dialect)
        self._life = Kept(self._pool, dialect, greet=self._take_life)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        node: str,
        lease_s: float,
        version: str,
        address: str,
        secret_print: bytes,
    ) -> Self:
        """Enter a node, its lease running from now on.

        Args:
            url: of the database.
            node: its id; one that was used before is used again once that node is dead.
            lease_s: how long it lives without `renew`.
            version: of the program.
            address: where it is reached.
            secret_print: tells whether nodes sign with the same secret.

        Raises:
            NotForNodes: the database is SQLite.
            NodeTaken: a node of that id lives.

        """
        leases = cls(url, node=node, lease_s=lease_s)
        try:
            await leases._enter(version, address, secret_print)
            await leases.live()
        except BaseException:
            await leases._disconnect()
            raise
        return leases

    async def close(self) -> None:
        """Leave: the row goes, and with it the sessions that were not released."""
        try:
            await self._lease.run(self._leave)
        finally:
            await self._disconnect()

    # -- the node

    async def renew(self, *, state: NodeState, hears_bus: bool, rooms: int) -> list[Node]:
        """Begin the lease anew; return all nodes, this one as it was before.

        The lease is certain for `lease_s` from before the call, by any clock that goes evenly.

        Raises:
            NodeReplaced: the row is another's, or gone.

        """
        values = {
            **self._me,
            "lease_ms": self._lease_ms,
            "state": state.value,
            "hears_bus": hears_bus,
            "rooms": rooms,
        }
        rows = await self._lease.run(lambda it: _rows(it, statements.RENEW, values))
        if not rows:
            raise NodeReplaced(self.node)
        return [_node_of(row) for row in rows]

    async def live(self) -> None:
        """Hold the lock that says that this process lives: anew, where its connection has ended.

        Called as often as `renew`; without the lock others may take this node for dead.
        """
        await self._life.run(lambda it: _rows(it, statements.STILL_LIVES, {}))

    # -- sessions

    async def ownership(self, session_id: str) -> Ownership:
        """Return who has a session.

        Raises:
            UnknownSession: there is none.

        """
        values = {"session_id": session_id}
        rows = await self._life.run(lambda it: _rows(it, statements.OWNERSHIP, values))
        if not rows:
            raise UnknownSession(session_id)
        row = rows[0]
        return Ownership(
            session_id=session_id,
            term=row.term,
            node=row.node,
            incarnation=row.incarnation,
            is_alive=row.is_alive,
        )

    async def claim(self, seen: Ownership, *, is_forced: bool = False) -> int | None:
        """Take a session over that nobody alive has; return the new term, or None.

        None: somebody else was first, its owner is alive after all, or this node is not up. A
        commit of the owner's that is under way is waited for.

        Args:
            seen: who had it when it was looked at: nobody may have had it since.
            is_forced: the owner's process cannot be reached. It is taken over before its lease is
                over then, if the lock says as well that there is no such process: after a restart
                of the bus nobody is reached, and after one of the database no lock is held.

        """
        values = {
            **self._me,
            "session_id": seen.session_id,
            "term": seen.term,
            "is_forced": is_forced,
        }
        rows = await self._life.run(lambda it: _rows(it, statements.CLAIM, values))
        return rows[0].term if rows else None

    async def release(self, session_id: str, term: int) -> bool:
        """Let go of an ownership; whether it was still this node's.

        The term stays the newest until somebody claims the next: what is on its way is written.
        """
        values = {**self._me, "session_id": session_id, "term": term}
        return bool(await self._life.run(lambda it: _rows(it, statements.RELEASE, values)))

    async def owned(self) -> dict[str, int]:
        """Return the terms of all sessions that this node has."""
        rows = await self._life.run(lambda it: _rows(it, statements.OWNED, self._me))
        return {str(row.uuid): row.term for row in rows}

    # -- inside

    @property
    def _me(self) -> dict[str, str | int]:
        return {"node": self.node, "incarnation": self.incarnation}

    async def _enter(self, version: str, address: str, secret_print: bytes) -> None:
        values = {
            "node": self.node,
            "lease_ms": self._lease_ms,
            "version": version,
            "revision": head_revision(),
            "url": address,
            "secret_print": secret_print,
        }
        rows = await self._lease.run(lambda it: _rows(it, statements.ENTER, values))
        if not rows:
            raise NodeTaken(self.node)
        self.incarnation = rows[0].incarnation

    async def _take_life(self, connection: AsyncConnection) -> None:
        if not await connection.scalar(statements.LIVE, self._me):
            # The connection before is about to end still, and keeps others from taking this node
            # for dead as well as this one would.
            raise StorageUnavailable("the connection before still holds the lock of this node")

    async def _leave(self, connection: AsyncConnection) -> None:
        await connection.execute(statements.LEAVE, self._me)

    async def _disconnect(self) -> None:
        await self._life.close()
        await self._lease.close()
        await self._pool.dispose()


async def _rows(
    connection: AsyncConnection, statement: TextClause, values: Mapping[str, object]
) -> Sequence[Row[Any]]:
    return (await connection.execute(statement, values)).all()


def _node_of(row: Row[Any]) -> Node:
    return Node(
        id=row.id,
        incarnation=row.incarnation,
        version=row.version,
        revision=row.revision,
        state=NodeState(row.state),
        hears_bus=row.hears_bus,
        rooms=row.rooms,
        url=row.url,
        secret_print=row.secret_print,
        is_alive=row.is_alive,
    )
