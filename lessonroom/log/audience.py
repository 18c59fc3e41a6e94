"""Who may know of an event: everyone in the room, or a few (PROTOCOL CH-4)."""

from collections.abc import Collection
from typing import Final

from lessonroom.log.events import ChatMessageRemoved, ChatMessageSent, Event, EventType

PRIVATE_TYPES: Final = frozenset({EventType.CHAT_MESSAGE, EventType.CHAT_REMOVE})
"""The events that may be for a few."""


def circle_of(event: Event) -> frozenset[int] | None:
    """Return whom an event is for besides those who lead the lesson; None: for everyone."""
    if event.type not in PRIVATE_TYPES:
        return None
    match event.body():
        case ChatMessageSent(to=int() as to):
            author = event.user_id
        case ChatMessageRemoved(to=int() as to, author=author):
            pass
        case _:
            return None
    return frozenset({to} if author is None else {to, author})


def is_for(circle: Collection[int] | None, user_id: int | None, *, leads: bool) -> bool:
    """Whether somebody may know of an event with that circle; `user_id` None is the operator."""
    return circle is None or leads or user_id in circle
