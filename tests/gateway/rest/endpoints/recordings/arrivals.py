"""Lesson packs that are taken up by another server, or refused."""

import asyncio
import hashlib
import io
import json
import time
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec
from PIL import Image as Picture
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from gateway.packs.layout import LOG, MANIFEST, Entry, LogChain, Manifest
from lessonroom.board.model.elements import Image, TextElement
from lessonroom.board.model.operations import Put
from lessonroom.commands import RemoveMessage, SendChatMessage, Undo
from lessonroom.log.chain import Chain
from lessonroom.log.events import Event
from storage.store import Store
from storage.tables import METADATA
from tests.gateway.packs.packing import repacked
from tests.gateway.rest.endpoints.test_past import Lesson, lesson_in, rect
from tests.gateway.rest.school import API, School

_T = TypeVar("_T")

HOMEWORK = b"{\\rtf1 homework}"
EVIL = "</script><img src=x onerror=alert(1)>"


async def full_lesson(school: School) -> Lesson:
    """A lesson with all that there is to draw, show, say and send, which is over."""
    lesson = await lesson_in(school, ben=EVIL[:60])
    picture = io.BytesIO()
    Picture.new("RGB", (9, 7), "red").save(picture, "PNG")
    uploaded = await school.call(
        "POST",
        f"{lesson.base}/assets/",
        token=school.user_token("Ada"),
        headers={"Content-Type": "image/png"},
        content=picture.getvalue(),
    )
    assert uploaded.status_code == 201, uploaded.text
    await lesson.draw(rect("r1"), rect("r2", x=5))
    await lesson.draw(
        Put(TextElement(id="t1", layer="base", x=0, y=0, text="photosynthesis")),
    )
    await school.connect(await school.join(await session_of(lesson), "Ada"))
    await lesson.draw(rect("r3"))
    await lesson.ask(Undo(by=lesson.ben_id))
    shown = Image(id="i1", layer="base", x=0, y=0, w=9, h=7, asset=uploaded.json()["asset"])
    await lesson.draw(Put(shown))
    for n, text in enumerate(("Привіт", "not for long"), start=1):
        said = SendChatMessage(
            connection_id=f"connection-{lesson.ben_id}", client_id="c", n=n, text=text, to=None
        )
        await lesson.ask(said)
    await lesson.ask(RemoveMessage(by=lesson.ben_id, message=await lesson.head()))
    sent = await school.call(
        "POST",
        f"{lesson.base}/files/",
        token=lesson.ben["token"],
        headers={"Content-Type": "application/rtf"},
        params={"name": "homework.rtf", "client_id": "file"},
        content=HOMEWORK,
    )
    assert sent.status_code == 201, sent.text
    assert (await lesson.post("/complete/")).status_code == 200
    return lesson


async def session_of(lesson: Lesson) -> dict[str, Any]:
    return dict((await lesson.get("/")).json())


async def packed(lesson: Lesson) -> bytes:
    response = await lesson.get("/pack/")
    assert response.status_code == 200, response.text
    return response.content


async def taken(
    school: School, pack: bytes, who: str = "Ada", **params: str | int
) -> httpx.Response:
    return await school.call(
        "POST",
        f"{API}/sessions/import/",
        token=school.user_token(who),
        headers={"Content-Type": "application/zip"},
        params=params,
        content=pack,
    )


async def came(school: School, pack: bytes, **params: str | int) -> dict[str, Any]:
    response = await taken(school, pack, "Ada", **params)
    assert response.status_code == 201, response.text
    return dict(response.json())


def store_of(school: School) -> Store:
    store: Store = school.app.state.services.rooms.store
    return store


def files_in(directory: Path) -> set[str]:
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and "lessons.db" not in path.name
    }


def mapped(value: Any, people: Mapping[int, int], names: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
    """Return JSON with the numbers of people as they are elsewhere."""
    keys = {"user_id", "by", "host_id", "to", "author", "started_by", *names}
    match value:
        case dict():
            return {
                key: people[item]
                if key in keys and isinstance(item, int) and item in people
                else mapped(item, people, names)
                for key, item in value.items()
            }
        case list():
            return [mapped(item, people, names) for item in value]
        case _:
            return value


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


async def read(school: School, path: str, **params: object) -> Any:  # noqa: ANN401 - any JSON
    token = school.user_token("Ada")
    response = await school.call("GET", path, token=token, params=params)
    assert response.status_code == 200, response.text
    return response.json()


def unzipped(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(pack: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return a pack with other entries, and with all hashes right."""
    files: dict[str, bytes] = {
        name: content
        for name, content in {**unzipped(pack), **changes}.items()
        if content is not None
    }
    manifest = msgspec.json.decode(files.pop(MANIFEST), type=Manifest)
    entries = [
        Entry(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    ]
    log = files.get(LOG, b"").splitlines()
    chain = LogChain(
        seq=json.loads(log[-1])["seq"] if log else 0, sha256=json.loads(log[-1])["hash"]
    )
    told = msgspec.structs.replace(manifest, entries=entries, log=chain)
    return repacked(pack, {**changes, MANIFEST: msgspec.json.encode(told)})


def rewritten(pack: bytes, change: Callable[[Event], Event]) -> bytes:
    """Return a pack with other events, and with all hashes right."""
    files = unzipped(pack)
    manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    old, new = Chain(manifest.session_id), Chain(manifest.session_id)
    lines = [new.line_of(change(old.event_of(line))) for line in files[LOG].splitlines()]
    return forged(pack, {LOG: b"".join(line + b"\n" for line in lines)})


async def everything(school: School, directory: Path) -> dict[str, object]:
    """Return all that a server has."""
    store = store_of(school)
    counts: dict[str, object] = {}
    for table in METADATA.sorted_tables:
        query = select(func.count()).select_from(table)
        counts[table.name] = await store.reading(partial(_scalar, query=query))
    return counts | {"files": files_in(directory)}


async def _scalar(connection: AsyncConnection, query: Select[Any]) -> int:
    return int((await connection.execute(query)).scalar_one())


def told(pack: bytes, manifest: object) -> bytes:
    return repacked(pack, {MANIFEST: json.dumps(manifest).encode()})


async def held(work: Awaitable[_T]) -> tuple[_T, float]:
    """Return what comes of work, and the longest that the loop worked without a turn for others.

    In milliseconds of its own thread's work: what a machine does besides is no fault of ours.
    """
    longest_ns = 0

    async def tick() -> None:
        nonlocal longest_ns
        before_ns = time.thread_time_ns()
        while True:
            await asyncio.sleep(0)
            now_ns = time.thread_time_ns()
            longest_ns = max(longest_ns, now_ns - before_ns)
            before_ns = now_ns

    ticking = asyncio.create_task(tick())
    try:
        return await work, longest_ns / 1e6
    finally:
        ticking.cancel()
