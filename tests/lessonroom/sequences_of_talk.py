"""What people write into the chat, and remove, and how good their lines are, by chance."""

import random

from lessonroom.commands import Command, RemoveMessage, ReportQuality, SendChatMessage
from lessonroom.people.participant import ConnectionQuality
from tests.lessonroom.moments import USERS, Moment, connection


def chat(chance: random.Random, at: Moment) -> Command:
    """Return the next message, or its removal."""
    user_id, seq = chance.choice(USERS), chance.randint(1, at.n)
    if chance.random() < 0.5:
        return RemoveMessage(by=chance.choice((user_id, None)), message=seq * 3 // 5 or 1)
    return SendChatMessage(
        connection_id=connection(chance, user_id),
        client_id=chance.choice((f"client-{user_id}", f"chat-of-{user_id}")),
        n=at.n if chance.random() < 0.9 else chance.randint(1, at.n),
        text=chance.choice(("Hello", "Which page?", " ", "½ + ¼ = ¾")),
        to=chance.choice(USERS) if chance.random() < 0.15 else None,
        reply_to=seq if chance.random() < 0.1 else None,
    )


def report_quality(chance: random.Random, _: Moment) -> Command:
    """Return what somebody's page makes of their line."""
    quality = chance.choice(list(ConnectionQuality))
    return ReportQuality(connection_id=connection(chance, chance.choice(USERS)), quality=quality)
