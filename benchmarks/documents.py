"""Importing documents of several kinds, and what another lesson notices of it meanwhile.

Run: python -m benchmarks.documents [PAGES]

One server, in this process: a lesson imports, another one draws twenty strokes a second. Told are
the time to the first page and to the last, how long the event loop was away at most, p99 of the
other lesson's strokes from the command to the disk, and the memory of server and confined process.
Writes its section of docs/performance.md.
"""

import asyncio
import gc
import io
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from actors.runtime import chance
from actors.runtime.clock import SystemClock
from benchmarks.export import longest_pause
from benchmarks.reporting.sections import write, written_by
from gateway.config import GatewayConfig
from gateway.documents.spool import Spool
from gateway.identity.claims import Scope
from gateway.identity.tokens import Tokens
from gateway.recordings.take_files import TakeFiles
from gateway.rest.app import create_app
from lessonroom.board.model.elements import Stroke
from lessonroom.board.model.operations import Put
from lessonroom.commands import Connect, EditBoard
from storage.images.asset_directory import AssetDirectory
from storage.records import Durability
from storage.store import Store

API: Final = "/api/v1/classroom"
LINES: Final = 45
OBJECTS: Final = 100_000
STROKES_PER_S: Final = 20
_CONTROL_S: Final = 20
LONGEST_SIDE: Final = 14_400.0
_SECTION: Final = """\
## Documents beside a lesson

{words} One server: a lesson imports, another draws twenty strokes a second. The longest time that \
the event loop was away, p99 of the other lesson's strokes from command to disk, and the largest \
size so far of the server and of its confined processes; the first row is a server that imports \
nothing.

{table}
"""
Draw = Callable[[Canvas, int], None]


def written(canvas: Canvas, number: int) -> None:
    """A page of text."""
    for line in range(LINES):
        words = f"{number}.{line} Solve for x: {line}x + 2 = {number}"
        canvas.drawString(60, 780 - 16 * line, words)


def crowded(canvas: Canvas, _: int) -> None:
    """A page of 100,000 lines."""
    for n in range(OBJECTS):
        canvas.line(n % 595, n * 7 % 842, n * 13 % 595, n * 3 % 842)


def document(pages: int, draw: Draw = written, **more: Any) -> bytes:  # noqa: ANN401
    """Return a PDF."""
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1, invariant=True, **more)
    for number in range(1, pages + 1):
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class Bench(NamedTuple):
    """A server with two lessons."""

    app: Any
    client: httpx.AsyncClient
    importing: str
    drawing: str
    lines: list[str]
    """Of the table that is made."""

    def line(self, text: str) -> None:
        """Add a line to the table, and print it."""
        self.lines.append(text)
        print(text, flush=True)

    async def draw(self, latencies_s: list[float], done: asyncio.Event) -> None:
        """Draw in the other lesson until it is done."""
        rooms: Rooms = self.app.state.services.rooms
        n = 0
        while not done.is_set():
            n += 1
            points = [float(value) for at in range(60) for value in (at, at % 7, 0.5, 8)]
            stroke = Stroke(id=f"s{n}", layer="base", x=0, y=n % 900, points=points)
            command = EditBoard(connection_id="c", client_id="bench", n=n, ops=[Put(stroke)])
            began_s = time.perf_counter()
            await rooms.ask(self.drawing, command)
            latencies_s.append(time.perf_counter() - began_s)
            await asyncio.sleep(1 / STROKES_PER_S)

    async def control(self) -> None:
        """Print the row of a server that imports nothing: what the machine does to strokes."""
        latencies_s: list[float] = []
        done = asyncio.Event()
        drawing = asyncio.create_task(self.draw(latencies_s, done))
        pausing = asyncio.create_task(longest_pause(done))
        await asyncio.sleep(_CONTROL_S)
        done.set()
        await drawing
        p99_ms = _p99_ms(latencies_s)
        self.line(
            f"| nothing | | | | {_CONTROL_S} | {1000 * await pausing:.0f} | {p99_ms:.0f} |"
            f" {_peak_mib(resource.RUSAGE_SELF)} | |"
        )

    async def measure(self, name: str, content: bytes) -> None:
        """Import one document and print a row about it."""
        latencies_s: list[float] = []
        done = asyncio.Event()
        drawing = asyncio.create_task(self.draw(latencies_s, done))
        pausing = asyncio.create_task(longest_pause(done))
        began_s = time.perf_counter()
        path = f"{API}/sessions/{self.importing}/documents/"
        headers = {"Content-Type": "application/pdf"}
        response = await self.client.post(path, content=_chunks(content), headers=headers)
        told, first_s = response.json(), None
        while told.get("status") == "importing":
            await asyncio.sleep(0.05)
            told = (await self.client.get(f"{path}{told['document_id']}/")).json()
            if first_s is None and told["pages_done"]:
                first_s = time.perf_counter() - began_s
        whole_s = time.perf_counter() - began_s
        # Refused at once: there are hardly any strokes to tell of.
        await asyncio.sleep(0.5)
        done.set()
        await drawing
        p99_ms = _p99_ms(latencies_s)
        came = told.get("detail")
        came = came or f"{told['pages_done']} pages, {len(told['failed_pages'])} empty"
        self.line(
            f"| {name} | {len(content) / 2**20:.1f} | {came} | {first_s or 0:.1f} | {whole_s:.1f} |"
            f" {1000 * await pausing:.0f} | {p99_ms:.0f} | {_peak_mib(resource.RUSAGE_SELF)} |"
            f" {_peak_mib(resource.RUSAGE_CHILDREN)} |"
        )


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


