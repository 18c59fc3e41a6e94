"""Floods of every message, and of what costs much, beside a lesson that goes on."""

import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any, Final

import msgspec
import pytest

from lessonroom.board.model.schema import BOARD_SCHEMA
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson, Person, call
from tests.proof.flooding.flood import Floods, flooding
from tests.proof.flooding.flooder import Account, Order
from tests.proof.flooding.frames import FRAMES
from tests.proof.support.classroom import Classroom
from tests.proof.support.figures import proof
from tests.proof.support.looking import cpu_s, rss_kib
from tests.recording import RecordProof
from tests.serving import RunningServer

pytestmark = pytest.mark.slow

_PERIOD_S: Final = 0.02
_P99_MS: Final = 50.0
_GROWTH_KIB: Final = 16 * 1024
_LOOK_EVERY_S: Final = 0.1
_LOOKS_MOST: Final = 300
_SESSIONS: Final = "/api/v1/classroom/sessions"
_MESSAGES: Final = sorted(FRAMES.keys() - {"restores"})
_SMALL: Final = ("pong", "board_event", "control frames")
"""What `make test` tries."""
_TAKEN_MOST: Final = 60 * 8 * 1024
"""Bytes a second that are taken of one flooder, once what TCP holds is full: sixty messages, each
as long as one may be for its token. A server that reads on as they come takes megabytes."""
_RATES: Final = {
    f"limits__{name}": most
    for name, most in {
        "requests_per_min_address": 1_000_000,
        "connects_per_min_user": 60,
        "connects_per_min_address": 3_000,
        "board_burst": 200,
        "board_per_s": 60,
        "pointer_per_s": 60,
        "signal_per_s": 50,
        "command_per_s": 10,
        "chat_per_s": 5,
        "room_board_per_s": 2_000,
    }.items()
} | {"rooms__autosave_s": 1}
"""The defaults, where other tests have none; but for a class behind one address, and for boards
that are saved before the floods: what saving 9 MB takes is none of theirs."""
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


class _Scale(msgspec.Struct, frozen=True):
    """How many there are in the lesson beside, how large the board is, and how long it lasts."""

    size: int
    board_mb: int
    seconds: float


_LITTLE: Final = _Scale(5, 1, 0.5)
_MUCH: Final = _Scale(30, 9, 5.0 * proof(100) / 100)
_BY_THE_HOST: Final = frozenset({"restores", "timeline"})


class _Where(StrEnum):
    """Who floods."""

    MEMBER = "a student"
    VIEWER = "a viewer"
    LOBBY = "one who waits in the lobby"


_SETTINGS: Final[dict[_Where, dict[str, object]]] = {
    _Where.MEMBER: {},
    _Where.VIEWER: {"guest_role": "viewer"},
    _Where.LOBBY: {"waiting_room": True},
}


class _Beside:
    """A lesson, and what the floods beside it come to."""

    def __init__(self, room: Classroom, floods: Floods, *, seconds: float) -> None:
        self.usual_ms = self.worst_ms = 0.0
        self.usual_share = self.worst_share = 0.0
        """Of a core, by the server: what a machine that does other things leaves as it is."""
        self.worst = ""
        self.growth_kib = 0
        self.floods = 0
        self.ended = 0
        self._room = room
        self._floods = floods
        self._seconds = seconds

    async def begin(self) -> None:
        """Note the p99 of a stroke with nothing beside it."""
        self.usual_ms, self.usual_share = await self._drawn()

    async def flood(self, order: Order, name: str) -> Account:
        """Flood; what is noted is the worst of all."""
        pid = self._room.lesson.server.pid
        before_kib = rss_kib(pid)
        await self._floods.begin(order)
        p99_ms, share = await self._drawn()
        self.worst_share = max(self.worst_share, share)
        grown_kib = rss_kib(pid) - before_kib
        account = await self._floods.end()
        self.floods += 1
        self.growth_kib = max(self.growth_kib, grown_kib)
        self.ended += account.ended
        if p99_ms >= self.worst_ms:
            self.worst_ms, self.worst = p99_ms, name
        return account

    def found(self) -> str:
        """Return the figures in words."""
        return (
            f"p99 of its strokes {self.usual_ms:.0f} ms before, {self.worst_ms:.0f} ms in the worst"
            f" of {self.floods} floods ({self.worst}); {self.ended} connections ended or refused;"
            f" {self.usual_share:.0%} of a core before, {self.worst_share:.0%} at most;"
            f" memory {self.growth_kib:+} KiB"
        )

    def record(self, record_proof: RecordProof, what: str) -> None:
        """Record the figures as a row."""
        room = self._room
        record_proof(
            "T26",
            f"seconds of floods of {what} beside a lesson of {len(room.clients)}: {self.found()}",
            round(self.floods * self._seconds),
            lost=sum(len(client.pending) for client in room.clients),
            diverged=len(room.faults()),
        )

    def check(self, *, is_deep: bool) -> None:
        """Nobody in the lesson has noticed."""
        assert self._room.faults() == []
        assert self.growth_kib <= _GROWTH_KIB, self.found()
        if is_deep:
            # Of a machine that does other things meanwhile the lesson itself tells how slow it is.
            assert self.worst_ms <= max(_P99_MS, 2 * self.usual_ms), self.found()

    async def _drawn(self) -> tuple[float, float]:
        """Return the p99 of the lesson's strokes, and which part of a core the server took."""
        self._room.delays_ms.clear()
        begun_s, before_s = time.monotonic(), cpu_s(self._room.lesson.server.pid)
        until_s = begun_s + self._seconds
        async for _ in self._room.draw(100_000, period_s=_PERIOD_S):
            if time.monotonic() > until_s:
                break
        taken_s = cpu_s(self._room.lesson.server.pid) - before_s
        p99_ms = statistics.quantiles(self._room.delays_ms, n=100)[98]
        return p99_ms, taken_s / (time.monotonic() - begun_s)


