"""What one has done and the room has not confirmed (PROTOCOL BD-6, CH-1)."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any

import msgspec

from lessonroom.replica.messages import Outgoing

Op = Mapping[str, Any]
"""An operation as it is sent: a client's content must not change on its way through types."""

Ops = Sequence[Op]

_encode = msgspec.json.Encoder().encode


class Saying(msgspec.Struct, frozen=True):
    """What one writes; `at` is one's own time in ms, until the server stamps its.

    To everyone, or `to` one person; `reply_to` is the `seq` of the message that it answers.
    """

    text: str
    at: int = 0
    to: int | None = None
    reply_to: int | None = None


class Pending(msgspec.Struct, frozen=True):
    """Something submitted and not yet acknowledged. `id` is `<client_id>:<n>`.

    With `saying` it is a message of the chat, and there are no operations.
    """

    id: str
    ops: Ops
    saying: Saying | None = None


class Kept(msgspec.Struct, frozen=True):
    """What is kept of one beyond a page load.

    `may_be_sent`: it may have reached the room under this id; neither id nor content may change.
    """

    pending: Pending
    may_be_sent: bool


class Standing(Enum):
    """Where a submission stands.

    `UNSENT → IN_FLIGHT` in its turn; `IN_FLIGHT → BEHIND` with the refusal of one before it; both
    `→ AGAIN` with a passing refusal of its own, or when the connection closes; `AGAIN → IN_FLIGHT`
    in its turn. An acknowledgement, or a refusal for good, ends it from anywhere.
    """

    UNSENT = auto()
    """It has never left; what comes behind it may be squashed into it."""
    IN_FLIGHT = auto()
    """It went out on the present connection, which owes it an answer."""
    BEHIND = auto()
    """Likewise, but one before it was refused for now, and so will this one be."""
    AGAIN = auto()
    """It may have been sent, no answer is due, and it goes out again as it is."""


class Entry:
    """A place in the queue."""

    __slots__ = ("_size_bytes", "is_echo", "pending", "standing")

    def __init__(
        self, pending: Pending, standing: Standing = Standing.UNSENT, *, is_echo: bool = False
    ) -> None:
        self.pending = pending
        self.standing = standing
        self.is_echo = is_echo
        """Whether it was acknowledged, and goes again because the room lost history (BD-7)."""
        self._size_bytes: int | None = None

    @property
    def id(self) -> str:
        """The submission's id."""
        return self.pending.id

    @property
    def ops(self) -> Ops:
        """The submission's operations."""
        return self.pending.ops

    def say_instead(self, ops: Ops) -> None:
        """Change the content of what was not sent."""
        self.pending = Pending(self.pending.id, ops, self.pending.saying)
        self._size_bytes = None

    def kept(self) -> Kept:
        """Return what is to be kept of it beyond a page load."""
        return Kept(self.pending, self.standing is not Standing.UNSENT)

    def size_bytes(self) -> int:
        """Return how much its operations take in a message."""
        if self._size_bytes is None:
            self._size_bytes = len(_encode(self.ops))
        return self._size_bytes


def client_of(submission_id: str) -> str:
    """Return the page load that made a submission."""
    return submission_id.rpartition(":")[0]


def message_of(pending: Pending) -> Outgoing:
    """Return the message that submits it."""
    if pending.saying is None:
        return Outgoing("board", "board_event", {"ops": pending.ops}, pending.id)
    data: dict[str, Any] = {"text": pending.saying.text}
    if pending.saying.to is not None:
        data["to"] = pending.saying.to
    if pending.saying.reply_to is not None:
        data["reply_to"] = pending.saying.reply_to
    return Outgoing("system", "chat_message", data, pending.id)
