"""The dashboard, as Grafana imports it."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from scripts.monitoring.quantiles import quantile

_COLUMNS: Final = 24
_HEIGHT: Final = 8
_RATE: Final = "[$__rate_interval]"
_ENDED: Final = "lessonroom_work_ended_total"


class Panel(msgspec.Struct, frozen=True):
    """A graph: what it is called, what it shows, in which of Grafana's units, beside what limit."""

    title: str
    about: str
    queries: Sequence[tuple[str, str]]
    """PromQL, each with how its line is called."""
    unit: str = "short"
    wanted_most: float | None = None


def _quantiles(metric: str) -> list[tuple[str, str]]:
    return [
        (quantile(0.5, metric, _RATE), "{{instance}} median"),
        (quantile(0.99, metric, _RATE), "{{instance}} p99"),
    ]


ROWS: Final[Sequence[tuple[str, Sequence[Panel]]]] = (
    (
        "Lessons",
        (
            Panel(
                "Rooms and people",
                "Rooms that are open, people who are present, and their connections.",
                [
                    ("lessonroom_rooms", "{{instance}} rooms"),
                    ("lessonroom_participants", "{{instance}} people"),
                    ("lessonroom_connections", "{{instance}} connections"),
                ],
            ),
            Panel(
                "Events",
                "Strokes, messages, coming and going: what is committed in a second.",
                [
                    (f"rate(lessonroom_events_total{_RATE})", "{{instance}}"),
                    ("lessonroom_events_per_second", "{{instance}}, over ten seconds"),
                ],
                unit="ops",
            ),
            Panel(
                "Refusals",
                "What was refused, by code. `internal` is a fault of the server's own.",
                [
                    (
                        f"sum by (instance, code) (rate(lessonroom_refusals_total{_RATE})) > 0",
                        "{{instance}} {{code}}",
                    )
                ],
                unit="ops",
            ),
        ),
    ),
    (
        "How soon",
        (
            Panel(
                "Commit",
                "A transaction, until it is on the disk: nobody sees a stroke before.",
                _quantiles("lessonroom_commit_seconds"),
                unit="s",
                wanted_most=0.1,
            ),
            Panel(
                "Lag of the event loop",
                "How much later than asked for the server calls: it has too much to do at once.",
                _quantiles("lessonroom_loop_lag_seconds"),
                unit="s",
                wanted_most=0.05,
            ),
            Panel(
                "Flush",
                "Writing what is new to all connections of a room.",
                _quantiles("lessonroom_flush_seconds"),
                unit="s",
            ),
            Panel(
                "Events of a transaction",
                "Few where it is quiet. Many at a slow disk: they wait for each other.",
                _quantiles("lessonroom_commit_events"),
            ),
            Panel(
                "What waits",
                "For the disk, and for connections that read slowly.",
                [
                    ("lessonroom_journal_backlog_events", "{{instance}} events for the disk"),
                    ("lessonroom_outbox_bytes", "{{instance}} bytes for connections"),
                ],
            ),
            Panel(
                "The database takes writes",
                "1 while it does. At 0 lessons stand still; pages keep what is drawn.",
                [("lessonroom_database_writable", "{{instance}}")],
            ),
        ),
    ),
    (
        "Recordings, exports, images, documents",
        (
            Panel(
                "Takes",
                "Voices, faces and screens that come in: how many, and how far behind the last is.",
                [
                    ("lessonroom_takes_open", "{{instance}} open"),
                    ("lessonroom_takes_behind_seconds", "{{instance}} seconds behind"),
                ],
            ),
            Panel(
                "Bytes of takes",
                "What comes in.",
                [(f"rate(lessonroom_take_bytes_total{_RATE})", "{{instance}}")],
                unit="Bps",
            ),
            Panel(
                "Room for recordings",
                "What their disk has left. Below `recording.free_bytes` recordings end.",
                [("lessonroom_recordings_free_bytes", "{{instance}}")],
                unit="bytes",
            ),
            Panel(
                "Lesson packs",
                "Lessons in one file: how many were made to the end, and bytes of what went in.",
                [
                    (f"rate(lessonroom_packs_total{_RATE})", "{{instance}} packs"),
                    (f"rate(lessonroom_pack_bytes_total{_RATE})", "{{instance}} bytes"),
                ],
            ),
            Panel(
                "Work in processes",
                "Drawings, images, documents and formulas: running and waiting.",
                [
                    ("lessonroom_work_running", "{{instance}} {{work}} running"),
                    ("lessonroom_work_waiting", "{{instance}} {{work}} waiting"),
                ],
            ),
            Panel(
                "What became of it",
                "`failed` is at a limit of time or memory, `refused` for what waits already.",
                [
                    (
                        f"sum by (instance, work, outcome) (rate({_ENDED}{_RATE})) > 0",
                        "{{instance}} {{work}} {{outcome}}",
                    )
                ],
                unit="ops",
            ),
        ),
    ),
    (
        "The process",
        (
            Panel(
                "Processor",
                "Of one core. One process uses one core for lessons, and some of another one.",
                [(f"rate(process_cpu_seconds_total{_RATE})", "{{instance}}")],
                unit="percentunit",
            ),
            Panel(
                "Memory",
                "What the process holds.",
                [("process_resident_memory_bytes", "{{instance}}")],
                unit="bytes",
            ),
            Panel(
                "Files and sockets",
                "Each connection is one; past the limit nobody comes in.",
                [
                    ("process_open_fds", "{{instance}} open"),
                    ("process_max_fds", "{{instance}} at most"),
                ],
            ),
        ),
    ),
)


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana imports it: it asks for the data source when it is."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": title,
                "collapsed": False,
                "gridPos": {"x": 0, "y": top, "w": _COLUMNS, "h": 1},
                "panels": [],
            }
        )
        top += 1
        width = _COLUMNS // 3
        for n, panel in enumerate(row):
            x, y = width * (n % 3), top + _HEIGHT * (n // 3)
            panels.append(_panel(panel, len(panels) + 1, x, y, width))
        top += _HEIGHT * -(-len(row) // 3)
    return {
        "__inputs": [
            {
                "name": "DS_PROMETHEUS",
                "label": "Prometheus",
                "type": "datasource",
                "pluginId": "prometheus",
            }
        ],
        "uid": "lessonroom",
        "title": "lessonroom",
        "tags": ["lessonroom"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": panels,
    }


def _panel(panel: Panel, number: int, x: int, y: int, width: int) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.wanted_most is not None:
        steps.append({"color": "red", "value": panel.wanted_most})
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": source,
        "gridPos": {"x": x, "y": y, "w": width, "h": _HEIGHT},
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "custom": {
                    "lineWidth": 1,
                    "fillOpacity": 8,
                    "showPoints": "never",
                    "thresholdsStyle": {"mode": "line" if len(steps) > 1 else "off"},
                },
                "thresholds": {"mode": "absolute", "steps": steps},
            },
            "overrides": [],
        },
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom"},
            "tooltip": {"mode": "multi"},
        },
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": source, "expr": expr, "legendFormat": called}
            for n, (expr, called) in enumerate(panel.queries)
        ],
    }
