"""How much takes may use."""

from typing import Final

import msgspec

_GIB: Final = 1024**3


class TakeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much takes may use, in bytes."""

    per_session: int = 4 * _GIB
    per_host: int = 20 * _GIB
    """Of all sessions of one host."""
    total: int = 0
    """Of the server; 0: no limit but the disk's."""
    free: int = 0
    """What the disk must have left for lessons."""
