"""The board as a viewer may see it: without the pages that are for others (PROTOCOL AU-1).

The one place where it is decided what somebody sees. Whatever is told of a board, live, later or as
a file, is told of what `seen` returns, or by the shares of an event (`log.audience`), which are
differences of such boards.
"""

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Final, cast

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement


class Viewer(msgspec.Struct, frozen=True):
    """Who looks at a board: a user, None for nobody in particular, and whether they lead."""

    user_id: int | None
    leads: bool = False

    def sees(self, page: Page) -> bool:
        """Whether a page is for them: everyone's, their own, or any where they lead."""
        audience = page.audience
        return audience is None or self.leads or audience.user == self.user_id


EVERYONE: Final = Viewer(None)
"""What everyone sees: also the part of a board that goes into other lessons."""


def hidden_pages(pages: Mapping[str, Page], viewer: Viewer) -> frozenset[str]:
    """Return the ids of the pages that a viewer does not see."""
    return frozenset(page_id for page_id, page in pages.items() if not viewer.sees(page))


def hides_from(board: Board, viewer: Viewer) -> bool:
    """Whether a board has a page that a viewer does not see."""
    return board.has_private and any(not viewer.sees(page) for page in board.pages.values())


def arranged_for(board: Board, viewer: Viewer) -> Board:
    """Return a board with the pages and layers that a viewer sees, and nothing on them."""
    hidden = hidden_pages(board.pages, viewer)
    return Board(
        (layer for layer in board.layers.values() if layer.page_id not in hidden),
        pages=(page for page_id, page in board.pages.items() if page_id not in hidden),
    )


def seen(board: Board, viewer: Viewer) -> Board:
    """Return the board as a viewer may see it; the very same where nothing is hidden from them."""
    if not hides_from(board, viewer):
        return board
    view = arranged_for(board, viewer)
    view.add(element for element in board.elements.values() if element.layer in view.layers)
    return view


class _SeenElements(Mapping[str, StoredElement]):
    """The elements on some layers, looked up in those of the whole board as they are asked for.

    `len` is that of the whole board, which the limits of a board go by.
    """

    __slots__ = ("_elements", "_layers")

    def __init__(self, elements: dict[str, StoredElement], layers: Mapping[str, Layer]) -> None:
        self._elements = elements
        self._layers = layers

    def __getitem__(self, element_id: str) -> StoredElement:
        stored = self._elements[element_id]
        if stored.layer not in self._layers:
            raise KeyError(element_id)
        return stored

    def __iter__(self) -> Iterator[str]:
        layers = self._layers
        return (each for each, stored in self._elements.items() if stored.layer in layers)

    def __len__(self) -> int:
        return len(self._elements)

    def items(self) -> ItemsView[str, StoredElement]:
        return self._shown().items()

    def values(self) -> ValuesView[StoredElement]:
        return self._shown().values()

    def copy(self) -> "_SeenElements":
        return _SeenElements(self._elements.copy(), self._layers)

    def _shown(self) -> dict[str, StoredElement]:
        layers = self._layers
        return {each: stored for each, stored in self._elements.items() if stored.layer in layers}


def drawn_on_by(board: Board, viewer: Viewer) -> Board:
    """Return the board as `seen`, to draft a change on: nothing of it is copied for that.

    Its limits are those of the whole board: `size_bytes`, `text_chars` and how many elements there
    are tell of all of it. What is drafted becomes a change of the whole by `unseen.on_whole`.
    """
    if not hides_from(board, viewer):
        return board
    view = arranged_for(board, viewer)
    # A mapping like that of a board: nothing is written into it.
    elements = _SeenElements(board.elements, view.layers)
    view.elements = cast("dict[str, StoredElement]", elements)
    view.size_bytes, view.text_chars = board.size_bytes, board.text_chars
    return view
