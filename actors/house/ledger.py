"""What the logs of those take whose rooms are open, in all their sessions (QU-1).

Storage knows what sessions at rest take. What open rooms have added since is known to them alone:
each tells it once a second, and hears what its owner's other sessions take.
"""

import msgspec


class Elsewhere(msgspec.Struct, frozen=True):
    """What the logs of an owner's sessions take on disk; those `without` are open and left out."""

    n_bytes: int = 0
    without: frozenset[str] = frozenset()


class _Live(msgspec.Struct):
    host_id: int
    opened_bytes: int
    now_bytes: int


class _Owner(msgspec.Struct):
    at_rest_bytes: int = 0
    live_bytes: int = 0
    """What all that are live take; kept, since each of a thousand asks once a second."""
    live: dict[str, _Live] = {}


class Ledger:
    """Owners with open rooms; forgotten with the last of these. Runs on the event loop."""

    def __init__(self) -> None:
        self._owners: dict[int, _Owner] = {}
        self._live: dict[str, _Live] = {}

    def live_of(self, host_id: int) -> frozenset[str]:
        """Return the sessions of an owner that are open."""
        owner = self._owners.get(host_id)
        return frozenset(owner.live) if owner is not None else frozenset()

    def opened(self, session_id: str, host_id: int, n_bytes: int, *, elsewhere: Elsewhere) -> None:
        """Take up a room whose log takes so many bytes; `elsewhere` was read just before."""
        owner = self._owners.setdefault(host_id, _Owner())
        live = _Live(host_id, n_bytes, n_bytes)
        # What was opened after `elsewhere` was read is in there, and would count twice.
        twice_bytes = sum(
            other.opened_bytes
            for name, other in owner.live.items()
            if name not in elsewhere.without and name != session_id
        )
        owner.at_rest_bytes = max(0, elsewhere.n_bytes - twice_bytes)
        before = owner.live.get(session_id)
        owner.live_bytes += n_bytes - (before.now_bytes if before is not None else 0)
        owner.live[session_id] = self._live[session_id] = live

    def closed(self, session_id: str) -> None:
        """Let a room go to rest."""
        live = self._live.pop(session_id, None)
        if live is None:
            return
        owner = self._owners[live.host_id]
        del owner.live[session_id]
        owner.at_rest_bytes += live.now_bytes
        owner.live_bytes -= live.now_bytes
        if not owner.live:
            del self._owners[live.host_id]

    def note(self, session_id: str, n_bytes: int) -> int:
        """Note what the log of an open room takes; return what its owner's others do."""
        live = self._live.get(session_id)
        if live is None:
            return 0
        owner = self._owners[live.host_id]
        owner.live_bytes += n_bytes - live.now_bytes
        live.now_bytes = n_bytes
        return owner.at_rest_bytes + owner.live_bytes - n_bytes
