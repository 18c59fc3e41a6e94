"""What happens in a simulated world, at random."""

import asyncio
from typing import Final

from tests.lessonroom.sequences_of_edits import operation
from tests.proof.simulation.world import ANN, BEN, CAT, Actions, World, decode, encode

_JUMPS_MS: Final = (1_000, -1_000, 3 * 3_600_000, -3 * 3_600_000)

_MARKS: Final = (b'{"ch":"board"', b"", b"\xff", b'{"ch":"board","type":"sync_request","data":[]}')


def _draw(world: World) -> None:
    ops = [operation(world.chance) for _ in range(world.chance.choice((1, 1, 1, 2)))]
    world.any_client().draw(decode(encode(ops)))


def _stroke(world: World) -> None:
    """Begin a stroke, or go on with one: connected or not, in one turn or in many."""
    client = world.any_client()
    for _ in range(world.chance.choice((1, 1, 2, 4))):
        points = [world.chance.randint(0, 99), world.chance.random(), 0.5, 16]
        if client.strokes and world.chance.random() < 0.8:
            client.go_on(list(client.strokes)[-1], points)
        else:
            world.strokes += 1
            client.begin_stroke(f"stroke-{world.strokes}", points)


def _flood(world: World) -> None:
    """Draw far more at once than may be unanswered."""
    client = world.any_client()
    world.strokes += 1
    stroke_id = f"stroke-{world.strokes}"
    client.begin_stroke(stroke_id, [0, 0, 0.5, 0])
    for n in range(world.chance.choice((20, 150))):
        if stroke_id not in client.strokes:
            return
        client.go_on(stroke_id, [n, n, 0.5, 16])


def _say(world: World) -> None:
    world.any_client().say(world.chance.choice(("Which page?", "½ + ¼", " ")))


def _reload(world: World) -> None:
    client = world.any_client()
    client.reload()
    if client.is_welcome and world.chance.random() < 0.7:
        client.connect()


def _send_acknowledged_again(world: World) -> None:
    client = world.any_client()
    if client.acked and client.is_synced:
        client.send_twice(world.chance.choice(list(client.acked)))


def _drop(world: World) -> None:
    world.any_client().drop(is_bye=world.chance.random() < 0.2)


def _reconnect(world: World) -> None:
    client = world.any_client()
    if client.is_welcome:
        client.connect()


def _stall(world: World) -> None:
    link = world.any_client().link
    if link is not None:
        link.stall(world.chance.random() * 5)


def _permit(world: World) -> None:
    names = world.chance.sample(("can_draw", "can_erase", "can_clear_board", "can_add_layers"), 2)
    whom: dict[str, object] = {"user_id": world.chance.choice((ANN, BEN, CAT))}
    if world.chance.random() < 0.2:
        whom = {"role": world.chance.choice(("student", "viewer"))}
    flags = {name: world.chance.random() < 0.6 for name in names}
    world.clients[0].call("set_permissions", permissions=flags, **whom)


def _kick(world: World) -> None:
    world.clients[0].call("kick", user_id=world.chance.choice((ANN, BEN, CAT)))


def _invite(world: World) -> None:
    gone = [client for client in world.clients if not client.is_welcome]
    if gone:
        user_id = world.chance.choice(gone).user_id
        world.clients[0].call("invite", user_id=user_id)
        for client in gone:
            client.is_welcome = client.user_id == user_id or client.is_welcome


def _command(world: World) -> None:
    world.clients[0].call(world.chance.choice(("pause", "resume", "resume", "save")))


def _restore(world: World) -> None:
    world.clients[0].call("restore", version=world.chance.randint(1, world.disk.head + 2))


def _undo(world: World) -> None:
    world.any_client().call(world.chance.choice(("undo", "undo", "redo")))


def _signal(world: World) -> None:
    client = world.any_client()
    media = {"video": world.chance.random() < 0.5}
    client.send("webrtc", "media_state", media)
    client.send("board", "pointer_move", {"x": 1, "y": 2})


def _babble(world: World) -> None:
    link = world.any_client().link
    if link is not None:
        link.send(world.chance.choice(_MARKS))


def _kill(world: World) -> None:
    world.server.kill()
    world.restart()


async def _stop(world: World) -> None:
    await world.server.stop()
    world.restart()


def _break_room(world: World) -> None:
    world.server.break_room()


def _turn_wall_clock(world: World) -> None:
    world.server.clock.skew_ms += world.chance.choice(_JUMPS_MS)


async def _wait(world: World) -> None:
    await asyncio.sleep(world.chance.choice((0.5, 2.0, 7.0)))


ACTIONS: Final[Actions] = {
    _draw: 50,
    _stroke: 25,
    _flood: 0.7,
    _say: 3,
    _reload: 2,
    _send_acknowledged_again: 4,
    _drop: 3,
    _reconnect: 1,
    _stall: 2,
    _permit: 5,
    _kick: 1.5,
    _invite: 3,
    _command: 3,
    _restore: 1,
    _undo: 5,
    _signal: 2,
    _babble: 1,
    _kill: 1,
    _stop: 0.5,
    _break_room: 0.5,
    _turn_wall_clock: 1,
    _wait: 3,
}
"""What can happen, and how often it does."""
