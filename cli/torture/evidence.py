"""What was acknowledged, compared with what is on the disk while no server runs."""

from typing import Final

import msgspec

from cli.database import reading
from lessonroom.board.model.elements import Rect
from lessonroom.board.model.operations import Operation, Put
from lessonroom.log.events import BoardChanged, Event

_PAGE: Final = 5_000
_decode_ops: Final = msgspec.json.Decoder(list[Operation]).decode

Mark = tuple[str, float]
"""A rectangle that somebody put: its element and its x, which together are put once."""


class Evidence:
    """Gathers marks as they are acknowledged, and looks for them in the log.

    `lost` counts acknowledged marks that the log lacks, `doubled` submissions that it has twice,
    `gaps` events that are not where the one before them says.
    """

    def __init__(self) -> None:
        self.acknowledged = 0
        self.events = 0
        self.lost = 0
        self.doubled = 0
        self.gaps = 0
        self._new: set[Mark] = set()
        self._written: set[Mark] = set()
        self._submissions: set[tuple[int | None, str]] = set()

    def acknowledge(self, element_id: str, x: float) -> None:
        """Note that the server has acknowledged a mark."""
        self._new.add((element_id, x))
        self.acknowledged += 1

    async def check(self, database: str, session_id: str) -> None:
        """Read what the log has gained, and count what is wrong with it."""
        async with reading(database) as store:
            head = await store.head(session_id)
            # Events that were there before and are gone now are lost as well.
            self.lost += max(0, self.events - head)
            while events := await store.events(session_id, after=self.events, limit=_PAGE):
                for event in events:
                    self._take(event)
        self.lost += len(self._new - self._written)
        self._new.clear()

    def _take(self, event: Event) -> None:
        self.events += 1
        if event.seq != self.events:
            self.gaps += 1
            self.events = event.seq
        if event.submission is not None:
            key = (event.user_id, str(event.submission))
            self.doubled += key in self._submissions
            self._submissions.add(key)
        body = event.body()
        if isinstance(body, BoardChanged):
            for op in _decode_ops(body.ops):
                if isinstance(op, Put) and isinstance(op.element, Rect):
                    self._written.add((op.element.id, float(op.element.x)))
