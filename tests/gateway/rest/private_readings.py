"""What people read of a lesson with pages of their own over HTTP, and the whole game."""

import io
import zipfile
from typing import Any

from actors.house.chores import HousekeepingConfig
from actors.house.housekeeper import Housekeeping
from tests.actors.support.client import Client
from tests.gateway.rest.private_actions import ActedLesson
from tests.gateway.rest.private_lesson import CONFIG, ELSEWHERE, STUDENTS
from tests.gateway.rest.school import API, School


class ReadLesson(ActedLesson):
    """The lesson, of which people read whatever there is to be read."""

    # -- what people read

    async def read(self, only: str | None = None) -> None:
        """Have everyone read all that there is to be read of it over HTTP.

        With `only`, nothing but the reading of that name: what is drawn takes its time.
        """
        ways = {
            "boards": self._read_boards,
            "history": self._read_history,
            "search": self._search,
            "assets": self._fetch,
            "shelf": self._keep,
            "other lessons": self._carry_over,
            "board files": self._open_elsewhere,
            "pages elsewhere": self._copy_elsewhere,
        }
        for name, read in ways.items():
            if only in {None, name}:
                await read()

    async def _read_boards(self) -> None:
        head = await self.rooms.store.head(self.session["session_id"])
        version = self.chance.randrange(max(1, head - 20), head + 1)
        await self._get_all(
            *("/export/?format=json", f"/export/?format=json&version={version}"),
            *("/export/?format=lessonroom", f"/snapshots/{version}/", f"/snapshots/{head}/"),
        )

    async def _read_history(self) -> None:
        await self._get_all(
            *("/", "/participants/", "/chat/", "/timeline/?limit=1000", "/replay/", "/report/"),
            *("/stats/", "/snapshots/", "/pack/", "/replay/?after=30", "/timeline/?after=30"),
            *("/documents/", "/recording/", "/takes/"),
        )

    async def _get_all(self, *paths: str) -> None:
        for name in STUDENTS:
            token = self.tokens[name]
            if name != "Guest" and self.chance.random() < 0.5:
                token = self.school.user_token(name)
            for path in paths:
                await self.get(name, self.base + path, token)
        self.school.clock.advance(60)

    async def _search(self) -> None:
        await self.index()
        for name in ("Ann", "Ben"):
            path = f"{API}/search/?q=mark&limit=50"
            await self.get(name, path, self.school.user_token(name))

    async def index(self) -> None:
        """Have what was written so far be found, as the housekeeper does each minute."""
        files = self.school.app.state.services.assets
        config = HousekeepingConfig(asset_files=files)
        keeper = Housekeeping.start(self.rooms, clock=self.school.clock, config=config)
        await keeper.settled()
        await keeper.stop()

    async def get(self, name: str, path: str, token: str) -> int:
        response = await self.school.call("GET", path, token=token)
        assert response.status_code < 500, response.text
        assert response.status_code != 429, (path, response.text)
        self.check(name, path, unpacked(response.content))
        return int(response.status_code)

    async def _keep(self) -> None:
        """Keep all of it on a shelf, and look at what is kept."""
        call = self.school.call
        for name in ("Ann", "Ben"):
            token = self.school.user_token(name)
            answer = await call("POST", f"{self.base}/shelf/", token=token, json={"name": "kept"})
            self.check(name, "shelf", answer.content)
            if answer.status_code == 201:
                item = f"{API}/shelf/{answer.json()['item_id']}/"
                await self.get(ELSEWHERE, f"{item}board/", token)
                await call("DELETE", item, token=token)
            self.school.clock.advance(60)

    async def _carry_over(self) -> None:
        """Go on with it in another lesson."""
        body = {"with_people": False}
        await self._look_into(f"{self.base}/continue/", body)

    async def _open_elsewhere(self) -> None:
        """Begin another lesson with what the host has of the board in a file."""
        token = self.school.user_token("Host")
        file = await self.school.call("GET", f"{self.base}/export/?format=json", token=token)
        await self._look_into(f"{API}/sessions/", {"board": file.json()["board"]})

    async def _look_into(self, path: str, body: dict[str, Any]) -> None:
        token = self.school.user_token("Host")
        made = await self.school.call("POST", path, token=token, json=body)
        assert made.status_code == 201, made.text
        base = f"{API}/sessions/{made.json()['session_id']}"
        await self.get(ELSEWHERE, f"{base}/export/?format=json", token)

    async def _copy_elsewhere(self) -> None:
        """Bring each page into another lesson of the host's, as a client does."""
        other = await self.school.session("Host")
        joined = await self.school.join(other, "Host")
        token = self.school.user_token("Host")
        base = f"{API}/sessions/{other['session_id']}"
        await self.school.call("POST", f"{base}/start/", token=token)
        client = Client(
            joined["participant"]["user_id"],
            name="Host-elsewhere",
            session_id=other["session_id"],
            clock=self.school.clock,
            config=CONFIG,
        )
        client.connect(self.rooms)
        await self.rest()
        for n, page in enumerate(self.last_pages):
            source = self.session["session_id"]
            client.call("copy_page", page=page, id=f"copy-{n}", from_session=source)
            await self.rest()
            self.school.clock.advance(30)
        await self.get(ELSEWHERE, f"{base}/export/?format=json", token)
        client.leave()
        await self.rest()

    async def _fetch(self) -> None:
        """Fetch every picture, as whoever has heard of its name might."""
        for asset, name_of_mark in self.pictures.items():
            for name in STUDENTS:
                tokens = [self.tokens[name]]
                tokens += [self.school.user_token(name)] if name != "Guest" else []
                for token in tokens:
                    path = f"{API}/assets/{asset}"
                    response = await self.school.call("GET", path, token=token)
                    if response.status_code == 200:
                        self.check(name, "assets", name_of_mark)
            self.school.clock.advance(30)


def unpacked(content: bytes) -> bytes:
    """Return what a file holds, if it is an archive."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


async def played(
    school: School, seed: int, *, steps: int = 60, only: str | None = None, ends: bool = True
) -> ReadLesson:
    """Play a lesson of so many steps, in which everything is read in the middle and at the end.

    Raises:
        LeakError: somebody was told what they may not know.

    """
    lesson = ReadLesson(school, seed)
    await lesson.begin()
    for name in ("Ann", "Ben"):
        await lesson.allow(name)
    for _ in range(3):
        await lesson.add()
        await lesson.settle()
    if only in {None, "assets", "history"}:
        await lesson.bring_pictures()
    for n in range(steps):
        await lesson.step()
        if n == steps // 2:
            lesson.check_boards()
            await lesson.read(only)
    for name in STUDENTS:
        if not lesson.clients[name].is_connected:
            await lesson.connect(name)
    await lesson.settle()
    lesson.check_boards()
    await lesson.read(only)
    if ends:
        lesson.last_pages = list(lesson.pages())
        await school.call("POST", f"{lesson.base}/complete/", token=school.user_token("Host"))
        await lesson.rest()
        await lesson.read(only)
        lesson.look()
    return lesson
