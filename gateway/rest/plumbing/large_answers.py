"""Answers of megabytes: one at a time for each person, sent in slices as the client reads them.

A version of a large board takes a tenth of a second of the server's time and, until its client has
read it, its bytes in memory. So whoever asks for one has to have read the last one; two may wait.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lessonroom.codes import ErrorCode, Refused

SLICE_BYTES: Final = 128 * 1024
"""What is handed over at a time: 0.1 ms."""
_WAITING_MOST: Final = 2
_RETRY_MS: Final = 1_000


class LargeAnswers:
    """Gives people their turns."""

    def __init__(self) -> None:
        self._turns: dict[str, asyncio.Lock] = {}
        self._asked: Counter[str] = Counter()

    @contextlib.asynccontextmanager
    async def turn(self, party: str) -> AsyncIterator["Turn"]:
        """Wait until the last large answer to `party` was sent.

        The turn ends with the block, or with the response that was made of it.

        Raises:
            Refused: `rate_limited`, two of them wait already.

        """
        if self._asked[party] > _WAITING_MOST:
            raise Refused(
                ErrorCode.RATE_LIMITED,
                "you are asking for too much at once: one after the other, please",
                retry_after_ms=_RETRY_MS,
            )
        self._asked[party] += 1
        lock = self._turns.setdefault(party, asyncio.Lock())
        turn = Turn(lambda: self._left(party, lock))
        try:
            await lock.acquire()
        except BaseException:
            self._forget(party)
            raise
        try:
            yield turn
        finally:
            if not turn.is_handed_over:
                turn.end()

    def _left(self, party: str, lock: asyncio.Lock) -> None:
        lock.release()
        self._forget(party)

    def _forget(self, party: str) -> None:
        self._asked[party] -= 1
        if not self._asked[party]:
            del self._asked[party], self._turns[party]


class Turn:
    """One person's turn.

    Args:
        end: gives it back; called once.

    """

    def __init__(self, end: Callable[[], None]) -> None:
        self.end = end
        self.is_handed_over = False

    def respond(
        self,
        parts: Sequence[bytes],
        *,
        media_type: str,
        headers: Mapping[str, str] | None = None,
        holding: object = None,
    ) -> "SlicedResponse":
        """Return a response of all parts, whose end is that of the turn.

        `holding` is held as long: what others share with it.
        """
        self.is_handed_over = True
        return SlicedResponse(
            parts, media_type=media_type, headers=headers, holding=holding, on_sent=self.end
        )

    def stream(
        self, parts: AsyncGenerator[bytes], *, media_type: str, headers: Mapping[str, str]
    ) -> "StreamedResponse":
        """Return a response of parts that are still to be made, whose end is that of the turn."""
        self.is_handed_over = True
        return StreamedResponse(parts, media_type=media_type, headers=headers, on_sent=self.end)


class SlicedResponse(Response):
    """Bytes that are sent as fast as the client reads them, and never joined nor copied whole.

    Args:
        parts: what is sent, one after another.
        media_type: what it is.
        headers: more headers.
        holding: held until all was sent.
        on_sent: called when all was sent, or nobody is there to read it any more.

    """

    def __init__(
        self,
        parts: Sequence[bytes],
        *,
        media_type: str,
        headers: Mapping[str, str] | None = None,
        holding: object = None,
        on_sent: Callable[[], None],
    ) -> None:
        length = sum(map(len, parts))
        super().__init__(
            media_type=media_type, headers={**(headers or {}), "Content-Length": str(length)}
        )
        self._parts = parts
        self._holding = holding
        self._on_sent = on_sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it."""
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            for part in self._parts:
                for at in range(0, len(part), SLICE_BYTES):
                    body = part[at : at + SLICE_BYTES]
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                    # Where the kernel takes all of it at once there is nothing to wait for, and
                    # lessons would wait for the whole.
                    await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._on_sent()


class StreamedResponse(Response):
    """Bytes that are made while the client reads them; nothing more is, once it is gone.

    Args:
        parts: what is sent, one after another; closed in any case.
        media_type: what it is.
        headers: more headers.
        on_sent: called when all was sent, or nobody is there to read it any more.

    """

    def __init__(
        self,
        parts: AsyncGenerator[bytes],
        *,
        media_type: str,
        headers: Mapping[str, str] | None = None,
        on_sent: Callable[[], None],
    ) -> None:
        super().__init__(media_type=media_type, headers=headers)
        del self.headers["content-length"]
        self._parts = parts
        self._on_sent = on_sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it."""
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            async for part in self._parts:
                if gone.done():
                    return
                if part:
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            await self._parts.aclose()
            self._on_sent()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
