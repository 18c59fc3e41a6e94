"""A client of the protocol that believes nothing: it checks the order of all it is told."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from lessonroom.board.board import Board, BoardChange
from lessonroom.board.draft import draft, redo
from lessonroom.board.operations import Operation
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS
from tests.e2e.wire import Closed, Wire

DEADLINE_S: Final = 15.0

Connector = Callable[[], Awaitable[Wire]]
Ops = list[dict[str, Any]]


class LessonClient:
    """Keeps its own board from the events it gets, resumes, and sends again what has no `ack`.

    `frames` holds every message of the server, over all connections, in the order they came.
    """

    def __init__(self, user_id: int, *, client_id: str | None = None) -> None:
        self.user_id = user_id
        self.client_id = client_id or secrets.token_urlsafe(12)
        self.board = Board()
        self.head = 0
        """The last event applied."""
        self.epoch = ""
        self.frames: list[dict[str, Any]] = []
        self.seqs: list[int] = []
        """Of each event that was applied one by one."""
        self.acks: dict[str, int] = {}
        self.unacknowledged: dict[str, Ops] = {}
        self.welcome: dict[str, Any] = {}
        self.sync: dict[str, Any] = {}
        """The newest answer to a `sync_request`."""
        self.limits = Limits()
        self.closed: Closed | None = None
        self.is_view = False
        """Whether `seq` has gaps where events of other channels lie (BD-4)."""
        self._wire: Wire | None = None
        self._reader: asyncio.Task[None] | None = None
        self._heard = asyncio.Condition()
        self._is_synced = False
        self.count = 0
        """Of the events that were submitted."""

    # -- connecting

    async def connect(self, connector: Connector, *, is_syncing: bool = True) -> None:
        """Connect, go on after the last event applied, send again what was not acknowledged."""
        self.closed, self._is_synced, self.sync, self.welcome = None, False, {}, {}
        self._wire = await connector()
        self._reader = asyncio.create_task(self._read(self._wire))
        await self.until(lambda: self.welcome, "welcome")
        if is_syncing:
            await self.synchronise()
            for message_id, ops in list(self.unacknowledged.items()):
                await self._submit(message_id, ops)

    async def synchronise(self) -> None:
        """Ask for what is missing, and have it."""
        point = {"epoch": self.epoch, "seq": self.head} if self.epoch else {}
        await self.send("board", "sync_request", point)
        await self.until(lambda: self._is_synced, "sync_response")

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
        message_id = f"{self.client_id}:{self.count}"
        self.unacknowledged[message_id] = list(ops)
        await self._submit(message_id, list(ops))
        return message_id

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

    async def _submit(self, message_id: str, ops: Ops) -> None:
        with contextlib.suppress(Closed):
            await self.send("board", "board_event", {"ops": ops}, message_id)

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
                self._take(await wire.receive())
                async with self._heard:
                    self._heard.notify_all()
        except Closed as closed:
            self.closed = closed
        finally:
            # The task is done a turn after this; whoever waits looks again then.
            asyncio.get_running_loop().call_soon(self._wake)

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._heard:
                self._heard.notify_all()

        self._waking = asyncio.ensure_future(notify())

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        match frame["type"]:
            case "welcome":
                self.welcome = frame["data"]
                self.limits = msgspec.convert(self.welcome["limits"], Limits)
            case "sync_response":
                self._take_sync(frame["data"])
            case "error" if frame.get("id") in self.unacknowledged:
                if frame["data"]["code"] != "unavailable":
                    del self.unacknowledged[frame["id"]]
            case "ack":
                self._take_ack(frame)
            case _ if "seq" in frame:
                assert self._is_synced, f"[HS-6] an event before the sync_response: {frame}"
                self._take_event(frame)
            case _:
                pass

    def _take_sync(self, answer: dict[str, Any]) -> None:
        self.sync, self._is_synced = answer, True
        if answer["mode"] == "full":
            if answer["board"] is not None:
                self.board = Board.decode(msgspec.json.encode(answer["board"]))
            self.head = answer["seq"]
        else:
            assert answer["from_seq"] == self.head
            for event in answer["events"]:
                self._take_event(event)
            assert self.head == answer["seq"], "[BD-4] the delta has a gap at its end"
        self.epoch = answer["epoch"]

    def _take_ack(self, frame: dict[str, Any]) -> None:
        message_id, seq = frame["id"], frame["seq"]
        known = self.acks.setdefault(message_id, seq)
        assert known == seq, f"[BD-6] {message_id} has the seq {known} and {seq}"
        ops = self.unacknowledged.pop(message_id, None)
        if seq > self.head and self._is_synced:
            assert ops is not None, f"[BD-4] acknowledged before, and not seen: {frame}"
            own = msgspec.convert(ops, list[Operation])
            # The server stamps the creator into what others get; here it is the client's part.
            change = draft(
                self.board,
                own,
                author=self.user_id,
                permissions=ALL_PERMISSIONS,
                limits=self.limits,
            )
            self._apply(seq, change)

    def _take_event(self, event: dict[str, Any]) -> None:
        if event.get("id") is not None and event["from"] == self.user_id:
            # One's own, in a delta: the acknowledgement was lost on the way.
            self.unacknowledged.pop(event["id"], None)
            known = self.acks.setdefault(event["id"], event["seq"])
            assert known == event["seq"], f"[BD-6] {event['id']} is there twice"
        if event["type"] == "room_open":
            self.epoch = event["data"]["epoch"]
        change = None
        if event["type"] == "board_event":
            ops = msgspec.convert(event["data"]["ops"], list[Operation])
            change = redo(self.board, ops, author=event["from"])
        self._apply(event["seq"], change)

    def _apply(self, seq: int, change: BoardChange | None) -> None:
        assert seq == self.head + 1 or (self.is_view and seq > self.head), (
            f"[BD-4] {seq} came after {self.head}"
        )
        if change is not None:
            self.board.apply(change)
        self.head = seq
        self.seqs.append(seq)


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
