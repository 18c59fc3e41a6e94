import pytest

from lessonroom.codes import CloseCode
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, School

_STROKES = 80
_POINTS = [[n, 0.5, 1, 8] for n in range(400)]


async def large(school: School) -> Client:
    """Put more on the board than is encoded at once; return who did."""
    host = await school.join(HOST)
    await school.rest()
    points = [number for point in _POINTS for number in point]
    for n in range(_STROKES):
        stroke = {"type": "stroke", "id": f"s{n}", "layer": "base", "x": n + 1, "points": points}
        ops = [{"op": "put", "element": stroke}]
        host.send("board", "board_event", {"ops": ops}, message_id=f"largeboards:{n + 1}")
        await school.rest()
    assert not host.errors
    assert school.room()._lesson.state.board.size_bytes > 300 * 1024
    return host


def answers(client: Client) -> list[int]:
    """Return the `seq` of each full answer that a client got."""
    found = client.outbox.of_type("sync_response")
    return [answer["data"]["seq"] for answer in found if answer["data"]["mode"] == "full"]


async def test_who_asks_for_a_large_board_gets_all_of_it_and_misses_nothing(
    school: School,
) -> None:
    """[BD-7] [P6] [P17] It is encoded in pieces; what is drawn meanwhile is in it, or behind it."""
    host = await large(school)
    ann = school.client(ANN)
    ann.connect(school.rooms)
    await school.until(lambda: bool(ann.outbox.of_type("welcome")))
    before = len(host.outbox.of_type("ack"))
    await school.until(lambda: bool(school.room()._clients._awaiting_board))
    for n in range(5):
        host.draw(f"e{n}")
    await school.until(lambda: len(host.outbox.of_type("ack")) == before + 5)
    await school.until(lambda: len(answers(ann)) == 1)
    host.draw("last")
    await school.rest()
    assert ann.board.keys() == school.room()._lesson.state.board.elements.keys()
    assert len(ann.board) == _STROKES + 6


async def test_all_who_ask_for_a_large_board_are_sent_the_same_bytes(school: School) -> None:
    """[FC-7] [P17] They are encoded once, and copied for nobody."""
    await large(school)
    ann, ben = [await school.join(user) for user in (ANN, BEN)]
    await school.until(lambda: len(answers(ann)) == len(answers(ben)) == 1)
    parts = [
        {id(write) for write in one.outbox.writes if len(write) > 20_000} for one in (ann, ben)
    ]
    # But for the small ones, which are joined.
    assert len(parts[0] & parts[1]) > 4


async def test_who_leaves_before_a_large_board_is_encoded_is_not_waited_for(
    school: School,
) -> None:
    """[P20] Nor is anything left behind."""
    host = await large(school)
    ann, ben = school.client(ANN), school.client(BEN)
    for client in (ann, ben):
        client.connect(school.rooms)
    await school.until(lambda: len(school.room()._clients._awaiting_board) == 2)
    ann.drop()
    await school.until(lambda: len(answers(ben)) == 1)
    assert answers(ann) == []
    host.call("kick", user_id=BEN)
    await school.until(lambda: ben.outbox.closed is CloseCode.KICKED)
    assert school.room()._clients._awaiting_board == []


@pytest.mark.logs_errors
async def test_a_commit_that_is_lost_while_a_board_is_encoded_costs_nobody_the_answer(
    school: School,
) -> None:
    """[BD-7] [P19] It tells of the state as it was read again."""
    host = await large(school)
    ann = school.client(ANN)
    ann.connect(school.rooms)
    await school.until(lambda: bool(school.room()._clients._awaiting_board))
    school.store.is_down = True
    host.draw("lost")
    await school.until(lambda: bool(host.errors))
    school.store.is_down = False
    school.clock.advance(60)
    await school.until(lambda: len(answers(ann)) == 1)
    assert ann.board.keys() == {f"s{n}" for n in range(_STROKES)}
