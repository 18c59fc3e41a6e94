"""Reactions, picking, quiet and tools, over started actors and as the wire has them."""

from typing import Any

import pytest

from tests.actors.support.client import Client
from tests.actors.support.school import ANN, HOST, School

OVER = ("spotlight_over", None)
VOICE = {"kind": "audio", "why": "unable"}


async def asked(school: School, client: Client, name: str, **args: Any) -> None:  # noqa: ANN401
    """Ask the room for something, and wait for its word."""
    before = len(client.outbox.of_type("reply")) + len(client.errors)
    client.send("system", "command", {"name": name, "args": args}, message_id=f"ask-{before}")
    await school.until(lambda: len(client.outbox.of_type("reply")) + len(client.errors) > before)


def told(client: Client) -> list[tuple[str, Any]]:
    """Return what a client was told."""
    notices = client.outbox.of_type("notification")
    return [(notice["data"]["code"], notice["data"].get("params")) for notice in notices]


async def test_everyone_sees_a_reaction_and_whose_turn_it_is(school: School) -> None:
    """[PE-1] [PE-2] Neither has a number; both come to who asked as to everyone."""
    host, ann = await school.join(HOST), await school.join(ANN)
    await asked(school, ann, "react", reaction="clap")
    await asked(school, host, "pick")
    await school.until(lambda: len(told(host)) == 2 == len(told(ann)))
    reaction = ("reaction", {"user_id": ANN, "reaction": "clap"})
    picked = ("picked", {"user_id": ANN, "left": 0, "of": 1, "by": HOST})
    assert told(host) == told(ann) == [reaction, picked]
    assert host.outbox.of_type("reply")[-1]["data"]["result"] == {
        "user_id": ANN,
        "left": 0,
        "of": 1,
    }


@pytest.mark.parametrize(
    ("name", "args", "field"),
    [
        ("react", {"reaction": "<b>"}, "data.args.reaction"),
        ("react", {}, "data.args.reaction"),
        ("mute", {"user_id": 99}, "data.args.user_id"),
        ("ask_unmute", {"user_id": "x"}, "data.args.user_id"),
        ("set_tools", {"are_down": 1}, "data.args.are_down"),
        ("spotlight", {"user_id": ANN}, "data.args.user_id"),
        ("spotlight", {"is_screen": True}, "data.args.user_id"),
        ("set_away", {}, "data.args.is_away"),
        ("set_unrecorded", {}, "data.args.tracks"),
        ("set_unrecorded", {"tracks": [{"kind": "audio", "why": "x"}]}, "data.args.tracks[0].why"),
        ("set_unrecorded", {"tracks": [VOICE] * 4}, "data.args.tracks"),
    ],
)
async def test_what_is_wrong_is_named(
    school: School, name: str, args: dict[str, Any], field: str
) -> None:
    """[EN-2] As a path in the message."""
    host = await school.join(HOST)
    await asked(school, host, name, **args)
    assert host.errors[-1]["field"] == field


async def test_one_who_comes_while_tools_are_down_has_none(school: School) -> None:
    """[PE-5] The welcome says so; what is drawn all the same is refused."""
    host = await school.join(HOST)
    await asked(school, host, "set_tools", are_down=True)
    ann = await school.join(ANN)
    (welcome,) = ann.outbox.of_type("welcome")
    assert welcome["data"]["session"]["tools_down"] is True
    assert welcome["data"]["permissions"]["can_draw"] is False
    await asked(school, host, "set_tools", are_down=False)
    await school.until(lambda: bool(ann.outbox.of_type("permission_update")))
    (update,) = ann.outbox.of_type("permission_update")
    assert update["data"]["tools_down"] is False
    assert update["data"]["effective"][str(ANN)]["can_draw"] is True


async def test_all_see_somebody_and_who_looks_elsewhere(school: School) -> None:
    """[PE-6] [PE-7] As the wire has it; each says it of their own page alone."""
    host, ann = await school.join(HOST), await school.join(ANN)
    await asked(school, host, "set_away", is_away=True)
    ann.send("webrtc", "media_state", {"video": True})
    await school.until(lambda: bool(host.outbox.of_type("media_state")))
    await asked(school, host, "spotlight", user_id=ANN)
    await asked(school, host, "end_spotlight")
    spotlight = ("spotlight", {"user_id": ANN, "is_screen": False, "by": HOST})
    await school.until(lambda: len(told(ann)) == 3)
    assert told(ann) == [("away", {"users": [HOST], "is_away": True}), spotlight, OVER]
    assert told(host) == [spotlight, OVER]


async def test_all_learn_whose_voice_is_not_recorded(school: School) -> None:
    """[RC-11] As the wire has it, and who comes later, too."""
    ann = await school.join(ANN)
    await asked(school, ann, "set_unrecorded", tracks=[VOICE])
    host = await school.join(HOST)
    await school.until(lambda: bool(told(host)))
    assert told(host) == told(ann) == [("unrecorded", {"user_id": ANN, "tracks": [VOICE]})]
