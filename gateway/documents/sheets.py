"""The pages of a board that stand for those of a document."""

from typing import Any, Final

from actors.runtime import chance
from gateway.documents.job import Sheet
from lessonroom.board.model.page import Background, Page, Paper, PaperKind

_EMPTY_SHEET: Final = (794, 1123)
"""A4: what stands for a page that cannot be drawn."""
_TITLE_CHARS: Final = 128


def page_of(title: str, sheet: Sheet, under: Background) -> Page:
    """Return a sheet of the size of a page, with its picture under all layers."""
    return _sheet_of(
        _titled(title, sheet.number),
        (sheet.w, sheet.h),
        background=under,
    )


def empty_page(title: str, number: int) -> Page:
    """Return an empty sheet where a page could not be drawn, with its number."""
    return _sheet_of(_titled(title, number), _EMPTY_SHEET)


def _sheet_of(title: str, size: tuple[float, float], **more: Any) -> Page:  # noqa: ANN401
    return Page(
        id=chance.new_page_id(), title=title, paper=Paper(kind=PaperKind.BLANK), size=size, **more
    )


def _titled(title: str, number: int) -> str:
    """Return the title of a page; a long one of the document is cut, not its number."""
    tail = f" · {number}" if title else str(number)
    return title[: _TITLE_CHARS - len(tail)] + tail
