"""What was removed from the chat leaves the log as well; that it was there, and removed, stays."""

from collections.abc import Iterable

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import (
    ChatMessageRemoved,
    ChatMessageSent,
    Event,
    EventType,
    Removal,
)
from lessonroom.session.messages import MESSAGES_MOST, MessageHead
from storage.finding import removing
from storage.log import log


async def take_out(
    connection: AsyncConnection, key: int, session_id: str, events: Iterable[Event]
) -> None:
    """Take the texts out of the log that events, which are in it by now, remove (CH-6).

    So nothing that reads the log can tell them.

    Raises:
        LogDamaged: a message is not what was written.

    """
    for event in events:
        if event.type is not EventType.CHAT_REMOVE:
            continue
        body = event.body()
        assert isinstance(body, ChatMessageRemoved), "by its type"  # noqa: S101
        seq = body.message
        (message,) = await log.read(connection, key, session_id, after=seq - 1, until=seq)
        said = message.body()
        assert isinstance(said, ChatMessageSent), "the room knows its messages"  # noqa: S101
        await log.rewrite(
            connection,
            key,
            session_id,
            rewritten(message, said.taken_out(Removal(event.user_id, event.at_ms))),
        )
        await removing.forget_said(connection, key, [seq])


async def left(
    connection: AsyncConnection, key: int, session_id: str
) -> list[tuple[int, MessageHead]]:
    """Return the newest messages that were not removed, by `seq`, oldest first.

    Raises:
        LogDamaged: one of them does not match its checksum.

    """
    found = await log.chat(connection, key, session_id, before=None, limit=MESSAGES_MOST)
    return [
        (event.seq, MessageHead(event.user_id or 0, body.to))
        for event in found
        if isinstance(body := event.body(), ChatMessageSent) and body.removed is None
    ]


def rewritten(event: Event, body: ChatMessageSent) -> Event:
    """Return a message of the chat with another body, to be put in its place."""
    submission = event.submission
    if submission is not None:
        # The checksum of a short text would give it away.
        submission = msgspec.structs.replace(submission, digest=0)
    return msgspec.structs.replace(event, data=msgspec.json.encode(body), submission=submission)
