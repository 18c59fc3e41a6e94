"""The elements of a board as they would be, laid over those that are, and what they add up to."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from lessonroom.board.editing.arrangement import Arrangement
from lessonroom.board.model.board import Board
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits


class Overlay:
    """What a change makes of the elements of a board, which stays as it is.

    `size_bytes`, `text_chars` and `count` are those of the whole board after the change.
    """

    def __init__(self, board: Board, limits: Limits | None) -> None:
        """Lay nothing over `board` yet; without `limits` an element may have any size."""
        self.board: Final = board
        self.changed: Final[dict[str, StoredElement | None]] = {}
        self.size_bytes = board.size_bytes
        self.text_chars = board.text_chars
        self.count = len(board.elements)
        self.layers_written: Final[set[str]] = set()
        """The layers of all that was written, also of what is not there any more."""
        self.writes = 0
        self._limits = limits
        self._by_layer: dict[str, dict[str, StoredElement]] | None = None

    def element(self, element_id: str) -> StoredElement | None:
        """Return the element as it would be, or None where there would be none."""
        if element_id in self.changed:
            return self.changed[element_id]
        return self.board.elements.get(element_id)

    def elements_on(self, layer_id: str) -> Iterable[StoredElement]:
        """Return what would lie on a layer; the overlay may change while one walks over it.

        What lies on each layer is looked for once, however many operations ask.
        """
        if self._by_layer is None:
            self._by_layer = defaultdict(dict)
            for element_id, stored in self.board.elements.items():
                if element_id not in self.changed:
                    self._by_layer[stored.layer][element_id] = stored
            for element_id, changed in self.changed.items():
                if changed is not None:
                    self._by_layer[changed.layer][element_id] = changed
        return list(self._by_layer.get(layer_id, {}).values())

    def set(self, stored: StoredElement, field: str) -> None:
        """Have an element be so.

        Raises:
            Refused: it is larger than an element may be; `field` is named.

        """
        if self._limits is not None:
            _check_size(stored, self._limits, field)
        previous = self.element(stored.id)
        self.writes += 1
        self.layers_written.add(stored.layer)
        if previous is None:
            self.count += 1
        else:
            self.layers_written.add(previous.layer)
            self.size_bytes -= len(previous.encoded)
            self.text_chars -= previous.text_chars
        if self._by_layer is not None:
            if previous is not None:
                del self._by_layer[previous.layer][stored.id]
            self._by_layer[stored.layer][stored.id] = stored
        self.size_bytes += len(stored.encoded)
        self.text_chars += stored.text_chars
        self.changed[stored.id] = stored

    def drop(self, stored: StoredElement) -> None:
        """Take away an element that is there."""
        if self._by_layer is not None:
            del self._by_layer[stored.layer][stored.id]
        self.writes += 1
        self.layers_written.add(stored.layer)
        self.count -= 1
        self.size_bytes -= len(stored.encoded)
        self.text_chars -= stored.text_chars
        self.changed[stored.id] = None


def check_totals(overlay: Overlay, arrangement: Arrangement, limits: Limits) -> None:
    """Refuse a change after which the board would be too large (PROTOCOL BD-9).

    One that is over a limit already may become smaller, or stay as it is.

    Raises:
        Refused: it would be larger than before, and larger than it may be.

    """
    if (
        overlay.count <= limits.elements_per_board
        and overlay.size_bytes <= limits.board_bytes
        and overlay.text_chars <= limits.text_chars_per_board
        and len(arrangement.layers) <= limits.layers
        and len(arrangement.pages) <= limits.pages
    ):
        return
    board = overlay.board
    totals = (
        (
            overlay.count,
            len(board.elements),
            limits.elements_per_board,
            "a board holds at most {} elements",
        ),
        (
            overlay.size_bytes,
            board.size_bytes,
            limits.board_bytes,
            "a board holds at most {} bytes",
        ),
        (
            overlay.text_chars,
            board.text_chars,
            limits.text_chars_per_board,
            "the texts of a board have at most {} characters",
        ),
        (
            len(arrangement.layers),
            len(board.layers),
            limits.layers,
            "a board has at most {} layers",
        ),
        (
            len(arrangement.pages),
            len(board.pages),
            limits.pages,
            "a board has at most {} pages",
        ),
    )
    for total, before, most, said in totals:
        if total > most and total > before:
            raise Refused(ErrorCode.TOO_LARGE, said.format(most), field="ops")


def _check_size(stored: StoredElement, limits: Limits, field: str) -> None:
    if len(stored.encoded) > limits.element_bytes:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"an element takes at most {limits.element_bytes} bytes",
            field=field,
        )
    if stored.points > limits.points_per_stroke:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"a stroke has at most {limits.points_per_stroke} points",
            field=field,
        )
