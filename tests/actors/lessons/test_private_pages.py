"""Pages of one's own, on their way to everyone's page and back after a restart."""

from typing import Any

import msgspec

from lessonroom.codes import CloseCode
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, School

SECRET = "the-mark-of-a-secret"


def draw(client: Client, *ops: dict[str, Any]) -> None:
    _, reaction = client.replica.submit(list(ops))
    client._do(reaction)


def sheet(user_id: int) -> dict[str, Any]:
    page = {"id": SECRET, "title": SECRET, "audience": {"user": user_id}}
    return {"op": "add_page", "page": page, "layer": {"id": SECRET, "name": SECRET}}


def stroke(name: str) -> dict[str, Any]:
    element = {"type": "rect", "id": f"{SECRET}-{name}", "layer": SECRET, "x": 1, "y": 2}
    return {"op": "put", "element": {**element, "w": 3, "h": 4}}


def heard(client: Client) -> str:
    """Return everything that a client was sent, on all its connections."""
    return " ".join(str(line) for outbox in client.outboxes for line in outbox.messages)


def made(client: Client) -> dict[str, Any]:
    return dict(msgspec.json.decode(client.replica.view.board.encode()))


async def test_others_hear_that_something_is_and_nothing_else(school: School) -> None:
    """[AU-1] [AU-2] [AU-3] The author, whose page it is not, gets an ack; the order has no gap."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    draw(host, sheet(ANN))
    await school.rest()
    draw(ann, stroke("a"))
    draw(host, stroke("b"))
    host.draw("e1")
    await school.rest()
    assert SECRET not in heard(ben)
    seqs = [each["seq"] for each in ben.outbox.of_type("hidden")]
    assert len(seqs) == 3
    assert ben.outbox.of_type("hidden")[0] == {
        "ch": "board",
        "type": "hidden",
        "seq": seqs[0],
        "data": {},
    }
    assert sorted(made(ann)["elements"]) == sorted(made(host)["elements"])
    assert len(made(host)["elements"]) == 3
    assert ben.seq == host.seq
    assert not ben.faults + ann.faults


async def test_a_pointer_on_it_is_for_who_sees_it(school: School) -> None:
    """[AU-1] Others still hear of all other pointers, in the same moment."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    draw(host, sheet(ANN))
    await school.rest()
    ann.send("board", "pointer_move", {"x": 5, "y": 6, "page": SECRET, "view": [1, 2, 3, 4]})
    host.point(7, 8)
    await school.rest()
    rows = [row for each in ben.outbox.of_type("pointer_move") for row in each["data"]["pointers"]]
    assert rows == [[HOST, 7, 8, None, None]]
    assert SECRET in str(host.outbox.of_type("pointer_move"))
    assert SECRET not in heard(ben)


async def test_who_comes_back_after_a_restart_gets_what_is_theirs(school: School) -> None:
    """[AU-2] [AU-4] [AU-6] From memory as a delta; of a room that was opened anew, all of it."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    draw(host, sheet(ANN))
    await school.rest()
    ben.drop()
    ann.drop()
    draw(host, stroke("a"))
    await school.rest()
    for client in (ann, ben):
        await school.connect(client)
    assert ben.sync_modes[-1] == ann.sync_modes[-1] == "delta"
    for client in (host, ann, ben):
        client.drop()
    await school.rest()
    await school.restart()
    for client in (host, ann, ben):
        await school.connect(client)
    assert SECRET not in heard(ben)
    assert made(ann) == made(host)
    assert f"{SECRET}-a" in made(ann)["elements"]
    assert [*made(ben)] == ["layers", "elements"]
    assert not ben.faults + ann.faults


async def test_who_leads_for_a_while_sees_all_of_it_for_that_while(school: School) -> None:
    """[AU-4] They are hung up on, and come back to the whole board, and to their part again."""
    host, _, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    draw(host, sheet(ANN), stroke("a"))
    await school.rest()
    for role, sees in (("host", True), ("student", False)):
        host.call("set_role", user_id=BEN, role=role)
        await school.until(lambda: ben.outbox.closed is CloseCode.SIGHT_CHANGED)
        await school.rest()
        await school.connect(ben)
        assert ben.sync_modes[-1] == "full"
        assert (SECRET in str(made(ben))) is sees
    ben.drop()
    await school.rest()
    draw(host, stroke("b"))
    await school.rest()
    await school.connect(ben)
    assert f"{SECRET}-b" not in heard(ben)
    assert not ben.faults
