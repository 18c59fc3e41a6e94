"""A lesson of an hour in which two people draw: what it takes on disk, and opening its history.

The rooms, the journal and the store are the server's own, on a real disk with `synchronous=FULL`;
only the clock is turned by hand, so that the hour passes in seconds. Then the real server serves
the history of it. What is drawn is the demo's handwriting, again and again.
"""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import pykka

from actors.config import RoomConfig
from actors.edge.connection import ConnectionActor, Received
from actors.house.rooms import Rooms
from actors.runtime import chance
from actors.runtime.telling import tell
from benchmarks.contenders.contenders import Contender, lessonroom
from benchmarks.reporting.results import Result
from cli.demo.handwriting import Author, load_strokes
from cli.demo.script import DrawStep, lesson_steps
from cli.server.server_files import DATABASE_FILE
from gateway.socket.wires import JSON
from lessonroom.codes import CloseCode, Refused
from lessonroom.commands import Connect, MoveSession, SeatParticipant
from lessonroom.log.events import Channel
from lessonroom.people.permissions import Role
from lessonroom.protocol.decoding import decode_text
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.records import Durability, UserKind
from storage.store import Store
from tests.manual_clock import ManualClock

_SESSION: Final = "an-hour"
_DRAWERS: Final[tuple[Author, ...]] = ("teacher", "student1")
_HOUR_MS: Final = 3_600_000
_MINUTE_MS: Final = 60_000
_PAUSE_MS: Final = 1_000
_SAID_EVERY_MS: Final = 3_000
_PAGE_UNITS: Final = 800
"""What is drawn again goes below what is there."""
_PATIENCE_S: Final = 30.0


class _Desk:
    """One drawer's connection without a socket: an `Outbox` that counts what is acknowledged."""

    wire = JSON
    channels = frozenset(Channel)

    def __init__(self, rooms: Rooms, clock: ManualClock, config: RoomConfig, user_id: int) -> None:
        self.sent = self.acknowledged = 0
        self.is_open = False
        self._connection: pykka.ActorRef[Any] = ConnectionActor.start(
            Connect(
                connection_id=chance.new_connection_id(),
                peer_id=chance.new_peer_id(),
                user_id=user_id,
                token_issued_at_ms=clock.now_ms(),
                is_peer=False,
            ),
            session_id=_SESSION,
            outbox=self,
            directory=rooms.directory,
            ice_servers=[],
            clock=clock,
            config=config,
            observer=rooms.observer,
        )

    def draw(self, step: DrawStep) -> None:
        """Send what a client of the demo sends."""
        self.sent += 1
        message = {
            "ch": "board",
            "type": "board_event",
            "id": f"hour-{step.author}:{self.sent}",
            "data": {"ops": step.ops},
        }
        tell(self._connection, Received(decode_text(msgspec.json.encode(message))))

    def open(self, welcome: bytes) -> None:  # noqa: ARG002 - an Outbox
        """Note that the room has let this person in."""
        self.is_open = True

    def refuse(self, refused: Refused) -> None:
        """Fail: nothing here may be refused."""
        raise refused

    def write(self, frames: bytes) -> None:
        """Count."""
        self.acknowledged += frames.count(b'"type":"ack"')

    def write_behind(self, frames: Sequence[Sequence[bytes]]) -> None:
        """Take no board: none is asked for."""

    def unsent_bytes(self) -> int:
        """Return 0: nothing waits."""
        return 0

    def handled(self, messages: int, size_bytes: int, hold_ms: int) -> None:
        """Read on: nothing is read from anywhere."""

    def keep_alive(self, now_s: float) -> None:
        """Take no ping."""

    def close(self, code: CloseCode, reason: str) -> None:
        """Hang up."""


