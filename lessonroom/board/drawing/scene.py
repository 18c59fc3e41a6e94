"""What is visible on each page of a board, in the order in which it is painted."""

from collections.abc import Sequence

import msgspec

from lessonroom.board.drawing.formula_outline import Outlines
from lessonroom.board.drawing.geometry import Bounds, painted_bounds, union
from lessonroom.board.drawing.text_layout import Measure
from lessonroom.board.drawing.weight import heaviest, weight_of
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Element, Layer
from lessonroom.board.model.page import Page

_MARGIN = 16
_SHEETED = 10
_EMPTY = Bounds(0, 0, 640, 360)

_decode = msgspec.json.Decoder(Element).decode


class Sheet(msgspec.Struct, frozen=True):
    """A visible layer with its elements, the lowest first."""

    layer: Layer
    elements: Sequence[Element]


class Scene(msgspec.Struct, frozen=True):
    """One page of a board: its visible layers, the lowest first, and the box that is shown.

    Elements whose ids are in `framed` would take too long: a frame stands for each.
    """

    page: Page
    sheets: Sequence[Sheet]
    bounds: Bounds
    framed: frozenset[str] = frozenset()
    outlines: Outlines = {}
    """Of its formulas; a frame stands for one whose outline is not there."""


def scenes_of(board: Board, page_ids: Sequence[str], measure: Measure) -> list[Scene]:
    """Return pages; hidden layers are left out. A page without elements is a blank sheet.

    What is on all of them together is drawn as far as it is not too heavy (see `weight`).
    """
    wanted = set(page_ids)
    layers = [each for each in board.layers.values() if each.visible and each.page_id in wanted]
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
        _scene(
            board.pages[page_id],
            [Sheet(layer, found[layer.id]) for layer in layers if layer.page_id == page_id],
            framed,
            measure,
        )
        for page_id in page_ids
    ]


def scene_of(board: Board, page_id: str, measure: Measure) -> Scene:
    """Return one page."""
    (scene,) = scenes_of(board, [page_id], measure)
    return scene


def _scene(page: Page, sheets: list[Sheet], framed: frozenset[str], measure: Measure) -> Scene:
    return Scene(page, sheets, _shown(page, sheets, measure), framed)


def _shown(page: Page, sheets: list[Sheet], measure: Measure) -> Bounds:
    """Return the sheet, or of an endless page what is on it."""
    if page.size is not None:
        return Bounds(0, 0, *page.size)
    lying = [painted_bounds(element, measure) for sheet in sheets for element in sheet.elements]
    if (under := page.background) is not None:
        lying.append(Bounds(under.x, under.y, under.w, under.h))
    bounds = union(lying)
    return bounds.widened(_MARGIN) if bounds is not None else _EMPTY


def _weight(element: Element) -> float:
    # What is half seen through is drawn on a sheet of its own first.
    return weight_of(element) * (1 if element.style.opacity == 1 else _SHEETED)


def _stacking(element: Element) -> tuple[str, str]:
    return element.z, element.id
