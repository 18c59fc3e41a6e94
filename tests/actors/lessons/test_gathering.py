"""Bringing everyone to a page, over started actors."""

from tests.actors.support.school import ANN, HOST, School


async def test_a_late_comer_is_welcomed_and_then_brought(school: School) -> None:
    """[PG-4][HS-5] The welcome is the first message, whatever else there is to say."""
    host = await school.join(HOST)
    call = {"name": "bring", "args": {"page": "p1"}}
    host.send("system", "command", call, message_id="bring")
    await school.until(lambda: bool(host.outbox.of_type("reply")))
    ann = await school.join(ANN)
    await school.until(lambda: bool(ann.outbox.of_type("notification")))
    types = [message["type"] for message in ann.outbox.messages]
    assert types[0] == "welcome"
    (notice,) = ann.outbox.of_type("notification")
    assert (notice["data"]["code"], notice["data"]["params"]) == (
        "brought",
        {"page": "p1", "by": HOST},
    )


async def test_what_is_wrong_with_a_bring_is_named(school: School) -> None:
    """[PG-4][EN-2] As a path in the message."""
    host = await school.join(HOST)
    for args, field in [
        ({"page": "gone"}, "data.args.page"),
        ({"page": "p1", "users": [ANN, 99]}, "data.args.users[1]"),
        ({"page": "p1", "view": [0, 0, -1, 1]}, "data.args.view[2]"),
    ]:
        before = len(host.errors)
        host.send("system", "command", {"name": "bring", "args": args}, message_id=field)
        await school.until(lambda: len(host.errors) > before)  # noqa: B023 - awaited here
        assert host.errors[-1]["field"] == field
