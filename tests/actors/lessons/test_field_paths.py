"""Which field of a message was at fault, as its sender can find it.

Tests also: actors/room/requests/requests.py.
"""

from tests.actors.support.school import ANN, HOST, School


async def test_the_field_at_fault_is_named_by_its_path_in_the_message(school: School) -> None:
    """[EN-2] The core knows operations and arguments; the client sent a message around them."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    missing_layer = {"id": "e9", "layer": "gone", "type": "rect", "x": 0, "y": 0, "w": 1, "h": 1}
    ann.send(
        "board",
        "board_event",
        {"ops": [{"op": "put", "element": missing_layer}]},
        message_id="anns-client:1",
    )
    host.call("kick", user_id=4711)
    await school.rest()
    (refused,) = [error for outbox in ann.outboxes for error in outbox.of_type("error")]
    assert refused["data"]["field"] == "data.ops[0].element.layer"
    (refused,) = [error for outbox in host.outboxes for error in outbox.of_type("error")]
    assert refused["data"]["field"] == "data.args.user_id"
