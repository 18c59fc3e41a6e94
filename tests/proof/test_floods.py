"""Floods of every message beside a lesson that goes on."""

import asyncio
import contextlib
import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from websockets.frames import Frame, Opcode

from tests.e2e.conftest import Begin, Shake, StartServer
from tests.e2e.lesson import Lesson, Person
from tests.e2e.raw import RawSocket
from tests.proof.classroom import Classroom
from tests.proof.looking import rss_kib
from tests.recording import RecordProof

_A_WRITE: Final = 2_000
_PERIOD_S: Final = 0.02
_P99_MS: Final = 50.0
_GROWTH_KIB: Final = 16 * 1024
_SMALL: Final = ("pong", "board_event", "control frames")
"""What `make test` tries."""
_UNBOUND: Final = {
    f"limits__{name}": most
    for name, most in {
        "intake_messages": 1_000_000,
        "intake_bytes": 1_073_741_824,
        "board_burst": 100_000,
        "room_board_per_s": 100_000,
        **dict.fromkeys(
            (f"{kind}_per_s" for kind in ("board", "pointer", "signal", "command", "chat")), 10_000
        ),
    }.items()
}
"""A server without water marks, and with rates that nobody meets: the control."""


def _message(ch: str, name: str, data: object, message_id: str | None = None) -> bytes:
    message: dict[str, Any] = {"ch": ch, "type": name, "data": data}
    if message_id is not None:
        message["id"] = message_id
    return Frame(Opcode.TEXT, json.dumps(message).encode()).serialize(mask=True)


def _board_event(n: int) -> bytes:
    rect = {"type": "rect", "id": f"f{n % 20}", "layer": "base", "x": n, "y": 0, "w": 1, "h": 1}
    return _message(
        "board", "board_event", {"ops": [{"op": "put", "element": rect}]}, f"flooderclient:{n}"
    )


def _command(name: str, **args: object) -> Callable[[int], bytes]:
    return lambda n: _message("system", "command", {"name": name, "args": args}, f"c{n}")


_FRAMES: Final[dict[str, Callable[[int], bytes]]] = {
    "board_event": _board_event,
    "sync_request": lambda n: _message("board", "sync_request", {}, f"s{n}"),
    "pointer_move": lambda n: _message("board", "pointer_move", {"x": n, "y": 0}),
    "offer": lambda _: _message("webrtc", "offer", {"to": "nobody", "sdp": "v=0"}),
    "answer": lambda _: _message("webrtc", "answer", {"to": "nobody", "sdp": "v=0"}),
    "ice_candidate": lambda _: _message(
        "webrtc", "ice_candidate", {"to": "nobody", "candidate": None}
    ),
    "media_state": lambda n: _message("webrtc", "media_state", {"audio": bool(n % 2)}),
    "chat_message": lambda n: _message(
        "system", "chat_message", {"text": "x"}, f"flooderclient:{n}"
    ),
    "save": _command("save"),
    "undo": _command("undo"),
    "restore": _command("restore", version=1),
    "kick": _command("kick", user_id=1),
    "ping": lambda n: _message("system", "ping", {"t": n}),
    "pong": lambda n: _message("system", "pong", {"t": n}),
    "unknown": lambda _: _message("board", "nonsense", {}),
    "invalid": lambda _: Frame(Opcode.TEXT, b"[").serialize(mask=True),
    "control frames": lambda _: Frame(Opcode.PING, b"").serialize(mask=True),
    "fragments": lambda n: Frame(Opcode.TEXT if n == 1 else Opcode.CONT, b"{", fin=False).serialize(
        mask=True
    ),
    "empty fragments": lambda n: Frame(
        Opcode.TEXT if n == 1 else Opcode.CONT, b"", fin=False
    ).serialize(mask=True),
    "half frames": lambda _: b"\x81\xfe\xff\xff",
}


class _Flooder:
    """Writes as fast as TCP takes it, whatever comes back; some do not even read."""

    def __init__(self, raw: RawSocket, data: bytes, *, reads: bool) -> None:
        self._raw = raw
        self._data = data
        self._reads = reads
        self.has_ended = False

    async def run(self) -> None:
        """Go on until the connection ends."""
        reading = asyncio.create_task(self._read()) if self._reads else None
        try:
            while True:
                self._raw.writer.write(self._data)
                await self._raw.writer.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            self.has_ended = True
        finally:
            if reading is not None:
                reading.cancel()

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionError):
            while await self._raw.reader.read(2**16):
                pass
        self._raw.writer.transport.abort()


async def _enter(lesson: Lesson, shake: Shake, people: list[Person]) -> list[RawSocket]:
    raws = [await shake(lesson.url(), person.token) for person in people]
    assert [raw.status for raw in raws] == [101] * len(raws)
    return raws


