"""The reading connections, which may be in use at the moment they are to be given up."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engine


class Readers:
    """A pool of reading connections that can be renewed while some of them are read from.

    SQLAlchemy forgets a connection that comes home to a pool which was disposed of meanwhile: its
    thread would go on for ever. So a pool ends with the last reading that began on it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = engine.readers(url)
        self._busy: Counter[AsyncEngine] = Counter()

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection; what is read over it is of one moment."""
        pool = self._engine
        self._busy[pool] += 1
        try:
            async with pool.connect() as connection:
                yield connection
        finally:
            self._busy[pool] -= 1
            if pool is not self._engine:
                await self._end(pool)

    async def renew(self) -> None:
        """Close the connections, now or after the reading that is under way; open others later."""
        pool, self._engine = self._engine, engine.readers(self._url)
        await self._end(pool)

    async def _end(self, pool: AsyncEngine) -> None:
        if not self._busy[pool]:
            del self._busy[pool]
            await pool.dispose()
