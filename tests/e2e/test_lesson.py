"""The main job over real sockets: people in one room, each seeing the others' strokes once."""

import pytest

from tests.e2e.client import rect
from tests.e2e.lesson import Lesson
from tests.e2e.wire import JSON, MSGPACK, NODE

needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")


@needs_node
async def test_four_people_see_each_stroke_once_and_in_one_order(lesson: Lesson) -> None:
    """[BD-2, BD-4, HS-3] Two by `websockets`, one by Node's own WebSocket, one in MessagePack."""
    ada, ben, cleo = [await lesson.guest(name) for name in ("Ada", "Ben", "Cleo")]
    clients = [
        await lesson.enter(lesson.host, wire=JSON),
        await lesson.enter(ada, wire=JSON),
        await lesson.enter(ben, wire="node"),
        await lesson.enter(cleo, wire=MSGPACK),
    ]
    for n in range(25):
        for client in clients:
            await client.draw(rect(f"{client.user_id}-{n}", x=n + 0.5))
    for client in clients:
        await client.until_has(elements=100)
        await client.until_acknowledged()

    first_shared = max(client.seqs[0] for client in clients)
    for client in clients:
        own = [frame for frame in client.of_type("board_event") if frame["from"] == client.user_id]
        assert own == []
        assert len(client.of_type("ack")) == 25
        assert len(client.of_type("board_event")) == 75
        assert client.seqs == list(range(client.seqs[0], client.head + 1))
        assert client.seqs[0] <= first_shared
    assert len({client.board.digest() for client in clients}) == 1
    assert {client.head for client in clients} == {clients[0].head}
    for client in clients:
        await client.leave()
