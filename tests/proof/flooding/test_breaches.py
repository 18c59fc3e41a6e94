"""Breaches of the protocol by the hundred: each ends its own connection, and costs no memory."""

import struct
from collections.abc import Callable

import pytest
from websockets.frames import Opcode

from tests.e2e.client import rect
from tests.e2e.conftest import Begin, Shake, StartServer
from tests.e2e.raw import RawSocket
from tests.e2e.test_breaches import MOST, padded_ping
from tests.proof.support.figures import proof
from tests.proof.support.looking import Inside
from tests.recording import RecordProof

_FLOOD = 200
_GROWTH_KIB = 2 * 1024


def _claims_to_be_huge(raw: RawSocket) -> None:
    raw.send(struct.pack("!BBQ", 0x81, 0x80 | 127, 2**40))


def _is_too_large(raw: RawSocket) -> None:
    raw.send_frame(Opcode.TEXT, padded_ping(MOST + 1))


def _is_too_large_in_pieces(raw: RawSocket) -> None:
    raw.send_frame(Opcode.TEXT, b"x" * (MOST // 2), fin=False)
    for _ in range(3):
        raw.send_frame(Opcode.CONT, b"x" * (MOST // 2), fin=False)


def _is_a_compressed_bomb(raw: RawSocket) -> None:
    # Compression was not agreed on: the bit alone is the breach, nothing is ever inflated.
    raw.send(b"\xc1\x82\x00\x00\x00\x00{}")


def _floods_with_pings(raw: RawSocket) -> None:
    for _ in range(_FLOOD):
        raw.send_frame(Opcode.PING, b"")


def _floods_with_empty_fragments(raw: RawSocket) -> None:
    raw.send_frame(Opcode.TEXT, b"{", fin=False)
    for _ in range(_FLOOD):
        raw.send_frame(Opcode.CONT, b"", fin=False)


def _floods_with_nonsense(raw: RawSocket) -> None:
    for _ in range(_FLOOD):
        raw.send_frame(Opcode.TEXT, b"{}")


BREACHES: dict[Callable[[RawSocket], None], int] = {
    _claims_to_be_huge: 1009,
    _is_too_large: 1009,
    _is_too_large_in_pieces: 1009,
    _is_a_compressed_bomb: 1002,
    _floods_with_pings: 4429,
    _floods_with_empty_fragments: 4429,
    _floods_with_nonsense: 4400,
}


@pytest.mark.parametrize("times", [5, pytest.param(proof(200), marks=pytest.mark.proof)])
async def test_breaches_end_their_own_connections_and_cost_no_memory(
    start: StartServer,
    begin: Begin,
    shake: Shake,
    inside: Inside,
    times: int,
    record_proof: RecordProof,
) -> None:
    """[EN-3] [T13] [P16] [P18] [P24] Each with its code; somebody draws all the while."""
    # The events that a room keeps for those who come back are no leak, but would look like one.
    server = start(limits__requests_per_min_address=1_000_000, rooms__resume_window=64)
    lesson = await begin(server)
    host = await lesson.enter(lesson.host)
    person = await lesson.guest("Mallory")
    offer = ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")

    async def breach_each(number: int) -> None:
        for breach, code in BREACHES.items():
            raw = await shake(lesson.url(), person.token, (offer,))
            raw.send_message("board", "sync_request", {})
            await host.drawn(rect(f"r{number % 50}", x=number))
            breach(raw)
            assert await raw.close_code() == code, breach.__name__
            raw.close()

    # What is made at first use, and stays, is no leak; SQLite's cache of pages takes 150 rounds.
    for number in range(2 + times * 3 // 4):
        await breach_each(number)
    before = await inside.until_quiet(lesson.server)
    for number in range(times):
        await breach_each(number)
    after = await inside.until_quiet(lesson.server, before)
    grown_kib = after.rss_kib - before.rss_kib
    leaked = after.more_than(before)
    record_proof(
        "T13",
        f"frames too large, in pieces, or compressed, and floods of small ones: {len(BREACHES)}"
        f" kinds; memory {grown_kib:+} KiB",
        times * len(BREACHES),
        crashed=0,
        leaked=leaked,
    )
    assert host.closed is None
    assert leaked == 0, f"{before} became {after}"
    assert grown_kib <= _GROWTH_KIB
