"""Whether strokes arrived whole: against what was drawn, not against what the log says."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.log.events import BOARD_CHANGES, Event

_SWEEPING: Final = (b'"op":"clear"', b'"op":"remove_layer"', b'"op":"remove_page"')
"""What takes strokes away without naming them."""


def short_strokes(
    drawn: Mapping[str, Sequence[float]], log: Sequence[Event], board: Board
) -> Iterator[str]:
    """Tell of strokes that are not as they were drawn, and that nobody has changed.

    Args:
        drawn: all points of each stroke that a client has drawn, and was not refused.
        log: of the lesson.
        board: that the log comes to.

    """
    for stroke_id, points in drawn.items():
        if _is_disturbed(stroke_id, log):
            continue
        stored = board.elements.get(stroke_id)
        found = [] if stored is None else msgspec.json.decode(stored.encoded)["points"]
        if found != points:
            many, wanted = len(found) // 4, len(points) // 4
            yield f"{stroke_id} has {many} of the {wanted} points that were drawn, or others"


def _is_disturbed(stroke_id: str, log: Sequence[Event]) -> bool:
    """Whether somebody has removed it, or taken it back, or may have."""
    name = f'"{stroke_id}"'.encode()
    has_begun = False
    for event in log:
        if event.type not in BOARD_CHANGES:
            continue
        tells_of_it = name in event.data
        has_begun |= tells_of_it
        if tells_of_it and (event.submission is None or b'"op":"remove"' in event.data):
            return True
        if has_begun and any(op in event.data for op in _SWEEPING):
            return True
    return False
