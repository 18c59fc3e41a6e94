"""Work for somebody who may hang up."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from lessonroom.codes import ErrorCode, Refused

_T = TypeVar("_T")


async def while_connected(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """Return what work comes to; it is cancelled as soon as the client is gone.

    To be called once the body was read: what is heard of the client after it is that it hung up.

    Raises:
        Refused: the client is gone; nobody will read that.

    """
    working = asyncio.ensure_future(work)
    listening = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait({working, listening}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
    finally:
        for task in (working, listening):
            task.cancel()
        # What the work holds (a process, a place in a queue) is given back before this returns.
        await asyncio.wait({working, listening})
    raise Refused(ErrorCode.UNAVAILABLE, "the client has hung up", retry_after_ms=1)


async def to_its_end(work: Coroutine[Any, Any, _T]) -> _T:
    """Return what work comes to, which nothing can stop: who is cancelled waits for it.

    As of a thread, which would go on behind whoever tidies up after it.
    """
    working = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working})
        raise


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
