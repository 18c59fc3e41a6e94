"""The smallest durable write: finds out whether the disk takes anything."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.tables import SERVER_STATE

_COUNT: Final = (
    insert(SERVER_STATE)
    .values(key="probes", value=1)
    # Another value each time: a row that stays as it is would not reach the disk.
    .on_conflict_do_update(index_elements=["key"], set_={"value": SERVER_STATE.c.value + 1})
)


async def write(connection: AsyncConnection) -> None:
    """Count one probe more."""
    await connection.execute(_COUNT)