async def _pass_the_hour(file: Path) -> None:
    clock, config = ManualClock(), RoomConfig()
    store = await Store.open(f"sqlite+aiosqlite:///{file}", durability=Durability.POWER)
    rooms = Rooms.start(store, clock=clock, config=config)
    people = {
        author: await rooms.ensure_user(
            issuer="guest", subject=author, name=author, kind=UserKind.GUEST
        )
        for author in _DRAWERS
    }
    host = people["teacher"].user_id
    seats = [
        SeatParticipant(
            user_id=user.user_id,
            name=author,
            role=Role.HOST if user.user_id == host else Role.STUDENT,
        )
        for author, user in people.items()
    ]
    session = Session(session_id=_SESSION, host_id=host, created_at_ms=clock.now_ms())
    await rooms.create(session, [*seats, MoveSession(by=host, move=Move.START)])
    desks = {author: _Desk(rooms, clock, config, user.user_id) for author, user in people.items()}
    await _until_all_is_said(desks.values(), clock)
    begun_ms = clock.now_ms()
    at_ms = said_ms = 0.0
    for step in _steps():
        # From step to step: where the disk was slow the clock is ahead, and catching up would have
        # them draw faster than anybody may.
        clock.advance((step.at_ms - at_ms) / 1000)
        at_ms = step.at_ms
        desks[step.author].draw(step)
        if step.at_ms - said_ms > _SAID_EVERY_MS:
            said_ms = step.at_ms
            await _until_all_is_said(desks.values(), clock)
    await _until_all_is_said(desks.values(), clock)
    clock.advance(max(0, begun_ms + _HOUR_MS - clock.now_ms()) / 1000)
    await rooms.ask(_SESSION, MoveSession(by=host, move=Move.COMPLETE))
    stopping = asyncio.create_task(rooms.stop())
    while not stopping.done():
        await asyncio.sleep(0.0005)
        clock.advance(0.02)
    await stopping
    await store.close()


async def _until_all_is_said(desks: Iterable[_Desk], clock: ManualClock) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not all(desk.is_open and desk.acknowledged == desk.sent for desk in desks):
            await asyncio.sleep(0.0005)
            clock.advance(0.005)


def _steps() -> Iterator[DrawStep]:
    lesson = load_strokes()
    length_ms = round(lesson.duration_ms) + _PAUSE_MS
    for n in range(_HOUR_MS // length_ms):
        for step in lesson_steps(lesson, id_prefix=f"page{n}-"):
            if isinstance(step, DrawStep) and step.author in _DRAWERS:
                ops = tuple(_moved(op, n * _PAGE_UNITS) for op in step.ops)
                yield DrawStep(step.at_ms + n * length_ms, step.author, ops)


def _moved(op: dict[str, Any], y: int) -> dict[str, Any]:
    return op | {"element": op["element"] | {"y": y}} if op["op"] == "put" else op


def hour() -> list[Result]:
    """Let the hour pass, look at what is on disk, and open the history at each minute."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        file = home / "data" / DATABASE_FILE
        asyncio.run(_pass_the_hour(file))
        size_mb = sum(each.stat().st_size for each in file.parent.iterdir()) / 1e6
        with sqlite3.connect(file) as connection:
            events, begun_ms, log_mb = connection.execute(
                "SELECT count(*), min(at), sum(length(data)) / 1e6 FROM session_event"
            ).fetchone()
            saved, saved_mb = connection.execute(
                "SELECT count(*), sum(size_bytes) / 1e6 FROM board_snapshot"
            ).fetchone()
            versions = [
                connection.execute(
                    "SELECT max(seq) FROM session_event WHERE at <= ?",
                    (begun_ms + minute * _MINUTE_MS,),
                ).fetchone()[0]
                for minute in range(1, 61)
            ]
        connection.close()
        with lessonroom(home=home) as server:
            times_ms, list_ms = _open_history(server, versions)
    what = f"a lesson of an hour, two draw ({events:,} events)"
    return [
        Result(
            f"{what}: on disk, of which the log's data {log_mb:.1f} MB and {saved} snapshots"
            f" {saved_mb:.1f} MB",
            f"{size_mb:.1f} MB",
        ),
        Result("its board at each of 60 minutes, median", f"{statistics.median(times_ms):.0f} ms"),
        Result("its board at any of 60 minutes, at most", f"{max(times_ms):.0f} ms", "200 ms"),
        Result("the list of all its events, in pages of 1,000", f"{list_ms:,.0f} ms"),
    ]


def _open_history(server: Contender, versions: list[int]) -> tuple[list[float], float]:
    transport = httpx.HTTPTransport(uds=str(server.operator_socket))
    url = f"http://operator/api/v1/classroom/sessions/{_SESSION}"
    with httpx.Client(transport=transport, base_url=url) as client:
        client.get("/snapshots/1/").raise_for_status()
        times_ms = []
        for version in versions:
            began = time.perf_counter()
            client.get(f"/snapshots/{version}/").raise_for_status()
            times_ms.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        after: int | None = 0
        while after is not None:
            page = client.get("/timeline/", params={"after": after, "limit": 1000})
            after = page.raise_for_status().json()["next_after"]
        return times_ms, (time.perf_counter() - began) * 1000