class _Beside:
    """A lesson, and what a flood beside it comes to."""

    def __init__(self, lesson: Lesson, room: Classroom, shake: Shake) -> None:
        self._lesson = lesson
        self._room = room
        self._shake = shake
        self.growth_kib = 0

    async def usual(self, seconds: float) -> float:
        """Return the p99 of a stroke with nothing beside it, in milliseconds."""
        return await self._drawn_for(seconds)

    async def flood(
        self, kind: str, people: list[Person], *, seconds: float, reads: bool = True
    ) -> tuple[float, int]:
        """Return the p99 meanwhile, and how many connections were ended for it."""
        data = b"".join(map(_FRAMES[kind], range(1, _A_WRITE + 1)))
        raws = await _enter(self._lesson, self._shake, people)
        flooders = [_Flooder(raw, data, reads=reads) for raw in raws]
        before_kib = rss_kib(self._lesson.server.pid)
        tasks = [asyncio.create_task(flooder.run()) for flooder in flooders]
        try:
            p99_ms = await self._drawn_for(seconds)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.growth_kib = max(self.growth_kib, rss_kib(self._lesson.server.pid) - before_kib)
        for raw in raws:
            raw.close()
        return p99_ms, sum(flooder.has_ended for flooder in flooders)

    async def _drawn_for(self, seconds: float) -> float:
        self._room.delays_ms.clear()
        until_s = time.monotonic() + seconds
        async for _ in self._room.draw(100_000, period_s=_PERIOD_S):
            if time.monotonic() > until_s:
                break
        return statistics.quantiles(self._room.delays_ms, n=100)[98]


async def _people(lesson: Lesson, name: str, count: int) -> list[Person]:
    return [await lesson.guest(f"{name}-{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("kind", "size", "sockets", "seconds"),
    [
        *((kind, 5, 5, 0.5) for kind in _SMALL),
        *(pytest.param(kind, 30, 20, 5.0, marks=pytest.mark.proof) for kind in _FRAMES),
    ],
)
async def test_a_flood_of_one_message_holds_up_nobody_else(
    start: StartServer,
    begin: Begin,
    shake: Shake,
    kind: str,
    size: int,
    sockets: int,
    seconds: float,
    record_proof: RecordProof,
) -> None:
    """[FC-5] [FC-6] [FC-8] [T26] [P15] [P16] Of one socket, of many, of those that do not read."""
    rates = {f"limits__{name}_per_s": number for name, number in _DEFAULTS.items()}
    server = start(
        limits__requests_per_min_address=1_000_000,
        limits__board_burst=200,
        **rates,
    )
    lesson = await begin(server, max_participants=200)
    room = Classroom(lesson, size, random.Random(26))  # noqa: S311 - a seed, not a secret
    await room.fill()
    beside = _Beside(lesson, room, shake)
    usual_ms = await beside.usual(seconds)
    one = await _people(lesson, "one", 1)
    many = await _people(lesson, "many", sockets)
    one_ms, _ = await beside.flood(kind, one, seconds=seconds)
    many_ms, ended = await beside.flood(kind, many, seconds=seconds)
    deaf_ms, _ = await beside.flood(kind, one, seconds=seconds, reads=False)
    await room.rest()
    record_proof(
        "T26",
        f"seconds of floods of {kind} beside a lesson of {size}: p99 of its strokes"
        f" {usual_ms:.0f} ms before; {one_ms:.0f} ms beside one socket, {many_ms:.0f} ms beside"
        f" {sockets} ({ended} of them ended), {deaf_ms:.0f} ms beside one that does not read;"
        f" memory {beside.growth_kib:+} KiB",
        round(3 * seconds),
        lost=sum(len(client.pending) for client in room.clients),
        diverged=len(room.faults()),
    )
    assert room.faults() == []
    assert beside.growth_kib <= _GROWTH_KIB
    await room.leave()


_DEFAULTS: Final = {
    "board": 60,
    "pointer": 60,
    "signal": 50,
    "command": 10,
    "chat": 5,
    "room_board": 2_000,
}


@pytest.mark.parametrize("seconds", [1.0, pytest.param(5.0, marks=pytest.mark.proof)])
async def test_without_marks_a_flood_is_felt(
    start: StartServer, begin: Begin, shake: Shake, seconds: float, record_proof: RecordProof
) -> None:
    """[T26] The control: what the floods above are held by is what holds them."""
    server = start(limits__requests_per_min_address=1_000_000, **_UNBOUND)
    lesson = await begin(server, max_participants=200)
    room = Classroom(lesson, 5, random.Random(26))  # noqa: S311 - a seed, not a secret
    await room.fill()
    beside = _Beside(lesson, room, shake)
    usual_ms = await beside.usual(seconds)
    one = await _people(lesson, "one", 1)
    flooded_ms, _ = await beside.flood("board_event", one, seconds=seconds)
    found = f"p99 {usual_ms:.0f} ms becomes {flooded_ms:.0f} ms, memory {beside.growth_kib:+} KiB"
    record_proof("T26", "a flood of one socket without marks and rates", 1, control=found)
    assert flooded_ms > 2 * _P99_MS or beside.growth_kib > _GROWTH_KIB, found
