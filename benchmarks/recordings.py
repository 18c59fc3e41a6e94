"""A recorded lesson of an hour, and what recording costs the lesson that goes on meanwhile.

Run: python -m benchmarks.recordings [MINUTES]

One server, in this process, on a real disk with `synchronous=FULL`. First the clock is turned by
hand: six people speak (synthetic takes of 32 kbit/s, in chunks of two seconds, as browsers send
them) and two of them draw; told are the disk, what sealing takes, how long its history takes to
open, and its pack. Then, by the real clock, a lesson is drawn in, twenty strokes a second, while
fifty people send their voices, and beside that while nobody does. Writes its section of
docs/performance.md.
"""

import asyncio
import contextlib
import itertools
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from actors.runtime import chance
from actors.runtime.clock import Clock, SystemClock
from benchmarks.reporting.sections import write, written_by
from gateway.config import GatewayConfig
from gateway.documents.spool import Spool
from gateway.identity.claims import Scope
from gateway.identity.tokens import Tokens
from gateway.recordings.chunk_file import Chunk
from gateway.recordings.take_files import TakeFiles
from gateway.rest.app import create_app
from lessonroom.board.model.elements import Stroke
from lessonroom.board.model.operations import Put
from lessonroom.commands import Connect, EditBoard
from storage.images.asset_directory import AssetDirectory
from storage.records import Durability
from storage.store import Store
from tests.gateway.recordings.takes import T0_MS, voice
from tests.manual_clock import ManualClock

API: Final = "/api/v1/classroom"
SPEAKERS: Final = 6
CHUNK_S: Final = 2
MANY: Final = 50
STROKES_PER_S: Final = 20
_MEASURED_S: Final = 20
_MB: Final = 1e6
_CONFIG: Final = GatewayConfig(
    requests_per_min_user=10_000_000,
    requests_per_min_address=10_000_000,
    guest_joins_per_min=10_000,
    join_attempts_per_min=10_000,
)
_ROOMS: Final = RoomConfig(fanout_interval_s=0, rest_after_s=1e9)
"""People are in it without a socket: it must not go to rest."""
_SECTION: Final = """\
## A lesson that is recorded

{words} One server. Six people speak for {minutes} minutes, by a clock that is turned, and two \
of them draw; the takes are synthetic, of 32 kbit/s. Then, by the real clock, p99 of the strokes \
of a lesson from command to disk while {many} people send their voices in chunks of two seconds, \
and while nobody does, in turns.

{table}
"""


