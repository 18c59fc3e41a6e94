"""The clients: one that waits, and one for asyncio. Both have a method for each operation."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from typing import Any, Final, Self

import httpx

from lessonroom_client._async_operations import AsyncOperations
from lessonroom_client._calls import Call, Retries, wait_after_refusal, wait_after_silence
from lessonroom_client._sync_operations import Operations
from lessonroom_client.errors import ApiError, Unreachable, error_of

Token = str | Callable[[], str] | None
"""A token, or what makes one for each request; None: what needs none."""

_TIMEOUT_S: Final = 30.0
_PIECE_BYTES: Final = 65_536


class Client(Operations):
    """Calls a lessonroom server, and waits.

    Args:
        url: of the server, with the path that it may lie below: `https://lessons.example.org`.
        token: a user token, a room token, or what makes one for each request:
            `key.platform_token`, or `lambda: key.user_token("teacher-1", "Ada")`.
        retries: how often a call is made again.
        timeout_s: how long to wait for an answer to begin.
        http: an `httpx.Client` of your own, for proxies, certificates, transports; yours to
            close.

    """

    def __init__(
        self,
        url: str,
        token: Token = None,
        *,
        retries: Retries | None = None,
        timeout_s: float = _TIMEOUT_S,
        http: httpx.Client | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._retries = retries or Retries()
        self._is_owner = http is None
        self._http = http or httpx.Client(timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are another client's."""
        if self._is_owner:
            self._http.close()

    def acting_as(self, token: Token) -> "Client":
        """Return a client for somebody else, over the same connections."""
        return Client(self._url, token, retries=self._retries, http=self._http)

    def _json(self, call: Call) -> Any:  # noqa: ANN401 - JSON
        with self._answer(call) as response:
            response.read()
            return response.json() if response.content else None

    def _bytes(self, call: Call) -> bytes:
        with self._answer(call) as response:
            return response.read()

    def _stream(self, call: Call) -> AbstractContextManager[Iterator[bytes]]:
        return self._streamed(call)

    @contextmanager
    def _streamed(self, call: Call) -> Iterator[Iterator[bytes]]:
        with self._answer(call) as response:
            yield response.iter_bytes(_PIECE_BYTES)

    def _pages(self, call: Call, place: str) -> Iterator[Any]:
        while True:
            page = self._json(call)
            yield from page["items"]
            where = page.get(f"next_{place}")
            if where is None or not page["items"]:
                return
            call = call.at(place, where)

    @contextmanager
    def _answer(self, call: Call) -> Iterator[httpx.Response]:
        response = self._asked(call.keyed())
        try:
            yield response
        finally:
            response.close()

    def _asked(self, call: Call) -> httpx.Response:
        tries = 0
        while True:
            token = self._token() if callable(self._token) else self._token
            wait_s: float | None
            failed: ApiError | Unreachable
            try:
                response = self._http.send(call.request(self._http, self._url, token), stream=True)
                if response.is_success:
                    return response
                response.read()
                response.close()
                failed = error_of(response)
                asked_s = failed.retry_after_s
                wait_s = wait_after_refusal(
                    call, response.status_code, asked_s, tries, self._retries
                )
            except httpx.TransportError as error:
                failed = Unreachable(f"{call.method} {self._url}{call.path}: {error}")
                failed.__cause__ = error
                wait_s = wait_after_silence(call, error, tries, self._retries)
            if wait_s is None:
                raise failed
            time.sleep(wait_s)
            tries += 1


class AsyncClient(AsyncOperations):
    """Calls a lessonroom server, under asyncio. Its arguments are those of `Client`."""

    def __init__(
        self,
        url: str,
        token: Token = None,
        *,
        retries: Retries | None = None,
        timeout_s: float = _TIMEOUT_S,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._retries = retries or Retries()
        self._is_owner = http is None
        self._http = http or httpx.AsyncClient(timeout=timeout_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, unless they are another client's."""
        if self._is_owner:
            await self._http.aclose()

    def acting_as(self, token: Token) -> "AsyncClient":
        """Return a client for somebody else, over the same connections."""
        return AsyncClient(self._url, token, retries=self._retries, http=self._http)

    async def _json(self, call: Call) -> Any:  # noqa: ANN401 - JSON
        async with self._answer(call) as response:
            await response.aread()
            return response.json() if response.content else None

    async def _bytes(self, call: Call) -> bytes:
        async with self._answer(call) as response:
            return await response.aread()

    def _stream(self, call: Call) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._streamed(call)

    @asynccontextmanager
    async def _streamed(self, call: Call) -> AsyncIterator[AsyncIterator[bytes]]:
        async with self._answer(call) as response:
            yield response.aiter_bytes(_PIECE_BYTES)

    async def _pages(self, call: Call, place: str) -> AsyncIterator[Any]:
        while True:
            page = await self._json(call)
            for item in page["items"]:
                yield item
            where = page.get(f"next_{place}")
            if where is None or not page["items"]:
                return
            call = call.at(place, where)

    @asynccontextmanager
    async def _answer(self, call: Call) -> AsyncIterator[httpx.Response]:
        response = await self._asked(call.keyed())
        try:
            yield response
        finally:
            await response.aclose()

    async def _asked(self, call: Call) -> httpx.Response:
        tries = 0
        while True:
            token = self._token() if callable(self._token) else self._token
            wait_s: float | None
            failed: ApiError | Unreachable
            try:
                response = await self._http.send(
                    call.request(self._http, self._url, token), stream=True
                )
                if response.is_success:
                    return response
                await response.aread()
                await response.aclose()
                failed = error_of(response)
                asked_s = failed.retry_after_s
                wait_s = wait_after_refusal(
                    call, response.status_code, asked_s, tries, self._retries
                )
            except httpx.TransportError as error:
                failed = Unreachable(f"{call.method} {self._url}{call.path}: {error}")
                failed.__cause__ = error
                wait_s = wait_after_silence(call, error, tries, self._retries)
            if wait_s is None:
                raise failed
            await asyncio.sleep(wait_s)
            tries += 1
