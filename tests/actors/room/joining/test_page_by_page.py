"""Who takes a board in parts is shown a page at once, and loses nothing of the others (BD-28)."""

from typing import Any

import msgspec

from actors.room.fanout.fanout import Member
from lessonroom.codes import CloseCode
from lessonroom.log.events import Channel
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, School

_PAGES = 5


async def with_pages(school: School) -> Client:
    """Put pages on the board, and elements on all but the last of them; return who did."""
    host = await school.join(HOST)
    await school.rest()
    for n in range(2, _PAGES + 1):
        layer = {"id": f"l{n}", "page": f"p{n}"}
        edit(host, {"op": "add_page", "page": {"id": f"p{n}"}, "layer": layer})
        await school.rest()
    for n in range(1, _PAGES):
        for k in range(3):
            edit(host, put(f"e{n}-{k}", n))
        await school.rest()
    assert not host.errors
    return host


def put(element_id: str, page: int, x: int = 0) -> dict[str, Any]:
    """Return the operation that puts something on a page."""
    layer = "base" if page == 1 else f"l{page}"
    box = {"x": x, "y": 0, "w": 1, "h": 1}
    return {"op": "put", "element": {"type": "rect", "id": element_id, "layer": layer, **box}}


def edit(client: Client, *ops: dict[str, Any]) -> None:
    """Submit operations."""
    client._do(client.replica.submit(list(ops))[1])


def told(client: Client) -> tuple[dict[str, Any], list[str]]:
    """Return the newest answer, and of which pages parts have come since."""
    names = [message["type"] for message in client.outbox.messages]
    at = len(names) - 1 - names[::-1].index("sync_response")
    behind = client.outbox.messages[at:]
    parts = [part["data"]["page"] for part in behind if part["type"] == "board_part"]
    return behind[0]["data"], parts


def is_as_the_rooms(client: Client, school: School) -> bool:
    """Whether a client's board is the room's."""
    board = school.room()._lesson.state.board
    return client.replica.view.board.digest() == board.digest()


async def stalled(school: School, user: int) -> Client:
    """Return somebody who has the answer and, as they read slowly, nothing behind it."""
    client = school.client(user)
    client.connect(school.rooms)
    client.outbox.is_stalled = True
    await school.until(lambda: client.is_synced)
    await school.rest()
    return client


async def test_a_page_comes_at_once_and_the_others_behind_it(school: School) -> None:
    """[BD-28] A page on which nothing lies is not waited for."""
    await with_pages(school)
    ann = await stalled(school, ANN)
    full, parts = told(ann)
    assert set(full["board"]["elements"]) == {"e1-0", "e1-1", "e1-2"}
    assert full["rest"] == ["p2", "p3", "p4"]
    assert [page["id"] for page in full["board"]["pages"]] == [f"p{n}" for n in range(1, 6)]
    assert parts == []
    ann.outbox.drain()
    assert told(ann)[1] == ["p2", "p3", "p4"]
    assert is_as_the_rooms(ann, school)


async def test_what_happens_before_they_are_there_is_not_lost(school: School) -> None:
    """[BD-28] [P7] Events do not wait for pages, and come to the same board."""
    host = await with_pages(school)
    ann = await stalled(school, ANN)
    edit(host, {"op": "patch", "id": "e3-0", "set": {"x": 7}})
    edit(host, {"op": "remove", "ids": ["e2-0"]})
    edit(host, {"op": "patch", "id": "e4-1", "set": {"layer": "base"}})
    edit(ann, put("mine", 1, x=4))
    await school.rest()
    assert "mine" in ann.board
    assert not ann.pending
    edit(host, {"op": "remove_page", "id": "p4"})
    await school.rest()
    assert ann.seq == host.seq
    ann.outbox.drain()
    assert is_as_the_rooms(ann, school)
    assert ann.board["e3-0"] == 7
    assert ann.board["e4-1"] == 0


