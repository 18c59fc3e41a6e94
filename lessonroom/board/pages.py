"""The pages of a board: what is visible on each, in the order in which it is painted."""

from collections.abc import Sequence

import msgspec

from lessonroom.board.board import Board
from lessonroom.board.elements import Element, Layer
from lessonroom.board.geometry import Bounds, painted_bounds, union
from lessonroom.board.text_layout import Measure
from lessonroom.board.weight import heaviest, weight_of

_MARGIN = 16
_SHEETED = 10
_EMPTY = Bounds(0, 0, 640, 360)

_decode = msgspec.json.Decoder(Element).decode


class Sheet(msgspec.Struct, frozen=True):
    """A visible layer with its elements, the lowest first."""

    layer: Layer
    elements: Sequence[Element]


class Page(msgspec.Struct, frozen=True):
    """One page of a board: its visible layers, the lowest first, and the box around them.

    Elements whose ids are in `framed` would take too long: a frame stands for each.
    """

    number: int
    sheets: Sequence[Sheet]
    bounds: Bounds
    framed: frozenset[str] = frozenset()


def page_numbers(board: Board) -> list[int]:
    """Return the pages that a board has, in order. Layers are what makes a page."""
    return sorted({layer.page for layer in board.layers.values()})


def pages_of(board: Board, numbers: Sequence[int], measure: Measure) -> list[Page]:
    """Return pages; hidden layers are left out. A page without elements is a blank sheet.

    What is on all of them together is drawn as far as it is not too heavy (see `weight`).
    """
    layers = [layer for layer in board.layers.values() if layer.visible and layer.page in numbers]
    found: dict[str, list[Element]] = {layer.id: [] for layer in layers}
    for stored in board.elements.values():
        if stored.layer in found:
            found[stored.layer].append(_decode(stored.encoded))
    for elements in found.values():
        elements.sort(key=_stacking)
    weights = {element.id: _weight(element) for elements in found.values() for element in elements}
    least = heaviest(weights.values())
    framed = frozenset(element_id for element_id, weight in weights.items() if weight >= least)
    return [
        _page(
            number,
            [Sheet(layer, found[layer.id]) for layer in layers if layer.page == number],
            framed,
            measure,
        )
        for number in numbers
    ]


def page_of(board: Board, number: int, measure: Measure) -> Page:
    """Return one page."""
    (page,) = pages_of(board, [number], measure)
    return page


def _page(number: int, sheets: list[Sheet], framed: frozenset[str], measure: Measure) -> Page:
    bounds = union(
        painted_bounds(element, measure) for sheet in sheets for element in sheet.elements
    )
    return Page(number, sheets, bounds.widened(_MARGIN) if bounds is not None else _EMPTY, framed)


def _weight(element: Element) -> float:
    # What is half seen through is drawn on a sheet of its own first.
    return weight_of(element) * (1 if element.style.opacity == 1 else _SHEETED)


def _stacking(element: Element) -> tuple[str, str]:
    return element.z, element.id
