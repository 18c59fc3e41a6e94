"""What people write to each other, through the room and the disk.

Tests also: actors/room/fanout/speaking.py.
"""

import msgspec

from actors.config import RoomConfig
from lessonroom.log.events import Channel
from lessonroom.rates import Rate, Rates
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, OpenSchool, School


def write(client: Client, text: str, *, n: int = 1) -> str:
    message_id = f"chat-of-{client.name}:{n}"
    return client.send("system", "chat_message", {"text": text}, message_id=message_id)


def read(client: Client) -> list[tuple[int, str]]:
    """Return what a client was shown: of whom, and what."""
    return [(m["from"], m["data"]["text"]) for m in client.outbox.of_type("chat_message")]


async def test_everyone_reads_it_and_its_author_gets_the_ack(school: School) -> None:
    """[CH-1] In the place of the event; on disk."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    message_id = write(ann, "Which page?")
    await school.until(lambda: read(host) == read(ben) == [(ANN, "Which page?")])
    await school.until(lambda: message_id in ann.acked)
    assert not read(ann)
    (stored,) = await school.store.chat("algebra")
    assert (stored.seq, stored.user_id) == (ann.acked[message_id], ANN)
    assert msgspec.json.decode(stored.data) == {"text": "Which page?"}
    await school.rest()
    await school.check()


async def test_sent_again_after_a_restart_it_is_there_once(school: School) -> None:
    """[CH-1] The ack was lost with the connection."""
    ann = await school.join(ANN)
    message_id = write(ann, "Which page?")
    await school.until(lambda: message_id in ann.acked)
    await school.restart()
    back = await school.join(ANN, suffix="2")
    back.send("system", "chat_message", {"text": "Which page?"}, message_id=message_id)
    await school.until(lambda: message_id in back.acked)
    assert back.acked == ann.acked
    assert len(await school.store.chat("algebra")) == 1


async def test_who_was_away_gets_it_with_the_rest(school: School) -> None:
    """[CH-1] A delta holds messages in their place."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    ann.drop()
    write(host, "Page 12")
    host.draw("e1")
    await school.until(lambda: not host.pending)
    await school.connect(ann)
    assert ann.sync_modes[-1] == "delta"
    assert ann.seq == host.seq
    await school.rest()
    await school.check()


async def test_an_id_is_needed(school: School) -> None:
    """[CH-1] And one of the form that counts."""
    ann = await school.join(ANN)
    ann.send("system", "chat_message", {"text": "Hello"}, message_id="hello")
    await school.until(lambda: bool(ann.errors))
    assert (ann.errors[0]["code"], ann.errors[0]["field"]) == ("invalid", "id")


async def test_too_many_messages_wait_for_their_turn(open_school: OpenSchool) -> None:
    """[FC-6] None is refused, and what is drawn behind them keeps its place."""
    school = await open_school(RoomConfig(fanout_interval_s=0.0, rates=Rates(chat=Rate(1, 2))))
    ann = await school.join(ANN)
    for n in range(1, 4):
        write(ann, f"line {n}", n=n)
    ann.draw("e1")
    await school.rest()
    assert len(await school.store.chat("algebra")) == 2
    assert len(ann.pending) == 1
    school.clock.advance(1)
    await school.until(lambda: not ann.pending)
    assert not ann.errors
    assert len(await school.store.chat("algebra")) == 3


async def test_a_view_without_the_system_channel_does_not_carry_it(school: School) -> None:
    """[HS-1] [CH-1] Neither what is written nor writing."""
    host = await school.join(HOST)
    view = await school.join(ANN, channels=frozenset({Channel.BOARD}))
    message_id = write(host, "Hello")
    write(view, "Hello")
    await school.until(lambda: message_id in host.acked and bool(view.errors))
    await school.rest()
    assert not read(view)
    assert view.errors[0]["code"] == "unknown_message"


async def test_a_message_cannot_turn_the_page_round(school: School) -> None:
    """[CH-1][SECURITY names] Overrides and isolates go; a message of nothing else is none."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    write(ann, "pay \u202e05\u202c now")
    await school.rest()
    assert read(host) == [(ANN, "pay 05 now")]
    write(ann, "\u202e\u2066", n=2)
    await school.rest()
    assert len(read(host)) == 1
