"""A lesson on a running server as a pack, and what a server has of lessons."""

import io
import sqlite3
import time
from typing import Final

import httpx
import msgspec
from PIL import Image as Picture

from gateway.rest.shapes.instants import from_text
from storage.tables import METADATA
from tests.e2e.client import rect
from tests.e2e.lesson import Lesson
from tests.gateway.recordings.takes import T0_MS, voice
from tests.postgres import Postgres, database_of
from tests.serving import RunningServer

API: Final = "/api/v1/classroom"
ZIP: Final = {"Content-Type": "application/zip"}
_FOLDERS: Final = ("assets", "documents", "recordings")
# What is found by a search, and what platforms and browsers are told again, comes and goes by
# itself.
_PASSING: Final = ("written_", "server_state", "kept_reply", "feed_entry", "webhook_")
_TABLES: Final = [
    table.name for table in METADATA.sorted_tables if not table.name.startswith(_PASSING)
]
_SETTLED_S: Final = 60.0


class Kept(msgspec.Struct, frozen=True):
    """How much a server has of what: rows by table, files by folder, and directories of work."""

    counts: dict[str, int]

    def plus(self, other: dict[str, int]) -> "Kept":
        """Return it with so much more."""
        return Kept({name: count + other[name] for name, count in self.counts.items()})

    def beyond(self, before: "Kept") -> dict[str, int]:
        """Return how much more it is."""
        return {name: count - before.counts[name] for name, count in self.counts.items()}


def kept_by(server: RunningServer, postgres: Postgres | None) -> Kept:
    """Return what a server has, whether it runs or not."""
    if postgres is None:
        uri = f"file:{server.data_dir}/lessonroom.db?mode=ro"
        with sqlite3.connect(uri, uri=True) as connection:
            counts = {
                table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
                for table in _TABLES
            }
        connection.close()
    else:
        each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in _TABLES)  # noqa: S608
        rows = postgres.sql(each, database_of(server.database_url)).splitlines()
        counts = {name: int(count) for name, count in (row.split("|") for row in rows)}
    for folder in _FOLDERS:
        found = list((server.data_dir / folder).rglob("*"))
        counts[folder] = sum(path.is_file() for path in found)
        counts[f"{folder} in work"] = sum(path.parent.name == ".work" for path in found)
    return Kept(counts)


def settled(server: RunningServer, postgres: Postgres | None, *, as_one_of: list[Kept]) -> Kept:
    """Return what a server has once that is one of these; what it has, where it never is."""
    until_s = time.monotonic() + _SETTLED_S
    while (kept := kept_by(server, postgres)) not in as_one_of and time.monotonic() < until_s:
        time.sleep(0.1)
    return kept


async def spoken_lesson(lesson: Lesson) -> bytes:
    """Have a lesson be drawn, shown and spoken in, and end; return its pack."""
    server, token = lesson.server, lesson.host.user_token
    base = f"{API}/sessions/{lesson.session_id}"
    bearer = {"Authorization": f"Bearer {token}"}
    ann = await lesson.guest("Ann")
    client = await lesson.enter(ann)
    for n in range(60):
        await client.drawn(rect(f"r{n}"))
    begun = await lesson.post("recording/start")
    begun_ms = from_text(begun["started_at"])
    await lesson.post("recording/consent", ann.token, answer="given")
    opened = {"kind": "audio", "media_type": "audio/webm;codecs=opus"}
    take = await lesson.post("takes", ann.token, **opened)
    picture = io.BytesIO()
    Picture.new("RGB", (90, 70), "red").save(picture, "PNG")
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as http:
        sent = await http.post(
            f"{base}/assets/",
            content=picture.getvalue(),
            headers={**bearer, "Content-Type": "image/png"},
        )
        assert sent.status_code == 201, sent.text
        shown = {"type": "image", "id": "i1", "layer": "base", "asset": sent.json()["asset"]}
        shown |= {"x": 0, "y": 0, "w": 90, "h": 70}
        await client.drawn({"op": "put", "element": shown})
        chunks = list(voice(4))
        for chunk in chunks:
            kept = await http.put(
                f"{API}/takes/{take['take_id']}/chunks/{chunk.n}",
                content=chunk.data,
                headers={
                    "Take-Key": take["key"],
                    "Take-At": str(chunk.at_ms - T0_MS + begun_ms),
                    "Content-Type": "application/octet-stream",
                },
            )
            assert kept.status_code == 200, kept.text
        closed = await http.post(
            f"{API}/takes/{take['take_id']}/close/",
            json={"chunks": len(chunks)},
            headers={"Take-Key": take["key"]},
        )
        assert closed.status_code == 200, closed.text
        await lesson.post("complete")
        pack = await http.get(f"{base}/pack/", headers=bearer)
        assert pack.status_code == 200, pack.text
    return pack.content


async def taken_up(server: RunningServer, token: str, pack: bytes) -> httpx.Response | None:
    """Send a pack; None where the server ended meanwhile."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=120) as http:
        try:
            return await http.post(
                f"{API}/sessions/import/",
                content=pack,
                headers={**ZIP, "Authorization": f"Bearer {token}"},
            )
        except httpx.TransportError:
            return None
