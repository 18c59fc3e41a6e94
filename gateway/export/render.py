"""Drawing a board to a file. Run as a module, it does so in a confined process."""

from typing import Final, assert_never

from gateway.confinement.confined import Declined, answer_one
from gateway.export import font
from gateway.export.job import Commission, Drawn, DrawnFormat
from gateway.export.pictures import data_url, pictures_of
from lessonroom.board.board import Board
from lessonroom.board.pages import Page, page_numbers, pages_of
from lessonroom.board.svg import page_svg

_LARGEST_PIXELS: Final = 4_096
"""To a side of a PNG."""
_FINEST: Final = 2.0
"""Pixels to a board unit, where there is room: as on a screen of double density."""


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
            content = _png(_svg(commission, pages[0], ruler, pictures), pages[0])
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
