"""What mutmut has found becomes a row that says it."""

import json
from pathlib import Path

import pytest

from scripts.mutants import percent_killed, results_in, row_of, survivors_in

RESULTS = {"a": 1, "b": 37, "c": 0, "d": 33, "e": 36, "f": 1}
"""Noticed, refused by the type checker, survived, without a test, too slow, noticed."""


def _note(path: Path, results: dict[str, int | None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"exit_code_by_key": results}), encoding="utf-8")


def test_what_no_test_reaches_counts_as_survived() -> None:
    """[T24] And what the type checker refuses does not make the figure better."""
    assert percent_killed(RESULTS) == 60.0
    assert survivors_in(RESULTS) == ["c", "d"]
    row = row_of(RESULTS)
    assert row["times"] == 6
    assert "1 refused by the type checker, 3 noticed by the tests, 2 not: 60.0 %" in row["what"]


def test_the_results_of_all_files_are_one(tmp_path: Path) -> None:
    """[T24] mutmut keeps a file beside each that it has changed."""
    _note(tmp_path / "a.py.meta", {"a": 1})
    _note(tmp_path / "board" / "b.py.meta", {"b": 0})
    assert results_in(tmp_path) == {"a": 1, "b": 0}


@pytest.mark.parametrize("results", [{}, {"a": 1, "b": None}])
def test_a_run_that_was_cut_short_has_no_figure(
    tmp_path: Path, results: dict[str, int | None]
) -> None:
    """[T24] Or a few changes that were tried first would speak for all."""
    _note(tmp_path / "a.py.meta", results)
    with pytest.raises(ValueError, match="not tried"):
        results_in(tmp_path)
