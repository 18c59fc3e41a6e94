"""What the player of a pack has of the lesson, written into its document while that is sent."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from typing import Any, BinaryIO, Final

import msgspec

from gateway.packs.player import (
    BLOCK_END,
    Player,
    block_begin,
    data_block,
    in_base64,
)
from gateway.packs.writing import pieces_of
from gateway.rest.plumbing.services import Services
from gateway.rest.shapes.recordings import Recordings
from gateway.rest.shapes.takes import TakeOut
from lessonroom.log.events import AssetAdded
from lessonroom.recording.recording import TakeKind

INSIDE_BYTES: Final = 256 * 1024 * 1024
"""Of files in the document: a browser reads all of it before it shows anything."""
_NOT_SHOWN: Final = "application/pdf"


class Played:
    """What goes into the document.

    Args:
        title: of the lesson.

    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.people: list[dict[str, Any]] = []
        self.assets: list[AssetAdded] = []
        """What is shown on the board."""
        self.recordings = Recordings(items=[], takes=[])
        self.left_out: list[str] = []
        """What is not in it, and why."""

    def encoded(self) -> bytes:
        """Return what the player is to know beside the log."""
        recorded = self.recordings.model_dump(mode="json")
        return msgspec.json.encode(
            {
                "title": self.title,
                "people": self.people,
                "recordings": recorded["items"],
                "takes": recorded["takes"],
            }
        )


async def in_document(
    player: Player, played: Played, parts: AsyncIterable[bytes]
) -> AsyncGenerator[bytes]:
    """Yield a document that plays what comes."""
    yield await asyncio.to_thread(player.begin, played.title or "Lesson")
    async for part in parts:
        yield part
    yield await asyncio.to_thread(player.end)


async def played_parts(
    services: Services, played: Played, log: AsyncIterable[bytes]
) -> AsyncGenerator[bytes]:
    """Yield a lesson, as parts of a document that do not run; `log` is what `log_lines` made.

    Voices come before pictures; what there is no more room for is named in `left_out`.
    """
    yield data_block("lesson", played.encoded())
    yield block_begin("log", "application/x-ndjson")
    async for lines in log:
        yield lines
    yield BLOCK_END
    left = INSIDE_BYTES
    for asset in played.assets:
        path = await asyncio.to_thread(services.assets.file_of, asset.asset)
        if path is None or asset.media_type == _NOT_SHOWN or asset.size_bytes > left:
            continue
        left -= asset.size_bytes
        source = await asyncio.to_thread(path.open, "rb")
        async for part in _inside(f"asset-{asset.asset}", asset.media_type, source):
            yield part
    for take in sorted(played.recordings.takes, key=lambda take: take.kind is not TakeKind.AUDIO):
        if not take.size_bytes:
            continue
        name = f"takes/{take.take_id}.webm"
        if take.size_bytes > left:
            played.left_out.append(f"{name} is not in it, which would be too large")
            continue
        opened = await _opened(services, take)
        if opened is None:
            played.left_out.append(f"{name} is not there any more")
            continue
        left -= take.size_bytes
        async for part in _inside(f"take-{take.take_id}", take.media_type, opened):
            yield part


async def _opened(services: Services, take: TakeOut) -> BinaryIO | None:
    try:
        return await asyncio.to_thread(services.takes.files.open_sealed, take.take_id)
    except FileNotFoundError:
        return None


async def _inside(name: str, media_type: str, source: BinaryIO) -> AsyncGenerator[bytes]:
    yield block_begin(name, media_type)
    async for part in in_base64(pieces_of(source)):
        yield part
    yield BLOCK_END
