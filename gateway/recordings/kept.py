"""Which parts of room time a file may hold something of (RC-6)."""

from collections.abc import Iterable

_US_PER_MS = 1_000


class KeptTime:
    """Parts of room time, asked in ascending order whether something lies in one of them.

    Args:
        kept: begin and end of each part, in ms, ascending; an end of None is open.

    Raises:
        ValueError: they are not in order, or overlap.

    """

    def __init__(self, kept: Iterable[tuple[int, int | None]]) -> None:
        self._parts: list[tuple[int, int | None]] = []
        for begin_ms, end_ms in kept:
            if self._parts and (self._parts[-1][1] is None or self._parts[-1][1] > begin_ms):
                raise ValueError("parts that are kept overlap, or are not in order")
            if end_ms is not None and end_ms < begin_ms:
                raise ValueError("a part that is kept ends before it begins")
            self._parts.append((begin_ms, end_ms))
        self._i = 0

    def holds(self, begin_us: int, end_us: int) -> bool:
        """Whether all from one moment to another, in µs, may be kept.

        Asked again, `begin_us` is not before that of the last time.
        """
        while self._i < len(self._parts):
            begin_ms, end_ms = self._parts[self._i]
            if end_ms is None or end_ms * _US_PER_MS > begin_us:
                inside = end_ms is None or end_us <= end_ms * _US_PER_MS
                return inside and begin_us >= begin_ms * _US_PER_MS
            self._i += 1
        return False
