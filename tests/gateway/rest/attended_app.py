"""The application for a tool that calls it from threads of its own, with somebody in its rooms."""

import itertools
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from gateway.webhooks.webhook_signatures import signed_headers
from tests.gateway.rest.school import API, School


class AttendedApp:
    """Opens a school when its lifespan begins, and closes it at the end, in the loop that serves.

    Bodies of bookings are signed on the way in, as a booking system would: without a signature no
    generated body would ever be looked at.
    """

    def __init__(self, opened: AbstractAsyncContextManager[School], booking_key: bytes) -> None:
        self.school: School | None = None
        self._opened = opened
        self._booking_key = booking_key
        self._webhook_ids = itertools.count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the application."""
        if scope["type"] == "lifespan":
            await receive()
            async with self._opened as self.school:
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        assert self.school is not None
        if (scope["method"], scope["path"]) == ("POST", f"{API}/bookings/"):
            scope, receive = await self._signed(scope, receive, at_s=self._now_s(self.school))
        await self.school.app(scope, receive, send)

    @staticmethod
    def _now_s(school: School) -> int:
        return school.clock.now_ms() // 1000

    async def _signed(self, scope: Scope, receive: Receive, *, at_s: int) -> tuple[Scope, Receive]:
        body = b""
        is_whole = False
        while not is_whole:
            message = await receive()
            body += message.get("body", b"")
            is_whole = not message.get("more_body", False)
        webhook_id = f"msg_{next(self._webhook_ids)}"
        signed = signed_headers(self._booking_key, webhook_id=webhook_id, at_s=at_s, body=body)
        headers: list[Any] = list(scope["headers"])
        headers += [(name.encode(), text.encode()) for name, text in signed.items()]
        whole: Message = {"type": "http.request", "body": body, "more_body": False}

        async def receive_whole() -> Message:
            return whole

        return {**scope, "headers": headers}, receive_whole
