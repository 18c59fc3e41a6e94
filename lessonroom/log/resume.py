"""Where a client may go on from after an interruption (PROTOCOL BD-7)."""

from collections.abc import Sequence

import msgspec


class Epoch(msgspec.Struct, frozen=True):
    """A span of the log: from its `room_open` at `first_seq` to just before the next epoch's."""

    epoch: str
    first_seq: int


def is_known_point(
    epochs: Sequence[Epoch], *, head: int, epoch: str | None, seq: int | None
) -> bool:
    """Return whether `seq` was truly reached within `epoch`, so that a delta from it is safe.

    A restored backup or a damaged log does not know the epoch, or ends it earlier than the client
    remembers; either way the client needs the full state.
    """
    if epoch is None or seq is None:
        return False
    for n, known in enumerate(epochs):
        if known.epoch == epoch:
            end = epochs[n + 1].first_seq - 1 if n + 1 < len(epochs) else head
            return known.first_seq <= seq <= end
    return False
