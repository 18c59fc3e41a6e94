"""Packs that are made up."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import msgspec

from gateway.packs.layout import LOG, LogChain, Manifest
from gateway.packs.writing import PackWriter
from lessonroom.log.chain import Chain
from lessonroom.log.events import Event, EventType

SESSION = "019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"
PICTURE = "files/" + "ab" * 32 + ".png"


def events(count: int = 5) -> list[Event]:
    return [
        Event(seq=n, type=EventType.BOARD_OP, at_ms=n, data=b'{"ops":[]}', user_id=7)
        for n in range(1, count + 1)
    ]


def pack(**changes: object) -> bytes:
    """Return a small pack, with other values in its manifest where some are given."""
    return asyncio.run(_pack(changes))


async def _pack(changes: Mapping[str, object]) -> bytes:
    writer, chain, made = PackWriter(), Chain(SESSION), io.BytesIO()

    async def log() -> AsyncIterator[bytes]:
        for event in events():
            yield chain.line_of(event) + b"\n"

    made.write(await writer.add("session.json", b'{"title":"Fractions"}'))
    async for part in writer.add_parts(LOG, log()):
        made.write(part)
    async for part in writer.add_open(PICTURE, io.BytesIO(bytes(range(256)) * 4)):
        made.write(part)
    manifest = Manifest(
        session_id=SESSION,
        title="Fractions",
        made_at="2026-11-22T10:44:26.123Z",
        made_by="lessonroom",
        log=LogChain(seq=chain.seq, sha256=chain.head),
        entries=writer.entries,
        left_out=[],
    )
    told = msgspec.to_builtins(manifest) | changes
    made.write(await writer.finish(msgspec.json.encode(told)))
    return made.getvalue()


def repacked(whole: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return an archive with other contents, or without some, and all checksums of ZIP right."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(made, "w") as target:
        contents: dict[str, bytes | None] = {}
        for name in source.namelist():
            contents[name] = source.read(name)
        contents |= changes
        for name, content in contents.items():
            if content is not None:
                target.writestr(name, content)
    return made.getvalue()


def saved(directory: Path, content: bytes) -> Path:
    path = directory / "lesson.zip"
    path.write_bytes(content)
    return path
