"""Floods, as the test that measures beside them has them."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

from tests.proof.flooding.flooder import Account, Order

_ROOT: Final = Path(__file__).parents[3]
_ANSWER_S: Final = 60.0


class Floods:
    """A process that floods as it is told, one flood after another."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    async def begin(self, order: Order) -> None:
        """Flood from now on; whoever floods has come in before."""
        self._in.write(msgspec.json.encode(order) + b"\n")
        assert await self._told() == b"ready\n", "the flooders have not come in"
        self._in.write(b"go\n")

    async def end(self) -> Account:
        """Have it stop; return what came of it."""
        self._in.write(b"stop\n")
        return msgspec.json.decode(await self._told(), type=Account)

    async def _told(self) -> bytes:
        async with asyncio.timeout(_ANSWER_S):
            return await self._out.readline()


@contextlib.asynccontextmanager
async def flooding() -> AsyncIterator[Floods]:
    """Start the process, and end it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.proof.flooding.flooder"),
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Floods(process)
    finally:
        process.kill()
        await process.wait()
