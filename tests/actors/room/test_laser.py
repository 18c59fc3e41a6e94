"""The laser in a room: a signal that those who may draw send to the others."""

from tests.actors.support.client import Client
from tests.actors.support.school import ANN, HOST, OpenSchool


def _tools(client: Client, user_id: int) -> list[str | None]:
    rows = [
        row
        for message in client.outbox.of_type("pointer_move")
        for row in message["data"]["pointers"]
    ]
    return [row[3] for row in rows if row[0] == user_id]


async def test_a_beam_reaches_the_others_until_drawing_is_taken_away(
    open_school: OpenSchool,
) -> None:
    """[BD-22] It is no event, and nobody is refused: the pointer is shown without it."""
    school = await open_school()
    host = await school.join(HOST)
    ann = await school.join(ANN)
    await school.rest()
    events = len(await school.log())
    ann.send("board", "pointer_move", {"x": 1, "y": 2, "tool": "laser"})
    await school.rest()
    assert _tools(host, ANN) == ["laser"]
    assert len(await school.log()) == events
    host.call("set_permissions", user_id=ANN, permissions={"can_draw": False})
    await school.rest()
    ann.send("board", "pointer_move", {"x": 3, "y": 4, "tool": "laser"})
    await school.rest()
    assert _tools(host, ANN) == ["laser", None]
    assert not ann.errors
    await school.check()
