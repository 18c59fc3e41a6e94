"""Drawing a board to a file. Run as a module, it does so in a confined process."""

from typing import Final, assert_never

import msgspec

from gateway.confinement.confined import Declined, answer_one
from gateway.export import font
from gateway.export.job import Commission, Drawn, DrawnFormat
from gateway.export.pictures import data_url, pictures_of
from lessonroom.board.board import Board
from lessonroom.board.geometry import Bounds
from lessonroom.board.pages import Page, page_numbers, pages_of
from lessonroom.board.svg import page_svg

_LARGEST_PIXELS: Final = 4_096
"""To a side of a PNG."""
_FINEST: Final = 2.0
"""Pixels to a board unit, where there is room: as on a screen of double density."""
_LONGEST_TO_SHORTEST: Final = 64
"""Of the sides of a PNG."""


def drawn(commission: Commission) -> Drawn:
    """Return a board as a file.

    Raises:
        Declined: the board has no such page, or its images are too large.

    """
    board = Board.decode(commission.board)
    ruler = font.Ruler()
    numbers = page_numbers(board)
    if commission.page is not None:
        if commission.page not in numbers:
            raise Declined(f"the board has the pages {', '.join(map(str, numbers))}")
        numbers = [commission.page]
    elif commission.format is not DrawnFormat.PDF:
        numbers = numbers[:1]
    pages = pages_of(board, numbers, ruler)
    pictures = pictures_of(
        pages, commission.assets, are_decoded=commission.format is not DrawnFormat.SVG
    )
    match commission.format:
        case DrawnFormat.PDF:
            from gateway.export.pdf import pages_pdf  # noqa: PLC0415 - slow, and not always needed

            content = pages_pdf(pages, title=commission.title, measure=ruler, images=pictures)
        case DrawnFormat.SVG:
            content = _svg(commission, pages[0], ruler, pictures).encode()
        case DrawnFormat.PNG:
            page = _not_too_narrow(pages[0])
            content = _png(_svg(commission, page, ruler, pictures), page)
        case _:
            assert_never(commission.format)
    return Drawn(content)


def _svg(commission: Commission, page: Page, ruler: font.Ruler, pictures: dict[str, bytes]) -> str:
    return page_svg(
        page,
        title=commission.title,
        description=commission.description,
        measure=ruler,
        images={asset: data_url(content) for asset, content in pictures.items()},
    )


def _not_too_narrow(page: Page) -> Page:
    """Return a page with white around what is much longer than wide.

    A picture is scaled by its width: one of a single pixel, rounded, made 120 million high.
    """
    x, y, w, h = page.bounds
    least = max(w, h) / _LONGEST_TO_SHORTEST
    more_w, more_h = max(0.0, least - w), max(0.0, least - h)
    bounds = Bounds(x - more_w / 2, y - more_h / 2, w + more_w, h + more_h)
    return msgspec.structs.replace(page, bounds=bounds)


def _png(svg: str, page: Page) -> bytes:
    """Return a picture of an SVG document; it refers to nothing outside of itself."""
    import resvg_py  # noqa: PLC0415 - slow, and not always needed

    zoom = min(_FINEST, _LARGEST_PIXELS / max(page.bounds.w, page.bounds.h))
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=max(1, round(page.bounds.w * zoom)),
            height=max(1, round(page.bounds.h * zoom)),
            skip_system_fonts=True,
            font_files=[font.PATH],
            font_family=font.FAMILY,
            sans_serif_family=font.FAMILY,
        )
    )


if __name__ == "__main__":
    answer_one(Commission, drawn)
