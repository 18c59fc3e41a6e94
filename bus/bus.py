"""The bus: messages between nodes, as bytes by subject.

What it promises is little, and the same whatever carries it: messages of one publisher come in the
order in which they were published; each comes once, or not at all. It may lose any, and whoever
needs all of them counts (`docs/decisions/0035-many-nodes.md`). Nothing here waits for a reader: a
message goes out, or the caller hears at once that it does not.
"""

import functools
import re
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

PAYLOAD_MOST: Final = 1024 * 1024
"""Bytes of one message, as NATS takes them where nobody has set it otherwise."""
WAITING_MOST: Final = 8 * 1024 * 1024
"""Bytes that wait to go out, together, before a message is refused."""
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_SUBJECT_MOST: Final = 255


class NotSent(Exception):  # noqa: N818 - says what happened
    """A message did not go out, and will not."""


class BusFull(NotSent):
    """As much waits to go out as may: the bus, or the way to it, is slower than what is said."""


class BusAway(NotSent):
    """There is no connection to the bus, or it does not answer; it is looked for meanwhile."""


class Heard(msgspec.Struct, frozen=True):
    """A message that came.

    `reply` is the subject where its publisher waits for an answer, "" for none. `is_nobody`: it is
    no message, but the bus's word that nobody listens to what was published with this subject as
    its `reply`.
    """

    subject: str
    payload: bytes
    reply: str = ""
    is_nobody: bool = False


class Counts(msgspec.Struct):
    """What a bus has done since it began, in messages."""

    sent: int = 0
    sent_bytes: int = 0
    heard: int = 0
    heard_bytes: int = 0
    lost: int = 0
    """Accepted and not sent, as the connection ended; or come, and more than could be heard."""
    reconnects: int = 0


class Bus(Protocol):
    """One node's connection. Runs on one event loop; made by its class, ended by `close`."""

    counts: Counts

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection by all that is known: one that is cut is noticed later."""

    @property
    def waiting_bytes(self) -> int:
        """Return how many bytes were accepted and have not gone out yet."""

    def publish(self, subject: str, payload: bytes, *, reply: str = "") -> None:
        """Send a message to everyone who listens to `subject`; returns at once.

        Args:
            subject: letters, digits, `_` and `-`, in words with a dot between.
            payload: at most `PAYLOAD_MOST`.
            reply: where the publisher listens for answers. It hears there at once if nobody listens
                to `subject`.

        Raises:
            BusFull: `WAITING_MOST` waits already.
            BusAway: there is no connection. What had waited as it ended is lost.
            ValueError: that is no subject, or the payload is too long.

        """

    async def subscribe(self, subject: str, heard: Callable[[Heard], None]) -> None:
        """Have `heard` called with each message to `subject` from now on.

        It holds through lost connections, and may begin while there is none. Others can rely on it
        once a `flush` behind it has returned. What `heard` raises is logged.

        Raises:
            ValueError: that is no subject.

        """

    async def flush(self, timeout_s: float) -> None:
        """Return once the bus has all that was published and subscribed before.

        Raises:
            BusAway: there is no connection, or no answer within `timeout_s`.

        """

    async def close(self) -> None:
        """End the connection; what waits goes out no more, and nothing more is heard."""


@functools.lru_cache(maxsize=4096)
def require_subject(subject: str) -> None:
    """Raise `ValueError` where a subject is none: it stands in lines of the bus's own protocol."""
    if len(subject) > _SUBJECT_MOST or not _SUBJECT.fullmatch(subject):
        raise ValueError(
            f"{subject!r} is no subject; allowed: words of A-Z, a-z, 0-9, _ and - with dots between"
        )


def require_message(subject: str, payload: bytes, reply: str) -> None:
    """Raise `ValueError` where these are no message."""
    require_subject(subject)
    if reply:
        require_subject(reply)
    if len(payload) > PAYLOAD_MOST:
        raise ValueError(f"a payload of {len(payload)} bytes; at most {PAYLOAD_MOST}")
