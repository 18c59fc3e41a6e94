"""The alerts, as a rule file of Prometheus."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from scripts.monitoring.quantiles import quantile


class Alert(msgspec.Struct, frozen=True):
    """What somebody should look at: when, for how long, and what to do."""

    name: str
    expr: str
    for_: str
    severity: str
    summary: str
    advice: str


ALERTS: Final[Sequence[Alert]] = (
    Alert(
        "LessonroomDown",
        'up{job="lessonroom"} == 0',
        "1m",
        "critical",
        "lessonroom is not there",
        "systemctl status lessonroom; journalctl -u lessonroom. Pages reconnect by themselves.",
    ),
    Alert(
        "LessonroomDatabaseNotWritable",
        "lessonroom_database_writable == 0",
        "30s",
        "critical",
        "The database takes no writes: lessons stand still",
        "Is the disk full? Is PostgreSQL there? lessonroom doctor says what is wrong.",
    ),
    Alert(
        "LessonroomInternalErrors",
        'rate(lessonroom_refusals_total{code="internal"}[5m]) > 0',
        "1m",
        "warning",
        "Something failed inside the server",
        "The log has the error with its trace: level error.",
    ),
    Alert(
        "LessonroomCommitsSlow",
        f"{quantile(0.99, 'lessonroom_commit_seconds', '[5m]')} > 0.1",
        "5m",
        "warning",
        "One commit of a hundred takes more than 0.1 s: strokes are late",
        "Something else uses the disk, or it is slow at fsync: lessonroom doctor measures it.",
    ),
    Alert(
        "LessonroomLoopLags",
        f"{quantile(0.99, 'lessonroom_loop_lag_seconds', '[5m]')} > 0.05",
        "5m",
        "warning",
        "The server answers late",
        "Its core is full (rate(process_cpu_seconds_total[5m]) near 1), or another program takes"
        " it; the log names what held the loop for more than 100 ms.",
    ),
    Alert(
        "LessonroomCoreFull",
        'rate(process_cpu_seconds_total{job="lessonroom"}[5m]) > 0.85',
        "10m",
        "warning",
        "The server's core is nearly full",
        "More lessons want another server: docs/performance.md says how many one takes.",
    ),
    Alert(
        "LessonroomFewFilesLeft",
        'process_open_fds{job="lessonroom"} / process_max_fds > 0.8',
        "5m",
        "warning",
        "Connections are near the limit of open files",
        "Raise LimitNOFILE of the service.",
    ),
    Alert(
        "LessonroomDiskWaits",
        "lessonroom_journal_backlog_events > 1000",
        "1m",
        "warning",
        "Events wait for the disk",
        "As for slow commits.",
    ),
    Alert(
        "LessonroomWorkWaits",
        "min_over_time(lessonroom_work_waiting[5m]) > 0",
        "5m",
        "warning",
        "Drawings, images, documents or formulas have waited for five minutes",
        "limits.exports_at_once and its like, where the machine has cores to spare.",
    ),
    Alert(
        "LessonroomTakesBehind",
        "lessonroom_takes_behind_seconds > 120",
        "5m",
        "warning",
        "A recording does not come in",
        "Its browser is offline or hidden; what it has recorded comes when it is back.",
    ),
    Alert(
        "LessonroomRecordingsDiskFillsUp",
        "predict_linear(lessonroom_recordings_free_bytes[6h], 86400) < 0",
        "30m",
        "warning",
        "The disk of recordings is full within a day",
        "Delete recordings, shorten recording.retention_days, or give them more room.",
    ),
)


def alerts() -> dict[str, Any]:
    """Return the alerts as a rule file of Prometheus."""
    rules = [
        {
            "alert": alert.name,
            "expr": alert.expr,
            "for": alert.for_,
            "labels": {"severity": alert.severity},
            "annotations": {"summary": alert.summary, "description": alert.advice},
        }
        for alert in ALERTS
    ]
    return {"groups": [{"name": "lessonroom", "rules": rules}]}
