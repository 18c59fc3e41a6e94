"""Copying a page of another lesson, and opening a board of many pages: what the event loop pays.

Run: python -m benchmarks.copying [ELEMENTS]

Told are the longest turn of the event loop, as time of its own processor, so that what else runs on
the machine does not count; beside it the same for a loop that does nothing, in the same run. The
rooms hold 20 ms of it to be too long (PROTOCOL PG-2). Then, where there is a Chromium, the same
board of many pages is opened in it, beside one of a single page. Writes its section of
docs/performance.md.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from actors.config import RoomConfig
from actors.house.reading import read_page
from actors.house.rooms import Rooms
from actors.messages import FromClient, LoadedPage, LoadPage
from actors.runtime.clock import SystemClock
from benchmarks.reporting.sections import write, written_by
from benchmarks.scenarios.in_browser import Lacking, lines
from lessonroom.board.model.elements import Layer, Stroke
from lessonroom.board.model.encoded_parts import BoardParts, JsonCodec, MsgpackCodec
from lessonroom.board.model.operations import AddPage, Operation, Put
from lessonroom.board.model.page import Page
from lessonroom.commands import Connect, CopyPage, EditBoard, MoveSession, SeatParticipant
from lessonroom.people.permissions import Role
from lessonroom.protocol.client import Ping
from lessonroom.protocol.decoding import Message
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.records import Durability, UserKind
from storage.store import Store

HOST: Final = 1
OPS_EACH: Final = 200
PAGES: Final = 100
ROUNDS: Final = 7
"""How often a page is opened; of what that takes the median is told."""
STROKES_OF_A_PAGE: Final = 200


_SECTION: Final = """\
## Large pages and boards of many pages

{words} The longest turn of the event loop is time of its own processor; the first row is a loop \
that does nothing. Strokes have 30 points.

{table}
"""
_PAGES_SCRIPT: Final = Path(__file__).with_name("scenarios") / "drawing/pages.mjs"
_PATIENCE_S: Final = 600
_lines: Final[list[str]] = []


def _line(text: str) -> None:
    _lines.append(text)
    print(text, flush=True)


class _Box:
    """Takes what a room would be told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def tell(self, message: object) -> None:
        """Keep it."""
        self.told.append(message)


class Turns:
    """Measures how long each turn of the loop keeps its processor."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._before_s = time.thread_time()
        self._is_over = False
        self.longest_ms = 0.0

    def begin(self) -> None:
        """Begin."""
        self._before_s = time.thread_time()
        self._loop.call_soon(self._tick)

    def end(self) -> float:
        """End, and return the longest turn, in ms."""
        self._is_over = True
        return self.longest_ms

    def _tick(self) -> None:
        now_s = time.thread_time()
        self.longest_ms = max(self.longest_ms, 1000 * (now_s - self._before_s))
        self._before_s = now_s
        if not self._is_over:
            self._loop.call_soon(self._tick)


async def measured(name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Print a row about a piece of work."""
    turns = Turns()
    turns.begin()
    began_s = time.perf_counter()
    await work()
    wall_ms = 1000 * (time.perf_counter() - began_s)
    _line(f"| {name} | {turns.end():.1f} | {wall_ms:.0f} |")


def stroke(number: int, layer: str) -> Stroke:
    """Return a stroke of 30 points, as a hand draws it."""
    points = [round(float(value), 1) for at in range(30) for value in (at * 3.7, at % 7, 0.5, 8)]
    return Stroke(id=f"s{number}", layer=layer, x=number % 900, y=number % 700, points=points)


async def lesson(rooms: Rooms, session_id: str, ops: list[Operation]) -> None:
    """Make a lesson with these on its board, and whoever draws them in it."""
    clock = SystemClock()
    session = Session(session_id=session_id, host_id=HOST, created_at_ms=clock.now_ms())
    seats = [SeatParticipant(user_id=HOST, name="Host", role=Role.HOST)]
    await rooms.create(session, [*seats, MoveSession(by=HOST, move=Move.START)])
    connect = Connect(
        connection_id=session_id,
        peer_id="peer",
        user_id=HOST,
        token_issued_at_ms=clock.now_ms() + 1000,
        is_peer=False,
    )
    await rooms.ask(session_id, connect)
    for n, first in enumerate(range(0, len(ops), OPS_EACH), 1):
        part = ops[first : first + OPS_EACH]
        command = EditBoard(connection_id=session_id, client_id="bench", n=n, ops=part)
        await rooms.ask(session_id, command)


