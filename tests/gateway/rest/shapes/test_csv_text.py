import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rest.shapes.csv_text import csv_text


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH PLUS SIGN}1",
        "\N{FULLWIDTH HYPHEN-MINUS}1",
        "\N{FULLWIDTH COMMERCIAL AT}A",
        '=cmd|" /C calc"!A0',
    ],
)
def test_no_cell_begins_a_formula(cell: str) -> None:
    """A name is what a pupil wants to be called; a spreadsheet must not carry it out."""
    (row,) = list(csv.reader(io.StringIO(csv_text(["name"], [[cell]]), newline="")))[1:]
    assert row == [f"'{cell}"]


def test_what_is_no_formula_is_left_alone() -> None:
    """Numbers are numbers, also below zero; nothing is an empty cell."""
    text = csv_text(["a", "b", "c", "d"], [[-1, None, "Ada = Lovelace", 'say "hi", twice']])
    assert text == 'a,b,c,d\r\n-1,,Ada = Lovelace,"say ""hi"", twice"\r\n'


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
            min_size=3,
            max_size=3,
        )
    )
)
def test_whatever_is_in_a_cell_comes_out_of_it(rows: list[list[str]]) -> None:
    """RFC 4180: commas, quotes and line breaks of any kind are quoted."""
    text = csv_text(["a", "b", "c"], rows)
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
