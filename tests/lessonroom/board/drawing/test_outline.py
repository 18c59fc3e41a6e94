"""The outline of a stroke, against the library that browsers draw with."""

from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from lessonroom.board.drawing.outline import Pen, stroke_outline

VECTORS: Final[list[dict[str, Any]]] = msgspec.json.decode(
    (Path(__file__).parent / "outline_vectors.json").read_bytes()
)["vectors"]
TOLERANCE: Final = 1e-6


def _pen(options: dict[str, Any]) -> Pen:
    return Pen(
        size=options["size"],
        thinning=options["thinning"],
        smoothing=options["smoothing"],
        streamline=options["streamline"],
        is_simulated=options["simulatePressure"],
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['name']} at {v['pen']['size']}")
def test_an_outline_is_the_one_that_browsers_draw(vector: dict[str, Any]) -> None:
    """[WEB export] The same corners, as many of them, in the same order."""
    points = [(complex(x, y), pressure) for x, y, pressure in vector["points"]]
    found = stroke_outline(points, _pen(vector["pen"]))
    expected = [complex(x, y) for x, y in vector["outline"]]
    assert len(found) == len(expected)
    assert all(abs(a - b) < TOLERANCE for a, b in zip(found, expected, strict=True))


def test_a_pen_without_a_size_draws_nothing() -> None:
    pen = Pen(size=0, thinning=0.6, smoothing=0.5, streamline=0.35, is_simulated=False)
    assert stroke_outline([(0j, 0.5), (10 + 10j, 0.5)], pen) == []


def test_a_stroke_without_points_has_no_outline() -> None:
    pen = Pen(size=4, thinning=0.6, smoothing=0.5, streamline=0.35, is_simulated=False)
    assert stroke_outline([], pen) == []
