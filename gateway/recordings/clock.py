"""From a recorder's time to room time (RC-16).

A recorder counts what it was given: sound that a busy machine lost is not in its time, and a sound
card's second is not quite one. What it cannot do is to tell of a moment before that moment: a chunk
comes when its last block is over, or later. So of several chunks the one that came least late says
where the recorder's time lies in the room's, and what all of a minute's chunks agree on is no
lateness any more but loss.

All here is in µs: `int`, so that a lesson of hours adds up.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from gateway.recordings.webm.opus import SILENCE_US
from gateway.recordings.webm.reading import Frame

LOOKS_AHEAD: Final = 16
"""Chunks, this one among them, out of which comes where it lies."""
AT_THE_END: Final = 5
"""The last ones lie where the last five say."""

_WINDOW: Final = 16
"""Packets that agree before one is put in or taken out: what is less is jitter."""
_QUICK_WINDOW: Final = 4
"""Where they are off by two packets or more."""
_LEAP_US: Final = 100_000
"""Of sound that is missing: it is so at once, and at this very place."""
_PICTURE_LEAST_US: Final = 1_000


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A frame, and when in the room it begins."""

    at_us: int
    frame: Frame


def offsets_of(anchors: Sequence[int | None]) -> list[int]:
    """Return by how much room time is ahead of the recorder's, for each chunk.

    Args:
        anchors: of each chunk, in order, when it came less the end of the last block that begins in
            it; None where none does.

    """
    known = [(k, anchor) for k, anchor in enumerate(anchors) if anchor is not None]
    found: list[int] = []
    for i in range(len(known)):
        begin = max(0, min(i, len(known) - AT_THE_END))
        found.append(min(anchor for _, anchor in known[begin : i + LOOKS_AHEAD]))
    # A chunk without a block has none of its own.
    offsets: list[int] = []
    i = 0
    for k in range(len(anchors)):
        while i + 1 < len(known) and known[i][0] < k:
            i += 1
        offsets.append(found[i] if found else 0)
    return offsets


class VoiceClock:
    """Places packets of sound so that none overlap, and none is more than a packet off.

    Between two of them is nothing, or a hole of whole packets of silence, which whoever writes them
    fills: where sound was lost. Where there is too much, the shortest packet nearby, which is the
    quietest, is left out.
    """

    def __init__(self) -> None:
        self.inserted_us = 0
        self.dropped_us = 0
        # What may still be left out, each with the silence before it.
        self._waiting: deque[tuple[int, Frame]] = deque()
        self._errors_us: deque[int] = deque(maxlen=_WINDOW)
        # Where the first that waits begins, and where the next to come would.
        self._out_us = 0
        self._end_us: int | None = None

    def placed(self, frames: Iterable[tuple[int, Frame]]) -> Iterator[Placed]:
        """Yield packets with their place in room time.

        Args:
            frames: of each, in order, when in the room its recorder says that it began.

        """
        for wanted_us, frame in frames:
            if self._end_us is None:
                self._out_us = self._end_us = wanted_us
            silence_us = self._silence_before(wanted_us - self._end_us, frame)
            self._waiting.append((silence_us, frame))
            self._end_us += silence_us + frame.lasts_us
            if self._has_too_much(frame):
                self._leave_one_out()
            if len(self._waiting) > _WINDOW:
                yield self._next()
        while self._waiting:
            yield self._next()

    def _next(self) -> Placed:
        silence_us, frame = self._waiting.popleft()
        self._out_us += silence_us
        placed = Placed(self._out_us, frame)
        self._out_us += frame.lasts_us
        return placed

    def _silence_before(self, late_us: int, frame: Frame) -> int:
        """Return how much silence comes before a packet that would be late by so much."""
        self._errors_us.append(late_us)
        if late_us < max(_LEAP_US, 2 * frame.lasts_us):
            late_us = min(self._agreed(SILENCE_US, sign=1), max(0, late_us))
        if late_us < SILENCE_US:
            return 0
        silence_us = late_us - late_us % SILENCE_US
        self._errors_us.clear()
        self.inserted_us += silence_us
        return silence_us

    def _has_too_much(self, frame: Frame) -> bool:
        # With one of 60 ms gone and one of silence before the next, it lies in the middle again.
        too_much_us = max(SILENCE_US, frame.lasts_us * 2 // 3)
        return self._agreed(too_much_us, sign=-1) >= too_much_us

    def _leave_one_out(self) -> None:
        i = min(range(len(self._waiting)), key=lambda i: (len(self._waiting[i][1].data), i))
        silence_us, frame = self._waiting[i]
        del self._waiting[i]
        if i < len(self._waiting):
            after_us, after = self._waiting[i]
            self._waiting[i] = (silence_us + after_us, after)
        else:
            # Of what was the last nothing is left behind.
            self._end_us = (self._end_us or 0) - silence_us
            self.inserted_us -= silence_us
        self._end_us = (self._end_us or 0) - frame.lasts_us
        self.dropped_us += frame.lasts_us
        self._errors_us.clear()

    def _agreed(self, least_us: int, *, sign: int) -> int:
        """Return by how much all of the last packets are off to one side; 0 if they are not."""
        if len(self._errors_us) < _QUICK_WINDOW or sign * self._errors_us[-1] < least_us:
            return 0
        errors_us = [sign * error_us for error_us in self._errors_us]
        quick_us = min(errors_us[-_QUICK_WINDOW:])
        if quick_us >= 2 * least_us:
            return quick_us
        return max(0, min(errors_us)) if len(errors_us) == _WINDOW else 0


def pictures_placed(frames: Iterable[tuple[int, Frame]]) -> Iterator[Placed]:
    """Yield pictures with their place in room time, each later than the one before."""
    end_us: int | None = None
    for wanted_us, frame in frames:
        at_us = wanted_us if end_us is None else max(wanted_us, end_us)
        end_us = at_us + _PICTURE_LEAST_US
        yield Placed(at_us, frame)
