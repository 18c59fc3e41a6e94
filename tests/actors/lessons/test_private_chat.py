"""What is written to one person, and what is removed, on its way to everyone's page.

Tests also: storage/log/removals.py.
"""

from typing import Any

import msgspec

from lessonroom.log.events import Channel
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, School

SECRET = "the-mark-of-a-secret"


async def write(school: School, client: Client, text: str, **fields: object) -> int:
    """Write, and return the `seq` of what was written."""
    n = 1 + sum(acked.startswith(f"chat-of-{client.name}:") for acked in client.acked)
    message_id = f"chat-of-{client.name}:{n}"
    data = {"text": text, **fields}
    client.send("system", "chat_message", data, message_id=message_id)
    await school.until(lambda: message_id in client.acked)
    return client.acked[message_id]


async def remove(school: School, client: Client, seq: int) -> None:
    args = {"name": "remove_message", "args": {"message": seq}}
    client.send("system", "command", args, message_id="removing")
    await school.until(lambda: client.seq > seq and bool(client.outbox.of_type("reply")))


def heard(client: Client) -> str:
    """Return everything that a client was sent, on all its connections."""
    return " ".join(str(line) for outbox in client.outboxes for line in outbox.messages)


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["data"]["text"] for message in messages]


async def test_only_few_hear_of_it_and_the_order_has_no_gap(school: School) -> None:
    """[CH-4] [BD-4] In one flush with what everyone hears."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    host.draw("e1")
    seq = await write(school, ann, SECRET, to=HOST)
    host.draw("e2")
    await school.rest()
    assert texts(host.outbox.of_type("chat_message")) == [SECRET]
    assert SECRET not in heard(ben)
    (hidden,) = ben.outbox.of_type("hidden")
    assert hidden == {"ch": "board", "type": "hidden", "seq": seq, "data": {}}
    assert ben.board == host.board == ann.board
    assert ben.seq == host.seq
    assert not ben.faults
    await school.check()


async def test_the_person_and_every_host_get_it(school: School) -> None:
    """[CH-4] One who was made a host among them, from then on."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    await write(school, host, f"{SECRET}-1", to=ANN)
    args = {"name": "set_role", "args": {"user_id": BEN, "role": "host"}}
    host.send("system", "command", args, message_id="role")
    await write(school, host, f"{SECRET}-2", to=ANN)
    await school.rest()
    assert texts(ann.outbox.of_type("chat_message")) == [f"{SECRET}-1", f"{SECRET}-2"]
    assert texts(ben.outbox.of_type("chat_message")) == [f"{SECRET}-2"]


async def test_who_comes_back_does_not_get_it_either(school: School) -> None:
    """[CH-4] In a delta, of a room in memory and of one that was opened anew."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    ben.drop()
    ann.drop()
    await write(school, host, SECRET, to=ANN)
    await school.connect(ben)
    await school.connect(ann)
    assert ben.sync_modes[-1] == ann.sync_modes[-1] == "delta"
    assert SECRET not in heard(ben)
    assert SECRET in heard(ann)
    await school.restart()
    late = await school.join(BEN, suffix="2")
    late.drop()
    await school.connect(late)
    await school.rest()
    assert SECRET not in heard(late)
    await school.check()


async def test_a_view_is_told_nothing_in_its_place(school: School) -> None:
    """[CH-4] [HS-1] Its `seq` has gaps anyway."""
    host = await school.join(HOST)
    view = await school.join(BEN, channels=frozenset({Channel.SYSTEM}))
    await school.join(ANN)
    await write(school, host, SECRET, to=ANN)
    await write(school, host, "for all")
    await school.rest()
    assert not view.outbox.of_type("hidden")
    assert texts(view.outbox.of_type("chat_message")) == ["for all"]


async def test_who_shares_no_secret_cannot_tell_it_from_none(school: School) -> None:
    """[CH-4] [CH-5] By answering it, or removing it."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    seq = await write(school, host, SECRET, to=ANN)
    for n, message in enumerate((seq, seq + 1_000)):
        args = {"name": "remove_message", "args": {"message": message}}
        ben.send("system", "command", args, message_id=f"r-{n}")
        data = {"text": "why?", "to": HOST, "reply_to": message}
        ben.send("system", "chat_message", data, message_id=f"chat-of-ben:{n + 1}")
    await school.until(lambda: len(ben.errors) == 4)
    assert [error["code"] for error in ben.errors] == ["not_found"] * 4
    answers = [{**error, "id": ""} for error in ben.errors]
    assert answers[:2] == answers[2:]
    assert not ann.errors


async def test_a_text_that_is_removed_leaves_the_log_and_what_is_caught_up(
    school: School,
) -> None:
    """[CH-6] That it was there, who removed it and when stay; a restart changes nothing."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    ben.drop()
    seq = await write(school, ann, SECRET)
    await remove(school, host, seq)
    await school.connect(ben)
    assert ben.sync_modes[-1] == "delta"
    assert SECRET not in heard(ben)
    (message,) = await school.store.chat("algebra")
    (removal,) = [e for e in await school.store.events("algebra") if e.type == "chat_remove"]
    assert msgspec.json.decode(message.data) == {
        "text": "",
        "removed": {"by": HOST, "at": removal.at_ms},
    }
    await school.restart()
    late = await school.join(ANN, suffix="2")
    answer = {"text": "what was it?", "reply_to": seq}
    late.send("system", "chat_message", answer, message_id="chat-of-late:1")
    await school.until(lambda: bool(late.errors))
    assert late.errors[0]["code"] == "not_found"
    await school.check()


async def test_a_message_is_removed_in_the_batch_that_it_was_written_in(school: School) -> None:
    """[CH-6] Before it was on disk: the author needs no ack to change their mind."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    seq = host.seq + 1
    ann.send("system", "chat_message", {"text": SECRET}, message_id="chat-of-ann:1")
    args = {"name": "remove_message", "args": {"message": seq}}
    ann.send("system", "command", args, message_id="removing")
    await school.until(lambda: bool(ann.outbox.of_type("reply")))
    (message,) = await school.store.chat("algebra")
    assert SECRET.encode() not in message.data
    assert ann.replica.phase == host.replica.phase
