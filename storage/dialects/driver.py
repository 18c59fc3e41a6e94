"""The driver's own connection: what SQLAlchemy puts around it costs as much as writing a stroke."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection


async def driver_of(connection: AsyncConnection) -> Any:  # noqa: ANN401 - each dialect knows its own
    """Return the driver's connection beneath SQLAlchemy's.

    What is done there SQLAlchemy does not see: no transaction is begun for it, and a connection
    that ends goes unnoticed.
    """
    sync = connection.sync_connection
    if sync is not None and not sync.closed and not sync.invalidated:
        # At hand: asking for it asynchronously takes a switch of greenlets.
        return sync.connection.driver_connection
    return (await connection.get_raw_connection()).driver_connection
