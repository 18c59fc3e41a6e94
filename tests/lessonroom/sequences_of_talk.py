"""What people write into the chat, and remove, by chance."""

import random

from lessonroom.commands import Command, RemoveMessage, SendChatMessage
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
