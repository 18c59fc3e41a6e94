"""The demo's result as a table for people."""

from collections.abc import Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table

from cli.demo.agreement import BoardReport
from cli.printable import printable

_DIGEST_CHARS: Final = 16


def report_table(boards: Sequence[BoardReport]) -> RenderableType:
    """Return a line for each board."""
    table = Table(box=None, pad_edge=False)
    table.add_column("board of")
    for heading in ("seq", "elements", "acks", "events", "resumes"):
        table.add_column(heading, justify="right")
    table.add_column("digest", no_wrap=True)
    for board in boards:
        numbers = (board.seq, board.elements, board.acks, board.events, board.resumes)
        table.add_row(
            printable(board.owner),
            *("-" if number is None else str(number) for number in numbers),
            board.digest[:_DIGEST_CHARS],
        )
    return table
