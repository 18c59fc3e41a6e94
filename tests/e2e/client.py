"""A client of the protocol that believes nothing: a replica that checks all it is told."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.limits import Limits
from lessonroom.replica import messages
from lessonroom.replica.happenings import Diverged, Happening, Held
from lessonroom.replica.pending import Ops
from lessonroom.replica.replica import Phase, Reaction, Replica
from tests.e2e.wire import Closed, Wire
from tests.watch import NumberedView, Watch

DEADLINE_S: Final = 15.0

Connector = Callable[[], Awaitable[Wire]]

_encode: Final = msgspec.json.Encoder().encode


class LessonClient:
    """One page of one participant, over any number of connections one after the other.

    `frames` holds every message of the server, over all connections, in the order they came.
    """

    def __init__(self, user_id: int, *, client_id: str | None = None) -> None:
        self.user_id = user_id
        self.client_id = client_id or secrets.token_urlsafe(12)
        self.replica = Replica(self.client_id, NumberedView())
        self.frames: list[dict[str, Any]] = []
        self._watch = Watch(_fail)
        self.welcome: dict[str, Any] = {}
        self.sync: dict[str, Any] = {}
        """The newest answer to a `sync_request`."""
        self.closed: Closed | None = None
        self.count = 0
        """Of the events that were submitted."""
        self._is_syncing = True
        self._wire: Wire | None = None
        self._reader: asyncio.Task[None] | None = None
        self._heard = asyncio.Condition()
        self._sending = asyncio.Lock()

    @property
    def board(self) -> Board:
        """The board as the server has confirmed it."""
        return self.replica.view.board

    @property
    def seqs(self) -> list[int]:
        """Of each event that was applied one by one."""
        return self.replica.view.seqs

    @property
    def acks(self) -> dict[str, int]:
        """The event that each acknowledged submission is."""
        return self._watch.acks

    @property
    def head(self) -> int:
        """The last event applied."""
        return self.replica.seq

    @property
    def epoch(self) -> str:
        """The epoch that the last event is in; empty before the first sync."""
        return self.replica.epoch or ""

    @property
    def limits(self) -> Limits:
        """What the room takes."""
        return msgspec.convert(self.welcome["limits"], Limits)

    @property
    def unacknowledged(self) -> dict[str, Ops]:
        """What was submitted and not answered for good, oldest first."""
        return {entry.id: entry.ops for entry in self.replica.pending}

    # -- connecting

    async def connect(self, connector: Connector, *, is_syncing: bool = True) -> None:
        """Connect, go on after the last event applied, send again what was not acknowledged."""
        self.closed, self.sync, self.welcome = None, {}, {}
        self._is_syncing = is_syncing
        self._wire = await connector()
        self.replica.opened()
        self._reader = asyncio.create_task(self._read(self._wire))
        await self.until(lambda: self.welcome, "welcome")
        if is_syncing:
            await self.until(lambda: self.replica.phase is Phase.LIVE, "sync_response")

    async def synchronise(self) -> None:
        """Ask for what is missing, and have it."""
        point = {"epoch": self.epoch, "seq": self.head} if self.epoch else {}
        await self.send("board", "sync_request", point)
        await self.until(lambda: self.replica.phase is Phase.LIVE, "sync_response")

    async def leave(self) -> None:
        """Say goodbye."""
        if self._wire is not None:
            await self._wire.close()
        await self._end()

    async def drop(self) -> None:
        """Vanish."""
        if self._wire is not None:
            await self._wire.drop()
        await self._end()

    async def until_closed(self, *, timeout_s: float = DEADLINE_S) -> Closed:
        """Wait for the server to end the connection."""
        await self.until(lambda: self.closed is not None, "the end", timeout_s=timeout_s)
        await self._end()
        assert self.closed is not None
        return self.closed

    async def _end(self) -> None:
        if self._reader is not None:
            # Whatever the reader found wrong comes out here.
            await self._reader
            self._reader = None

    # -- saying

    async def draw(self, *ops: dict[str, Any]) -> str:
        """Submit operations as one event; return its id without waiting for the `ack`."""
        self.count += 1
        pending, reaction = self.replica.submit(list(ops))
        await self._do(reaction)
        return pending.id

    async def drawn(self, *ops: dict[str, Any]) -> int:
        """Submit operations and return the `seq` of their event."""
        message_id = await self.draw(*ops)
        answer = await self.answer(message_id)
        assert answer["type"] == "ack", answer
        return self.acks[message_id]

    async def send(self, ch: str, name: str, data: object, message_id: str | None = None) -> None:
        """Send any message."""
        assert self._wire is not None
        named = {} if message_id is None else {"id": message_id}
        await self._wire.send({"ch": ch, "type": name, **named, "data": data})

    async def command(self, name: str, **args: object) -> object:
        """Call by name and return the result."""
        message_id = f"call-{secrets.token_hex(4)}"
        await self.send("system", "command", {"name": name, "args": args}, message_id)
        answer = await self.heard(lambda frame: frame.get("id") == message_id, name)
        assert answer["type"] == "reply", answer
        return answer["data"]["result"]

    # -- hearing

    async def until(
        self, holds: Callable[[], object], what: str, *, timeout_s: float = DEADLINE_S
    ) -> None:
        """Wait until something holds of what was heard; raise what the reader found wrong."""
        try:
            async with asyncio.timeout(timeout_s), self._heard:
                while not holds():
                    if self._reader is not None and self._reader.done():
                        self._reader.result()
                        raise AssertionError(f"{self.closed} before {what}")
                    await self._heard.wait()
        except TimeoutError:
            newest = self.frames[-3:]
            raise AssertionError(
                f"no {what} in {timeout_s} s; head {self.head}: {newest}"
            ) from None

    async def until_acknowledged(self) -> None:
        """Wait until all that was drawn has its `ack`."""
        await self.until(lambda: not self.unacknowledged, "every ack")

    async def until_fewer_than(self, many: int) -> None:
        """Wait until fewer than so many events lack their `ack`.

        Raises:
            Closed: the connection ended before.

        """
        await self.until(lambda: self.closed or len(self.unacknowledged) < many, "acks")
        if self.closed is not None:
            raise self.closed

    async def until_at(self, seq: int) -> None:
        """Wait until event `seq` has been applied."""
        await self.until(lambda: self.head >= seq, f"event {seq}")

    async def until_has(self, *, elements: int) -> None:
        """Wait until so many elements are on the board."""
        await self.until(lambda: len(self.board.elements) >= elements, f"{elements} elements")

    async def heard(
        self, matches: Callable[[dict[str, Any]], object], what: str, *, since: int = 0
    ) -> dict[str, Any]:
        """Return the first message that matches, of those after the first `since`."""
        await self.until(lambda: any(map(matches, self.frames[since:])), what)
        return next(filter(matches, self.frames[since:]))

    async def answer(self, message_id: str) -> dict[str, Any]:
        """Return what the server said to a message: `ack`, `reply` or `error`."""
        return await self.heard(
            lambda frame: (
                frame.get("id") == message_id and frame["type"] in {"ack", "reply", "error", "pong"}
            ),
            f"answer to {message_id}",
        )

    def of_type(self, name: str) -> list[dict[str, Any]]:
        """Return every message of a type that has come."""
        return [frame for frame in self.frames if frame["type"] == name]

    async def _read(self, wire: Wire) -> None:
        try:
            while True:
                await self._take(await wire.receive())
                async with self._heard:
                    self._heard.notify_all()
        except Closed as closed:
            self.closed = closed
        finally:
            self.replica.closed()
            # The task is done a turn after this; whoever waits looks again then.
            asyncio.get_running_loop().call_soon(self._wake)

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._heard:
                self._heard.notify_all()

        self._waking = asyncio.ensure_future(notify())

    async def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["type"] == "welcome":
            self.welcome = frame["data"]
        elif frame["type"] == "sync_response":
            self.sync = frame["data"]
        message = messages.decode(_encode(frame))
        self._watch.hear(message, self.replica)
        await self._do(self.replica.receive(message))

    # -- what the replica wants

    async def _do(self, reaction: Reaction) -> None:
        for what in reaction.happened:
            self._note(what)
        # In the order in which the replica was asked, whoever asked it: numbers count up (BD-6).
        async with self._sending:
            for message in reaction.send:
                if message.type == "sync_request" and not self._is_syncing:
                    continue
                with contextlib.suppress(Closed):
                    name = message.id if isinstance(message.id, str) else None
                    await self.send(message.ch, message.type, message.data, name)

    def _note(self, what: Happening) -> None:
        match what:
            case Held(retry_after_ms=wait_ms):
                loop, wire = asyncio.get_running_loop(), self._wire
                go_on = lambda: loop.create_task(self._go_on(wire))  # noqa: E731
                loop.call_later(wait_ms / 1000, go_on)
            case Diverged(reason=reason):
                raise AssertionError(f"[P7] the board had diverged: {reason}")
            case _:
                pass

    async def _go_on(self, wire: Wire | None) -> None:
        if self._wire is wire and self.closed is None:
            await self._do(self.replica.release())


def _fail(fault: str) -> None:
    raise AssertionError(fault)


def rect(element_id: str, *, x: float = 0, layer: str = "base") -> dict[str, Any]:
    """Return the operation that puts a rectangle."""
    return {
        "op": "put",
        "element": {
            "type": "rect",
            "id": element_id,
            "layer": layer,
            "x": x,
            "y": 0,
            "w": 10,
            "h": 10,
        },
    }
