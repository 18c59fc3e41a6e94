"""The dashboard and the alerts speak of metrics that there are, and of all of ours."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from scripts.generated_file import ROOT
from scripts.monitoring.__main__ import main
from scripts.monitoring.alerts import ALERTS, alerts
from scripts.monitoring.dashboard import ROWS, dashboard

_OPERATIONS: Final = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
_METRIC: Final = re.compile(r"\b(?:lessonroom|process|python)_[a-z_]+\b|\bup\b")
_OF_OTHERS: Final = {
    "up",
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
}
"""What Prometheus and its client for Python tell, and we show."""


def told() -> dict[str, str]:
    """Return our metrics by name, with their types, as docs/operations.md has them.

    `tests/gateway/rest/operating/test_scraping.py` sees that those are what is scraped.
    """
    return dict(re.findall(r"^\| `(lessonroom_\w+)` \| (\w+) \|", _OPERATIONS, re.MULTILINE))


def asked() -> list[str]:
    """Return every expression of both files."""
    shown = [expr for _, panels in ROWS for panel in panels for expr, _ in panel.queries]
    return [*shown, *(alert.expr for alert in ALERTS)]


def series() -> set[str]:
    """Return the names of all series that a server has."""
    return _OF_OTHERS | {
        f"{name}_bucket" if kind == "histogram" else name for name, kind in told().items()
    }


@pytest.mark.parametrize("expr", asked())
def test_an_expression_names_series_that_there_are(expr: str) -> None:
    """A histogram by its buckets, which is all that a quantile can be made of."""
    names = set(_METRIC.findall(expr))
    assert names
    assert names <= series()
    assert all(expr.count(one) == expr.count(other) for one, other in ("()", "[]", "{}"))


def test_the_dashboard_shows_all_that_is_told() -> None:
    """What is counted, somebody wanted to see."""
    shown = set(_METRIC.findall(json.dumps(dashboard())))
    assert series() - {"up"} <= shown


def test_counters_are_shown_as_rates_and_gauges_as_they_are() -> None:
    """The sum since the start says nothing."""
    for expr in asked():
        for name, kind in told().items():
            if re.search(rf"\b{name}\b", expr):
                assert (f"rate({name}" in expr) == (kind == "counter"), expr


def test_panels_lie_side_by_side_and_have_numbers_of_their_own() -> None:
    """Grafana draws two in one place one over the other."""
    panels = dashboard()["panels"]
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def test_alerts_say_what_to_do() -> None:
    """Each by a name of its own."""
    (group,) = alerts()["groups"]
    assert len({rule["alert"] for rule in group["rules"]}) == len(ALERTS)
    assert all(alert.advice and alert.severity in {"critical", "warning"} for alert in ALERTS)


def test_files_are_what_the_script_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`make docs` writes them, `make check` looks."""
    assert main(["--check"]) == 0
    folder = tmp_path / "monitoring"
    assert main(["--check", "--folder", str(folder)]) == 1
    assert main(["--folder", str(folder)]) == 0
    assert main(["--check", "--folder", str(folder)]) == 0
    (folder / "alerts.yaml").write_text("{}")
    assert main(["--check", "--folder", str(folder)]) == 1
    assert "alerts.yaml is not what the script says" in capsys.readouterr().err
