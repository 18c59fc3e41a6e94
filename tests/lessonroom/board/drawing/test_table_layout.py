"""Where the lines and the texts of a table stand."""

from lessonroom.board.drawing.table_layout import expected_lines_of, table_layout
from lessonroom.board.model.elements import Style, Table, TableLine
from tests.lessonroom.board.drawing.painted import measure

TABLE = Table(
    id="t",
    layer="base",
    x=10,
    y=20,
    cols=[TableLine(id="a", size=100), TableLine(id="b", size=50)],
    rows=[TableLine(id="1", size=40), TableLine(id="2", size=40)],
    cells={"1:a": "a\nb\nc", "2:b": "", "gone:a": "not shown", "1:gone": "not shown"},
    style=Style(font_size=20),
)


def test_rows_are_as_high_as_their_texts_need() -> None:
    """[BD-25] As on the page: tests/board/figures/tables.test.ts has the same numbers."""
    xs, ys, texts = table_layout(TABLE, measure)
    assert xs == [10, 110, 160]
    assert ys == [20, 20 + 3 * 20 * 1.3 + 16, 20 + 3 * 20 * 1.3 + 16 + 40]
    assert [(text.text, text.x, text.y, text.w) for text in texts] == [("a\nb\nc", 18, 28, 84)]


def test_lines_are_counted_at_the_widths_of_their_columns() -> None:
    """[BD-25] Of what is shown alone."""
    assert expected_lines_of(TABLE) == 3
