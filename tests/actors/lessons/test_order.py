"""Who gets what, once and in order; where a client goes on after an interruption.

Tests also: actors/room/lesson.py.
"""

import msgspec
import pytest

from lessonroom.log.events import Channel
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role, as_booleans
from lessonroom.replica.replica import Reaction
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, QUICK, OpenSchool, School


async def test_two_authors_interleaved_get_every_seq_once(school: School) -> None:
    """[BD-4] Own events as acks, everyone else's as events, in the order of the log."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    start = ben.seq
    assert start is not None
    for n in range(30):
        (host if n % 2 else ann).draw(f"e{n % 3}")
    await school.until(lambda: len(host.acked) + len(ann.acked) == 30)
    await school.rest()
    await school.check()
    assert ben.seen[-30:] == list(range(start + 1, start + 31))
    own = [message["seq"] for message in host.outbox.of_type("ack")]
    others = [message["seq"] for message in host.outbox.of_type("board_event")]
    assert len(own) == len(others) == 15
    assert sorted(own + others) == list(range(start + 1, start + 31))


async def test_acks_and_events_come_in_one_order(school: School) -> None:
    """[BD-4] An author's own ack does not overtake the event in front of it."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    school.store.hold()
    ann.draw()
    host.draw()
    ann.draw()
    host.draw()
    await school.settle()
    school.store.release()
    await school.until(lambda: len(host.acked) + len(ann.acked) == 4)
    await school.rest()
    for client in (host, ann):
        mixed = [message["seq"] for message in client.outbox.of_type("ack", "board_event")]
        assert len(mixed) == 4
        assert mixed == sorted(mixed)


async def test_the_welcome_is_the_first_message(school: School) -> None:
    """[HS-5] It names the newest committed event and the epoch; its writer is the room."""
    ann = await school.join(ANN)
    welcome, *_ = ann.outbox.messages
    assert welcome["type"] == "welcome"
    data = welcome["data"]
    assert data["connection_id"] == "annnie-1"
    assert data["peer_id"] == "peer-annnie-1"
    assert data["participant"]["user_id"] == ANN
    assert data["permissions"]["can_draw"] is True
    assert data["head"] == len(await school.log())
    assert data["epoch"] == ann.epoch
    assert [one["user_id"] for one in data["roster"]] == [HOST, ANN, BEN]
    assert data["resume_window"] == school.config.resume_window
    assert data["durability"] == "power"


class _Silent(Client):
    """Syncs only when the test says so."""

    def _do(self, reaction: Reaction) -> None:
        send = [message for message in reaction.send if message.type != "sync_request"]
        super()._do(Reaction(send, reaction.happened))


async def test_no_event_precedes_the_answer_to_a_sync(school: School) -> None:
    """[HS-6] Before the sync no event; then exactly those after its seq. Signals may come."""
    host = await school.join(HOST)
    ann = _Silent(
        ANN, name="annnie", session_id="algebra", clock=school.clock, config=school.config
    )
    ann.connect(school.rooms)
    await school.until(lambda: ann.outbox.is_open)
    host.draw("before")
    host.point(1, 2)
    await school.until(lambda: not host.pending)
    await school.rest()
    types = {message["type"] for message in ann.outbox.messages}
    assert types <= {"welcome", "participant_joined", "pointer_move"}, types
    assert not any("seq" in message for message in ann.outbox.messages)
    school.store.hold()
    host.draw("held")
    await school.settle()
    ann.sync()
    await school.settle()
    assert not ann.outbox.of_type("sync_response"), "it tells of what is not on disk"
    host.draw("after")
    await school.settle()
    school.store.release()
    await school.until(lambda: "after" in ann.board)
    assert not ann.faults
    (answer,) = ann.outbox.of_type("sync_response")
    assert set(answer["data"]["board"]["elements"]) == {"before", "held"}
    assert [message["seq"] for message in ann.outbox.of_type("board_event")] == [
        answer["data"]["seq"] + 1
    ]


