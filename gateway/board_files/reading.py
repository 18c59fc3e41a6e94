"""Reading a board that was saved, here or elsewhere."""

from typing import Annotated, Any

import msgspec

from lessonroom.board.model.board import named_pages
from lessonroom.board.model.elements import Element, Layer
from lessonroom.board.model.page import Page
from lessonroom.codes import ErrorCode, Refused
from lessonroom.scalars import Id
from lessonroom.validation import refusal


class SavedBoard(msgspec.Struct, frozen=True):
    """The parts of a board, each of them valid; whether they fit together is asked elsewhere."""

    pages: list[Page]
    layers: list[Layer]
    elements: list[Element]


class _Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layers: Annotated[list[Layer], msgspec.Meta(min_length=1)]
    elements: dict[Id, Any]
    pages: list[Page] = []


def read_board(board: Any) -> SavedBoard:  # noqa: ANN401 - any JSON value
    """Return the parts of a board; of one from before pages had ids, those that its layers name.

    Private pages are left out.

    Raises:
        Refused: `invalid`; `field` is its path, which begins with `board`.

    """
    try:
        decoded = msgspec.convert(board, _Board)
    except msgspec.ValidationError as error:
        raise refusal(error, "board") from None
    elements: list[Element] = []
    # One after the other: at once it would hold the interpreter.
    for element_id, described in decoded.elements.items():
        where = f"board.elements.{element_id}"
        try:
            element: Element = msgspec.convert(described, Element)
        except msgspec.ValidationError as error:
            raise refusal(error, where) from None
        if element.id != element_id:
            raise Refused(ErrorCode.INVALID, "an element's id is its key", field=f"{where}.id")
        elements.append(element)
    pages = decoded.pages or list(named_pages(decoded.layers).values())
    return _for_everyone(SavedBoard(pages, decoded.layers, elements))


def _for_everyone(board: SavedBoard) -> SavedBoard:
    """Return it without its private pages: their users are nobody here, or others (AU-1)."""
    private = {page.id for page in board.pages if page.audience is not None}
    if not private:
        return board
    pages = [page for page in board.pages if page.id not in private]
    if not pages:
        raise Refused(ErrorCode.INVALID, "it has no page that is for everyone", field="board.pages")
    layers = [layer for layer in board.layers if layer.page_id not in private]
    there = {layer.id for layer in layers}
    return SavedBoard(pages, layers, [each for each in board.elements if each.layer in there])
