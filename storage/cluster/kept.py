"""A connection that is kept open for a purpose, and opened anew after a fault."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engine
from storage.dialects.dialect import Dialect
from storage.errors import StorageUnavailable

_T = TypeVar("_T")
_Work = Callable[[AsyncConnection], Awaitable[_T]]


async def _nothing(_: AsyncConnection) -> None:
    pass


class Kept:
    """One connection, one statement at a time, in the order of the calls.

    Args:
        pool: where it comes from.
        dialect: what knows the database.
        greet: what is done first on each new one.

    """

    def __init__(
        self, pool: AsyncEngine, dialect: Dialect, *, greet: _Work[None] = _nothing
    ) -> None:
        self._pool = pool
        self._dialect = dialect
        self._greet = greet
        self._connection: AsyncConnection | None = None
        self._turn = asyncio.Lock()

    async def run(self, work: _Work[_T]) -> _T:
        """Return what `work` comes to.

        Raises:
            StorageUnavailable: the database did not answer, or in time; whether something was
                done, reading tells.

        """
        async with self._turn:
            try:
                return await work(await self._opened())
            except BaseException as error:
                await self._drop()
                if isinstance(error, engine.FAULTS):
                    raise StorageUnavailable(
                        f"cannot use the database: {self._dialect.reason(error)}"
                    ) from self._dialect.cause(error)
                raise

    async def close(self) -> None:
        """End the connection; the next call would open another one."""
        async with self._turn:
            await self._drop()

    async def _opened(self) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._pool.connect()
            await self._greet(self._connection)
        return self._connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError, OSError):
                # Not back into the pool: what it held is let go of with it.
                await connection.invalidate()
                await connection.close()
