"""Connections that live on by another token."""

import asyncio
import json
from typing import Any

import pytest
from websockets.frames import Opcode

from gateway.socket.socket import RoomSocket
from lessonroom.people.permissions import Role
from lessonroom.protocol.client import TokenRenewal
from tests.gateway.socket.desk import SESSION, Desk, Wire, masked


def token_of(desk: Desk, *, session: str = SESSION, user_id: int = 0, ttl_s: int = 600) -> str:
    return desk.services.tokens.mint_room(
        session,
        user_id or desk.user_id,
        role=Role.STUDENT,
        permissions=frozenset(),
        ttl_s=ttl_s,
        token_id="another",
    )


async def shown(socket: RoomSocket, wire: Wire, token: str) -> dict[str, Any]:
    """Show a token and return the answer."""
    before = len(wire.frames())
    message = {"ch": "system", "type": "token", "id": "t-1", "data": {"token": token}}
    socket.data_received(masked(Opcode.TEXT, json.dumps(message).encode()))
    async with asyncio.timeout(10):
        while len(wire.frames()) == before:
            wire.changed.clear()
            await wire.changed.wait()
    answer: dict[str, Any] = json.loads(wire.frames()[-1][1])
    assert answer["id"] == "t-1"
    return answer


def reason(desk: Desk, socket: RoomSocket, wire: Wire, seconds: float) -> list[tuple[int, str]]:
    """Let time pass and return why the connection has ended, if it has."""
    desk.clock.advance(seconds)
    socket.keep_alive(desk.clock.monotonic_s())
    return wire.close_frames()


async def test_a_connection_lives_on_by_another_token(desk: Desk) -> None:
    """[HS-8] Nobody is thrown out at the end of the first one; then the new one's end counts."""
    socket, wire = await desk.enter(ttl_s=8)
    answer = await shown(socket, wire, token_of(desk, ttl_s=20))
    assert answer["type"] == "token"
    assert answer["data"]["expires_at"] == desk.clock.now_ms() + 20_000
    assert reason(desk, socket, wire, 19.9) == []
    assert reason(desk, socket, wire, 0.1) == [(4501, "the token has expired")]


async def test_one_that_ends_earlier_changes_nothing(desk: Desk) -> None:
    """[HS-8] The answer says what it lives by."""
    socket, wire = await desk.enter(ttl_s=8)
    answer = await shown(socket, wire, token_of(desk, ttl_s=2))
    assert answer["data"]["expires_at"] == desk.clock.now_ms() + 8_000
    assert reason(desk, socket, wire, 7.9) == []


@pytest.mark.parametrize("kind", ["another session", "another person", "garbage", "expired"])
async def test_what_opens_no_seat_of_ones_own_is_refused(desk: Desk, kind: str) -> None:
    """[HS-8] `unauthorized`, and the connection lives on as before: no longer, no shorter."""
    left_s = 8 if kind == "expired" else 20
    socket, wire = await desk.enter(ttl_s=left_s + 32 * (kind == "expired"))
    token = {
        "another session": token_of(desk, session="elsewhere"),
        "another person": token_of(desk, user_id=desk.user_id + 1),
        "garbage": "x",
        "expired": token_of(desk, ttl_s=1),
    }[kind]
    if kind == "expired":
        # Past the leeway of clocks that differ.
        desk.clock.advance(32)
    answer = await shown(socket, wire, token)
    assert (answer["type"], answer["data"]["code"]) == ("error", "unauthorized")
    assert reason(desk, socket, wire, left_s - 0.1) == []
    assert reason(desk, socket, wire, 0.1) == [(4501, "the token has expired")]


async def test_who_has_signed_out_shows_no_token_from_before(desk: Desk) -> None:
    """[HS-8] It would outlive the sign-out otherwise."""
    socket, wire = await desk.enter()
    token = token_of(desk, ttl_s=900)
    desk.clock.advance(1)
    await desk.services.revocations.sign_out(desk.user_id)
    answer = await shown(socket, wire, token)
    assert (answer["type"], answer["data"]["code"]) == ("error", "unauthorized")
    assert reason(desk, socket, wire, 0) == [(4501, "signed out")]


def test_a_token_is_written_into_no_log() -> None:
    assert "secret" not in repr(TokenRenewal("secret"))
