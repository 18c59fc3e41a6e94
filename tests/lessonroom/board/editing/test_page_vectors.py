"""Pages and layers as events make them: the same vectors as the page's fold."""

from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import LoggedOperation
from lessonroom.board.model.page import Page

VECTORS: Final = Path(__file__).parents[3] / "vectors" / "pages.json"
SCENARIOS: Final[list[dict[str, Any]]] = msgspec.json.decode(VECTORS.read_bytes())["scenarios"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_events_make_pages_and_layers(scenario: dict[str, Any]) -> None:
    """[PG-1][PG-3] As in the browser; from a snapshot after each event as well."""
    board = Board()
    for ops in scenario["events"]:
        logged = msgspec.convert(ops, list[LoggedOperation])
        board.apply(replay_ops(board, logged, author=1))
        board = Board.decode(board.encode())
    assert list(board.pages.values()) == msgspec.convert(scenario["pages"], list[Page])
    assert list(board.layers.values()) == msgspec.convert(scenario["layers"], list[Layer])
    assert list(board.elements) == scenario.get("elements", [])
