"""The pages of a board: what is visible on each, in the order in which it is painted."""

from collections.abc import Sequence

import msgspec

from lessonroom.board.board import Board
from lessonroom.board.elements import Element, Layer
from lessonroom.board.geometry import Bounds, painted_bounds, union
from lessonroom.board.text_layout import Measure

_MARGIN = 16
_EMPTY = Bounds(0, 0, 640, 360)

_decode = msgspec.json.Decoder(Element).decode


class Sheet(msgspec.Struct, frozen=True):
    """A visible layer with its elements, the lowest first."""

    layer: Layer
    elements: Sequence[Element]


class Page(msgspec.Struct, frozen=True):
    """One page of a board: its visible layers, the lowest first, and the box around them."""

    number: int
    sheets: Sequence[Sheet]
    bounds: Bounds


def page_numbers(board: Board) -> list[int]:
    """Return the pages that a board has, in order. Layers are what makes a page."""
    return sorted({layer.page for layer in board.layers.values()})


def page_of(board: Board, number: int, measure: Measure) -> Page:
    """Return one page; hidden layers are left out. A page without elements is a blank sheet."""
    layers = [layer for layer in board.layers.values() if layer.visible and layer.page == number]
    found: dict[str, list[Element]] = {layer.id: [] for layer in layers}
    for stored in board.elements.values():
        if stored.layer in found:
            found[stored.layer].append(_decode(stored.encoded))
    for elements in found.values():
        elements.sort(key=_stacking)
    bounds = union(
        painted_bounds(element, measure) for elements in found.values() for element in elements
    )
    return Page(
        number,
        [Sheet(layer, found[layer.id]) for layer in layers],
        bounds.widened(_MARGIN) if bounds is not None else _EMPTY,
    )


def _stacking(element: Element) -> tuple[str, str]:
    return element.z, element.id