async def _classroom(lesson: Lesson, size: int) -> Classroom:
    room = Classroom(lesson, size, random.Random(26))  # noqa: S311 - a seed, not a secret
    await room.fill()
    return room


async def _people(lesson: Lesson, name: str, count: int) -> list[Person]:
    return [await lesson.guest(f"{name}-{number}") for number in range(count)]


async def _set(lesson: Lesson, settings: dict[str, object]) -> None:
    path = f"{_SESSIONS}/{lesson.session_id}/"
    body = {"settings": settings}
    if settings:
        await call(lesson.server, "PATCH", path, lesson.host.user_token, json=body)


def _order(lesson: Lesson, kind: str, people: list[Person], **fields: Any) -> Order:  # noqa: ANN401
    # As a client of today says it: the board that a graph is put on needs one.
    url = lesson.url(query=f"?schema={BOARD_SCHEMA}")
    tokens = [person.token for person in people]
    return Order(kind=kind, url=url, tokens=tokens, **fields)


@pytest.fixture
async def floods() -> AsyncIterator[Floods]:
    """The process that floods."""
    async with flooding() as floods:
        yield floods


@pytest.mark.parametrize(
    ("kind", "size", "sockets", "seconds"),
    [
        *((kind, 5, 5, 0.5) for kind in _SMALL),
        *(pytest.param(kind, 30, 20, 2.0, marks=pytest.mark.proof) for kind in _MESSAGES),
    ],
)
async def test_a_flood_of_one_message_holds_up_nobody_else(
    start: StartServer,
    begin: Begin,
    floods: Floods,
    kind: str,
    size: int,
    sockets: int,
    seconds: float,
    record_proof: RecordProof,
) -> None:
    """[FC-5] [FC-6] [FC-8] [T26] [P15] [P16] By students, viewers, in the lobby; unread."""
    seconds = seconds * proof(100) / 100
    lesson = await begin(start(**_RATES), max_participants=200)
    room = await _classroom(lesson, size)
    beside = _Beside(room, floods, seconds=seconds)
    await beside.begin()
    for where in _Where:
        await _set(lesson, _SETTINGS[where])
        # Just before: a seat that nobody takes keeps its place for a minute (SY-5).
        people = await _people(lesson, where.name, sockets)
        tried = [(people[:1], f"{where}", True), (people, f"{sockets} times {where}", True)]
        if where is _Where.MEMBER:
            tried.append((people[:1], f"{where} who does not read", False))
        for flooders, name, reads in tried:
            account = await beside.flood(_order(lesson, kind, flooders, reads=reads), name)
            taken_per_s = account.taken_late / (account.seconds / 2) / len(flooders)
            assert account.ended or taken_per_s <= _TAKEN_MOST, f"{name} is not held: {account}"
    await room.rest()
    beside.record(record_proof, kind)
    beside.check(is_deep=size == 30)
    await room.leave()


