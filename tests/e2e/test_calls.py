"""Signalling over real sockets: a call reaches whom it is for, and nobody else."""

import secrets
from typing import Any

import pytest

from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson
from tests.serving import RunningServer

SDP = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\n"
CANDIDATE = {
    "candidate": "candidate:1 1 udp 2 192.0.2.1 3478 typ host",
    "sdpMid": "0",
    "sdpMLineIndex": 0,
    "usernameFragment": "abcd",
}


async def class_of_three(lesson: Lesson) -> list[LessonClient]:
    people = [lesson.host, await lesson.guest("Ada"), await lesson.guest("Ben")]
    return [await lesson.enter(person) for person in people]


def signals(client: LessonClient) -> list[dict[str, Any]]:
    return [
        frame for frame in client.frames if frame["type"] in {"offer", "answer", "ice_candidate"}
    ]


async def test_offer_answer_and_candidates_reach_the_one_they_are_for(lesson: Lesson) -> None:
    """[RT-1, RT-2] `from_peer` is stamped, whatever the sender claims."""
    host, ada, ben = await class_of_three(lesson)
    host_peer, ada_peer = host.welcome["peer_id"], ada.welcome["peer_id"]
    lie = {"from_peer": ben.welcome["peer_id"], "from": ben.user_id}
    await host.send("webrtc", "offer", {"to": ada_peer, "sdp": SDP, **lie})
    offer = await ada.heard(lambda frame: frame["type"] == "offer", "the offer")
    assert offer["data"] == {"from_peer": host_peer, "sdp": SDP}
    await ada.send("webrtc", "answer", {"to": host_peer, "sdp": SDP, **lie})
    answer = await host.heard(lambda frame: frame["type"] == "answer", "the answer")
    assert answer["data"] == {"from_peer": ada_peer, "sdp": SDP}
    await host.send("webrtc", "ice_candidate", {"to": ada_peer, "candidate": CANDIDATE})
    await host.send("webrtc", "ice_candidate", {"to": ada_peer, "candidate": None})
    await ada.until(lambda: len(signals(ada)) == 3, "candidates")
    assert [frame["data"] for frame in signals(ada)[1:]] == [
        {"from_peer": host_peer, "candidate": CANDIDATE},
        {"from_peer": host_peer, "candidate": None},
    ]

    await ben.until_at(await host.drawn(rect("later")))
    assert signals(ben) == []
    assert not any("seq" in frame for frame in signals(ada))


async def test_a_peer_of_another_room_cannot_be_reached(
    server: RunningServer, begin: Begin
) -> None:
    """[RT-1] Nor one who is gone, nor oneself, nor a connection's id."""
    lesson, other = await begin(server), await begin(server)
    host, ada, ben = await class_of_three(lesson)
    stranger = await other.enter(other.host)
    ben_peer = ben.welcome["peer_id"]
    await ben.leave()
    await ada.heard(lambda frame: frame["type"] == "participant_left", "Ben's end")
    for number, to in enumerate(
        (
            stranger.welcome["peer_id"],
            ben_peer,
            host.welcome["peer_id"],
            ada.welcome["connection_id"],
            "nobody",
        )
    ):
        await host.send("webrtc", "offer", {"to": to, "sdp": SDP}, f"o{number}")
        error = await host.answer(f"o{number}")
        assert error["data"]["code"] == "not_found", to
    await stranger.drawn(rect("r1"))
    await ada.until_at(await host.drawn(rect("r1")))
    assert signals(stranger) == signals(ada) == []


async def test_the_later_joiner_is_the_polite_one(lesson: Lesson) -> None:
    """[RT-4] Both sides are told, each of the other."""
    host, ada, _ = await class_of_three(lesson)
    told_host = await host.heard(lambda frame: frame["type"] == "participant_joined", "Ada")
    assert told_host["data"]["peer_id"] == ada.welcome["peer_id"]
    assert told_host["data"]["polite"] is False
    told_ada = await ada.heard(lambda frame: frame["type"] == "participant_joined", "the host")
    assert told_ada["data"]["peer_id"] == host.welcome["peer_id"]
    assert told_ada["data"]["polite"] is True


