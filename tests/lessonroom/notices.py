"""What people are told beside the log."""

from collections.abc import Mapping
from typing import Any

from lessonroom.outcome import Outcome
from lessonroom.protocol.server import Notification


def told(outcome: Outcome) -> dict[str, tuple[str, Mapping[str, Any] | None]]:
    """Return what each connection was told."""
    return {
        signal.connection_id: (signal.data.code, signal.data.params)
        for signal in outcome.signals
        if isinstance(signal.data, Notification)
    }