@pytest.mark.parametrize(
    ("what", "flooders", "scale"),
    [
        ("sync_request", 3, _LITTLE),
        ("connects", 3, _LITTLE),
        *(
            pytest.param(what, flooders, _MUCH, marks=pytest.mark.proof)
            for what in ("sync_request", "sync_request msgpack", "connects", "versions", "exports")
            for flooders in (1, 20)
        ),
        pytest.param("restores", 1, _MUCH, marks=pytest.mark.proof),
        pytest.param("timeline", 1, _MUCH, marks=pytest.mark.proof),
    ],
)
async def test_a_flood_of_what_costs_much_holds_up_no_other_lesson(
    start: StartServer,
    begin: Begin,
    floods: Floods,
    what: str,
    flooders: int,
    scale: _Scale,
    record_proof: RecordProof,
) -> None:
    """[FC-7] [FC-9] [T26] [P15] [P16] Large boards, asked for and restored; coming and going."""
    server = start(**_RATES)
    lesson = await begin(server, max_participants=200)
    other = await _large(server, begin, scale.board_mb)
    room = await _classroom(lesson, scale.size)
    beside = _Beside(room, floods, seconds=scale.seconds)
    people = [other.host] if what in _BY_THE_HOST else await _people(other, "flooder", flooders)
    if scale.board_mb:
        await _saved(other)
    await beside.begin()
    await beside.flood(_costly(other, what, people), f"{flooders} of them")
    await room.rest()
    beside.record(record_proof, f"{what} by {flooders}, on a board of {scale.board_mb} MB")
    beside.check(is_deep=scale is _MUCH)
    await room.leave()


def _costly(lesson: Lesson, what: str, people: list[Person]) -> Order:
    path = f"{_SESSIONS}/{lesson.session_id}"
    match what:
        case "sync_request msgpack":
            return _order(lesson, "sync_request", people, subprotocol="lessonroom.v1.msgpack")
        case "versions":
            return _order(lesson, "gets", people, paths=[f"{path}/snapshots/2/"])
        case "exports":
            return _order(lesson, "gets", people, paths=[f"{path}/export/?format=json"])
        case "timeline":
            hosts = [msgspec.structs.replace(one, token=one.user_token) for one in people]
            return _order(lesson, "gets", hosts, paths=[f"{path}/timeline/?limit=1000"])
        case _:
            return _order(lesson, what, people)


async def _large(server: RunningServer, begin: Begin, board_mb: int) -> Lesson:
    """Begin a lesson with a board of so many MB."""
    points = [float(f"{7 * n % 1_000}.25") if n % 4 < 2 else n % 2 for n in range(4_000)]
    elements = {
        f"s{n}": {
            "type": "stroke", "id": f"s{n}", "layer": "base", "x": n, "y": 0, "points": points
        }
        for n in range(board_mb * 1_000_000 // len(json.dumps(points, separators=(",", ":"))))
    }  # fmt: skip
    board = {"layers": [{"id": "base", "name": "Layer 1"}], "elements": elements}
    return await begin(server, max_participants=200, **({"board": board} if board_mb else {}))


async def _saved(lesson: Lesson) -> None:
    path = f"{_SESSIONS}/{lesson.session_id}/snapshots/"
    for _ in range(_LOOKS_MOST):
        if (await call(lesson.server, "GET", path, lesson.host.user_token))["items"]:
            return
        await asyncio.sleep(_LOOK_EVERY_S)
    raise AssertionError("the large board was not saved")


@pytest.mark.parametrize("seconds", [1.0, pytest.param(5.0, marks=pytest.mark.proof)])
async def test_without_marks_a_flood_is_felt(
    start: StartServer, begin: Begin, floods: Floods, seconds: float, record_proof: RecordProof
) -> None:
    """[T26] The control: what the floods above are held by is what holds them."""
    lesson = await begin(start(**_RATES | _UNBOUND), max_participants=200)
    room = await _classroom(lesson, 5)
    beside = _Beside(room, floods, seconds=seconds)
    await beside.begin()
    one = await _people(lesson, "one", 1)
    account = await beside.flood(_order(lesson, "board_event", one), "one socket")
    taken_per_s = account.taken_late / (account.seconds / 2)
    found = f"{beside.found()}; {taken_per_s / 1024:.0f} KiB a second are taken of it"
    record_proof("T26", "a flood of one socket without marks and rates", 1, control=found)
    is_felt = beside.worst_ms > 2 * _P99_MS or beside.growth_kib > _GROWTH_KIB
    assert is_felt or taken_per_s > _TAKEN_MOST, found