async def test_tracks_are_turned_on_with_permission_and_off_without(lesson: Lesson) -> None:
    """[RT-3] Withdrawing the permission turns the track off for everyone to see."""
    host, ada, ben = await class_of_three(lesson)
    await ada.send("webrtc", "media_state", {"screen": True}, "m1")
    assert (await ada.answer("m1"))["data"]["code"] == "permission_denied"
    await ada.send("webrtc", "media_state", {"video": True, "audio": True})
    on = await ben.heard(lambda frame: frame["type"] == "media_state", "on")
    assert (on["data"]["video"], on["data"]["audio"], on["data"]["screen"]) == (True, True, False)
    since = len(ben.frames)
    await host.command(
        "set_permissions", user_id=ada.user_id, permissions={"can_toggle_video": False}
    )
    off = await ben.heard(lambda frame: frame["type"] == "media_state", "off", since=since)
    assert (off["data"]["video"], off["data"]["audio"]) == (False, True)


async def test_a_huge_description_is_refused(lesson: Lesson) -> None:
    """[RT-1, EN-4] `too_large`, and nobody gets it."""
    host, ada, _ = await class_of_three(lesson)
    data = {"to": ada.welcome["peer_id"], "sdp": "v=0\r\n" + "a" * 40_000}
    await host.send("webrtc", "offer", data, "o1")
    assert (await host.answer("o1"))["data"]["code"] == "too_large"


async def test_a_flood_of_candidates_is_held_back(lesson: Lesson) -> None:
    """[FC-1] `rate_limited` with when to try again, in the end 4429; drawing goes on beside it."""
    host, ada, ben = await class_of_three(lesson)
    data = {"to": ada.welcome["peer_id"], "candidate": CANDIDATE}
    for number in range(600):
        await ben.send("webrtc", "ice_candidate", data, f"c{number}")
    await host.drawn(rect("r1"))
    assert (await ben.until_closed()).code == 4429
    limited = [frame["data"] for frame in ben.of_type("error")]
    assert {error["code"] for error in limited} == {"rate_limited"}
    assert all(error["retry_after_ms"] > 0 for error in limited)
    assert len(signals(ada)) < 400


@pytest.mark.parametrize("name", ["offer", "answer"])
async def test_a_description_needs_its_fields(lesson: Lesson, name: str) -> None:
    """[EN-2] The error names what is missing."""
    host = await lesson.enter(lesson.host)
    await host.send("webrtc", name, {"sdp": SDP}, "o1")
    error = await host.answer("o1")
    assert error["data"]["code"] == "invalid"
    assert error["data"]["field"] == "data.to"


async def test_a_server_with_a_relay_hides_everyones_address(
    start: StartServer, begin: Begin
) -> None:
    """[RT-1, RT-5] Whatever the session says: `auto` is `relay` where there are TURN servers."""
    turn = {"turn_urls": '["turn:192.0.2.9:3478"]', "turn_secret": secrets.token_hex()}
    server = start(**{f"webrtc__{name}": value for name, value in turn.items()})
    host, ada, _ = await class_of_three(await begin(server))
    assert ada.welcome["ice_policy"] == "relay"
    assert ada.welcome["ice_servers"][0]["urls"] == ["turn:192.0.2.9:3478"]
    ada_peer = ada.welcome["peer_id"]
    await host.send(
        "webrtc", "offer", {"to": ada_peer, "sdp": f"{SDP}a={CANDIDATE['candidate']}\r\n"}
    )
    await host.send("webrtc", "ice_candidate", {"to": ada_peer, "candidate": CANDIDATE})
    await host.send("webrtc", "ice_candidate", {"to": ada_peer, "candidate": None})
    await ada.heard(lambda frame: frame["type"] == "ice_candidate", "the end of the candidates")
    offer, end = signals(ada)
    assert offer["data"]["sdp"] == SDP.replace("1 2 IN IP4 192.0.2.1", "1 2 IN IP4 0.0.0.0")
    assert end["data"]["candidate"] is None
