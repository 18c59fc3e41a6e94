"""What files of whole lessons hold of one: its chat, and the names of its files."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from gateway.documents.office_kinds import OFFICE_KINDS
from gateway.rest.plumbing.services import Services
from gateway.rest.shapes.instants import to_text
from lessonroom.log.events import AssetAdded, ChatFile, ChatMessageSent
from storage.images import assets

_MESSAGES: Final = 500
_EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
    **{media_type: kind.ending for media_type, kind in OFFICE_KINDS.items()},
}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the chat that was not removed."""

    seq: int
    at: str
    user_id: int | None
    text: str
    to: int | None
    reply_to: int | None
    file: ChatFile | None


async def chat_of(services: Services, session_id: str) -> list[Message]:
    """Return what was written and not removed, oldest first."""
    found: list[Message] = []
    before: int | None = None
    while page := await services.rooms.store.chat(session_id, before=before, limit=_MESSAGES):
        said = [(event, event.body()) for event in page]
        found[:0] = [
            Message(
                seq=event.seq,
                at=to_text(event.at_ms),
                user_id=event.user_id,
                text=body.text,
                to=body.to,
                reply_to=body.reply_to,
                file=body.file,
            )
            for event, body in said
            if isinstance(body, ChatMessageSent) and body.removed is None
        ]
        before = page[0].seq
    return found


async def shown_in(
    services: Services, session_id: str, messages: Sequence[Message]
) -> list[AssetAdded | ChatFile]:
    """Return the images, documents and files of a session, each once."""
    known = await services.rooms.store.reading(
        lambda connection: assets.described(connection, session_id)
    )
    shown: dict[str, AssetAdded | ChatFile] = {name: known[name] for name in sorted(known)}
    for message in messages:
        if message.file is not None:
            shown.setdefault(message.file.asset, message.file)
    return list(shown.values())


async def file_of(services: Services, asset: AssetAdded | ChatFile) -> tuple[str, Path | None]:
    """Return the name that a file has in an archive, and where it is; None where it is gone."""
    path = await asyncio.to_thread(services.assets.file_of, asset.asset)
    return f"files/{asset.asset}.{_EXTENSIONS.get(asset.media_type, 'json')}", path
