"""Telling platforms: takes the deliveries that are due, has them sent, writes what came of it.

At least once: what was sent and not written as delivered, because the server stopped between the
two, is sent again under the same id. In order: of a session, an endpoint hears one thing at a time.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final, Protocol, assert_never

import msgspec
import structlog

from actors.house.rooms import Rooms
from actors.messages import Tick
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.telling import tell, tell_later
from lessonroom.codes import Refused
from storage.announcing import deliveries
from storage.announcing.deliveries import Delivered, Delivery, Postponed
from storage.errors import StorageError
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

RETRY_DELAYS_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000)
"""After each attempt that failed; after one more it is given up."""
_AT_ONCE: Final = 8
"""Deliveries to one endpoint that are under way at the same time, of as many sessions."""


class Failure(msgspec.Struct, frozen=True):
    """Why an endpoint was not told. `is_final`: it never will be, so do not try again."""

    error: str
    is_final: bool = False


class Send(Protocol):
    """Sends one thing to one endpoint. Must not raise, and must end within some seconds."""

    async def __call__(self, url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        """Return None where the endpoint has taken it."""


class Summarise(Protocol):
    """Works out the body of what is told and is no event."""

    async def __call__(self, delivery: Delivery) -> bytes:
        """Return it; what it raises is told to nobody, and the delivery is tried again later."""


class _Found(msgspec.Struct, frozen=True):
    due: Sequence[Delivery]


class _Sent(msgspec.Struct, frozen=True):
    delivery: Delivery
    failure: Failure | None


class _Settled(msgspec.Struct, frozen=True):
    results: Sequence[Delivered | Postponed]
    is_written: bool


class _Again(msgspec.Struct, frozen=True):
    results: Sequence[Delivered | Postponed]


class WebhookActor(AsyncioActor):
    """One for each process. Is told `Tick` by a timer, or by a test that turns the clock.

    Args:
        rooms: the store to read, and the journal to write through.
        send: what reaches the network.
        endpoints: the addresses that are configured.
        summarise: works out what is told and is no event.

    """

    def __init__(
        self, rooms: Rooms, send: Send, *, endpoints: Sequence[str], summarise: Summarise
    ) -> None:
        super().__init__()
        self._rooms = rooms
        self._send = send
        self._endpoints = tuple(endpoints)
        self._summarise = summarise
        self._under_way: dict[int, Delivery] = {}
        self._results: list[Delivered | Postponed] = []
        self._is_looking = False
        self._must_look_again = False
        self._is_settling = False
        self._tasks: set[asyncio.Task[None]] = set()

    def on_receive(self, message: Tick | _Found | _Sent | _Settled | _Again) -> None:
        """Look for what is due, or hear what came of it."""
        match message:
            case Tick():
                self._look()
            case _Found():
                self._found(message.due)
            case _Sent():
                self._results.append(self._result(message.delivery, message.failure))
            case _Settled():
                self._settled(message)
            case _Again():
                self._results += message.results
            case _:
                assert_never(message)

    def after_batch(self) -> None:
        """Write the results that have gathered, all in one transaction."""
        if self._results and not self._is_settling:
            self._is_settling = True
            results, self._results = self._results, []
            self._run(self._settle(results))

    def on_stop(self) -> None:
        """Leave the rest to the next start."""
        for task in self._tasks:
            task.cancel()

    # -- finding

    def _look(self) -> None:
        if self._is_looking:
            self._must_look_again = True
        elif self._endpoints:
            self._is_looking = True
            self._run(self._find())

    async def _find(self) -> None:
        due: list[Delivery] = []
        now_ms = self._rooms.clock.now_ms()
        try:
            for endpoint in self._endpoints:
                busy = [key for key, d in self._under_way.items() if d.endpoint == endpoint]
                if len(busy) < _AT_ONCE:
                    due += await deliveries.due(
                        self._rooms.store,
                        (endpoint,),
                        now_ms=now_ms,
                        limit=_AT_ONCE - len(busy),
                        busy=busy,
                    )
        except StorageError as error:
            _log.warning("the deliveries cannot be read", reason=str(error))
        except Exception:  # noqa: BLE001 - whatever it is, the next look must come
            _log.exception("looking for deliveries raised")
        tell(self.actor_ref, _Found(due))

    def _found(self, due: Sequence[Delivery]) -> None:
        self._is_looking = False
        for delivery in due:
            # What was settled while they were read may be in `due` all the same.
            if delivery.delivery_id not in self._under_way:
                self._under_way[delivery.delivery_id] = delivery
                self._run(self._deliver(delivery))
        if self._must_look_again:
            self._must_look_again = False
            self._look()

    # -- telling

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            body = delivery.body or await self._summarise(delivery)
            failure = await self._send(delivery.endpoint, webhook_id=delivery.webhook_id, body=body)
        except (Refused, StorageError) as error:
            failure = Failure(f"it could not be worked out: {error}")
        except Exception as error:  # noqa: BLE001 - whatever it is, the delivery must not be lost
            _log.exception("sending a webhook raised", endpoint=delivery.endpoint)
            failure = Failure(f"fault of the server: {type(error).__name__}")
        tell(self.actor_ref, _Sent(delivery, failure))

    def _result(self, delivery: Delivery, failure: Failure | None) -> Delivered | Postponed:
        if failure is None:
            return Delivered(delivery.delivery_id)
        is_last = failure.is_final or delivery.attempts >= len(RETRY_DELAYS_S)
        _log.warning(
            "a webhook was given up" if is_last else "a webhook was not taken",
            endpoint=delivery.endpoint,
            webhook_id=delivery.webhook_id,
            reason=failure.error,
            attempt=delivery.attempts + 1,
        )
        delay_ms = 0 if is_last else RETRY_DELAYS_S[delivery.attempts] * 1000
        return Postponed(
            delivery_id=delivery.delivery_id,
            error=failure.error,
            next_attempt_at_ms=None if is_last else self._rooms.clock.now_ms() + delay_ms,
        )

    # -- writing

    async def _settle(self, results: Sequence[Delivered | Postponed]) -> None:
        async def write(store: Store) -> None:
            await deliveries.settle(store, results)

        is_written = False
        try:
            await self._rooms.write(write)
            is_written = True
        except Refused as refused:
            _log.info("the deliveries cannot be written", reason=refused.message)
        except Exception:  # noqa: BLE001 - whatever it is, the results must not be lost
            _log.exception("writing the deliveries raised")
        tell(self.actor_ref, _Settled(results, is_written))

    def _settled(self, settled: _Settled) -> None:
        self._is_settling = False
        if not settled.is_written:
            tell_later(self._rooms.clock, 1.0, self.actor_inbox, _Again(settled.results))
            return
        for result in settled.results:
            self._under_way.pop(result.delivery_id, None)
        self._look()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
