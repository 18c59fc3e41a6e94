"""The demo's client against servers that do what a network and a crash do.

Tests also: cli/demo/client.py.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from cli.command_errors import CommandRefused
from cli.demo.client import BoardClient
from lessonroom.board.model.board import Board
from lessonroom.limits import Limits

ME = 7
OTHER = 8
Script = Callable[["Stage"], Awaitable[None]]


class Stage:
    """The server's end of one connection, played by a test."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    async def say(self, channel: str, name: str, data: object, **envelope: object) -> None:
        message = {"ch": channel, "type": name, "data": data, **envelope}
        await self._connection.send(msgspec.json.encode(message), text=True)

    async def hear(self, name: str) -> dict[str, Any]:
        """Return the client's next message, which must be of that type."""
        message: dict[str, Any] = json.loads(await self._connection.recv())
        assert message["type"] == name
        return message

    async def welcome(self) -> dict[str, Any]:
        """Greet the client and return the `data` of its `sync_request`."""
        welcome = {"participant": {"user_id": ME}, "limits": Limits()}
        await self.say("system", "welcome", welcome)
        data: dict[str, Any] = (await self.hear("sync_request"))["data"]
        return data

    async def full(self, seq: int, board: Board | None = None, *, epoch: str = "one") -> None:
        data = {"mode": "full", "epoch": epoch, "seq": seq}
        encoded = msgspec.Raw((board or Board()).encode())
        await self.say("board", "sync_response", data | {"board": encoded})

    async def delta(self, seq: int, *events: dict[str, object]) -> None:
        data = {"mode": "delta", "epoch": "one", "from_seq": 0, "seq": seq, "events": events}
        await self.say("board", "sync_response", data)

    async def ack(self, message_id: str, seq: int) -> None:
        await self.say("board", "ack", {}, id=message_id, seq=seq)

    async def drawn(self, seq: int, element_id: str) -> None:
        """Tell of an event of somebody else."""
        await self.say(
            "board", "board_event", {"ops": [put(element_id)]}, seq=seq, **{"from": OTHER}
        )

    async def drop(self) -> None:
        """Cut the connection as a network does."""
        self._connection.transport.abort()

    async def close(self, code: int) -> None:
        await self._connection.close(code)


def put(element_id: str, *, by: int = OTHER) -> dict[str, object]:
    element = {"id": element_id, "layer": "base", "type": "stroke", "z": "a0"}
    return {"op": "put", "element": element | {"points": [1, 2, 0.5, 0], "by": by}}


