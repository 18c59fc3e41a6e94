"""What a room has to know of the messages of its chat: who wrote them to whom, and not what."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

MESSAGES_MOST: Final = 10_000
"""So many of the newest can be answered and removed; each takes a hundred bytes of memory."""


class MessageHead(NamedTuple):
    """Who wrote a message, and to which one person; None: to everyone."""

    author: int
    to: int | None

    @property
    def circle(self) -> frozenset[int] | None:
        """Whom it is for besides those who lead the lesson; None: for everyone."""
        return None if self.to is None else frozenset((self.author, self.to))


class Messages:
    """The newest messages that are still there, by `seq`."""

    __slots__ = ("_heads",)

    def __init__(self, heads: Iterable[tuple[int, MessageHead]] = ()) -> None:
        self._heads: dict[int, MessageHead] = {}
        for seq, head in heads:
            self.add(seq, head)

    def __iter__(self) -> Iterator[tuple[int, MessageHead]]:
        """Iterate over `seq` and head, oldest first."""
        return iter(self._heads.items())

    def add(self, seq: int, head: MessageHead) -> None:
        """Take up the next one."""
        self._heads[seq] = head
        if len(self._heads) > MESSAGES_MOST:
            del self._heads[next(iter(self._heads))]

    def remove(self, seq: int) -> None:
        """Forget one that was taken out."""
        self._heads.pop(seq, None)

    def get(self, seq: int) -> MessageHead | None:
        """Return one; None where it is not there, was taken out, or is too old."""
        return self._heads.get(seq)
