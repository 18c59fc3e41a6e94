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
    return SavedBoard(pages, decoded.layers, elements)