async def main(elements: int) -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite+aiosqlite:///{Path(directory)}/lessons.db"
        store = await Store.open(url, durability=Durability.PROCESS)
        rooms = Rooms.start(store, clock=SystemClock(), config=RoomConfig())
        kind = UserKind.REGISTERED
        await rooms.ensure_user(issuer="bench", subject="host", name="Host", kind=kind)
        await lesson(rooms, "source", [Put(stroke(n, "base")) for n in range(elements)])
        await lesson(rooms, "here", [])
        _line("| | longest turn of the loop, ms of its processor | in all, ms |\n|---|---|---|")
        await measured("nothing, for a second", lambda: asyncio.sleep(1))
        box: Any = _Box()
        asked = FromClient("here", Message("system", "ping", None, Ping()), b"")
        command = CopyPage(by=HOST, page="p1", id="copy", from_session="source")
        name = f"a page of {elements} strokes of another lesson: read and worked out"
        await measured(name, lambda: read_page(store, LoadPage(command, box, asked)))
        (loaded,) = box.told
        assert isinstance(loaded, LoadedPage)
        page = loaded.page
        assert isinstance(page, CopyPage), page
        await measured("the same: added, written", lambda: rooms.ask("here", page))
        await many_pages(rooms)
        await rooms.stop()
        await store.close()


async def many_pages(rooms: Rooms) -> None:
    """Print what it takes to hand out a board of 100 pages."""
    ops: list[Operation] = [
        AddPage(Page(id=f"p{n}"), Layer(id=f"l{n}", page=f"p{n}")) for n in range(2, PAGES + 1)
    ]
    for n in range(PAGES * STROKES_OF_A_PAGE):
        page = n // STROKES_OF_A_PAGE + 1
        ops.append(Put(stroke(n, "base" if page == 1 else f"l{page}")))
    await lesson(rooms, "many", ops)
    board = next(
        actor._lesson.state.board  # noqa: SLF001 - a benchmark looks inside
        for actor in _actors(rooms)
        if actor._session_id == "many"  # noqa: SLF001
    )
    for codec in (JsonCodec(), MsgpackCodec()):
        began_s = time.process_time()
        encoded = BoardParts(codec).encode(board).whole()
        spent_ms = 1000 * (time.process_time() - began_s)
        size = sum(map(len, encoded)) / 2**20
        kind = type(codec).__name__.removesuffix("Codec")
        _line(
            f"\n{PAGES} pages of {STROKES_OF_A_PAGE} strokes, full sync in {kind}: {size:.1f} MiB,"
            f" {spent_ms:.0f} ms of a processor, beside the loop."
        )


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A board in the browser: what it took to have it there, and what it takes to hold it.

    A page is `drawn` once its strokes are there, a board `whole` once all of it has come; both
    count from navigation. `server_ms` is what the server has worked for that, `page_ms` what the
    page's own thread has, however much else the machine did.
    """

    pages: int
    sync_ms: float
    sync_mb: float
    drawn_ms: float
    drawn_mb: float
    whole_ms: float
    whole_mb: float
    server_ms: float
    page_ms: float
    heap_mb: float
    page_mb: float
    server_mb: float


def opened_in_a_browser() -> None:
    """Print what a board of many pages takes in Chromium, with a server of its own."""
    _line(
        "\n| pages in Chromium | full sync, ms, MB | from navigation to drawn, ms, MB |"
        " to all of it there, ms, MB | CPU of server and page for it, ms |"
        " script's heap, MB | the page's process, MB | more on the server, MB |"
        "\n|---|---|---|---|---|---|---|---|"
    )
    counts = (str(ROUNDS), "1", str(PAGES), str(STROKES_OF_A_PAGE))
    try:
        for line in lines(_PAGES_SCRIPT, *counts, patience_s=_PATIENCE_S):
            row = msgspec.json.decode(line, type=Opened)
            _line(
                f"| {row.pages} | {row.sync_ms:.0f}, {row.sync_mb:.1f} |"
                f" {row.drawn_ms:.0f}, {row.drawn_mb:.2f} | {row.whole_ms:.0f},"
                f" {row.whole_mb:.1f} | {row.server_ms:.0f}, {row.page_ms:.0f} |"
                f" {row.heap_mb:.1f} | {row.page_mb:.1f} | {row.server_mb:.1f} |"
            )
    except (Lacking, RuntimeError) as error:
        _line(f"\nNot measured in a browser: {error}")


def _actors(rooms: Rooms) -> list[Any]:
    directory: Any = rooms._directory_ref._actor_weakref()  # noqa: SLF001
    return [entry.room._actor_weakref() for entry in directory._entries.values() if entry.room]  # noqa: SLF001


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000))
    opened_in_a_browser()
    section = _SECTION.format(
        words=written_by("python -m benchmarks.copying"), table="\n".join(_lines)
    )
    write("copying", section)
