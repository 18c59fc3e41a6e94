"""Where the lines and the texts of a table stand: rows grow with what is written in them.

The page lays it out alike (`frontend/src/board/drawing/table_layout.ts`).
"""

from collections.abc import Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from lessonroom.board.drawing.text_layout import (
    LINE_HEIGHT,
    Measure,
    letters_within,
    lines_at,
    text_rows,
)
from lessonroom.board.model.elements import Table, TextElement

CELL_PADDING: Final = 8


class TableLayout(NamedTuple):
    """The sides of all columns and rows, from the first to the last, and the texts of cells."""

    xs: list[float]
    ys: list[float]
    texts: list[TextElement]


def table_layout(table: Table, measure: Measure) -> TableLayout:
    """Lay a table out."""
    texts: list[TextElement] = []
    xs = list(accumulate((col.size for col in table.cols), initial=table.x))
    ys: list[float] = [table.y]
    line = table.style.font_size * LINE_HEIGHT
    for row in table.rows:
        height: float = row.size
        for n, col in enumerate(table.cols):
            text = table.cells.get(f"{row.id}:{col.id}")
            if text:
                cell = _cell(table, text, col.size, at=(xs[n], ys[-1]))
                texts.append(cell)
                height = max(height, len(text_rows(cell, measure)) * line + 2 * CELL_PADDING)
        ys.append(ys[-1] + height)
    return TableLayout(xs, ys, texts)


def cells_of(table: Table) -> Iterator[TextElement]:
    """Yield the texts that are shown, as wide as they are, and nowhere yet."""
    for row in table.rows:
        for col in table.cols:
            if text := table.cells.get(f"{row.id}:{col.id}"):
                yield _cell(table, text, col.size, at=(0, 0))


def expected_lines_of(table: Table) -> int:
    """Return about how many lines of text a table has, as can be told without a font."""
    size = table.style.font_size
    cols = [(f":{col.id}", letters_within(_text_width(col.size), size)) for col in table.cols]
    cells, lines = table.cells, 0
    for row in table.rows:
        for col_id, letters in cols:
            if text := cells.get(row.id + col_id):
                lines += lines_at(text, letters)
    return lines


def _cell(table: Table, text: str, width: float, *, at: tuple[float, float]) -> TextElement:
    return TextElement(
        id=table.id,
        layer=table.layer,
        x=at[0] + CELL_PADDING,
        y=at[1] + CELL_PADDING,
        w=_text_width(width),
        text=text,
        style=table.style,
    )


def _text_width(col_width: float) -> float:
    return max(1.0, col_width - 2 * CELL_PADDING)