@contextlib.asynccontextmanager
async def played(*scripts: Script) -> AsyncIterator[BoardClient]:
    """Connect a client to a server that plays one script for each connection, all of them."""
    left = list(scripts)
    ended: asyncio.Queue[None] = asyncio.Queue()

    async def play(connection: ServerConnection) -> None:
        await left.pop(0)(Stage(connection))
        ended.put_nowait(None)
        await connection.wait_closed()

    async with asyncio.timeout(20), serve(play, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = BoardClient(f"ws://127.0.0.1:{port}/", "token", on_change=lambda: None)
        async with asyncio.TaskGroup() as group:
            group.create_task(client.run())
            await client.ready()
            yield client
            for _ in scripts:
                await ended.get()
            await client.close()


async def test_an_own_event_is_applied_at_its_ack_stamped_as_the_server_does() -> None:
    """[BD-4] One's own event takes its place in the order with its `ack`."""

    async def server(stage: Stage) -> None:
        assert await stage.welcome() == {}
        await stage.full(4)
        sent = await stage.hear("board_event")
        await stage.drawn(5, "theirs")
        await stage.ack(sent["id"], 6)

    async with played(server) as client:
        await client.draw([put("mine", by=OTHER)])
        assert (client.seq, client.acks, client.events) == (6, 1, 1)
        assert list(client.board.elements) == ["theirs", "mine"]
        assert client.board.elements["mine"].by == ME


async def test_a_drop_is_resumed_from_the_last_event_and_what_was_sent_is_sent_again() -> None:
    """[BD-6] What is not acknowledged goes out again after the resume, under the same `id`."""
    sent: list[str] = []

    async def before(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        sent.append((await stage.hear("board_event"))["id"])
        await stage.drop()

    async def after(stage: Stage) -> None:
        assert await stage.welcome() == {"epoch": "one", "seq": 4}
        await stage.delta(4)
        sent.append((await stage.hear("board_event"))["id"])
        await stage.ack(sent[1], 5)

    async with played(before, after) as client:
        await client.draw([put("mine")])
        assert sent[0] == sent[1]
        assert (client.seq, client.acks, client.resumes) == (5, 1, 1)


async def test_an_event_that_was_saved_before_the_drop_is_applied_once() -> None:
    """[BD-4] One's own event that comes with the delta is not applied again."""

    async def before(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        sent.append((await stage.hear("board_event"))["id"])
        await stage.drop()

    async def after(stage: Stage) -> None:
        await stage.welcome()
        event = {"ch": "board", "type": "board_event", "seq": 5, "from": ME, "id": sent[0]}
        await stage.delta(5, event | {"data": {"ops": [put("mine", by=ME)]}})

    sent: list[str] = []
    async with played(before, after) as client:
        await client.draw([put("mine")])
        assert (client.seq, client.acks, client.events) == (5, 1, 0)
        assert list(client.board.elements) == ["mine"]


async def test_an_ack_of_what_the_full_board_holds_changes_nothing() -> None:
    """[BD-6] The first `ack` comes again, with its old place in the order."""

    async def before(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        await stage.hear("board_event")
        await stage.drop()

    async def after(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(9, epoch="two")
        sent = await stage.hear("board_event")
        await stage.ack(sent["id"], 5)

    async with played(before, after) as client:
        await client.draw([put("mine")])
        assert (client.seq, client.acks) == (9, 1)
        assert client.board.elements == {}


async def test_a_gap_is_a_fault_and_asks_again() -> None:
    """[BD-4] A gap means a fault: `sync_request` again, from the last event that was applied."""

    async def server(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        await stage.drawn(6, "six")
        assert (await stage.hear("sync_request"))["data"] == {"epoch": "one", "seq": 4}
        await stage.delta(6)
        await stage.ack((await stage.hear("board_event"))["id"], 7)

    async with played(server) as client:
        await client.draw([put("mine")])
        assert client.seq == 7
        assert list(client.board.elements) == ["mine"]


async def test_an_event_that_came_before_is_passed_over() -> None:
    """[BD-4] Every `seq` exactly once."""

    async def server(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        await stage.drawn(5, "five")
        await stage.drawn(5, "again")
        await stage.ack((await stage.hear("board_event"))["id"], 6)

    async with played(server) as client:
        await client.draw([put("mine")])
        assert list(client.board.elements) == ["five", "mine"]


async def test_what_came_too_fast_is_sent_again_under_the_same_id() -> None:
    """[FC-1] `rate_limited` says when to try again."""

    async def server(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        first = await stage.hear("board_event")
        error = {"code": "rate_limited", "message": "too fast", "retry_after_ms": 5}
        await stage.say("system", "error", error, id=first["id"])
        second = await stage.hear("board_event")
        assert second == first
        await stage.ack(second["id"], 5)

    async with played(server) as client:
        await client.draw([put("mine")])
        assert client.acks == 1


async def test_what_is_refused_for_good_is_an_error_with_the_servers_words() -> None:
    """[EN-4] Other codes are not tried again."""

    async def server(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        sent = await stage.hear("board_event")
        error = {"code": "permission_denied", "message": "this needs can_draw"}
        await stage.say("system", "error", error, id=sent["id"])

    async with played(server) as client:
        with pytest.raises(CommandRefused, match=r"this needs can_draw \(permission_denied\)"):
            await client.draw([put("mine")])
        assert client.board.elements == {}


async def test_a_ping_is_answered() -> None:
    """[HS-7] A connection that says nothing is closed."""

    async def server(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        await stage.say("system", "ping", {"t": 42})
        assert (await stage.hear("pong"))["data"] == {"t": 42}

    async with played(server):
        pass


@pytest.mark.parametrize("code", [4503, 4510, 1000, 3999])
async def test_a_close_that_says_so_is_the_end(code: int) -> None:
    """PROTOCOL section 8: past 4499 a client must not come back."""

    async def server(stage: Stage) -> None:
        await stage.welcome()
        await stage.full(4)
        await stage.close(code)

    with pytest.raises(ExceptionGroup) as raised:
        async with played(server):
            await asyncio.Event().wait()
    assert raised.group_contains(CommandRefused, match=str(code))