def _p99_ms(latencies_s: list[float]) -> float:
    return sorted(latencies_s)[int(len(latencies_s) * 0.99)] * 1000


def _peak_mib(who: int) -> int:
    """Return the largest resident size so far, in MiB."""
    return resource.getrusage(who).ru_maxrss // 1024


async def main(pages: int) -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        store = await Store.open(
            f"sqlite+aiosqlite:///{home}/lessons.db", durability=Durability.PROCESS
        )
        clock = SystemClock()
        rooms = Rooms.start(store, clock=clock, config=RoomConfig())
        tokens = Tokens([b"a secret of thirty-two bytes, at least"], leeway_s=30, clock=clock)
        app = create_app(
            rooms=rooms,
            tokens=tokens,
            clock=clock,
            config=GatewayConfig(requests_per_min_user=100_000, uploads_per_min=1_000),
            asset_files=AssetDirectory(home / "assets"),
            spool=Spool(home / "documents"),
            take_files=TakeFiles(home / "recordings"),
        )
        token_id = chance.new_token_id()
        token = tokens.mint_user("Ada", "Ada", scope=Scope.USER, ttl_s=3_600, token_id=token_id)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://localhost",
            headers={"Authorization": f"Bearer {token}"},
            timeout=300,
        )
        try:
            sessions = [await _begun(client) for _ in range(2)]
            user_id = sessions[1]["host_id"]
            await rooms.ask(
                sessions[1]["session_id"],
                Connect(
                    connection_id="c",
                    peer_id="p",
                    user_id=user_id,
                    token_issued_at_ms=clock.now_ms(),
                    is_peer=False,
                ),
            )
            importing, drawing = (each["session_id"] for each in sessions)
            bench = Bench(app, client, importing, drawing, [])
            bench.line(
                "| document | MiB | came | first page, s | all, s | loop, ms | p99, ms |"
                " server, MiB | process, MiB |"
            )
            bench.line("|---|---|---|---|---|---|---|---|---|")
            locked = StandardEncryption("secret")
            documents = (
                (f"{pages} pages of text", document(pages)),
                ("100,000 objects on a page", document(1, crowded)),
                ("huge pages", document(3, pagesize=(LONGEST_SIDE, LONGEST_SIDE))),
                ("encrypted", document(3, encrypt=locked)),
                ("broken", document(3)[:400]),
            )
            # As `serve` does once it is up; and who wrote these documents is no server.
            gc.collect()
            gc.freeze()
            await bench.control()
            for name, content in documents:
                await bench.measure(name, content)
            words = written_by("python -m benchmarks.documents")
            write("documents", _SECTION.format(words=words, table="\n".join(bench.lines)))
        finally:
            await client.aclose()
            await app.state.services.documents.stop()
            await rooms.stop()
            await store.close()


async def _begun(client: httpx.AsyncClient) -> dict[str, Any]:
    created = (await client.post(f"{API}/sessions/", json={})).json()
    session: dict[str, Any] = created
    path = f"{API}/sessions/{session['session_id']}"
    await client.post(f"{path}/join/", json={"access_code": session["access_code"]})
    await client.post(f"{path}/start/")
    return session


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
