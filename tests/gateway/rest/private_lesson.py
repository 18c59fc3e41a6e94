"""A lesson in which people have pages of their own, and all that each of them is ever told.

Whatever is written carries a mark, `mk7x`: ids, titles, texts, tools of pointers. Who may know a
mark is worked out here, of the room's board alone and without any of the server's own rules.
"""

import asyncio
import json
import random
import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from actors.config import RoomConfig
from lessonroom.replica.replica import Phase
from tests.actors.support.client import Client
from tests.gateway.rest.school import API, School

MARK: Final = re.compile(rb"mk[0-9]+x")
STUDENTS: Final = ("Ann", "Ben", "Guest")
ELSEWHERE: Final = "elsewhere"
"""Whoever is in another lesson: may know what everyone could see here."""
CONFIG: Final = RoomConfig()


class LeakError(Exception):
    """Somebody was told what they may not know."""


class PrivateLesson:
    """The lesson, its people, and who may know what."""

    def __init__(self, school: School, seed: int) -> None:
        self.school = school
        self.chance = random.Random(seed)  # noqa: S311 - to play, not to hide
        self.rooms = school.app.state.services.rooms
        self.session: dict[str, Any] = {}
        self.ids: dict[str, int] = {}
        self.tokens: dict[str, str] = {}
        self.clients: dict[str, Client] = {}
        self.known: dict[str, set[bytes]] = {name: set() for name in (*STUDENTS, ELSEWHERE)}
        self.heard: dict[str, int] = dict.fromkeys(STUDENTS, 0)
        self.bytes_read = 0
        self.reads = 0
        self.hidden = 0
        self.pictures: dict[str, bytes] = {}
        """The mark that each picture stands for, by its name."""
        self.last_pages: list[str] = []
        self.last = ""
        """What was done last."""
        self._marks = 0

    @property
    def base(self) -> str:
        return f"{API}/sessions/{self.session['session_id']}"

    async def begin(self) -> None:
        """Have everybody in the lesson, which goes on."""
        school = self.school
        self.session = await school.session("Host")
        host = school.user_token("Host")
        joined = {"Host": await school.join(self.session, "Host")}
        await school.call("POST", f"{self.base}/start/", token=host)
        for name in STUDENTS:
            joined[name] = await (
                school.join(self.session, name=name)
                if name == "Guest"
                else school.join(self.session, name)
            )
        for name, answer in joined.items():
            self.ids[name] = answer["participant"]["user_id"]
            self.tokens[name] = answer["token"]
            self.clients[name] = self._client(name)
        for name in joined:
            await self.connect(name)

    def _client(self, name: str) -> Client:
        return Client(
            self.ids[name],
            name=f"{name}-page",
            session_id=self.session["session_id"],
            clock=self.school.clock,
            config=CONFIG,
        )

    # -- who is who

    @property
    def leaders(self) -> set[str]:
        """Whoever is the host, or was made one."""
        seats = self.state().participants
        return {name for name, user_id in self.ids.items() if seats[user_id].role == "host"}

    # -- what goes on

    def mark(self) -> str:
        self._marks += 1
        return f"mk{self._marks}x"

    def pages(self) -> dict[str, dict[str, Any]]:
        return {page["id"]: page for page in self.board().get("pages", [{"id": "p1"}])}

    def board(self) -> dict[str, Any]:
        state = self.state()
        return dict(msgspec.json.decode(state.board.encode()))

    def state(self) -> Any:  # noqa: ANN401 - a test looks into the room
        directory: Any = self.rooms._directory_ref._actor_weakref()
        room = directory._entries[self.session["session_id"]].room._actor_weakref()
        return room._lesson.state

    async def connect(self, name: str) -> None:
        client = self.clients[name]
        client.connect(self.rooms)
        await self.rest()

    async def rest(self) -> None:
        """Let everything happen, and half a minute's budget come back."""
        quiet = 0
        while quiet < 30:
            directory: Any = self.rooms._directory_ref._actor_weakref()
            journal: Any = self.rooms._journal_ref._actor_weakref()
            under_way = {task for task in directory._tasks if not task.done()}
            if journal._task is not None and not journal._task.done():
                under_way.add(journal._task)
            if under_way:
                await asyncio.wait(under_way)
            await _turn()
            quiet = 0 if under_way else quiet + 1
        self.school.clock.advance(0.3)
        for _ in range(10):
            await _turn()

    def edit(self, name: str, ops: list[dict[str, Any]]) -> None:
        """Have somebody change the board; they know what they have written."""
        self.may_know([name], MARK.findall(json.dumps(ops).encode()))
        client = self.clients[name]
        if client.replica.phase is Phase.LIVE:
            _, reaction = client.replica.submit(ops)
            client._do(reaction)

    def may_know(self, names: Iterable[str], marks: Iterable[bytes]) -> None:
        marks = set(marks)
        for name in names:
            if name in self.known:
                self.known[name] |= marks

    def sees(self, name: str, page: dict[str, Any]) -> bool:
        audience = page.get("audience")
        is_own = audience is None or audience["user"] == self.ids.get(name)
        return is_own or name in self.leaders

    async def settle(self) -> None:
        await self.rest()
        self.note()
        self.look()
        self.check_boards()

    def note(self) -> None:
        """Note what everyone may know by now: what lies on the pages that are for them."""
        board, leaders = self.board(), self.leaders
        # Who leads may know all of it, for ever.
        everything = [f"mk{n}x".encode() for n in range(1, self._marks + 1)]
        self.may_know(leaders, everything)
        self.last_pages = list(self.pages())
        page_of = {layer["id"]: layer.get("page", "p1") for layer in board["layers"]}
        for page in board.get("pages", [{"id": "p1"}]):
            marks = self.marks_in(page)
            for layer in board["layers"]:
                if layer.get("page", "p1") == page["id"]:
                    marks |= self.marks_in(layer)
            for element in board["elements"].values():
                if page_of[element["layer"]] == page["id"]:
                    marks |= self.marks_in(element)
            self.may_know([name for name in self.known if self.sees(name, page)], marks)

    def marks_in(self, thing: object) -> set[bytes]:
        """Return the marks that something shows, those that pictures stand for among them."""
        return self.marks_of(json.dumps(thing).encode())

    def marks_of(self, content: bytes) -> set[bytes]:
        shown = {mark for asset, mark in self.pictures.items() if asset.encode() in content}
        return shown | set(MARK.findall(content))

    def look(self) -> None:
        """Look through all that came over everyone's connections since the last time."""
        for name in STUDENTS:
            whole = b"".join(b"".join(outbox.writes) for outbox in self.clients[name].outboxes)
            self.check(name, "socket", whole[self.heard[name] :])
            self.hidden += whole[self.heard[name] :].count(b'"hidden"')
            self.heard[name] = len(whole)

    def check(self, name: str, path: str, content: bytes) -> None:
        self.bytes_read += len(content)
        self.reads += 1
        told = self.marks_of(content) - self.known[name]
        if told:
            raise LeakError(f"{name} was told {sorted(told)} by {path}: {content[:3000]!r}")

    def check_boards(self) -> None:
        """[AT2] Check that what everyone has made of all that is the board as it is for them."""
        board = self.board()
        for name, client in self.clients.items():
            assert not client.faults, (name, client.faults)
            if client.replica.phase is not Phase.LIVE or client.replica.rest:
                continue
            shown = [page for page in board.get("pages", [{"id": "p1"}]) if self.sees(name, page)]
            pages = {page["id"] for page in shown}
            layers = [each for each in board["layers"] if each.get("page", "p1") in pages]
            there = {layer["id"] for layer in layers}
            own = msgspec.json.decode(client.replica.view.board.encode())
            elements = {key: e for key, e in board["elements"].items() if e["layer"] in there}
            made = (own.get("pages", [{"id": "p1"}]), own["layers"], own["elements"])
            assert made == (shown, layers, elements), f"{name} after {self.last}"


async def _turn() -> None:
    await asyncio.sleep(0)