class Server(NamedTuple):
    """One, and its clock."""

    app: Any
    client: httpx.AsyncClient
    rooms: Rooms
    clock: Any
    tokens: Tokens

    async def call(self, method: str, path: str, token: str = "", **more: Any) -> Any:  # noqa: ANN401
        """Call the API, as the teacher unless `token` says otherwise; return what it says."""
        headers = more.pop("headers", {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response = await self.client.request(method, f"{API}{path}", headers=headers, **more)
        assert response.is_success, f"{path}: {response.status_code} {response.text}"
        return response.json()


@contextlib.asynccontextmanager
async def served(home: Path, clock: Clock) -> AsyncIterator[Server]:
    """Serve a directory."""
    store = await Store.open(f"sqlite+aiosqlite:///{home}/lessons.db", durability=Durability.POWER)
    rooms = Rooms.start(store, clock=clock, config=_ROOMS)
    tokens = Tokens([b"a secret of thirty-two bytes, at least"], leeway_s=30, clock=clock)
    app = create_app(
        rooms=rooms,
        tokens=tokens,
        clock=clock,
        config=_CONFIG,
        asset_files=AssetDirectory(home / "assets"),
        spool=Spool(home / "documents"),
        take_files=TakeFiles(home / "recordings"),
    )
    token_id = chance.new_token_id()
    token = tokens.mint_user("Ada", "Ada", scope=Scope.USER, ttl_s=86_400, token_id=token_id)
    transport = httpx.ASGITransport(app)
    try:
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://localhost",
            headers={"Authorization": f"Bearer {token}"},
            timeout=900,
        ) as client:
            yield Server(app, client, rooms, clock, tokens)
    finally:
        stopping = asyncio.create_task(_stopped(app, rooms, store))
        while not stopping.done():
            await asyncio.sleep(0.001)
            if isinstance(clock, ManualClock):
                clock.advance(0.02)
        await stopping


async def _stopped(app: Any, rooms: Rooms, store: Store) -> None:  # noqa: ANN401
    await app.state.services.stop()
    app.state.services.takes.stop()
    await rooms.stop()
    await store.close()


class Speaking(NamedTuple):
    """A person who is recorded."""

    take_id: str
    key: str
    chunks: Iterator[Chunk]

    async def send(self, server: Server, shift_ms: int) -> None:
        """Send the next chunk."""
        chunk = next(self.chunks)
        await server.call(
            "PUT",
            f"/takes/{self.take_id}/chunks/{chunk.n}",
            headers={
                "Take-Key": self.key,
                "Take-At": str(chunk.at_ms + shift_ms),
                "Content-Type": "application/octet-stream",
            },
            content=chunk.data,
        )


class Recorded(NamedTuple):
    """A lesson that is recorded, with people who draw and people who speak."""

    server: Server
    session_id: str
    speaking: list[Speaking]

    @classmethod
    async def begun(
        cls, server: Server, people: int, lasts_s: float, *, is_ready: bool = False
    ) -> "Recorded":
        """Begin one, in which so many people are about to speak; `is_ready`: all in memory."""
        created = await server.call("POST", "/sessions/", json={"is_recorded": True})
        session_id = created["session_id"]
        base = f"/sessions/{session_id}"
        host = await server.call("POST", f"{base}/join/", json={})
        await server.call("POST", f"{base}/start/")
        await _connect(server, session_id, host, "c0")
        if people:
            await server.call("POST", f"{base}/recording/start/")
        speaking = []
        for n in range(people):
            user = server.tokens.mint_user(
                f"speaker-{n}", f"Speaker {n}", scope=Scope.USER, ttl_s=86_400, token_id=f"t{n}"
            )
            seat = {"access_code": created["access_code"]}
            joined = await server.call("POST", f"{base}/join/", user, json=seat)
            await _connect(server, session_id, joined, f"c{n + 1}")
            token = joined["token"]
            await server.call("POST", f"{base}/recording/consent/", token, json={"answer": "given"})
            asked = {"kind": "audio", "media_type": "audio/webm;codecs=opus"}
            take = await server.call("POST", f"{base}/takes/", token, json=asked)
            chunks = voice(lasts_s)
            if is_ready:
                # What a browser encodes takes nothing of the server.
                chunks = iter(list(chunks))
            speaking.append(Speaking(take["take_id"], take["key"], chunks))
        return cls(server, session_id, speaking)

    async def draw(self, n: int, who: str = "c0") -> float:
        """Draw a stroke; return how long it took until it was on the disk, in seconds."""
        points = [float(value) for at in range(60) for value in (at, at % 7, 0.5, 8)]
        stroke = Stroke(id=f"s{n}", layer="base", x=0, y=n % 900, points=points)
        command = EditBoard(connection_id=who, client_id=who, n=n, ops=[Put(stroke)])
        began_s = time.perf_counter()
        await self.server.rooms.ask(self.session_id, command)
        return time.perf_counter() - began_s


async def _connect(
    server: Server, session_id: str, joined: dict[str, Any], connection_id: str
) -> None:
    command = Connect(
        connection_id=connection_id,
        peer_id=f"p{connection_id}",
        user_id=joined["participant"]["user_id"],
        token_issued_at_ms=server.clock.now_ms(),
        is_peer=False,
    )
    await server.rooms.ask(session_id, command)


def _cpu_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


async def hour(home: Path, minutes: int) -> list[str]:
    """Have a lesson pass; return rows of the table."""
    clock = ManualClock()
    async with served(home, clock) as server:
        lesson = await Recorded.begun(server, SPEAKERS, minutes * 60)
        numbers = itertools.count(1)
        for _ in range(minutes * 60 // CHUNK_S):
            clock.advance(CHUNK_S)
            for who in ("c0", "c1"):
                await lesson.draw(next(numbers), who)
            await asyncio.gather(*(each.send(server, 0) for each in lesson.speaking))
        base = f"/sessions/{lesson.session_id}"
        sent_bytes = server.app.state.services.takes.files.size_bytes()
        sealing_s, began_s = _cpu_s(resource.RUSAGE_CHILDREN), time.perf_counter()
        for each in lesson.speaking:
            count = minutes * 60 // CHUNK_S
            body = {"chunks": count}
            await server.call(
                "POST", f"/takes/{each.take_id}/close/", headers={"Take-Key": each.key}, json=body
            )
        await server.call("POST", f"{base}/complete/")
        for each in lesson.speaking:
            media = await server.client.get(f"{API}/takes/{each.take_id}/media")
            media.raise_for_status()
        sealing_s = _cpu_s(resource.RUSAGE_CHILDREN) - sealing_s
        sealed_s = time.perf_counter() - began_s
        sealed_bytes = server.app.state.services.takes.files.size_bytes()
        opening_ms = []
        for _ in range(5):
            began_s = time.perf_counter()
            await server.call("GET", f"{base}/recordings/")
            await server.call("GET", f"{base}/replay/")
            opening_ms.append((time.perf_counter() - began_s) * 1000)
        began_s, used_s = time.perf_counter(), _cpu_s(resource.RUSAGE_SELF)
        pack = await server.client.get(f"{API}{base}/pack/")
        pack_s, pack_cpu_s = time.perf_counter() - began_s, _cpu_s(resource.RUSAGE_SELF) - used_s
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows = {
        "takes on disk, as they came and sealed, MB": [sent_bytes / _MB, sealed_bytes / _MB],
        "log, boards and all else in the database, MB": [database_bytes(home) / _MB],
        "sealing all of them: CPU, and until the last is played, s": [sealing_s, sealed_s],
        "its recordings and the first page of its replay, ms": [statistics.median(opening_ms)],
        "its pack, MB": [len(pack.content) / _MB],
        "making that: CPU of the server, and until it is there, s": [pack_cpu_s, pack_s],
        "largest size of the server so far, with who asks it, MiB": [peak_mib],
    }
    return [
        f"| {what} | {', '.join(f'{figure:.1f}' for figure in figures)} |"
        for what, figures in rows.items()
    ]


def database_bytes(home: Path) -> int:
    """Return what the database takes on the disk."""
    return sum(each.stat().st_size for each in home.glob("lessons.db*"))


async def beside(home: Path) -> list[str]:
    """Draw while many speak, and while nobody does, in turns; return rows of the table."""
    clock = SystemClock()
    async with served(home, clock) as server:
        begun_ms = clock.now_ms()
        lesson = await Recorded.begun(server, MANY, 4 * _MEASURED_S + 60, is_ready=True)
        numbers = itertools.count(1)
        quiet: list[float] = []
        spoken: list[float] = []
        for _ in range(2):
            await _drawn(lesson, numbers, quiet)
            done = asyncio.Event()
            sending = asyncio.create_task(_spoken(lesson, done, begun_ms))
            await _drawn(lesson, numbers, spoken)
            done.set()
            await sending
    return [
        f"| p99 of strokes while nobody speaks, ms | {_p99_ms(quiet):.1f} |",
        f"| p99 of strokes while {MANY} takes come in, ms | {_p99_ms(spoken):.1f} |",
    ]


async def _drawn(
    lesson: Recorded, numbers: "itertools.count[int]", latencies_s: list[float]
) -> None:
    for _ in range(_MEASURED_S * STROKES_PER_S):
        latencies_s.append(await lesson.draw(next(numbers)))
        await asyncio.sleep(1 / STROKES_PER_S)


async def _spoken(lesson: Recorded, done: asyncio.Event, begun_ms: int) -> None:
    async def speaks(each: Speaking, after_s: float) -> None:
        await asyncio.sleep(after_s)
        while not done.is_set():
            await each.send(lesson.server, begun_ms - T0_MS)
            await asyncio.sleep(CHUNK_S)

    # Nobody speaks in step with the others.
    await asyncio.gather(
        *(speaks(each, CHUNK_S * n / MANY) for n, each in enumerate(lesson.speaking))
    )


def _p99_ms(latencies_s: list[float]) -> float:
    return sorted(latencies_s)[int(len(latencies_s) * 0.99)] * 1000


async def main(minutes: int) -> None:
    """Print a table, and write it."""
    lines = ["| what | |", "|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        for folder in ("hour", "beside"):
            (Path(name) / folder).mkdir()
        lines += await hour(Path(name) / "hour", minutes)
        lines += await beside(Path(name) / "beside")
    print("\n".join(lines))
    words = written_by("python -m benchmarks.recordings")
    section = _SECTION.format(words=words, minutes=minutes, many=MANY, table="\n".join(lines))
    write("recordings", section)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
