"""Taking pages, or some elements, out of a board, to be kept apart from it (PROTOCOL PG-10)."""

from collections.abc import Sequence

import msgspec

from lessonroom.board.editing.copying import made_by
from lessonroom.board.model.board import Board
from lessonroom.board.model.page import Page
from lessonroom.codes import ErrorCode, Refused


def pages_of(board: Board, page_ids: Sequence[str], *, by: int) -> Board:
    """Return a board of some pages, in this order, with all that lies on them.

    Nothing in it tells who drew it: all is by whoever keeps it.

    Args:
        board: that they are of.
        page_ids: which; none: all pages in their order.
        by: whose it is from then on.

    Raises:
        Refused: `not_found`, there is no such page; `invalid`, one is named twice.

    """
    for n, page_id in enumerate(page_ids):
        if page_id not in board.pages:
            raise Refused(ErrorCode.NOT_FOUND, f"there is no page {page_id}", field=f"pages[{n}]")
    if len(set(page_ids)) < len(page_ids):
        raise Refused(ErrorCode.INVALID, "names each page once", field="pages")
    pages = [board.pages[page_id] for page_id in page_ids or board.pages]
    kept = {page.id for page in pages}
    layers = {layer.id: layer for layer in board.layers.values() if layer.page_id in kept}
    return Board(
        layers.values(),
        (made_by(each, by) for each in board.elements.values() if each.layer in layers),
        pages,
    )


def selection_of(board: Board, element_ids: Sequence[str], *, by: int) -> Board:
    """Return a board of one page without paper, on which some elements lie as they did.

    Args:
        board: that they are of.
        element_ids: which; all on one page.
        by: whose they are from then on.

    Raises:
        Refused: `not_found`, there is no such element; `invalid`, one is named twice, or they are
            of several pages.

    """
    for n, element_id in enumerate(element_ids):
        if element_id not in board.elements:
            raise Refused(
                ErrorCode.NOT_FOUND, f"there is no element {element_id}", field=f"elements[{n}]"
            )
    wanted = set(element_ids)
    if len(wanted) < len(element_ids):
        raise Refused(ErrorCode.INVALID, "names each element once", field="elements")
    elements = [each for each in board.elements.values() if each.id in wanted]
    named = {each.layer for each in elements}
    layers = [
        # What was hidden or locked among its neighbours is to be seen and moved by itself.
        msgspec.structs.replace(layer, locked=False, visible=True)
        for layer in board.layers.values()
        if layer.id in named
    ]
    page_ids = {layer.page_id for layer in layers}
    if len(page_ids) != 1:
        raise Refused(ErrorCode.INVALID, "names elements of one page", field="elements")
    return Board(layers, (made_by(each, by) for each in elements), [Page(id=page_ids.pop())])
