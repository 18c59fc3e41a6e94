"""The table of what was tried says what the tests have measured."""

import json
from pathlib import Path

from scripts.reliability import PAGE, RECORDS, keep, of_passed, page_of, table_of


def _row(name: str, **figures: object) -> dict[str, object]:
    stamp = {"date": "2026-01-31", "commit": "abc1234"}
    return {"id": name, "test": "T3", "what": "cuts", "times": 1000} | stamp | figures


def test_the_page_is_what_was_recorded() -> None:
    """[P1] Nobody has typed a figure."""
    rows = [json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]
    assert PAGE.read_text(encoding="utf-8") == page_of(rows)


def test_a_figure_that_was_not_looked_at_is_a_dash_and_not_a_zero() -> None:
    """[P1] Zero means: looked for, and not found."""
    (line,) = table_of([_row("a", lost=0)]).splitlines()[2:]
    assert line == "| T3 | cuts | 1,000 | 0 | - | - | - | - | - | - | 2026-01-31 | `abc1234` |"


def test_a_run_of_some_proofs_replaces_their_lines_alone(tmp_path: Path) -> None:
    """[P1] The others stay as they were measured, with their own date and commit."""
    path = tmp_path / "records.jsonl"
    keep(path, [_row("a", lost=1), _row("b", lost=2)])
    keep(path, [_row("b", lost=3)])
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["lost"]) for row in rows] == [("a", 1), ("b", 3)]


def test_rows_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """[P1] Those of recordings behind the others."""
    path = tmp_path / "records.jsonl"
    keep(path, [_row(test, test=test) for test in ("RT10", "RT2", "T29", "T3")])
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["test"] for row in rows] == ["T3", "T29", "RT2", "RT10"]


def test_a_run_at_another_scale_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """[P1] One test has not two figures; what it found with other parameters is of the same run."""
    path = tmp_path / "records.jsonl"
    keep(path, [_row("a.py::test[15-20]", lost=1), _row("b.py::test[15-20]", lost=2)])
    keep(path, [_row("a.py::test[150-20]", lost=3), _row("a.py::test[150-30]", lost=4)])
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["lost"] for row in rows] == [3, 4, 2]


def test_the_figures_of_a_proof_that_failed_are_not_kept(tmp_path: Path) -> None:
    """[P1] They were told before they were judged; what stands in the table has held."""
    junit = tmp_path / "junit.xml"
    junit.write_text(
        """<testsuites><testsuite>
        <testcase classname="tests.proof.test_a" name="test_holds[15-20]"/>
        <testcase classname="tests.proof.test_a" name="test_fails"><failure/></testcase>
        <testcase classname="tests.proof.test_a" name="test_raises"><error/></testcase>
        </testsuite></testsuites>""",
        encoding="utf-8",
    )
    names = ("test_holds[15-20]", "test_fails", "test_raises", "test_never_ran")
    rows = [_row(f"tests/proof/test_a.py::{name}") for name in names]
    assert of_passed(rows, junit) == rows[:1]
    assert of_passed(rows, tmp_path / "there was no run") == []