async def test_where_people_were_brought_comes_first(school: School) -> None:
    """[BD-28] [PG-4] Unless it is gone; whoever was not meant sees the first page."""
    host = await with_pages(school)
    host.call("bring", page="p3", users=[ANN])
    await school.rest()
    ann, ben = await stalled(school, ANN), await stalled(school, BEN)
    assert set(told(ann)[0]["board"]["elements"]) == {"e3-0", "e3-1", "e3-2"}
    assert told(ann)[0]["rest"] == ["p2", "p4", "p1"]
    assert set(told(ben)[0]["board"]["elements"]) == {"e1-0", "e1-1", "e1-2"}
    ann.drop()
    edit(host, {"op": "remove_page", "id": "p3"})
    await school.rest()
    ann = await stalled(school, ANN)
    assert set(told(ann)[0]["board"]["elements"]) == {"e1-0", "e1-1", "e1-2"}


async def test_who_does_not_ask_for_parts_gets_the_whole(school: School) -> None:
    """[BD-28] As every client did before."""
    await with_pages(school)
    ann = await school.join(ANN)
    await school.rest()
    ann.send("board", "sync_request", {})
    await school.rest()
    full, parts = told(ann)
    assert full["rest"] == parts == []
    assert len(full["board"]["elements"]) == 3 * (_PAGES - 1)


async def test_a_view_without_the_board_is_told_no_parts(school: School) -> None:
    """[BD-28] [HS-1] Nor is it told of pages."""
    await with_pages(school)
    ann = await school.join(ANN, channels=frozenset({Channel.SYSTEM}))
    await school.rest()
    full, parts = told(ann)
    assert (full["board"], full["rest"], parts) == (None, [], [])


async def test_whoever_asks_anew_is_sent_the_new_answer_alone(school: School) -> None:
    """[FC-7] [P15] However often: what an earlier one has left over is given up."""
    host = await with_pages(school)
    ann = await stalled(school, ANN)
    for n in range(3):
        edit(host, put(f"more-{n}", 2))
        await school.rest()
        ann.send("board", "sync_request", {"parts": True})
        await school.rest()
    assert len(ann.outbox._behind) == 3
    ann.send("board", "sync_request", {})
    await school.rest()
    assert ann.outbox._behind == []
    assert ann.replica.rest, "the replica did not ask, and does not take it up"


async def test_after_a_cut_the_whole_board_is_there(school: School) -> None:
    """[BD-28] [P6] With what was drawn before and meanwhile."""
    host = await with_pages(school)
    ann = await stalled(school, ANN)
    edit(ann, put("mine", 1))
    ann.drop()
    edit(host, put("yours", 4))
    await school.rest()
    ann.connect(school.rooms)
    await school.until(lambda: ann.is_synced)
    await school.rest()
    assert told(ann)[0]["rest"] == []
    assert {"mine", "yours", "e4-0"} <= ann.board.keys()
    assert not ann.pending
    assert is_as_the_rooms(ann, school)


async def test_who_is_kicked_in_between_hears_nothing_more(school: School) -> None:
    """[P12] What waits goes with the connection."""
    host = await with_pages(school)
    ann = await stalled(school, ANN)
    host.call("kick", user_id=ANN)
    await school.until(lambda: ann.outbox.closed is CloseCode.KICKED)
    ann.outbox.drain()
    assert told(ann)[1] == []


async def test_parts_cost_what_they_are_long(school: School) -> None:
    """[FC-7] As much as the whole would."""
    await with_pages(school)
    charged: list[int] = []
    clients = school.room()._clients
    charge = clients._charge

    def noted(member: Member, answer_bytes: int) -> None:
        charged.append(answer_bytes)
        charge(member, answer_bytes)

    clients._charge = noted  # type: ignore[method-assign]
    ann = await school.join(ANN)
    await school.rest()
    ann.send("board", "sync_request", {})
    await school.rest()
    in_parts, whole = charged
    assert whole < in_parts < whole + 600
    lengths = [len(msgspec.json.encode(message)) for message in ann.outbox.of_type("board_part")]
    assert sum(lengths) < in_parts