async def test_a_drop_is_made_up_for_by_a_delta(school: School) -> None:
    """[BD-7] With a valid epoch and seq the answer holds what was missed and no more."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    host.draw("seen")
    await school.until(lambda: "seen" in ann.board)
    await school.rest()
    ann.drop()
    for n in range(5):
        host.draw(f"missed{n}")
    await school.until(lambda: not host.pending)
    await school.rest()
    seq = ann.seq
    await school.connect(ann)
    assert ann.sync_modes == ["full", "delta"]
    answer = ann.outbox.of_type("sync_response")[0]["data"]
    assert [event["seq"] for event in answer["events"]] == list(
        range(answer["from_seq"] + 1, answer["seq"] + 1)
    )
    assert answer["from_seq"] == seq
    await school.rest()
    await school.check()


async def test_a_full_sync_tells_what_each_role_may_do(school: School) -> None:
    """[BD-3] All fifteen, for each of the four roles."""
    host = await school.join(HOST)
    roles = host.outbox.of_type("sync_response")[0]["data"]["role_permissions"]
    assert roles == {role: as_booleans(DEFAULT_PERMISSIONS[role]) for role in Role}


async def test_a_delta_reaches_over_a_restart(school: School) -> None:
    """[BD-7] [SY-4] The log goes on; the room that is opened anew knows the earlier epoch."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    host.draw("before")
    await school.until(lambda: "before" in ann.board)
    await school.rest()
    await school.restart()
    await school.connect(host)
    host.draw("after")
    await school.connect(ann)
    await school.until(lambda: "after" in ann.board)
    assert ann.sync_modes == ["full", "delta"]
    assert host.sync_modes == ["full", "delta"]
    assert host.epoch == ann.epoch
    await school.rest()
    await school.check()


async def test_a_client_that_is_too_far_behind_gets_everything(open_school: OpenSchool) -> None:
    """[BD-7] Past `resume_window` events there is no delta."""
    school = await open_school(msgspec.structs.replace(QUICK, resume_window=5))
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    ann.drop()
    for n in range(6):
        host.draw(f"missed{n}")
    await school.until(lambda: not host.pending)
    await school.connect(ann)
    assert ann.sync_modes == ["full", "full"]
    await school.rest()
    await school.check()


@pytest.mark.parametrize(
    ("epoch", "beyond"),
    [("of another history", 0), (None, 0), ("", 1_000)],
    ids=["unknown epoch", "no epoch", "seq above the head"],
)
async def test_a_point_that_never_was_gets_everything(
    school: School, epoch: str | None, beyond: int
) -> None:
    """[BD-7] An unknown epoch, none, or a seq past its end: `full`."""
    ann = await school.join(ANN)
    ann.drop()
    await school.rest()
    ann.replica.epoch = ann.epoch if epoch == "" else epoch
    ann.replica.seq += beyond
    await school.connect(ann)
    assert ann.sync_modes == ["full", "full"]
    await school.rest()
    await school.check()


async def test_a_sync_carries_the_id_it_was_asked_with(school: School) -> None:
    """[BD-7] A client that saw a gap asks again on the same connection and goes on from there."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    asked = ann.sync()
    host.draw()
    await school.until(lambda: "e1" in ann.board)
    await school.rest()
    answer = ann.outbox.of_type("sync_response")[-1]
    assert answer["id"] == asked
    await school.check()


@pytest.mark.parametrize(
    ("channel", "carried"),
    [
        (Channel.BOARD, {"board_event", "session_status"}),
        (Channel.WEBRTC, {"media_state", "session_status"}),
        (Channel.SYSTEM, {"participant_update", "session_status"}),
    ],
)
async def test_a_view_carries_its_channel(
    school: School, channel: Channel, carried: set[str]
) -> None:
    """[HS-1] Events of its channel and session_status, live as in the delta."""
    host = await school.join(HOST)
    ann = await school.join(ANN, channels=frozenset({channel}))
    await school.rest()
    before = len(ann.outbox.messages)
    for is_on in (True, False):
        host.draw()
        host.send("webrtc", "media_state", {"audio": is_on})
        host.call("pause")
        host.call("resume")
        ben = await school.join(BEN)
        ben.leave()
        await school.rest()
        events = [m for m in ann.outbox.messages[before:] if "seq" in m]
        if ann.sync_modes[-1] == "delta":
            events = [*ann.outbox.of_type("sync_response")[0]["data"]["events"], *events]
        assert carried <= {event["type"] for event in events}
        assert {event["ch"] for event in events} <= {channel, "system"}
        assert all(e["ch"] == channel or e["type"] == "session_status" for e in events)
        ann.drop()
        host.draw()
        await school.rest()
        await school.connect(ann)
        before = len(ann.outbox.messages)


async def test_a_view_refuses_what_it_does_not_carry(school: School) -> None:
    """[HS-1] An edit on the webrtc view is an unknown message; a ping is answered everywhere."""
    ann = await school.join(ANN, channels=frozenset({Channel.WEBRTC}))
    ann.draw()
    await school.until(lambda: bool(ann.errors))
    assert ann.errors[0]["code"] == "unknown_message"
    ann.send("system", "ping", {"t": 7})
    await school.until(lambda: bool(ann.outbox.of_type("pong")))
    assert ann.outbox.of_type("pong")[0]["data"]["t"] == 7
